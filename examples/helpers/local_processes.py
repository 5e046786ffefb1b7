"""Several processes of one program on one machine, which end together."""

import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address at which nobody listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def run_together(
    command: Sequence[str], environments: Sequence[Mapping[str, str]], *, seconds: float
) -> None:
    """Runs a command once in each environment, and waits until all have ended.

    Args:
        command: Program and arguments.
        environments: Variables that each process has beside those of this one.
        seconds: How long they may take.

    Raises:
        RuntimeError: If one fails or takes longer; none is left running.
    """
    processes = [subprocess.Popen(command, env={**os.environ, **each}) for each in environments]
    end = time.monotonic() + seconds
    try:
        while (statuses := [process.poll() for process in processes]) != [0] * len(processes):
            if any(statuses) or time.monotonic() > end:
                raise RuntimeError(f"Not all processes ended well. Exit statuses: {statuses}.")
            time.sleep(0.1)
    finally:
        for process in processes:
            process.kill()
            process.wait()
