"""The command `keras-gan-losses compare`."""

from pathlib import Path
from typing import Annotated

import typer

from keras_gan_losses_cli.checks import check_data, check_name, check_one, listed
from keras_gan_losses_cli.names import NETWORKS, OBJECTIVES
from keras_gan_losses_cli.options import (
    Backend,
    DataDir,
    Length,
    ManualDir,
    Networks,
    Rate,
    RealData,
)
from keras_gan_losses_cli.surroundings import at_work, imports


def compare(
    losses: Annotated[str, typer.Option(help="Objectives, with commas: lsgan,wgan_gp,r3gan")],
    data: RealData = "ring",
    seeds: Annotated[int, typer.Option(help="Runs of each objective.")] = 5,
    updates: Annotated[
        int | None,
        typer.Option(min=1, help="Discriminator updates of each run. Default: what suits data."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(help="Seconds of training of each run, instead of updates.")
    ] = None,
    metrics: Annotated[
        str | None, typer.Option(help="Measures, with commas. Default: what suits the data.")
    ] = None,
    rank_by: Annotated[
        str | None, typer.Option(help="Measure that ranks. Default: the first.")
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(help="samples, spectrum, classifier, or a network of keras.applications."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where results are written.")] = Path("comparison"),
    batch_size: Annotated[int, typer.Option(min=1, help="Samples per update.")] = 64,
    size: Annotated[int | None, typer.Option(min=8, help="Side of pictures of a folder.")] = None,
    length: Length = None,
    rate: Rate = None,
    mono: Annotated[bool, typer.Option("--mono", help="Average the channels of sounds.")] = False,
    networks: Networks = None,
    measurements: Annotated[int, typer.Option(min=1, help="Measurements of each run.")] = 10,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Runs at once. Default: one for each core.")
    ] = None,
    executor: Annotated[str, typer.Option(help="processes, workers, dask or ray.")] = "processes",
    address: Annotated[str | None, typer.Option(help="Of the cluster: tcp://host:8786")] = None,
    backend: Backend = None,
    data_dir: DataDir = None,
    manual_dir: ManualDir = None,
) -> None:
    """Compare objectives on equal budgets with several seeds, and write a report."""
    objectives = listed(losses)
    with at_work(backend):
        for objective in objectives:
            check_name("--losses", objective, OBJECTIVES)
        check_name("--networks", networks, NETWORKS)
        check_data(data)
        check_one("--updates", updates, "--seconds", seconds)
        with imports():
            from keras_gan_losses.cli.compare import compare as work

        work(
            objectives,
            data=data,
            seeds=seeds,
            updates=updates,
            seconds=seconds,
            metrics=None if metrics is None else listed(metrics),
            rank_by=rank_by,
            features=features,
            out=out,
            batch_size=batch_size,
            size=size,
            length=length,
            rate=rate,
            is_mono=mono,
            networks=networks,
            measurements=measurements,
            workers=workers,
            executor=executor,
            address=address,
            data_dir=data_dir,
            manual_dir=manual_dir,
        )
