"""Reconstruction: the generator's samples resemble the real ones that share their condition."""

from typing import Any

import keras

from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty
from keras_gan_losses.penalties.sample_means import sample_means
from keras_gan_losses.registration import register
from keras_gan_losses.trees import in_float32
from keras_gan_losses.types import Tensor, Tree
from keras_gan_losses.validation import check_number


@register
class ReconstructionPenalty(Penalty):
    """Draws something that the generator makes to something that is known, value by value.

    Choose it where the generator has one right answer: translation of pairs, restoration,
    autoencoders, and, with a further output of the generator, cycles and identities. What are
    compared are named: `"sample"` is what is generated, `"real"` the real sample of the same
    row, `"latents"` and the parts of the condition (`"condition"` where it has no name) what the
    generator was given, and a generator that returns `{"sample": …, "cycle": …}` adds `"cycle"`.

    Formula, per sample: weight · loss(to, of), the mean over all dimensions; of trees the sum over
    their leaves, each compared with the one of its name.

    Args:
        of: Name of what is made.
        to: Name of what it shall resemble.
        loss: What tells how far they are apart: a name as Keras knows it, or a
            `keras.losses.Loss`.
        weight: At least 0; pix2pix has 100 for the mean absolute error.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty; give a name
            where one GAN has several.

    Raises:
        ValueError: If `weight` is negative or not finite, or Keras knows no such loss; in
            `compile`, if there is nothing of a name, or the two have different shapes.

    Example:
    >>> from keras import ops
    >>> batch = AdversarialBatch(None, ops.ones((2, 3)), ops.zeros((2, 3)))
    >>> penalty = ReconstructionPenalty("sample", "real", weight=100.0)
    >>> ops.convert_to_numpy(penalty(batch)).tolist()
    [100.0, 100.0]

    Reference:
        Isola et al., 2016, arXiv:1611.07004, section 3.1 (pairs); Zhu et al., 2017,
        arXiv:1703.10593, section 3.2 (cycles).
    """

    player = "generator"

    def __init__(
        self,
        of: str = "sample",
        to: str = "real",
        *,
        loss: str | keras.losses.Loss = "mean_absolute_error",
        weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="pix2pix has 100.0.")
        self.of = of
        self.to = to
        self.loss = loss
        self.weight = weight
        self.required_names = (of, to)
        self._distance = keras.losses.get(loss)

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        made, wanted = (
            keras.tree.lists_to_tuples(in_float32(batch.named(n))) for n in (self.of, self.to)
        )
        self._check_shapes(made, wanted)
        distance = self._distance
        values = distance.call if isinstance(distance, keras.losses.Loss) else distance
        pairs = zip(keras.tree.flatten(wanted), keras.tree.flatten(made), strict=True)
        first, *others = (sample_means(values(*pair)) for pair in pairs)
        return self.weight * sum(others, start=first)

    def _check_shapes(self, made: Tree, wanted: Tree) -> None:
        both = [
            keras.tree.map_structure(lambda leaf: tuple(leaf.shape), tree)
            for tree in (made, wanted)
        ]
        if both[0] != both[1]:
            raise ValueError(
                f"The penalty {self.name!r} compares values one by one. Received: {self.of!r} of "
                f"shape {both[0]} and {self.to!r} of shape {both[1]}. Let the generator give both "
                "in one shape, and leaves by the same names."
            )
