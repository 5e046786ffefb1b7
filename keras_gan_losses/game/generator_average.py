"""A second generator, whose weights are the moving average of the trained one's."""

import contextlib
import math
from typing import Any

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.validation import check_number

_LEAST_HALF_LIFE = 1e-8


class GeneratorAverage(keras.layers.Layer):
    """Holds a copy of the generator and moves its weights after the trained ones.

    Args:
        generator: What is trained; only its structure and its present weights are taken.
        specification: Shapes of latents and labels.
        half_life: Real samples after which a past weight counts half as much.
        ramp_up: Half-life as a share of the samples seen, until `half_life` is reached; None
            averages with the full half-life from the start.

    Raises:
        ValueError: If a number is out of its range, or the generator cannot be copied.
    """

    def __init__(
        self,
        generator: keras.Model,
        specification: NetworkSpecification,
        *,
        half_life: float,
        ramp_up: float | None,
    ) -> None:
        super().__init__(name="generator_average", trainable=False, dtype="float32")
        self.set_pace(half_life, ramp_up)
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

    @property
    def pace(self) -> dict[str, float | None]:
        """The arguments of `set_pace`."""
        return {"half_life": self.half_life, "ramp_up": self.ramp_up}

    def set_pace(self, half_life: float, ramp_up: float | None) -> None:
        """Chooses how fast the past is forgotten."""
        check_pace(half_life, ramp_up)
        self.half_life = half_life
        self.ramp_up = ramp_up

    def update(self, generator: keras.Model, num_samples: Any) -> None:
        """Moves the average by one round.

        What is not trained (batch statistics, singular vectors, counters) is copied, because a
        mean of two valid states of a layer need not be one.

        Args:
            generator: The trained generator, after its update.
            num_samples: Real samples that this replica has seen in the round.
        """
        num_samples = ops.cast(num_samples * backend.num_replicas(), "float32")
        share = self._share(num_samples)
        self.samples_seen.assign(self.samples_seen + num_samples)
        pairs = zip(self.network.weights, generator.weights, strict=True)
        with backend.no_gradients():
            for average, variable in pairs:
                is_averaged = variable.trainable
                moved = average + share * (variable - average) if is_averaged else variable.value
                average.assign(moved)

    def _share(self, num_samples: Any) -> Any:
        """Weight of the newest: 1 − ½^(num_samples / half-life)."""
        half_life = self.half_life
        if self.ramp_up is not None:
            ramped = ops.maximum(self.ramp_up * self.samples_seen, _LEAST_HALF_LIFE)
            half_life = ops.minimum(ramped, half_life)
        return -ops.expm1(-math.log(2.0) * num_samples / half_life)


class AveragesGenerator:
    """Gives a GAN the methods for an averaged generator.

    Mixin of `GAN`, whose attributes it reads.
    """

    @property
    def averaged_generator(self) -> keras.Model | None:
        """The averaged generator, or None where the GAN has none."""
        return None if self.generator_average is None else self.generator_average.network

    @property
    def sampling_generator(self) -> keras.Model:
        """What samples are made by: the averaged generator where there is one."""
        return self.generator if self.generator_average is None else self.averaged_generator

    def average_generator(
        self, *, half_life: float = 10_000.0, ramp_up: float | None = 0.05
    ) -> None:
        """Lets every round from now on move an average of the generator's weights.

        `callbacks.GeneratorAveraging` calls it and explains the arguments. A GAN that has an
        average already keeps it, and changes its pace.

        Args:
            half_life: Real samples after which a past weight counts half as much, above 0.
            ramp_up: Half-life as a share of the samples seen, until `half_life` is reached;
                None leaves it out.

        Raises:
            ValueError: If a number is out of its range, or the generator cannot be copied; the
                GAN stays as it was.
        """
        pace = {"half_life": half_life, "ramp_up": ramp_up}
        if self.generator_average is not None and self.generator_average.pace == pace:
            return
        self.check_free("average_generator")
        if self.generator_average is None:
            # In a distribution strategy of TensorFlow each replica needs its own.
            strategy = getattr(self, "distribute_strategy", None)
            with contextlib.nullcontext() if strategy is None else strategy.scope():
                average = GeneratorAverage(self.generator, self.specification, **pace)
            self.generator_average = average
        else:
            self.generator_average.set_pace(**pace)
        # Traced without the average, or with another pace.
        self.train_function = self.test_function = self.predict_function = None


def check_pace(half_life: float, ramp_up: float | None) -> None:
    """Raises unless both are finite numbers above 0; the second may be None.

    Raises:
        ValueError: With what to use instead.
    """
    advice = "It counts real samples; 10,000 are usual."
    check_number("half_life", half_life, minimum=_LEAST_HALF_LIFE, advice=advice)
    if ramp_up is not None:
        advice = "0.05 is usual; None leaves it out."
        check_number("ramp_up", ramp_up, minimum=_LEAST_HALF_LIFE, advice=advice)


def _copy(generator: keras.Model, specification: NetworkSpecification) -> keras.Model:
    """A generator of the same structure and weights, made without a change to random numbers."""
    try:
        with preserved_random_state():
            copy = keras.models.clone_model(generator)
            label = specification.label
            latents = keras.KerasTensor((None, *specification.latent_shape), dtype="float32")
            labels = None if label is None else keras.KerasTensor((None, *label.shape), label.dtype)
            copy(latents if labels is None else [latents, labels])
            copy.set_weights(generator.get_weights())
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
