"""Convolutional generator and discriminator for signals."""

import keras

from keras_gan_losses.architectures.conditioning import (
    build_discriminator,
    build_generator,
    check_players,
)
from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count

# Between these the shortest feature maps hold enough places, and the first layer few weights.
_LEAST_START, _GREATEST_START = 4, 31
_GREATEST_MULTIPLE = 8


def convolutional_1d(
    signal_shape: tuple[int, int],
    latent_dim: int,
    *,
    width: int = 64,
    output_activation: str = "linear",
    num_classes: int | None = None,
) -> tuple[keras.Model, keras.Model]:
    """Convolutional generator and discriminator for signals, in the manner of WaveGAN.

    Choose it for waveforms, electrocardiograms, sensors: whatever has one axis of time. Each stage
    quadruples the length by nearest neighbours and a convolution over 9 steps in the generator, and
    quarters it by a strided one in the discriminator. Neither normalises, so every loss and penalty
    can be used with it.

    Weights are drawn from Keras's global seed: call `keras.utils.set_random_seed` before.

    Args:
        signal_shape: Steps and channels. The steps must be a number of 4 to 31, doubled at least
            once: 64, 96, 960 or 1024 are such, 1000 = 8 · 125 is none.
        latent_dim: Number of latents, at least 1.
        width: Channels next to the signal; they double with each stage, up to 8 × `width`.
        output_activation: The generator's last activation; "tanh" for signals in [−1, 1].
        num_classes: Number of classes, for a pair that is conditional on labels, as in `mlp`.

    Returns:
        `(generator, discriminator)`: latents `(batch, latent_dim)` to `(batch, steps, channels)`,
        and those to raw scores `(batch, 1)`.

    Raises:
        ValueError: If a size is no count, or the steps cannot be reached.

    Example:
    >>> generator, discriminator = convolutional_1d((128, 1), 8, width=4)
    >>> generator.output_shape, discriminator.output_shape
    ((None, 128, 1), (None, 1))

    Reference:
        Donahue et al., Adversarial Audio Synthesis, arXiv:1802.04208.
    """
    if len(signal_shape) != 2:
        raise ValueError(
            f"`signal_shape` must be steps and channels. Received: {tuple(signal_shape)}. Use "
            "(1024, 1) for one channel."
        )
    steps, channels = signal_shape
    check_players(signal_shape, latent_dim, num_classes, name="signal_shape")
    check_count("width", width, advice="64 is usual.")
    start, factors = _stages(steps)
    multiples = [min(2**stage, _GREATEST_MULTIPLE) * width for stage in range(len(factors))]

    def sample(latents: Tensor) -> Tensor:
        hidden = keras.layers.Dense(start * multiples[-1], activation="relu")(latents)
        hidden = keras.layers.Reshape((start, multiples[-1]))(hidden)
        for factor, filters in zip(factors, [*multiples[-2::-1], width], strict=True):
            hidden = keras.layers.UpSampling1D(factor)(hidden)
            hidden = keras.layers.Conv1D(filters, 9, padding="same", activation="relu")(hidden)
        return keras.layers.Conv1D(channels, 9, padding="same")(hidden)

    def features(data: Tensor) -> Tensor:
        hidden = data
        for factor, filters in zip(reversed(factors), multiples, strict=True):
            hidden = keras.layers.Conv1D(filters, 9, strides=factor, padding="same")(hidden)
            hidden = keras.layers.LeakyReLU(negative_slope=0.2)(hidden)
        return keras.layers.Flatten()(hidden)

    return (
        build_generator(
            sample, latent_dim, num_classes=num_classes, output_activation=output_activation
        ),
        build_discriminator(features, tuple(signal_shape), num_classes=num_classes),
    )


def _stages(steps: int) -> tuple[int, list[int]]:
    """Length of the shortest feature maps, and the factors that bring it to the signal's.

    Example:
    >>> _stages(128), _stages(96)
    ((8, [4, 4]), (24, [4]))
    """
    start = steps
    factors: list[int] = []
    while start % 2 == 0 and (start > _GREATEST_START or not factors):
        factor = 4 if start % 4 == 0 and start // 4 >= _LEAST_START else 2
        start //= factor
        factors.append(factor)
    if not factors or not _LEAST_START <= start <= _GREATEST_START:
        unit = 2 ** max((steps // _GREATEST_START).bit_length(), 1)
        below, above = max(steps // unit, _LEAST_START) * unit, -(-steps // unit) * unit
        raise ValueError(
            f"Signals of {steps} steps cannot be made by doubling short ones. Cut them to {below} "
            f"or pad them to {max(above, _LEAST_START * unit)} steps."
        )
    return start, factors
