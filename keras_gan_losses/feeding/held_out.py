"""Training data and the data to validate on, out of the arguments of `fit`."""

import keras

from keras_gan_losses.feeding.batch_form import unpacked
from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.shards import check_shards
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.types import Arguments


def rounds_and_validation(
    model: keras.Model,
    source: Source,
    arguments: Arguments,
    reader: BatchReader,
    *,
    batch_size: int | None,
    num_updates: int,
) -> tuple[Source, Source | None, Arguments]:
    """What `fit` trains on, in rounds, what it validates on, and its arguments left.

    Args:
        model: What is trained.
        source: All data that were given to train on, read already.
        arguments: Further ones of `fit`.
        reader: Reads data given to validate on.
        batch_size: Samples in a batch of training data.
        num_updates: Batches in a round.

    Raises:
        ValueError: If the networks or the devices cannot take the data.
    """
    source, validation, rest = with_validation(source, arguments, reader, batch_size=batch_size)
    check_shards(model, source, num_updates)
    if validation is not None:
        check_shards(model, validation)
        rest |= validation.validation_arguments()
    return source.in_rounds(num_updates), validation, rest


def with_validation(
    source: Source,
    arguments: Arguments,
    reader: BatchReader,
    *,
    batch_size: int | None,
) -> tuple[Source, Source | None, Arguments]:
    """Training data, validation data if there are any, and the arguments left.

    Args:
        source: All data that were given to train on, read already.
        arguments: Further ones of `fit`.
        reader: Reads data given to validate on.
        batch_size: Samples in a batch of training data.

    Raises:
        ValueError: If the networks cannot take the data, or `validation_split` leaves one of the
            parts without samples.
    """
    rest = dict(arguments)
    share, data = rest.pop("validation_split", None), rest.pop("validation_data", None)
    size = rest.pop("validation_batch_size", None) or batch_size
    if data is not None:
        is_pair = isinstance(data, tuple | list)
        shapes = reader.specification.sample_shape
        samples, labels = unpacked(data, shapes) if is_pair else (data, None)
        return source, Source.of(samples, labels, size).read_by(reader), rest
    if not share:
        return source, None, rest
    return *source.split(share), rest
