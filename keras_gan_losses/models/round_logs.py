"""What one round logs, until it is over."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence

from keras import ops

from keras_gan_losses.game.player_update import Loss
from keras_gan_losses.types import Tensor


class RoundLogs:
    """Collects values by name while a round is played.

    Args:
        names: What may be logged: means are made before the first round.

    Raises:
        ValueError: If one is no name, or comes twice.
    """

    def __init__(self, names: Sequence[str]) -> None:
        bad = [name for name in names if not isinstance(name, str) or not name]
        twice = [name for name in names if names.count(name) > 1]
        if bad or twice:
            raise ValueError(
                "Each log needs a name of its own, a text; those of players' losses are taken. "
                f"Received: {(bad or twice)[0]!r} among {list(names)}."
            )
        self._names = tuple(names)
        self._values: dict[str, list[Tensor]] = {}

    def add(self, name: str, value: Tensor) -> None:
        """Takes in a value of the round.

        Raises:
            ValueError: If nobody has announced such a name.
        """
        self._check(name)
        self._values.setdefault(name, []).append(ops.mean(ops.cast(value, "float32")))

    def terms(self, player: str, loss: Loss) -> dict[str, Tensor]:
        """Terms of a player's loss by the names under which they are logged, "" for one without.

        Args:
            player: Whose.
            loss: What `update` was given.

        Raises:
            TypeError: If it is no function, or gives nothing that can be differentiated.
            ValueError: If nobody has announced a term, or it has the name of a player's loss.
        """
        if not callable(loss):
            raise TypeError(
                f"The loss of {player!r} must be a function without arguments, in which the "
                f"networks are called: lambda: loss(…). Received: {loss!r}."
            )
        given = loss()
        terms = dict(given) if isinstance(given, Mapping) else {"": given}
        if not terms or any(
            each is None or isinstance(each, list | tuple) for each in terms.values()
        ):
            raise TypeError(
                f"The function of {player!r}'s loss must give one number or one value per sample, "
                f"or several such terms by name. Received: {given!r}."
            )
        for name in terms if isinstance(given, Mapping) else ():
            self._check(name)
            if name == f"{player}_loss":
                raise ValueError(f"{name!r} is the sum of the terms. Give the term another name.")
        return terms

    def _check(self, name: str) -> None:
        if name not in self._names:
            raise ValueError(
                f"{name!r} is not among what may be logged: {list(self._names)}. Announce it to "
                f"the constructor: super().__init__(…, logs=({name!r},))."
            )

    @contextlib.contextmanager
    def collecting(self) -> Iterator[dict[str, Tensor]]:
        """Context of a round, whose means are in the dictionary when it is over."""
        self._values = {}
        means: dict[str, Tensor] = {}
        yield means
        for name, values in self._values.items():
            means[name] = sum(values[1:], start=values[0]) / len(values)
        self._values = {}
