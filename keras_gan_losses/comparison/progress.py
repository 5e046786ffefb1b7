"""What a comparison shows while it works."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from keras_gan_losses.comparison.experiment import RunKey
from keras_gan_losses.consoles import progress_console

Report = Callable[[RunKey, str], None]


@contextlib.contextmanager
def progress(
    waiting: Sequence[RunKey], done: Sequence[RunKey], *, shows_progress: bool
) -> Iterator[Report]:
    """Context that gives a function to be told of each run that ends, and how.

    On a terminal there is a bar for each objective and one for all; elsewhere a line for each run.

    Args:
        waiting: Runs to come.
        done: Runs that are there already.
        shows_progress: Whether anything is shown.
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = progress_console(shows_progress=shows_progress)
    has_bars = shows_progress and console.is_terminal
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn(), TextColumn("{task.fields[note]}"))
    totals = Counter(key.objective for key in [*done, *waiting])
    finished = Counter(key.objective for key in done)
    problems: Counter[str] = Counter()
    started = time.monotonic()
    with Progress(*columns, *times, console=console, disable=not has_bars) as bars:
        tasks = {
            name: bars.add_task(name, total=total, completed=finished[name], note="")
            for name, total in totals.items()
        }
        whole = bars.add_task("all", total=sum(totals.values()), completed=len(done), note="")

        def report(key: RunKey, status: str) -> None:
            finished[key.objective] += 1
            problems[key.objective] += status != "completed"
            note = f"{problems[key.objective]} not completed" if problems[key.objective] else ""
            bars.update(tasks[key.objective], advance=1, note=note)
            bars.update(whole, advance=1)
            if not has_bars:
                count = f"{sum(finished.values())} of {sum(totals.values())}"
                seconds = time.monotonic() - started
                console.print(f"{count}: {key}: {status} ({seconds:.0f} s)", highlight=False)

        yield report
