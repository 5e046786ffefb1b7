"""Lets `python -m keras_gan_losses` run the command line."""

from keras_gan_losses.cli import main

if __name__ == "__main__":
    main()
