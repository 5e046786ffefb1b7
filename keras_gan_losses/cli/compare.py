"""The command `keras-gan-losses compare`."""

from pathlib import Path
from typing import Annotated

import keras
import numpy as np
import typer

from keras_gan_losses.cli.real_data import RealData, make_real_data
from keras_gan_losses.cli.surroundings import errors_in_one_line, use_backend
from keras_gan_losses.cli.tasks import Data, Task, make_task
from keras_gan_losses.comparison import (
    ComparedRuns,
    DiscriminatorUpdates,
    TrainingSeconds,
)
from keras_gan_losses.comparison import (
    compare as compare_objectives,
)
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.registration import look_up

# A multiple of the discriminator steps of every objective, for which the budget must be one.
_UPDATES_ARE_MULTIPLES_OF = 100
_MOST_UPDATES = 5_000


def compare(
    losses: Annotated[str, typer.Option(help="Objectives, with commas: lsgan,wgan_gp,r3gan")],
    data: Annotated[
        str,
        typer.Option(help="A folder of pictures, x.npy, digits, ring, grid, or mnist …"),
    ] = "ring",
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
        str | None, typer.Option(help="samples, classifier, or a network of keras.applications.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where results are written.")] = Path("comparison"),
    batch_size: Annotated[int, typer.Option(min=1, help="Samples per update.")] = 64,
    size: Annotated[int | None, typer.Option(min=8, help="Side of pictures of a folder.")] = None,
    measurements: Annotated[int, typer.Option(min=1, help="Measurements of each run.")] = 10,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Runs at once. Default: one for each core.")
    ] = None,
    executor: Annotated[str, typer.Option(help="processes, dask or ray.")] = "processes",
    address: Annotated[str | None, typer.Option(help="Of the cluster: tcp://host:8786")] = None,
    backend: Annotated[str | None, typer.Option(help="tensorflow, jax or torch.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Prepared image sets.")] = None,
    manual_dir: Annotated[Path | None, typer.Option(help="Original files of the set.")] = None,
) -> None:
    """Compare objectives on equal budgets with several seeds, and write a report."""
    use_backend(backend)
    with errors_in_one_line():
        task = make_task(
            data, batch_size=batch_size, data_dir=data_dir, manual_dir=manual_dir, size=size
        )
        real = make_real_data(
            data, data_dir=data_dir, manual_dir=manual_dir, size=task.side, form=task.form
        )
        keras.utils.set_random_seed(0)
        compared = compare_objectives(
            task.build_networks,
            _joined(task.data),
            [name.strip() for name in losses.split(",") if name.strip()],
            latent_dim=task.latent_dim,
            reference=real.samples,
            seeds=seeds,
            metrics=_metrics(real, metrics, features),
            rank_by=rank_by,
            budget=_budget(task, updates, seconds),
            batch_size=batch_size,
            num_measurements=measurements,
            executor=executor,
            address=address,
            num_workers=workers,
            title=f"Comparison of GAN objectives on {data}",
            out=out,
        )
    _tell(compared)


def _joined(data: Data) -> np.ndarray:
    if isinstance(data, np.ndarray):
        return data
    if isinstance(data, keras.utils.PyDataset):
        return np.concatenate([data[index] for index in range(data.num_batches)])
    return np.concatenate(list(map(np.asarray, data)))


def _metrics(real: RealData, names: str | None, features: str | None) -> list[DistributionMetric]:
    """The measures of these names; by default those that are cheap enough to repeat."""
    offered = {metric.name: metric for metric in real.metrics(features)}
    if names is None:
        first = "frechet_distance"
        if real.features_name(features) == "samples":
            first = "sliced_wasserstein_distance"
        usual = (first, "mode_coverage", "precision_recall")
        return [offered[name] for name in usual if name in offered]
    wanted = [name.strip() for name in names.split(",")]
    if "mode_coverage" in wanted and "mode_coverage" not in offered:
        raise ValueError(
            "The measure 'mode_coverage' needs data whose modes are known: ring or grid. Use one "
            f"of {sorted(offered)} for others."
        )
    return [look_up(name, offered, "measure") for name in wanted]


def _budget(
    task: Task, updates: int | None, seconds: float | None
) -> DiscriminatorUpdates | TrainingSeconds:
    if updates is not None and seconds is not None:
        raise ValueError(
            "The budget is in updates or in seconds. Received: "
            f"--updates {updates} and --seconds {seconds:g}. Leave one away."
        )
    if seconds is not None:
        return TrainingSeconds(seconds)
    if updates is None:
        usual = min(task.num_epochs * task.num_batches, _MOST_UPDATES)
        updates = max(usual // _UPDATES_ARE_MULTIPLES_OF, 1) * _UPDATES_ARE_MULTIPLES_OF
    return DiscriminatorUpdates(updates)


def _tell(compared: ComparedRuns) -> None:
    for (objective, seed), reason in compared.failures.items():
        typer.echo(f"Failed: {objective}, seed {seed}: {reason}", err=True)
    for name in ("report.html", "report.md", "results.csv", "results.jsonl"):
        typer.echo(f"Wrote {compared.directory / name}")
    if not compared.results:
        raise typer.Exit(code=1)
