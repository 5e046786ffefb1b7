"""What a penalty sees of one update: the samples, and what the discriminator makes of them."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from keras_gan_losses import backend

Network = Callable[..., Any]


class AdversarialBatch:
    """One batch of real and of generated samples, with their scores and gradients on demand.

    Each is computed once, when first asked for: a penalty on the gradient at the real samples
    and the loss of their scores share one forward pass. Make one in a training loop of your own
    to call penalties there.

    Args:
        discriminator: Model or function from samples (with labels: from a list of samples and
            labels) to scores.
        real: Real samples, shape `(batch, …)`.
        fake: Generated samples, likewise.
        labels: Class labels of both, for a conditional discriminator.
        seed_generator: Source of the penalties' random numbers; by default a new one.
        state: Variables that the discriminator may read or change; by default its own. JAX
            needs them.

    Example:
    >>> discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> batch = AdversarialBatch(discriminator, ops.ones((4, 2)), ops.zeros((4, 2)))
    >>> batch.real_gradient.shape == (4, 2)
    True
    """

    def __init__(
        self,
        discriminator: Network,
        real: Any,
        fake: Any,
        *,
        labels: Any = None,
        seed_generator: keras.random.SeedGenerator | None = None,
        state: Sequence[keras.Variable] | None = None,
    ) -> None:
        self.real = ops.convert_to_tensor(real)
        self.fake = ops.convert_to_tensor(fake)
        self.seed_generator = seed_generator or keras.random.SeedGenerator()
        self._discriminator = discriminator
        self._labels = labels
        self._state = state
        self._scores: dict[str, Any] = {}
        self._gradients: dict[str, Any] = {}

    def score(self, samples: Any) -> Any:
        """Scores of any samples in training mode, float32; they share the batch's labels."""
        inputs = samples if self._labels is None else [samples, self._labels]
        return ops.cast(self._discriminator(inputs, training=True), "float32")

    def score_gradient(self, samples: Any) -> Any:
        """Gradient of each sample's score by the sample, in its shape, float32."""
        return self._scores_and_gradient(samples)[1]

    @property
    def real_scores(self) -> Any:
        """Scores of the real samples."""
        return self._scores_of("real", self.real)

    @property
    def fake_scores(self) -> Any:
        """Scores of the generated samples."""
        return self._scores_of("fake", self.fake)

    @property
    def real_gradient(self) -> Any:
        """Gradient of the score at each real sample."""
        return self._gradient_of("real", self.real)

    @property
    def fake_gradient(self) -> Any:
        """Gradient of the score at each generated sample."""
        return self._gradient_of("fake", self.fake)

    def _scores_of(self, name: str, samples: Any) -> Any:
        if name not in self._scores:
            self._scores[name] = self.score(samples)
        return self._scores[name]

    def _gradient_of(self, name: str, samples: Any) -> Any:
        if name not in self._gradients:
            self._scores[name], self._gradients[name] = self._scores_and_gradient(samples)
        return self._gradients[name]

    def _scores_and_gradient(self, samples: Any) -> tuple[Any, Any]:
        samples = ops.cast(samples, "float32")
        return backend.input_gradient(self.score, samples, self._all_state())

    def _all_state(self) -> Sequence[keras.Variable]:
        if self._state is not None:
            return self._state
        own = getattr(self._discriminator, "variables", [])
        return [*own, self.seed_generator.state]
