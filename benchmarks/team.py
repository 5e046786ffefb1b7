"""Processes that wait for their turn: all ways to play one workload, side by side."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.contestants import CONTESTANTS


class Player:
    """One process of `benchmarks.worker`.

    Args:
        workload: Name of what is played.
        contestant: Name of the way.
    """

    def __init__(self, workload: str, contestant: str) -> None:
        # Open as long as the process lives.
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", workload, contestant],
            env={**os.environ, "KERAS_BACKEND": CONTESTANTS[contestant].backend},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        # One after the other: the next one's start would slow down this one's first round.
        self._answer()

    def play(self, num_rounds: int) -> dict[str, Any]:
        """Plays, and tells the seconds it took and the process's peak memory.

        Raises:
            RuntimeError: If the process has failed, with what it wrote.
        """
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{num_rounds}\n")
            self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        line = self._process.stdout.readline()
        if line:
            return json.loads(line)
        self._errors.seek(0)
        raise RuntimeError(f"A process of the benchmark has failed:\n{self._errors.read()[-3000:]}")

    def leave(self) -> None:
        """Ends the process."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()


@contextlib.contextmanager
def team(workload: str, contestants: Sequence[str]) -> Iterator[dict[str, Player]]:
    """Players of one workload, by their ways."""
    players: dict[str, Player] = {}
    try:
        for name in contestants:
            players[name] = Player(workload, name)
        yield players
    finally:
        for player in players.values():
            player.leave()
