"""Plays a protocol: `python -m benchmarks.quality --protocol ring`.

What has a result is not played again, so that an interrupted command is just repeated; remove its
lines, or give other `--results`, to play it anew.
`python -m benchmarks.quality.pages` writes the tables of docs/benchmarks.md from the results.
"""

import argparse
import pathlib
from collections.abc import Sequence

from benchmarks.quality import real, results
from benchmarks.quality.contestants import split
from benchmarks.quality.play import play
from benchmarks.quality.protocol import Protocol
from benchmarks.quality.protocols import PROTOCOLS
from benchmarks.quality.results import Line
from benchmarks.quality.stages import SEARCH_SEEDS, STAGES


def main(arguments: Sequence[str] | None = None) -> None:
    """Plays what is asked for, and keeps the results beside the code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    stages = [real.STAGE, *STAGES]
    parser.add_argument("--protocol", required=True, choices=PROTOCOLS)
    parser.add_argument("--stages", nargs="+", choices=stages, default=stages)
    parser.add_argument("--losses", nargs="+", help="objectives or recipes; all by default")
    parser.add_argument("--groups", nargs="+", help="as the protocol names them; all by default")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--search-seeds", type=int, default=len(SEARCH_SEEDS))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("quality"))
    parser.add_argument("--results", type=pathlib.Path, default=results.DIRECTORY)
    parser.add_argument("--executor", default="workers", help="workers, processes, dask or ray")
    parser.add_argument("--address", help="of a cluster's scheduler")
    parser.add_argument("--num-workers", type=int, help="runs at once; one a core by default")
    options = parser.parse_args(arguments)
    protocol = PROTOCOLS[options.protocol]
    _check(parser, protocol, options)
    path = options.results / f"{options.protocol}.jsonl"
    for stage in options.stages:
        for group in [real.GROUP] if stage == real.STAGE else options.groups or protocol.groups:
            found = _found(protocol, stage, group, results.read(path), options)
            # Read again: another command may have written what it played meanwhile.
            results.write(path, results.merged(results.read(path), found))


def _check(
    parser: argparse.ArgumentParser, protocol: Protocol, options: argparse.Namespace
) -> None:
    groups = protocol.groups
    unknown = [name for name in options.groups or () if name not in groups]
    if unknown:
        parser.error(f"--groups must be of {list(groups)}. Received: {unknown}.")
    asked = [groups[name] for name in options.groups or groups]
    names = sorted({name for group in asked for name in [*group.objectives, *group.recipes]})
    unknown = [
        name for name in options.losses or () if not {name, split(name)[0]}.intersection(names)
    ]
    if unknown:
        parser.error(f"--losses must be of {names}. Received: {unknown}.")


def _found(
    protocol: Protocol, stage: str, group: str, known: list[Line], options: argparse.Namespace
) -> list[Line]:
    if stage == real.STAGE:
        measured = {line["seed"] for line in known if line["stage"] == stage}
        missing = [seed for seed in range(options.seeds) if seed not in measured]
        return real.measure(protocol, missing) if missing else []
    is_search = stage == "search"
    return play(
        protocol,
        stage,
        group,
        known,
        out=options.out / options.protocol / stage / group,
        only=options.losses,
        seeds=SEARCH_SEEDS[: options.search_seeds] if is_search else range(options.seeds),
        executor=options.executor,
        address=options.address,
        num_workers=options.num_workers,
    )


if __name__ == "__main__":
    main()
