"""What the commands of `keras_gan_losses_cli` do, once Keras may be imported."""
