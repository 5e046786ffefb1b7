"""Generator and discriminator for rows of a table."""

import itertools
from collections.abc import Sequence

import keras

from keras_gan_losses.architectures.conditioning import (
    build_discriminator,
    build_generator,
    check_players,
)
from keras_gan_losses.layers import GumbelSoftmax, Packing
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count, check_flag, check_number


def tabular(
    sizes: Sequence[int],
    latent_dim: int,
    *,
    hidden_units: Sequence[int] = (256, 256),
    temperature: float = 0.2,
    is_hard: bool = False,
    num_packed: int = 1,
    num_classes: int | None = None,
    condition_size: int | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Fully connected generator and discriminator for rows of numbers and categories.

    Choose it for tables: `datasets.table` gives rows and their `sizes`. The generator has a linear
    head for numbers and a `GumbelSoftmax` head for each category; each of its hidden layers of
    ReLU units is joined to what it gets, as in CTGAN. The discriminator has leaky ReLU units of
    slope 0.2. Neither normalises, so every loss and penalty can be used with it.

    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        sizes: What stands in a row, one after the other: 1 for a number, k for a category of k in
            one-hot form.
        latent_dim: Number of latents, at least 1.
        hidden_units: Units of each hidden layer, in both players. Defaults to `(256, 256)`.
        temperature: Of the `GumbelSoftmax`, at least 0.01.
        is_hard: Whether categories are given one-hot, by the straight-through estimator.
        num_packed: Rows that the discriminator judges together, against collapse; 10 in CTGAN. See
            `layers.Packing`, which says what a batch and a gradient penalty should then be.
        num_classes: Number of classes, for a pair that is conditional on labels, as in `mlp`. Such
            rows are not packed.
        condition_size: How many numbers a condition has, for a pair that is conditional on
            columns; both players then join them to what they get.

    Returns:
        `(generator, discriminator)`: latents `(batch, latent_dim)` to rows `(batch, sum(sizes))`,
        and those to raw scores `(batch, 1)`, or one for each pack.

    Raises:
        ValueError: If there is no column, a size is not a whole number of at least 1, rows of
            classes shall be packed, or there are both classes and a condition.

    Example:
    >>> generator, discriminator = tabular((1, 1, 3), 4, hidden_units=(8,))
    >>> generator.output_shape, discriminator.output_shape
    ((None, 5), (None, 1))

    Reference:
        Xu et al., Modeling Tabular Data using Conditional GAN, arXiv:1907.00503.
    """
    sizes = tuple(sizes)
    if not sizes:
        raise ValueError("`sizes` must have at least one column. Received: none.")
    check_players(sizes, latent_dim, num_classes, name="sizes")
    check_number("temperature", temperature, minimum=0.01, advice="CTGAN has 0.2.")
    check_flag("is_hard", is_hard)
    for units in hidden_units:
        check_count("hidden_units", units, advice="Use (256, 256) for two layers of 256.")
    check_count("num_packed", num_packed, advice="CTGAN has 10.")
    if num_packed > 1 and num_classes is not None:
        raise ValueError(
            "Rows of classes are not packed, as rows of a pack may be of different classes. "
            f"Received: num_packed={num_packed} and num_classes={num_classes}. Leave one out."
        )

    if condition_size is not None:
        check_count("condition_size", condition_size, advice="It is `Table.condition_size`.")
        if num_classes is not None:
            raise ValueError("Give `num_classes` or `condition_size`, not both.")

    def sample(latents: Tensor) -> Tensor:
        hidden = latents
        for units in hidden_units:
            change = keras.layers.Dense(units, activation="relu")(hidden)
            hidden = keras.layers.Concatenate()([hidden, change])
        heads = _heads(hidden, sizes, temperature, is_hard=is_hard)
        if len(heads) == 1:
            return heads[0]
        return keras.layers.Concatenate(dtype=keras.config.floatx())(heads)

    def features(data: Tensor) -> Tensor:
        hidden = Packing(num_packed)(data) if num_packed > 1 else data
        for units in hidden_units:
            hidden = keras.layers.Dense(units)(hidden)
            hidden = keras.layers.LeakyReLU(negative_slope=0.2)(hidden)
        return hidden

    return (
        build_generator(
            sample,
            latent_dim,
            num_classes=num_classes,
            output_activation="linear",
            condition_size=condition_size,
        ),
        build_discriminator(
            features, (sum(sizes),), num_classes=num_classes, condition_size=condition_size
        ),
    )


def _heads(
    hidden: Tensor, sizes: Sequence[int], temperature: float, *, is_hard: bool
) -> list[Tensor]:
    """One head for neighbouring numbers, and one for each category."""
    precision = keras.config.floatx()
    heads = []
    for is_number, group in itertools.groupby(sizes, lambda size: size == 1):
        found = list(group)
        for size in [len(found)] if is_number else found:
            head = keras.layers.Dense(size, dtype=precision)(hidden)
            draw = GumbelSoftmax(temperature, is_hard=is_hard, dtype=precision)
            heads.append(head if is_number else draw(head))
    return heads
