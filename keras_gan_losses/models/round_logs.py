"""What one round logs, until it is over."""

import contextlib
from collections.abc import Iterator, Sequence

from keras import ops

from keras_gan_losses.types import Tensor


class RoundLogs:
    """Collects values by name while a round is played.

    Args:
        names: What may be logged: means are made before the first round.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._values: dict[str, list[Tensor]] = {}

    def add(self, name: str, value: Tensor) -> None:
        """Takes in a value of the round.

        Raises:
            ValueError: If nobody has announced such a name.
        """
        if name not in self._names:
            raise ValueError(
                f"{name!r} is not among what may be logged: {list(self._names)}. Announce it to "
                f"the constructor: super().__init__(…, logs=({name!r},))."
            )
        self._values.setdefault(name, []).append(ops.mean(ops.cast(value, "float32")))

    @contextlib.contextmanager
    def collecting(self) -> Iterator[dict[str, Tensor]]:
        """Context of a round, whose means are in the dictionary when it is over."""
        self._values = {}
        means: dict[str, Tensor] = {}
        yield means
        for name, values in self._values.items():
            means[name] = sum(values[1:], start=values[0]) / len(values)
        self._values = {}
