"""Lets `python -m keras_gan_losses` run the command line, once the package is imported."""

from keras_gan_losses_cli import main

if __name__ == "__main__":
    main()
