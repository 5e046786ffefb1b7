"""Some conditions to look at a generator by, where nobody has named any."""

import keras

from keras_gan_losses.feeding.source import Source
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.types import Condition


def condition_examples(
    specification: NetworkSpecification, sources: list[Source], num_rows: int
) -> Condition | None:
    """Each class once, or the first conditions of the data; None if neither is known.

    Args:
        specification: What the networks take.
        sources: Data that hold conditions, the best first.
        num_rows: How many conditions of the data.
    """
    of_generator = specification.of_generator
    only = of_generator.only_part
    if only is not None and only.num_classes is not None:
        return keras.ops.convert_to_numpy(keras.ops.arange(only.num_classes))
    # A generator's elements are gone when they have been looked at.
    readable = [source for source in sources if source.can_be_read_again]
    if not of_generator.is_conditional or not readable:
        return None
    _, condition, _ = keras.utils.unpack_x_y_sample_weight(next(iter(readable[0].elements())))
    return keras.tree.map_structure(
        lambda rows: keras.ops.convert_to_numpy(rows)[:num_rows], of_generator.taken_from(condition)
    )
