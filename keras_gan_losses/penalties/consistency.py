"""Consistency regularisation: what small changes of samples and latents may do."""

from typing import Any, ClassVar

import keras
from keras import ops

from keras_gan_losses import augmentation as augmentation_module
from keras_gan_losses.augmentation.wrapped import AugmentationLike
from keras_gan_losses.backend import backend, global_batch
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.penalty import Penalty, squared_norm
from keras_gan_losses.penalties.sample_means import sample_means
from keras_gan_losses.registration import register
from keras_gan_losses.trees import LeafName, named_leaves, packed
from keras_gan_losses.types import Condition, Samples, Scores, Tensor
from keras_gan_losses.validation import check_number


@register
class ConsistencyPenalty(Penalty):
    """Holds the score of an augmented sample at the score of the sample.

    Choose it, cheap as it needs no gradient, where samples can be changed without becoming less
    real: images by flips and shifts. With `fake_weight` it is the balanced form (bCR), which
    keeps artefacts of the augmentation out of the generated samples.

    Formula, per sample: weight · (D(real) − D(T(real)))² + fake_weight · (D(fake) −
    D(T(fake)))², where T is the augmentation; of patch maps the mean over patches,
    and of several generated samples for a real one the mean over them. Only the discriminator
    learns from it. `compile(augmentation=…)`, which changes the discriminator's every input, is
    another method; with both, T acts first.

    Args:
        augmentation: T, as `compile` takes it: an augmentation, its name, a Keras layer, which
            runs in training mode, a function from samples to samples, or a list of them. To save a
            function, register it with `keras.saving.register_keras_serializable`. A layer belongs
            to one penalty, in whose `variables` its random state is.
        on: Name of the leaf that is augmented, where samples are trees; the others stay.
        weight: λ of real samples, at least 0; 10 in the paper.
        fake_weight: λ of generated samples, at least 0; 10 in the balanced form.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        TypeError: If `augmentation` is something else.
        ValueError: If a weight is negative or not finite.

    Example:
    >>> score = lambda images, training: ops.sum(images, axis=(1, 2, 3))
    >>> batch = AdversarialBatch(score, ops.ones((2, 4, 4, 1)), ops.zeros((2, 4, 4, 1)))
    >>> penalty = ConsistencyPenalty(augmentation=keras.layers.RandomFlip("horizontal"))
    >>> ops.convert_to_numpy(penalty(batch)).tolist()  # a flip leaves the sum as it is
    [0.0, 0.0]

    Reference:
        Zhang et al., 2019, arXiv:1910.12027; balanced: Zhao et al., 2020, arXiv:2002.04724.
    """

    sees_one_leaf = True

    def __init__(
        self,
        *,
        augmentation: str | AugmentationLike,
        on: LeafName = None,
        weight: float = 10.0,
        fake_weight: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 10.0.")
        advice = "Use 10.0 for the balanced form, 0.0 for real samples alone."
        check_number("fake_weight", fake_weight, minimum=0.0, advice=advice)
        self.augmentation = augmentation_module.get(augmentation)
        self.on = on
        self.weight = weight
        self.fake_weight = fake_weight

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        augmented = self._score_augmented(batch, batch.real, batch.condition)
        values = self.weight * sample_means(ops.square(batch.real_scores - augmented))
        if not self.fake_weight:
            return values
        augmented = self._score_augmented(batch, batch.fake, batch.fake_condition)
        squares = ops.square(batch.fake_scores - augmented)
        return values + self.fake_weight * sample_means(squares, ops.shape(values)[0])

    def _score_augmented(
        self, batch: AdversarialBatch, samples: Samples, condition: Condition | None
    ) -> Scores:
        leaves = named_leaves(samples)
        augmented = self.augmentation(leaves[self.on], batch.seed_generator)
        return batch.score(packed({**leaves, self.on: augmented}), condition)


@register
class LatentConsistencyPenalty(Penalty):
    """Holds the score of a generated sample where a small change of its latents would leave it.

    Choose it beside `ConsistencyPenalty`, whose counterpart on latents it is (zCR), and with
    `LatentDiversityPenalty`: alone it invites the generator to ignore its latents.

    Formula, per sample: weight · (D(G(z)) − D(G(z + δ)))², δ ~ N(0, standard_deviation²) for
    each latent; of patch maps the mean over patches. Only the discriminator learns from it.

    Args:
        weight: λ, at least 0; 5 in the paper.
        standard_deviation: Size of the change, at least 0; 0.03 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If an argument is negative or not finite; in a call, if the batch was made
            without latents or without a generator.

    Example:
    >>> generate = lambda latents, training: 2.0 * latents
    >>> score = lambda samples, training: ops.sum(samples, axis=1)
    >>> latents = ops.ones((4, 3))
    >>> batch = AdversarialBatch(score, latents, generator=generate, latents=latents)
    >>> tuple(LatentConsistencyPenalty()(batch).shape)
    (4,)

    Reference:
        Zhao et al., 2020, arXiv:2002.04724.
    """

    needs_latents: ClassVar[bool] = True

    def __init__(
        self, *, weight: float = 5.0, standard_deviation: float = 0.03, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 5.0.")
        _check_standard_deviation(standard_deviation)
        self.weight = weight
        self.standard_deviation = standard_deviation

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        with backend.no_gradients():
            changed = _generate_nearby(batch, self.standard_deviation)
        constant = keras.tree.map_structure(ops.stop_gradient, changed)
        difference = batch.fake_scores - batch.score(constant, batch.fake_condition)
        return self.weight * sample_means(ops.square(difference))


@register
class LatentDiversityPenalty(Penalty):
    """Drives generated samples apart whose latents are near each other.

    Choose it with `LatentConsistencyPenalty`, as zCR's term of the generator. It has no lower
    bound but that of the samples, so keep the weight small, and the samples bounded by tanh for
    instance.

    Formula, per sample: −weight · ‖G(z) − G(z + δ)‖², δ ~ N(0, standard_deviation²) for each
    latent, and ‖·‖² the sum over all dimensions of one sample, as the paper writes it. Some
    reimplementations take the mean over the dimensions: their weight is ours times their number.

    Args:
        weight: λ, at least 0; 0.5 in the paper.
        standard_deviation: Size of the change, at least 0; 0.03 in the paper.
        **kwargs: `every`, `fraction`, `schedule` and `name`, as for every penalty.

    Raises:
        ValueError: If an argument is negative or not finite; in a call, if the batch was made
            without latents or without a generator.

    Example:
    >>> generate = lambda latents, training: 2.0 * latents
    >>> latents = ops.ones((4, 3))
    >>> batch = AdversarialBatch(None, latents, generator=generate, latents=latents)
    >>> bool(ops.max(LatentDiversityPenalty()(batch)) < 0.0)  # a reward for any distance
    True

    Reference:
        Zhao et al., 2020, arXiv:2002.04724.
    """

    player = "generator"
    needs_generator = True
    needs_latents: ClassVar[bool] = True

    def __init__(
        self, *, weight: float = 0.5, standard_deviation: float = 0.03, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        check_number("weight", weight, minimum=0.0, advice="The paper's weight is 0.5.")
        _check_standard_deviation(standard_deviation)
        self.weight = weight
        self.standard_deviation = standard_deviation

    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        changed = _generate_nearby(batch, self.standard_deviation)
        difference = keras.tree.map_structure(ops.subtract, batch.fake, changed)
        return -self.weight * squared_norm(difference)


def _check_standard_deviation(value: float) -> None:
    advice = "Use 0.03 for the setting of the paper."
    check_number("standard_deviation", value, minimum=0.0, advice=advice)


def _generate_nearby(batch: AdversarialBatch, standard_deviation: float) -> Samples:
    """Samples of latents near those of the batch."""
    if batch.latents is None:
        raise ValueError("This batch has no latents. Make it with `latents=…`.")
    latents = ops.convert_to_tensor(batch.latents)
    step = global_batch.draw(keras.random.normal, ops.shape(latents), seed=batch.seed_generator)
    return batch.generate(latents + standard_deviation * ops.cast(step, latents.dtype))
