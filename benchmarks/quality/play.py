"""Plays a stage of a protocol for objectives with the same networks."""

import pathlib
from collections.abc import Collection, Sequence
from typing import Any

from benchmarks.quality.contestants import split
from benchmarks.quality.protocol import Protocol
from benchmarks.quality.results import Line, lines_of
from benchmarks.quality.stages import STAGES, num_updates
from keras_gan_losses.comparison import DiscriminatorUpdates, compare


def play(
    protocol: Protocol,
    stage: str,
    group_name: str,
    known: Sequence[Line],
    *,
    out: pathlib.Path,
    only: Collection[str] | None,
    seeds: Sequence[int],
    **executor: Any,
) -> list[Line]:
    """Plays what has no line for one of the seeds, and gives the lines of that.

    Args:
        protocol: What all have in common.
        stage: A name in `STAGES`.
        group_name: Which objectives and networks of the protocol.
        known: Earlier results, which also choose learning rates.
        out: Directory of the comparison.
        only: Names of objectives or recipes that are played; None for all.
        seeds: Of the runs.
        **executor: Where `compare` plays them.
    """
    group = protocol.groups[group_name]
    played = {(line["stage"], line["group"], line["contestant"], line["seed"]) for line in known}
    contestants = {
        name: recipe
        for name, recipe in STAGES[stage](protocol, group, known).items()
        if (only is None or name in only or split(name)[0] in only)
        and not all((stage, group_name, name, seed) in played for seed in seeds)
    }
    if not contestants:
        return []
    data, measured = protocol.data(), protocol.metrics()
    compared = compare(
        group.build_networks,
        data.samples,
        contestants,
        latent_dim=protocol.latent_dim,
        out=out,
        reference=data.reference,
        seeds=list(seeds),
        metrics=measured,
        budget=DiscriminatorUpdates(num_updates(protocol, group, stage)),
        batch_size=protocol.batch_size * group.num_packed,
        num_measurements=protocol.num_measurements,
        title=f"{stage}, {group_name}",
        **executor,
    )
    names = [name for metric in measured for name in metric.log_names]
    return lines_of(stage, group_name, compared, names)
