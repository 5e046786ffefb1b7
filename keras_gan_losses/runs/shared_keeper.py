"""One keeper for a run of several processes: the chief's, through which all pass."""

import contextlib
from collections.abc import Callable, Iterator

import keras

from keras_gan_losses.backend import backend
from keras_gan_losses.runs.run_keeper import RunKeeper
from keras_gan_losses.runs.run_state import RunState, from_bytes, is_weight, to_bytes
from keras_gan_losses.types import Metadata

_OWN_METADATA = ("seed", "data", "first_batches", "callbacks", "random")
_OWN_ARRAYS = "processes/{}/"
_ERRORS = {each.__name__: each for each in (ValueError, BlockingIOError, OSError)}
_BYTES_AT_ONCE = 2**24


class SharedKeeper(RunKeeper):
    """Lets the chief alone read and write, and hands every process its part of what is kept.

    A state holds the networks once, and of every process what it has for itself: its order of
    data, random generators, callbacks, and sums behind the epoch's means. It stays one file, so
    that no crash leaves parts of different rounds. All processes must call each method; what the
    chief cannot do is an error in all of them.

    Args:
        keeper: The chief's; those of the others stay unused.
        gan: What is trained.
    """

    def __init__(self, keeper: RunKeeper, gan: keras.Model) -> None:
        super().__init__()
        self._keeper, self._gan = keeper, gan
        self._index, self._count = backend.process(gan)
        self.directory, self.every = keeper.directory, keeper.every

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Context of a run, in which the chief has opened its keeper."""
        with contextlib.ExitStack() as stack:

            def enter() -> bytes:
                stack.enter_context(self._keeper.opened())
                return b""

            self._ask_chief(enter)
            yield

    def latest(self) -> RunState | None:
        """This process's part of the newest state that the chief has."""

        def read() -> bytes:
            state = self._keeper.latest()
            return b"" if state is None else to_bytes(state)

        message = self._ask_chief(read)
        return own_part(from_bytes(message), self._index) if message else None

    def save(self, state: RunState) -> None:
        """Lets the chief keep the states of all processes as one."""
        own = b"" if self._index == 0 else to_bytes(_own_state(state))
        others = [from_bytes(part) for part in backend.exchange(self._gan, own)[1:]]

        def write() -> bytes:
            self._keeper.save(_joined(state, others))
            return b""

        self._ask_chief(write)

    def _ask_chief(self, action: Callable[[], bytes]) -> bytes:
        """What the action gives in the chief, or its error, in every process."""
        answer, error = b"", None
        if self._index == 0:
            try:
                answer = b"+" + action()
            except (OSError, ValueError) as raised:
                error = raised
                answer = f"-{_kind(raised)}:{raised}".encode()
        answer = self._tell(answer)
        if error is not None:
            raise error
        if answer.startswith(b"-"):
            kind, text = answer[1:].decode().split(":", 1)
            raise _ERRORS[kind](f"In the first process: {text}")
        return answer[1:]

    def _tell(self, message: bytes) -> bytes:
        """The chief's message in all processes, by parts: an exchange holds one for each."""
        size = int.from_bytes(
            backend.exchange(self._gan, len(message).to_bytes(8, "big"))[0], "big"
        )
        parts = [
            backend.exchange(self._gan, message[start : start + _BYTES_AT_ONCE])[0]
            for start in range(0, size, _BYTES_AT_ONCE)
        ]
        return b"".join(parts)


def own_part(state: RunState, index: int) -> RunState:
    """What a process resumes from: the networks, and what it had for itself.

    Args:
        state: That of all processes.
        index: Which process asks.
    """
    parts = state.metadata.get("processes", [])
    own = parts[index - 1] if 0 < index <= len(parts) else {}
    prefix = _OWN_ARRAYS.format(index)
    arrays = {n: values for n, values in state.arrays.items() if not n.startswith("processes/")}
    arrays |= {n.removeprefix(prefix): v for n, v in state.arrays.items() if n.startswith(prefix)}
    return RunState({**state.metadata, **own}, arrays)


def _own_state(state: RunState) -> RunState:
    """What of a process's state the chief's does not hold."""
    metadata = {name: state.metadata[name] for name in _OWN_METADATA}
    arrays = {name: values for name, values in state.arrays.items() if not is_weight(name)}
    return RunState(metadata, arrays)


def _joined(state: RunState, others: list[RunState]) -> RunState:
    metadata: Metadata = {
        **state.metadata,
        "processes": [each.metadata for each in others],
    }
    arrays = dict(state.arrays)
    for index, each in enumerate(others, 1):
        prefix = _OWN_ARRAYS.format(index)
        arrays |= {prefix + name: values for name, values in each.arrays.items()}
    return RunState(metadata, arrays)


def _kind(error: Exception) -> str:
    return next(name for name, kind in _ERRORS.items() if isinstance(error, kind))
