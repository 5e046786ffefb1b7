"""Pipelines of `tf.data`, which Keras reads on every backend."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Self

import keras
import numpy as np

from keras_gan_losses.feeding.array_form import check_kind
from keras_gan_losses.feeding.batch_form import unpacked
from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.condition_form import check_part_shape, check_presence
from keras_gan_losses.feeding.epoch_data import EpochData
from keras_gan_losses.feeding.sample_form import check_names, check_shape, of_leaf
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.feeding.tf_epochs import PassData, RunningData
from keras_gan_losses.game.players import NetworkSpecification, PartSpecification
from keras_gan_losses.trees import in_one_form, named_leaves, named_shapes
from keras_gan_losses.types import Batch, Data, Shape, Shapes, Tree

if TYPE_CHECKING:
    import tensorflow as tf


class TensorFlowSource(Source):
    """Batches from a `tf.data.Dataset`."""

    @classmethod
    def accepts(cls, x: Data) -> bool:
        """Whether data are a data set of TensorFlow, seen without loading it."""
        return hasattr(x, "element_spec")

    def read_by(self, reader: BatchReader) -> Self:
        """The same pipeline: its specification is looked at now, the batches when they are read."""
        if self.data.cardinality() == 0:
            reader.refuse_emptiness()
        _check_element(self.data.element_spec, reader.specification)
        return self._changed(data=_read(self.data, reader))

    def in_rounds(self, num_updates: int) -> Self:
        """A pipeline of rounds; the last one is filled up, for its length must be known before."""
        if num_updates == 1:
            return self
        return self._changed(data=_joined(self.data, num_updates), num_updates=num_updates)

    @property
    def length(self) -> int | None:
        """Number of batches, if the pipeline ends and tells."""
        length = int(self.data.cardinality())
        return length if length >= 0 else None

    @property
    def is_endless(self) -> bool:
        """Whether the pipeline repeats for ever."""
        return int(self.data.cardinality()) == -1

    @property
    def size(self) -> int:
        """Number of batches, or TensorFlow's number for none."""
        return int(self.data.cardinality())

    def update_sizes(self, num_updates: int) -> Iterator[tuple[str, int | None, int]]:
        """A batch, None if it is not known, and the last round."""
        size = keras.tree.flatten(self.data.element_spec)[0].shape[0]
        yield "batches", size, 1
        if self.length and size is not None:
            yield "a last round", size * (self.length % num_updates), num_updates

    def epochs(
        self, *, steps_per_epoch: int | None, shuffle: bool, steps_per_execution: int, seed: int
    ) -> EpochData:
        """Epochs that are passes, or parts of one that never ends."""
        if self.length and steps_per_epoch in (None, self.length):
            return PassData(self.data)
        if steps_per_epoch is None:
            raise ValueError(
                "A run on a tf.data.Dataset can be resumed only if an epoch has a length. Received "
                "one that does not tell it. Pass `steps_per_epoch`, or use "
                "dataset.apply(tf.data.experimental.assert_cardinality(...))."
            )
        # Keras always plays whole executions of a running data set.
        num_rounds = -(-steps_per_epoch // steps_per_execution) * steps_per_execution
        return RunningData(self.data, num_rounds)


def _check_element(element: Batch, specification: NetworkSpecification) -> None:
    samples, condition = unpacked(element, specification.sample_shape)
    for each in keras.tree.flatten((samples, [] if condition is None else condition)):
        if not hasattr(each, "name"):  # Of a dense tensor's specification alone.
            raise ValueError(
                "A batch must be (samples,) or (samples, condition), each a dense tensor or a tree "
                f"of such. Received: {each}. Convert it in a `map`."
            )
    _check_samples(samples, specification.sample_shape)
    check_presence(condition, specification)
    for each, part in _with_parts(condition, specification):
        check_kind(each.dtype, "labels")
        if (shape := _shape(each)) is not None:
            check_part_shape(shape, part)


def _check_samples(samples: Data, expected: Shapes) -> None:
    shapes, leaves = named_shapes(expected), named_leaves(samples)
    check_names(leaves, shapes)
    for name, wanted in shapes.items():
        where = of_leaf("", name)
        check_kind(leaves[name].dtype, "samples", where)
        shape = _shape(leaves[name])
        if shape is not None:
            check_shape(shape, wanted, where)
        elif None in wanted:
            raise ValueError(
                f"{where}Neither the tf.data.Dataset nor the networks tell the shape of samples. "
                "Call `set_shape` on them in a `map`, or build networks for one shape. The "
                f"networks take samples of shape {wanted}."
            )


def _with_parts(
    condition: Data, specification: NetworkSpecification
) -> list[tuple[Data, PartSpecification]]:
    if condition is None:
        return []
    if isinstance(condition, Mapping):
        return [(each, specification.parts[name]) for name, each in condition.items()]
    return [(condition, next(iter(specification.parts.values())))]


def _shape(specification: "tf.TensorSpec") -> Shape | None:
    shape = getattr(specification, "shape", None)
    return None if shape is None or shape.rank is None else tuple(shape)


def _read(dataset: "tf.data.Dataset", reader: BatchReader) -> "tf.data.Dataset":
    """The pipeline, with a look at each batch, and of shapes as the networks know them."""
    import tensorflow as tf

    specification = reader.specification
    samples, condition = unpacked(dataset.element_spec, specification.sample_shape)
    samples = in_one_form(samples)
    structure = (samples,) if condition is None else (samples, condition)
    ordered = dict(sorted(condition.items())) if isinstance(condition, Mapping) else condition
    parts = [part.shape for _, part in _with_parts(ordered, specification)]
    shapes = [*named_shapes(specification.sample_shape).values(), *parts]

    def look(number: np.int64, *arrays: np.ndarray) -> np.int64:
        reader(tf.nest.pack_sequence_as(structure, arrays), int(number))
        return np.int64(0)

    @tf.autograph.experimental.do_not_convert
    def read(number: tf.Tensor, batch: Batch) -> tuple[Tree, ...]:
        taken = unpacked(batch, specification.sample_shape)
        leaves = tf.nest.flatten(taken[: len(structure)])
        looked = tf.numpy_function(look, [number, *leaves], tf.int64)
        with tf.control_dependencies([looked]):
            done = map(formed, map(tf.identity, leaves), shapes)
            return tf.nest.pack_sequence_as(structure, list(done))

    def formed(leaf: tf.Tensor, shape: Shape) -> tf.Tensor:
        if None not in shape and leaf.shape.rank != len(shape) + 1:
            return tf.reshape(leaf, (-1, *shape))
        return tf.ensure_shape(leaf, (None, *shape))

    return dataset.enumerate().map(read)


def _joined(dataset: "tf.data.Dataset", num_updates: int) -> "tf.data.Dataset":
    import tensorflow as tf

    def joined(batches: tf.Tensor | tf.RaggedTensor) -> tf.Tensor:
        if isinstance(batches, tf.RaggedTensor):
            return filled(batches.values)
        return filled(tf.reshape(batches, tf.concat([[-1], tf.shape(batches)[2:]], axis=0)))

    def filled(samples: tf.Tensor) -> tf.Tensor:
        size = tf.shape(samples)[0]
        return tf.cond(
            size >= num_updates,
            lambda: samples,
            lambda: tf.gather(samples, tf.range(num_updates) % size),
        )

    return dataset.ragged_batch(num_updates).map(
        lambda *element: tf.nest.map_structure(joined, element)
    )
