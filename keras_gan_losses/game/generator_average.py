"""A second generator, whose weights are the moving average of the trained one's."""

import math
from dataclasses import dataclass

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.game.players import NetworkSpecification, symbolic
from keras_gan_losses.held_variables import refresh_layers
from keras_gan_losses.registration import Configurable, register
from keras_gan_losses.types import Size, Tensor
from keras_gan_losses.validation import check_number

_LEAST_HALF_LIFE = 1e-8


@register
@dataclass(frozen=True, kw_only=True)
class GeneratorAverage(Configurable):
    """Gives the GAN a second generator, whose weights are a moving average of the trained one's.

    Choose it for nearly every final model: the two players circle around their equilibrium, and
    the average lies nearer to it than any of the points it is made of, so that samples are
    better and change less from epoch to epoch. Training itself is not touched: its weights are
    the same, to the bit, with and without it.

    The average is moved inside the compiled step and costs no transfer. `gan.generate`,
    `gan.predict`, `gan.evaluate`, validation and `gan.export` use it, `gan.averaged_generator`
    is it, and `gan.generator` stays what is trained. It is saved and loaded with the GAN. Another
    `compile` with an average lets the same one go on, with the new pace; one without removes it.

    Formula, after a round that saw n real samples (`discriminator_steps` batches), N samples
    having been seen before: average ← ½^(n/h) average + (1 − ½^(n/h)) weights, with
    h = min(half_life, ramp_up · N). After the first round the average is the weights. An epoch
    counts all its samples once, whatever the batch size and `discriminator_steps`, so that
    `half_life=5 * len(x)` means five epochs. The fixed rate β of other libraries is
    half_life = −n / log₂ β: with 64 samples a round, 0.999 are 44,338.

    Only trained weights are averaged, in float32. All else, such as the statistics of batch
    normalisation, is copied from the generator, as in StyleGAN.

    Args:
        half_life: Real samples after which a past weight counts half as much, above 0. The
            papers used 10,000 (StyleGAN2, batches of 32) to 500,000 (EDM).
        ramp_up: Half-life as a share of the samples seen, until `half_life` is reached, so that
            the poor beginning is forgotten sooner; above 0. None leaves it out.

    Raises:
        ValueError: If a number is out of its range; by `compile`, if the generator cannot be
            copied.

    Example:
    >>> from keras_gan_losses import GAN, architectures, datasets
    >>> gan = GAN(*architectures.mlp((2,), 2, hidden_units=(8,)), latent_dim=2)
    >>> gan.compile(average=GeneratorAverage(half_life=1000))
    >>> history = gan.fit(datasets.ring(64).samples, verbose=0)
    >>> gan.averaged_generator is gan.generator
    False

    Reference:
        Karras et al., 2017, arXiv:1710.10196, section 4 (the average); 2020, arXiv:2006.06676,
        appendix, and 2022, arXiv:2206.00364, table 6 (half-life and ramp-up).
    """

    half_life: float = 10_000.0
    ramp_up: float | None = 0.05

    def __post_init__(self) -> None:
        advice = "It counts real samples; 10,000 are usual."
        check_number("half_life", self.half_life, minimum=_LEAST_HALF_LIFE, advice=advice)
        if self.ramp_up is not None:
            advice = "0.05 is usual; None leaves it out."
            check_number("ramp_up", self.ramp_up, minimum=_LEAST_HALF_LIFE, advice=advice)


class AveragedGenerator(keras.layers.Layer):
    """Holds a copy of the generator and moves its weights after the trained ones.

    Args:
        generator: What is trained; only its structure and its present weights are taken.
        specification: Shapes of latents and of the condition.
        pace: How fast the past is forgotten.

    Raises:
        ValueError: If the generator cannot be copied.
    """

    def __init__(
        self, generator: keras.Model, specification: NetworkSpecification, pace: GeneratorAverage
    ) -> None:
        super().__init__(name="generator_average", trainable=False, dtype="float32")
        self.pace = pace
        self.samples_seen = self.add_weight(
            name="samples_seen",
            shape=(),
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )
        self.network = _copy(generator, specification)
        self.network.trainable = False
        self.built = True

    def update(self, generator: keras.Model, num_samples: Size) -> None:
        """Moves the average by one round.

        What is not trained (batch statistics, singular vectors, counters) is copied, because a
        mean of two valid states of a layer need not be one.

        Args:
            generator: The trained generator, after its update.
            num_samples: Real samples that this replica has seen in the round.
        """
        seen = ops.cast(num_samples * backend.num_replicas(), "float32")
        share = self._share(seen)
        self.samples_seen.assign(self.samples_seen + seen)
        pairs = zip(self.network.weights, generator.weights, strict=True)
        with backend.no_gradients():
            for average, variable in pairs:
                is_averaged = variable.trainable
                moved = average + share * (variable - average) if is_averaged else variable.value
                average.assign(moved)

    def _share(self, num_samples: Tensor) -> Tensor:
        """Weight of the newest: 1 − ½^(num_samples / half-life)."""
        half_life = self.pace.half_life
        if self.pace.ramp_up is not None:
            ramped = ops.maximum(self.pace.ramp_up * self.samples_seen, _LEAST_HALF_LIFE)
            half_life = ops.minimum(ramped, half_life)
        return -ops.expm1(-math.log(2.0) * num_samples / half_life)


def _copy(generator: keras.Model, specification: NetworkSpecification) -> keras.Model:
    """A generator of the same structure and weights, made without a change to random numbers."""
    try:
        with preserved_random_state():
            copy = keras.models.clone_model(generator)
            copy(specification.generator_call(symbolic))
            copy.set_weights(generator.get_weights())
            refresh_layers(copy)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(
            f"The generator {generator.name!r} cannot be copied for averaging. Build it as a "
            "functional or Sequential model, or give its class the methods `get_config` and "
            f"`from_config`. Keras said: {error}"
        ) from error
    dtypes = sorted({v.dtype for v in copy.weights if v.trainable} & {"float16", "bfloat16"})
    if dtypes:
        raise ValueError(
            f"The generator's weights are {dtypes[0]}, in which an average stands still, because "
            "its steps are too small. Use the policy 'mixed_bfloat16' or 'mixed_float16', which "
            "keeps the weights in float32."
        )
    copy.name = f"averaged_{generator.name}"
    return copy
