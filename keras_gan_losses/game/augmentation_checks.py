"""Whether an augmentation suits the samples, the networks and the loss."""

from collections.abc import Iterator

import numpy as np
from keras import ops

from keras_gan_losses.augmentation import Augmentation
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.objectives import Objective
from keras_gan_losses.trees import named_shapes

_IMAGE_RANK = 2
# Of a loss's range where both kinds of samples have one score, how much 0 may be off the lowest.
_SLACK = 0.005


def check_augmentation(
    augmentation: Augmentation | None, objective: Objective, specification: NetworkSpecification
) -> None:
    """Raises if an augmentation cannot be played with.

    Raises:
        ValueError: If samples have another form, an image beside a sample would no longer fit it,
            the augmentation has no derivatives, or it asks for scores that the loss does not give.
    """
    if augmentation is None:
        return
    shapes = named_shapes(specification.sample_shape)
    if None not in shapes:
        raise ValueError(
            f"An augmentation changes samples that are one tensor. Received samples of the leaves "
            f"{list(shapes)}. Augment your data, or begin the discriminator with random layers."
        )
    augmentation.check(shapes[None])
    beside = next(_images_beside(specification), None)
    if beside is not None and augmentation.moves_pixels:
        raise ValueError(
            f"The discriminator compares samples with the condition {beside!r}, an image, which "
            "an augmentation leaves as it is. Received: an augmentation that moves pixels. Take "
            "some that do not: augmentation=[augmentation.Brightness(), augmentation.Cutout()]; "
            "set `moves_pixels = False` in one of your own; and shift or flip pairs in your data."
        )
    if augmentation.needs_origin and not _has_origin(objective):
        raise ValueError(
            "augmentation.Adaptive takes samples of positive scores for those that the "
            f"discriminator believes to be real. Received: {objective.discriminator_loss.name!r}, "
            "whose scores do not change sign there. Use Adaptive(compares_pairs=True), which "
            "compares scores of real and of generated samples."
        )


def _images_beside(specification: NetworkSpecification) -> Iterator[str]:
    """Names of the parts of the condition that are images and that the discriminator sees."""
    for name in specification.discriminator_inputs.parts:
        if len(specification.parts[name].shape) >= _IMAGE_RANK:
            yield name


def _has_origin(objective: Objective) -> bool:
    """Whether the discriminator's loss is lowest at 0 where it cannot tell samples apart."""
    loss = objective.discriminator_loss
    if loss.scores_are_energies:
        return False
    scores = np.linspace(-4.0, 4.0, 33, dtype="float32")[:, None]
    values = [
        float(ops.convert_to_numpy(ops.mean(loss.call(*(ops.convert_to_tensor(both),) * 2))))
        for both in scores[:, None]
    ]
    lowest, highest = min(values), max(values)
    return highest > lowest and values[len(values) // 2] <= lowest + _SLACK * (highest - lowest)
