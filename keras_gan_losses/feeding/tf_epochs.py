"""Epochs as `tf.data` pipelines, made of arrays or of other pipelines."""

import hashlib
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from keras_gan_losses.feeding.epoch_data import EpochData
from keras_gan_losses.types import Batch, Tree

if TYPE_CHECKING:
    import tensorflow as tf

_ROUNDS_AHEAD = 2


def gathered(
    arrays: tuple[Tree, ...],
    block: Callable[[int], tuple[np.ndarray, np.ndarray]],
    *,
    num_blocks: int,
    num_rounds: int,
    round_size: int | None,
) -> "tf.data.Dataset":
    """Pipeline of an epoch's rounds, gathered from arrays ahead of time.

    Args:
        arrays: Samples, and their condition if there is one.
        block: Gives some rounds' indices of shape `(rounds, samples)` and how many count in each;
            asked for the blocks of an epoch in order, from 0 on.
        num_blocks: Blocks in an epoch.
        num_rounds: Rounds in an epoch.
        round_size: Samples in a round, if all rounds have as many: a graph of a known size is
            faster, for it computes no shapes.
    """
    import tensorflow as tf

    with tf.device("CPU:0"):
        tensors = tf.nest.map_structure(tf.convert_to_tensor, arrays)

    # Converting them, though nothing in them needs it, would put off the first round.
    @tf.autograph.experimental.do_not_convert
    def read(number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        indices, counts = tf.numpy_function(block, [number], [tf.int64, tf.int64])
        return tf.ensure_shape(indices, (None, round_size)), tf.ensure_shape(counts, (None,))

    @tf.autograph.experimental.do_not_convert
    def gather(indices: tf.Tensor, count: tf.Tensor) -> tuple[Tree, ...]:
        if round_size is None:
            indices = indices[:count]
        return tf.nest.map_structure(lambda tensor: tf.gather(tensor, indices), tensors)

    # Not from_generator: under Python 3.11 and later it sets M_TRIM_THRESHOLD to 128 KiB for the
    # whole process, whose larger tensors then come from and go to the system: 8 % of a DCGAN round.
    rounds = tf.data.Dataset.range(num_blocks).map(read).unbatch().map(gather)
    rounds = rounds.apply(tf.data.experimental.assert_cardinality(num_rounds))
    options = tf.data.Options()
    # Of several workers each takes its part of every round; there are no files to be shared out.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    # The tuner sleeps for ever longer spans, and an epoch does not end before it wakes: one of 1.3
    # seconds may take 2.6, and one of 6 seconds 10.
    options.autotune.enabled = False
    return rounds.prefetch(_ROUNDS_AHEAD).with_options(options)


class PassData(EpochData):
    """Epochs of a finite `tf.data.Dataset`, each one pass over it.

    A data set that shuffles anew in each pass draws the seeds of a pass when the pass is opened.
    They depend on the data set's seed, the global one, and how many passes were opened before:
    the passes of an interrupted run are therefore opened again, though nothing is read from
    them. The first batch of each pass is digested, so that another order does not go unnoticed.

    Args:
        dataset: Its length must be known.
    """

    num_rounds: int

    def __init__(self, dataset: "tf.data.Dataset") -> None:
        super().__init__(int(dataset.cardinality()))
        self._dataset = dataset
        self._digests: dict[str, str] = {}
        self._num_opened = 0

    @property
    def first_batches(self) -> dict[str, str]:
        """Digest of the first batch of each pass read, by its number."""
        return dict(self._digests)

    def seek(self, epoch: int, first_round: int) -> None:
        """Goes to a round, having opened the passes before."""
        super().seek(epoch, first_round)
        for number in range(self._num_opened, epoch):
            self._open(number, reads=first_round == 0 and number == epoch - 1)
        self._num_opened = epoch

    def begin_epoch(self, epoch: int) -> None:
        """Tells which epoch is read next."""
        super().begin_epoch(epoch)
        self._num_opened = max(self._num_opened, epoch + 1)

    def feed(self) -> "tf.data.Dataset":
        """Pipeline that opens a pass when its epoch begins, and leaves out what has been."""
        import tensorflow as tf

        rounds = self._noting().skip(self.first_round)
        # Keras makes more iterators than it reads. Only one that is read opens a pass.
        lazily = tf.data.Dataset.range(1).flat_map(lambda _: rounds)
        length = self.num_rounds - self.first_round
        lazily = lazily.apply(tf.data.experimental.assert_cardinality(length))
        return lazily.prefetch(tf.data.AUTOTUNE)

    def _open(self, number: int, *, reads: bool) -> None:
        self.epoch, epoch = number, self.epoch
        rounds = iter(self._noting())
        if reads:
            next(rounds)
        self.epoch = epoch

    def _noting(self) -> "tf.data.Dataset":
        """The data set, with its first batch digested on the way."""
        import tensorflow as tf

        # TensorFlow keeps `digest` for the life of the process, and not the data with it.
        weakly = weakref.ref(self)

        def digest(*arrays: np.ndarray) -> np.int64:
            joined = hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays))
            if (data := weakly()) is not None:
                data._digests = {str(data.epoch): joined.hexdigest()[:16]}
            return np.int64(0)

        def note(index: tf.Tensor, batch: Batch) -> Batch:
            leaves = tf.nest.flatten(batch, expand_composites=True)
            done = tf.cond(
                tf.equal(index, 0),
                lambda: tf.numpy_function(digest, leaves, tf.int64),
                lambda: tf.constant(0, tf.int64),
            )
            with tf.control_dependencies([done]):
                return tf.nest.map_structure(tf.identity, batch, expand_composites=True)

        return self._dataset.enumerate().map(note)


class RunningData(EpochData):
    """Epochs that are cut to a length from one running `tf.data.Dataset`, repeated if it ends.

    To find a place, all that comes before it is read and left out.

    Args:
        dataset: Finite or not.
        steps_per_epoch: Rounds in an epoch.
    """

    num_rounds: int

    def __init__(self, dataset: "tf.data.Dataset", steps_per_epoch: int) -> None:
        super().__init__(steps_per_epoch)
        self._dataset = dataset
        self._begun: tuple[int, Iterator[Batch]] | None = None

    @property
    def steps_per_epoch(self) -> int:
        """Rounds that are left of the epoch."""
        return self.num_rounds - self.first_round

    def feed(self) -> "tf.data.Dataset":
        """Pipeline from the place sought on; the rest of a begun epoch and what follows are one.

        A second pipeline would shuffle its first pass as the first one its next.
        """
        place = self.epoch * self.num_rounds + self.first_round
        rest = self._begun[1] if self._begun and self._begun[0] == place else None
        self._begun = None
        if rest is None and self.first_round == 0:
            return self._dataset.repeat().skip(place)
        if rest is None:
            rest = iter(self._dataset.repeat().skip(place))
        return self._continued(rest, place)

    def _continued(self, rest: Iterator[Batch], place: int) -> "tf.data.Dataset":
        import tensorflow as tf

        rounds = tf.data.Dataset.from_generator(
            lambda: rest, output_signature=self._dataset.element_spec
        )
        if self.first_round == 0:
            return rounds.prefetch(tf.data.AUTOTUNE)
        self._begun = (place + self.steps_per_epoch, rest)
        # Without prefetching: what is read belongs to this part.
        return rounds.take(self.steps_per_epoch)
