"""One batch that the caller has made, for a call of its own."""

from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.kinds.arrays import ArraySource
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.types import Batch, Data


def single_batch(
    x: Data, y: Data, reader: BatchReader, *, num_updates: int = 1
) -> tuple[Batch, ...]:
    """`(samples,)` or `(samples, labels)` in the networks' form.

    Args:
        x: Samples.
        y: Labels, or None.
        reader: Knows what the networks take.
        num_updates: Updates of the discriminator that divide the samples.

    Raises:
        ValueError: If the networks cannot take the batch, or it is too small to be divided.
    """
    source = Source.of(x, y)
    if not isinstance(source, ArraySource):
        raise ValueError(
            f"One batch is an array of samples. Received: {type(x).__name__}. Pass its elements "
            "one by one, or all of it to `fit` or `evaluate`."
        )
    source = source.read_by(reader)
    if source.size < num_updates:
        raise ValueError(
            f"A round has discriminator_steps={num_updates} updates of the discriminator, with "
            f"samples of their own. Received: a batch of {source.size}. Pass at least "
            f"{num_updates} samples, better {num_updates} × batch_size."
        )
    return source.arrays
