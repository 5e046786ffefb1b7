"""Past generated samples, which the discriminator sees in the place of some new ones."""

from collections.abc import Sequence
from typing import Self

import keras
from keras import ops

from keras_gan_losses.backend import backend, global_batch
from keras_gan_losses.game.penalty_needs import runs_generator
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.penalties import Penalty
from keras_gan_losses.trees import named_shapes, of_shapes
from keras_gan_losses.types import Condition, Samples, Shape, Tensor


class FakePool:
    """Keeps past generated samples, each with its condition, and exchanges new ones for them.

    Samples go in one after the other, and are seen as they are, until the pool is full. From then
    on each is, with probability ½, exchanged for one that is drawn from the pool, and takes its
    place. All replicas have one pool, through which their samples pass as those of one device.

    Args:
        size: How many samples it keeps.
        specification: What passes between the networks.
    """

    def __init__(self, size: int, specification: NetworkSpecification) -> None:
        def kept(shape: Shape, dtype: str) -> keras.Variable:
            return _variable("kept", (size, *shape), dtype)

        samples = of_shapes(lambda shape: kept(shape, "float32"), specification.sample_shape)
        made = _pair(samples, specification.condition(kept))
        self._size = size
        self._kept: list[keras.Variable] = keras.tree.flatten(made)
        self._count = _variable("count", (), "int32")

    @classmethod
    def of(cls, size: int, specification: NetworkSpecification) -> Self | None:
        """A pool of a size; None of size 0."""
        return cls(size, specification) if size else None

    @property
    def variables(self) -> list[keras.Variable]:
        """What is saved with a GAN."""
        return [*self._kept, self._count]

    def exchange(
        self,
        samples: Samples,
        condition: Condition | None,
        seed_generator: keras.random.SeedGenerator,
    ) -> tuple[Samples, Condition | None]:
        """What the discriminator sees instead of new samples, with its condition.

        Args:
            samples: This replica's.
            condition: What they were generated for.
            seed_generator: Decides which ones are exchanged.
        """
        new = _pair(samples, condition)
        with backend.no_gradients():
            seen = self._exchange(keras.tree.flatten(new), seed_generator)
        seen = keras.tree.pack_sequence_as(new, [global_batch.own_rows(each) for each in seen])
        return seen[0], seen[1] if len(seen) > 1 else None

    def _exchange(
        self, new: Sequence[Tensor], seed_generator: keras.random.SeedGenerator
    ) -> list[Tensor]:
        pairs = zip(new, self._kept, strict=True)
        rows = [global_batch.all_rows(ops.cast(each, kept.dtype)) for each, kept in pairs]
        number = ops.shape(rows[0])[0]
        order, places = ops.arange(number), ops.arange(self._size)
        is_filling = self._count + order < self._size
        is_drawn = keras.random.uniform((number,), seed=seed_generator) < 0.5
        drawn = keras.random.randint((number,), 0, self._size, seed=seed_generator)
        place = ops.where(is_filling, self._count + order, ops.cast(drawn, order.dtype))
        goes_in = is_filling | is_drawn
        # A sample may be exchanged for one that came into the pool earlier in its batch.
        is_before = goes_in & (place == place[:, None]) & (order < order[:, None])
        is_exchanged = is_drawn & ~is_filling
        seen = []
        for values, kept in zip(rows, self._kept, strict=True):
            old = _with_last(is_before, values, ops.take(kept, place, axis=0))
            seen.append(_where(is_exchanged, old, values))
            kept.assign(_with_last(goes_in & (place == places[:, None]), values, kept.value))
        self._count.assign(ops.minimum(self._count + number, self._size))
        return seen


def check_pool(
    size: int, penalties: Sequence[Penalty], specification: NetworkSpecification
) -> None:
    """Raises if samples of the past cannot stand for those that were just generated.

    Args:
        size: Of the pool; 0 where there is none.
        penalties: The discriminator's.
        specification: What passes between the networks.

    Raises:
        ValueError: If samples differ in size, or a penalty asks what they were made from, or
            compares each with the real sample of its condition.
    """
    if not size:
        return
    samples = named_shapes(specification.sample_shape).values()
    shapes = [*samples, *(part.shape for part in specification.parts.values())]
    if any(None in shape for shape in shapes):
        raise ValueError(
            "A pool keeps samples of one size, with their condition. Received: "
            f"fake_pool={size} with networks of shapes {shapes}. Build them for one size, or leave "
            "out `fake_pool`."
        )
    has_pairs = bool(specification.discriminator_inputs.parts)
    for penalty in penalties:
        asks = set(specification.latent_names) & set(penalty.required_names)
        needs_origin = penalty.needs_latents or asks or runs_generator(penalty, specification)
        if needs_origin or (has_pairs and penalty.pairs_samples):
            what = "what samples were made from" if needs_origin else "samples of one condition"
            raise ValueError(
                f"The discriminator's penalty {penalty.name!r} needs {what}, which past samples "
                f"lack. Received: fake_pool={size}. Leave out the penalty or `fake_pool`."
            )


def _variable(name: str, shape: Shape, dtype: str) -> keras.Variable:
    return keras.Variable(
        "zeros", shape=shape, dtype=dtype, trainable=False, aggregation="none", name=name
    )


def _pair(samples: Samples, condition: Condition | None) -> tuple[Samples, ...]:
    return (samples,) if condition is None else (samples, condition)


def _with_last(is_source: Tensor, rows: Tensor, otherwise: Tensor) -> Tensor:
    """For each place the last of the rows that are its sources; without any, what was there.

    Args:
        is_source: Shape `(places, rows)`.
        rows: Shape `(rows, …)`.
        otherwise: Shape `(places, …)`.
    """
    order = ops.arange(ops.shape(rows)[0])
    last = ops.max(ops.where(is_source, order, -1), axis=1)
    return _where(last >= 0, ops.take(rows, ops.maximum(last, 0), axis=0), otherwise)


def _where(is_chosen: Tensor, chosen: Tensor, otherwise: Tensor) -> Tensor:
    """Rows of the one or the other."""
    shape = (-1, *[1] * (len(chosen.shape) - 1))
    return ops.where(ops.reshape(is_chosen, shape), chosen, otherwise)
