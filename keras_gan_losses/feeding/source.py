"""The data of one `fit` or `evaluate`: one object, whatever they are made of."""

import abc
import contextlib
import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self

from keras_gan_losses.feeding.batch_form import of_words
from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.epoch_data import EpochData, UnseekableData
from keras_gan_losses.types import Arguments, Batch, Data

CONTENT = "content"
"""What of a description tells of values; all else tells where in the data a run is."""


class Source(abc.ABC):
    """Data of one kind. It alone knows what they are; others ask it.

    A new kind is one file in `feeding/kinds/`, whose class names what it accepts.

    Args:
        data: What the user gave.
    """

    can_be_read_again: ClassVar[bool] = True

    def __init__(self, data: Data) -> None:
        self.data = data
        self.num_updates = 1

    @staticmethod
    def of(x: Data, y: Data = None, batch_size: int | None = None) -> "Source":
        """The source of what `fit` was given.

        Args:
            x: Samples, or a dictionary that says in words which is which.
            y: Their condition, for arrays.
            batch_size: Samples in a batch, for arrays.

        Raises:
            ValueError: If `x` is of no kind that can be trained on.

        Example:
        >>> import numpy as np
        >>> source = Source.of(np.zeros((5, 2)), batch_size=3)
        >>> [len(samples) for (samples,) in source.elements()]
        [3, 2]
        """
        from keras_gan_losses.feeding.kinds import KINDS

        if isinstance(x, Mapping) and y is None and "sample" in x:
            x, y = of_words(x)
        kind = next((kind for kind in KINDS if kind.accepts(x)), None)
        if kind is None:
            raise ValueError(f"Data cannot be {_described(x)}")
        return kind.made(x, y, batch_size)

    @classmethod
    @abc.abstractmethod
    def accepts(cls, x: Data) -> bool:
        """Whether data are of this kind."""

    @classmethod
    def made(cls, x: Data, y: Data, batch_size: int | None) -> Self:
        """Source of data that hold their own condition and batches."""
        if y is not None:
            raise ValueError(
                f"A {type(x).__name__} holds the condition itself. Received: `y` beside it. Let it "
                "give (samples, condition)."
            )
        return cls(x)

    @abc.abstractmethod
    def read_by(self, reader: BatchReader) -> Self:
        """The same data, every batch of which passes the reader.

        Raises:
            ValueError: If the networks cannot take the data, as far as can be told before.
        """

    @abc.abstractmethod
    def in_rounds(self, num_updates: int) -> Self:
        """The same data, every batch of which joins so many neighbouring ones in their order.

        A last round with fewer samples than updates is left out.

        Raises:
            ValueError: If the last round could not be divided among the updates.
        """

    @property
    def length(self) -> int | None:
        """Number of batches in a pass; None if it has no end or only reading tells."""
        return None

    @property
    def is_endless(self) -> bool:
        """Whether a pass is known never to end."""
        return False

    @property
    def size(self) -> int:
        """What must be the same in every process that trains on data of its own."""
        return self.length or 0

    def update_sizes(self, num_updates: int) -> Iterator[tuple[str, int | None, int]]:
        """What is known of sizes, of data that are not in rounds yet.

        Args:
            num_updates: Updates of the discriminator in a round.

        Yields:
            What it is, how many samples it has (None if nobody knows), and among how many
            updates they are divided.
        """
        return iter(())

    def fit_arguments(
        self, *, is_alone: bool, steps_per_epoch: int | None, shuffle: bool | str
    ) -> Arguments:
        """Arguments of Keras's `fit` that say what it trains on.

        Args:
            is_alone: Whether one device trains.
            steps_per_epoch: As in Keras.
            shuffle: As in Keras.
        """
        # Keras would warn that it cannot shuffle what it did not load.
        return {"x": self.data, "steps_per_epoch": steps_per_epoch, "shuffle": False}

    def evaluate_arguments(self) -> Arguments:
        """Arguments of Keras's `evaluate` that say what it looks at."""
        return {"x": self.data}

    def validation_arguments(self) -> Arguments:
        """Arguments of Keras's `fit` that say what it validates on."""
        return {"validation_data": self.data}

    def epochs(
        self, *, steps_per_epoch: int | None, shuffle: bool, steps_per_execution: int, seed: int
    ) -> EpochData:
        """Epochs for a run that is resumed.

        Args:
            steps_per_epoch: Rounds in an epoch; by default one pass.
            shuffle: Whether each pass has an order of its own.
            steps_per_execution: Rounds that Keras plays in one call.
            seed: Seed of the orders.
        """
        return UnseekableData(self.data, steps_per_epoch)

    def description(self, *, shuffle: bool) -> Arguments:
        """What a run that is resumed must find again, as JSON has it.

        All but `CONTENT` tells where in the data a run is: it may not change.

        Args:
            shuffle: As in `fit`.
        """
        return {"kind": type(self).__name__, "num_rounds": self.length}

    def split(self, share: float) -> tuple[Self, Self]:
        """The first samples, and the last ones of this share.

        Raises:
            ValueError: If the data are no array, or one of the parts would be empty.
        """
        raise ValueError(
            "`validation_split` takes a share of an array, of which both parts have samples. "
            f"Received: validation_split={share} for {type(self.data).__name__}. Pass "
            "`validation_data`."
        )

    def elements(self) -> Iterable[Batch]:
        """A pass over the data, batch after batch."""
        return self.data

    def close(self) -> None:
        """Lets go of the user's data, which Keras has read for the last time.

        TensorFlow keeps all that its pipelines call in Python for the life of the process, and
        what holds data must not be among it.
        """
        return

    def _changed(self, **attributes: Any) -> Self:
        changed = copy.copy(self)
        vars(changed).update(attributes)
        return changed


@contextlib.contextmanager
def letting_go(*sources: Source | None) -> Iterator[None]:
    """Context at whose end sources are closed, however it ends."""
    try:
        yield
    finally:
        for source in sources:
            if source is not None:
                source.close()


def _described(x: Data) -> str:
    kinds = (
        "an array, a tf.data.Dataset, a keras.utils.PyDataset, a generator, a torch DataLoader or "
        "a grain data set"
    )
    name = type(x).__name__
    if isinstance(x, list | tuple):
        return (
            f"a {name}, which Keras takes for several inputs. Join samples of one shape to one "
            "array: np.stack(x) or np.array(x). Received: "
            f"{name} of {len(x)}."
        )
    if isinstance(x, str):
        return f"a text. Received: {x!r}. Load the files first; `x` takes {kinds}."
    if isinstance(x, dict):
        return (
            f"such a dictionary. Received: the keys {sorted(map(str, x))}. Say which is which: "
            "{'sample': …, 'condition': …}, or pass the samples as `x` and their condition as "
            f"`y`; `x` takes {kinds}."
        )
    return f"of this kind. Received: {name}. Use {kinds}."
