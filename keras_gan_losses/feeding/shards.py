"""How several devices share the data."""

import keras

from keras_gan_losses.backend import backend
from keras_gan_losses.feeding.source import Source


def check_shards(model: keras.Model, source: Source, num_updates: int = 1) -> None:
    """Raises unless each device gets as many samples as every other in each update.

    Of generators and data loaders nothing is known beforehand.

    Args:
        model: The GAN.
        source: The data.
        num_updates: Updates of the discriminator in one round.

    Raises:
        ValueError: With a size that can be divided.
    """
    sizes = backend.all_gather(source.size)
    if len(set(sizes)) > 1:
        raise ValueError(
            "Every process must have as many samples as the others, or one waits for updates "
            f"in which another takes no part. Received sizes {sizes} in the processes' order. "
            "Cut all to the smallest."
        )
    num_shards = backend.num_shards(model)
    if num_shards > 1:
        for what, size, minimum in source.update_sizes(num_updates):
            _check_size(size, minimum, num_shards, what)


def _check_size(size: int | None, minimum: int, num_shards: int, what: str) -> None:
    if size is None:
        raise ValueError(
            f"Batches are divided among {num_shards} devices, so their size must be known. "
            "Received a tf.data.Dataset of batches of unknown size. Make them with "
            "batch(…, drop_remainder=True)."
        )
    if size % num_shards or 0 < size < minimum * num_shards:
        raise ValueError(
            f"Each of {num_shards} devices must get as many samples of a batch as every other, "
            f"and at least {minimum}. Received {what} of {size}. Choose `batch_size` and the "
            f"number of samples as multiples of {minimum * num_shards}."
        )
