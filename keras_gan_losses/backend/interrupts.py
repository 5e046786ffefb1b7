"""Moments at which an interruption would lose what training has reached."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def interrupts_put_off() -> Iterator[None]:
    """Context at whose end, rather than inside of which, Ctrl-C raises its KeyboardInterrupt.

    A second Ctrl-C breaks through, so that nothing that hangs must be waited for. Threads other
    than the main one are never interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers: dict[int, Callable[[int, FrameType | None], object]] = {
        number: handler for number in _SIGNALS if callable(handler := signal.getsignal(number))
    }
    waiting: list[tuple[int, FrameType | None]] = []

    def put_off(number: int, frame: FrameType | None) -> None:
        waiting.append((number, frame))
        if len(waiting) > 1:
            handlers[number](number, frame)

    try:
        for number in handlers:
            signal.signal(number, put_off)
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if waiting:
        handlers[waiting[0][0]](*waiting[0])
