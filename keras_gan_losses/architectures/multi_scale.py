"""Several discriminators as one, each of which sees another scale."""

from collections.abc import Callable

import keras

from keras_gan_losses.types import Tensor
from keras_gan_losses.validation import check_count

_AVERAGE_POOLINGS = {
    2: keras.layers.AveragePooling1D,
    3: keras.layers.AveragePooling2D,
    4: keras.layers.AveragePooling3D,
}


def multi_scale(
    build_discriminator: Callable[..., keras.Model],
    data_shape: tuple[int, ...],
    condition_shape: tuple[int, ...] | None = None,
    *,
    num_scales: int = 3,
) -> keras.Model:
    """One discriminator of several heads, each of which judges the sample at half the scale.

    Choose it for large images and for sound: the coarsest head sees to the whole, the finest to
    details, and none needs to be deep. The first head gets the sample itself, each next one the
    means of two neighbours along every axis of what the one before gets; of an odd number the
    last is left out. The heads share no weights.

    The papers take means of 3×3 (images) and of 4 (sound) at the same stride.

    Args:
        build_discriminator: Called for each scale with the shape of its samples, and with that
            of its conditions if there are any; gives a network of one such input, or of two.
            `patch_discriminator` is one, and so is `functools.partial(patch_discriminator,
            width=32)`.
        data_shape: Shape of one sample: one to three axes and channels, such as `(8192, 1)` for
            sound and `(256, 256, 3)` for images.
        condition_shape: Shape of one condition; of the sample's axes, it is averaged with the
            sample. Defaults to None, for no condition.
        num_scales: Heads, at least 2. Defaults to 3, as in the papers.

    Returns:
        Discriminator from samples, or from `[samples, conditions]`, to a list of what the heads
        give, the finest first. If they give dictionaries, such as of `"scores"` and `"features"`,
        it gives a dictionary of such lists: scores of every head, and features of every head.

    Raises:
        ValueError: If the shapes do not have one to three axes of their own and channels, the
            axes of the two differ, a size is not a whole number of at least 1 or is too small
            for so many scales; and what `build_discriminator` raises of a scale.

    Example:
    >>> def build_head(shape):
    ...     signal = keras.Input(shape)
    ...     return keras.Model(signal, keras.layers.Conv1D(1, 15, strides=4)(signal))
    >>> [head.shape for head in multi_scale(build_head, (8192, 1)).outputs]
    [(None, 2045, 1), (None, 1021, 1), (None, 509, 1)]

    Reference:
        Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional
        GANs, arXiv:1711.11585.
        Kumar et al., MelGAN: Generative Adversarial Networks for Conditional Waveform Synthesis,
        arXiv:1910.06711.
    """
    shapes = {"data_shape": tuple(data_shape)}
    if condition_shape is not None:
        shapes["condition_shape"] = tuple(condition_shape)
    advice = "Use 3, as in the papers; with one scale, the discriminator as it is."
    check_count("num_scales", num_scales, minimum=2, advice=advice)
    _check_shapes(shapes, num_scales)
    names = {"data_shape": "sample", "condition_shape": "condition"}
    seen = [keras.Input(shape, name=names[name]) for name, shape in shapes.items()]
    inputs, outputs = seen, []
    for scale in range(num_scales):
        if scale > 0:
            seen = [_AVERAGE_POOLINGS[len(data_shape)](2)(each) for each in seen]
        head = _head(build_discriminator, seen, scale)
        outputs.append(head(seen if len(seen) > 1 else seen[0]))
    return keras.Model(
        inputs if len(inputs) > 1 else inputs[0], _by_name(outputs), name="discriminator"
    )


def _head(
    build_discriminator: Callable[..., keras.Model], seen: list[Tensor], scale: int
) -> keras.Model:
    shapes = [tuple(each.shape[1:]) for each in seen]
    try:
        head = build_discriminator(*shapes)
    except ValueError as error:
        error.add_note(f"This is the discriminator of scale {scale}, of shapes {shapes}.")
        raise
    # Layers of one network need names of their own.
    head.name = f"scale_{scale}"
    return head


def _by_name(outputs: list[Tensor] | list[dict[str, Tensor]]) -> object:
    """A list of dictionaries as a dictionary of lists; a list of anything else as it is."""
    names = list(outputs[0]) if isinstance(outputs[0], dict) else None
    return outputs if names is None else {name: [one[name] for one in outputs] for name in names}


def _check_shapes(shapes: dict[str, tuple[int, ...]], num_scales: int) -> None:
    least = 2 ** (num_scales - 1)
    for name, shape in shapes.items():
        if len(shape) not in _AVERAGE_POOLINGS:
            raise ValueError(
                f"`{name}` must have one to three axes, and channels. Received: {name}={shape}. "
                "Use (8192, 1) for sound, (256, 256, 3) for images."
            )
        for size in shape[:-1]:
            advice = f"Each of {num_scales} scales has half as many: use fewer, or larger samples."
            check_count(name, size, minimum=least, advice=advice)
        check_count(name, shape[-1], advice="The last is the number of channels.")
    if len({shape[:-1] for shape in shapes.values()}) > 1:
        raise ValueError(
            "Samples and conditions must have the same axes but for channels. Received: "
            + ", ".join(f"{name}={shape}" for name, shape in shapes.items())
            + ". Resize the condition before the networks see it."
        )
