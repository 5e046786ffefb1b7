"""Lets `python -m keras_gan_losses_cli` run the command line."""

from keras_gan_losses_cli import main

if __name__ == "__main__":
    main()
