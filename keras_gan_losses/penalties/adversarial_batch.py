"""What a penalty sees of one update: the samples, and what the networks make of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import keras
from keras import ops

from keras_gan_losses.augmentation import Augmentation
from keras_gan_losses.backend import backend
from keras_gan_losses.penalties.heads import heads, joined
from keras_gan_losses.trees import in_float32, leaf_of, num_rows, outputs_by_name, sample_of
from keras_gan_losses.types import (
    Condition,
    Drawn,
    Latents,
    Outputs,
    Samples,
    Scores,
    Size,
    Tensor,
    Tree,
)

Computed = TypeVar("Computed")
Values = TypeVar("Values", bound=Tree | None)
Network = Callable[..., Tree]
Inputs: TypeAlias = Callable[[Samples | None, Condition | None], Tree]
Pass = tuple[Outputs, list[Tensor]]


def with_condition(first: Samples | None, condition: Condition | None) -> Tree:
    """Samples or latents, and after them the condition, as far as there are both."""
    both = [each for each in (first, condition) if each is not None]
    return both[0] if len(both) == 1 else both


class AdversarialBatch:
    """One batch of real and of generated samples, with their scores and gradients on demand.

    Each is computed once, when first asked for: a penalty on the gradient at the real samples
    and the loss of their scores share one forward pass. Make one in a training loop of your own
    to call penalties there.

    What the networks add to a loss themselves (`add_loss`, regularizers of weights and of
    activities) is kept of those passes alone: `discriminator_regularization` and
    `generator_regularization`.

    Args:
        discriminator: Model or function from samples (with a condition: from a list of samples
            and condition) to scores, or to a dictionary that has `"scores"` and further outputs.
            Scores of several heads are a list or a dictionary of tensors.
        real: Real samples, shape `(batch, …)`, or a tuple or dictionary of such tensors.
        fake: Generated samples, likewise; None lets the generator make them when needed.
        generator: Model or function from latents (with a condition: from a list) to samples, or
            to a dictionary that has `"sample"` and further outputs. A dictionary without it is
            one tree of samples.
        latents: What the generated samples were made from.
        condition: What both kinds of samples are conditioned on: a tensor, or several by name.
        fake_condition: What the generated samples are conditioned on, where their rows are others
            than those of `condition`.
        seed_generator: Source of the penalties' random numbers; by default a new one.
        state: Variables that both networks may read or change; by default their own. JAX
            needs them.
        generator_inputs: Function of latents and condition that gives what the generator takes;
            by default a list of both, or the latents where there is no condition.
        discriminator_inputs: Likewise, of samples and condition.
        augmentation: Changes all samples that the discriminator sees, each row in one way;
            gradients are by the samples as they were before it.

    Example:
    >>> discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> batch = AdversarialBatch(discriminator, ops.ones((4, 2)), ops.zeros((4, 2)))
    >>> tuple(batch.real_gradient.shape)
    (4, 2)
    """

    def __init__(
        self,
        discriminator: Network,
        real: Samples,
        fake: Samples | None = None,
        *,
        generator: Network | None = None,
        latents: Latents | None = None,
        condition: Condition | None = None,
        fake_condition: Condition | None = None,
        seed_generator: keras.random.SeedGenerator | None = None,
        state: Sequence[keras.Variable] | None = None,
        generator_inputs: Inputs = with_condition,
        discriminator_inputs: Inputs = with_condition,
        augmentation: Augmentation | None = None,
    ) -> None:
        self.real = _tensors(real)
        self.latents = latents
        self.condition = condition
        self.fake_condition = condition if fake_condition is None else fake_condition
        self.seed_generator = seed_generator or keras.random.SeedGenerator()
        self._given_fake = None if fake is None else _tensors(fake)
        self._discriminator = discriminator
        self._generator = generator
        self._state = state
        self._counts_own_losses = True
        self._generator_inputs = generator_inputs
        self._discriminator_inputs = discriminator_inputs
        self._cache: dict[str, Any] = {}
        self._augmentation = augmentation
        # At once, because what is drawn inside of a differentiation cannot be used outside of it.
        self._drawn: Drawn = None if augmentation is None else self._draw(augmentation)

    def afresh(self, fraction: float = 1.0) -> "AdversarialBatch":
        """The first part of the batch with nothing computed yet.

        Args:
            fraction: Share of the real samples, rounded up; each keeps its generated ones.
        """
        num_real = num_rows(self.real)
        taken = num_real if fraction == 1.0 else _share(fraction, num_real)

        def first(tree: Values) -> Values:
            if tree is None or fraction == 1.0:
                return tree
            return keras.tree.map_structure(
                lambda values: values[: ops.shape(values)[0] // num_real * taken], tree
            )

        batch = AdversarialBatch(
            self._discriminator,
            first(self.real),
            first(self._given_fake),
            generator=self._generator,
            latents=first(self.latents),
            condition=first(self.condition),
            fake_condition=first(self.fake_condition),
            seed_generator=self.seed_generator,
            state=self._state,
            generator_inputs=self._generator_inputs,
            discriminator_inputs=self._discriminator_inputs,
        )
        batch._augmentation = self._augmentation
        batch._drawn = keras.tree.map_structure(first, self._drawn)
        # What a penalty's own passes add does not count, and some scopes cannot even tell it.
        batch._counts_own_losses = False
        return batch

    def generate(self, latents: Latents | None) -> Samples:
        """Samples that the generator makes in training mode of any latents, float32.

        Raises:
            ValueError: If the batch was made without a generator.
        """
        return _tensors(self._make(latents)["sample"])

    def _make(self, latents: Latents | None) -> Outputs:
        if self._generator is None:
            raise ValueError("This batch has no generator. Make it with `generator=…`.")
        outputs = self._generator(
            self._generator_inputs(latents, self.fake_condition), training=True
        )
        return in_float32({**outputs_by_name(outputs, "sample"), "sample": sample_of(outputs)})

    def outputs(self, samples: Samples, condition: Condition | None = None) -> Outputs:
        """All that the discriminator says of any samples in training mode, float32, by name.

        The scores are called `"scores"`. The condition is the real samples', unless another is
        given.
        """
        told = self.condition if condition is None else condition
        inputs = self._discriminator_inputs(self._augmented(samples), told)
        return in_float32(outputs_by_name(self._discriminator(inputs, training=True), "scores"))

    def _draw(self, augmentation: Augmentation) -> Drawn:
        """Random numbers for each real sample, or each generated one where they are more."""
        most = self.real if self._given_fake is None else self._given_fake
        shape = (num_rows(most), *ops.shape(self.real)[1:])
        return augmentation.draw(shape, self.seed_generator)

    def _augmented(self, samples: Samples) -> Samples:
        """The samples as the discriminator sees them."""
        if self._augmentation is None:
            return samples
        count = num_rows(samples)
        # Samples that share a row in the batch are changed in one way, however many there are.
        drawn = keras.tree.map_structure(lambda each: _spread(each, count), self._drawn)
        return self._augmentation.call(leaf_of(samples, None), drawn)

    def score(self, samples: Samples, condition: Condition | None = None) -> Scores:
        """Scores of any samples in training mode, float32; those of all heads in one tensor."""
        return joined(heads(self.outputs(samples, condition)["scores"]))

    def score_gradient(self, samples: Samples) -> Samples:
        """Gradient of each sample's score by the sample, in its shape, float32.

        Of trees it is a tree, whose norm is that of all leaves together.
        """
        return self._pass_and_gradient(samples, self.condition)[1]

    @property
    def fake(self) -> Samples:
        """Generated samples."""
        if self._given_fake is not None:
            return self._given_fake
        return _tensors(self.generator_outputs["sample"])

    @property
    def generator_outputs(self) -> Outputs:
        """All that the generator makes of the batch's latents and condition, by name."""
        return self._once("generated", self._generated)[0]

    def named(self, name: str) -> Tree:
        """What penalties compare.

        Args:
            name: `"sample"`, `"real"`, `"latents"` or the name of some, a part of the condition
                (`"condition"`, where there is only one), or a further output of the generator.

        Raises:
            KeyError: If there is no such thing.
        """
        known = {"sample": lambda: self.fake, "real": lambda: self.real}
        if name in known:
            return known[name]()
        if name == "latents" and self.latents is not None:
            return self.latents
        if isinstance(self.latents, Mapping) and name in self.latents:
            return self.latents[name]
        parts = self.condition if isinstance(self.condition, Mapping) else {}
        if name in parts:
            return parts[name]
        if name == "condition" and self.condition is not None:
            return next(iter(parts.values())) if len(parts) == 1 else self.condition
        return self.generator_outputs[name]

    @property
    def real_outputs(self) -> Outputs:
        """All that the discriminator says of the real samples, by name."""
        return self._real_pass[0]

    @property
    def fake_outputs(self) -> Outputs:
        """All that the discriminator says of the generated samples, by name."""
        return self._fake_pass[0]

    @property
    def discriminator_regularization(self) -> list[Tensor]:
        """Mean of the discriminator's `losses` over its passes on the real and generated samples.

        Weights so count once, and what depends on samples half for each kind. One scalar, or
        none where the discriminator adds none.
        """
        both = [*self._real_pass[1], *self._fake_pass[1]]
        return [ops.divide(sum(both), 2.0)] if both else []

    @property
    def generator_regularization(self) -> list[Tensor]:
        """The generator's `losses` in the pass that made `fake`; none if it was given."""
        return [] if self._given_fake is not None else self._once("generated", self._generated)[1]

    @property
    def real_scores(self) -> Scores:
        """Scores of the real samples; those of all heads in one tensor."""
        return joined(self.real_heads)

    @property
    def fake_scores(self) -> Scores:
        """Scores of the generated samples; those of all heads in one tensor."""
        return joined(self.fake_heads)

    @property
    def real_heads(self) -> list[Scores]:
        """Each head's scores of the real samples."""
        return heads(self.real_outputs["scores"])

    @property
    def fake_heads(self) -> list[Scores]:
        """Each head's scores of the generated samples."""
        return heads(self.fake_outputs["scores"])

    @property
    def real_gradient(self) -> Samples:
        """Gradient of the score at each real sample."""
        return self._gradient("real", self.real, self.condition)

    @property
    def fake_gradient(self) -> Samples:
        """Gradient of the score at each generated sample."""
        return self._gradient("fake", self.fake, self.fake_condition)

    def input_gradient(self, function: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
        """Gradient by the inputs of the sum of a function's values, itself differentiable.

        The function may call both networks through this batch.
        """
        _, gradient = backend.input_gradient(
            lambda values: (function(values), None), inputs, self.state
        )
        return gradient

    @property
    def state(self) -> Sequence[keras.Variable]:
        """Variables that the networks and the penalties may read or change."""
        if self._state is not None:
            return self._state
        networks = (self._discriminator, self._generator)
        models = [network for network in networks if isinstance(network, keras.layers.Layer)]
        own = [variable for model in models for variable in model.variables]
        return [*own, self.seed_generator.state]

    def _once(self, name: str, compute: Callable[[], Computed]) -> Computed:
        if name not in self._cache:
            self._cache[name] = compute()
        return self._cache[name]

    def _generated(self) -> tuple[Outputs, list[Tensor]]:
        return self._make(self.latents), regularization(self._generator)

    @property
    def _real_pass(self) -> Pass:
        return self._once("real", lambda: self._pass(self.real, self.condition))

    @property
    def _fake_pass(self) -> Pass:
        return self._once("fake", lambda: self._pass(self.fake, self.fake_condition))

    def _pass(self, samples: Samples, condition: Condition | None) -> Pass:
        """What the discriminator says of samples, and what it adds to the loss on the way."""
        counted = self._discriminator if self._counts_own_losses else None
        return self.outputs(samples, condition), regularization(counted)

    def _gradient(self, kind: str, samples: Samples, condition: Condition | None) -> Samples:
        if f"{kind}_gradient" not in self._cache:
            passed, gradient = self._pass_and_gradient(samples, condition)
            self._cache |= {kind: passed, f"{kind}_gradient": gradient}
        return self._cache[f"{kind}_gradient"]

    def _pass_and_gradient(
        self, samples: Samples, condition: Condition | None
    ) -> tuple[Pass, Samples]:
        def scores_and_pass(samples: Samples) -> tuple[Scores, Pass]:
            # Inside of the differentiation, where JAX keeps what the pass adds.
            passed = self._pass(samples, condition)
            return joined(heads(passed[0]["scores"])), passed

        (_, passed), gradient = backend.input_gradient(
            scores_and_pass, in_float32(samples), self.state
        )
        return passed, gradient


def _tensors(samples: Samples) -> Samples:
    return keras.tree.map_structure(ops.convert_to_tensor, samples)


def regularization(network: Network | None) -> list[Tensor]:
    """The sum of what a network has added to the loss in its last pass, if that is anything."""
    losses = network.losses if isinstance(network, keras.layers.Layer) else []
    return [sum(ops.cast(loss, "float32") for loss in losses)] if losses else []


def _spread(values: Tensor, num_rows: Size) -> Tensor:
    """As many rows as asked for, in their order: some left out, or each several times."""
    known = ops.shape(values)[0]
    if isinstance(known, int) and known == num_rows:
        return values
    return ops.take(values, ops.arange(num_rows) * known // num_rows, axis=0)


def _share(fraction: float, number: Size) -> Size:
    """Part of a number, rounded up; in a graph the number may be unknown."""
    if isinstance(number, int):
        return math.ceil(fraction * number)
    return ops.cast(ops.ceil(fraction * ops.cast(number, "float32")), "int32")
