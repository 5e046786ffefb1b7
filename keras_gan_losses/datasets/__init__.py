"""Data for learning, for examples and for measuring how a GAN covers its modes."""

from keras_gan_losses.datasets.chirps import Chirps, chirps, estimate_chirps
from keras_gan_losses.datasets.digits import digits
from keras_gan_losses.datasets.image_folder import image_folder
from keras_gan_losses.datasets.images import images
from keras_gan_losses.datasets.signal_folder import signal_folder
from keras_gan_losses.datasets.table import Table, table
from keras_gan_losses.datasets.table_encoding import TableEncoding
from keras_gan_losses.datasets.toy import GaussianMixture, grid, ring

__all__ = [
    "Chirps",
    "GaussianMixture",
    "Table",
    "TableEncoding",
    "chirps",
    "digits",
    "estimate_chirps",
    "grid",
    "image_folder",
    "images",
    "ring",
    "signal_folder",
    "table",
]
