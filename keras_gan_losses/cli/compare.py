"""The command `keras-gan-losses compare`."""

from pathlib import Path

import keras
import numpy as np
import typer

from keras_gan_losses.cli.real_data import make_real_data
from keras_gan_losses.cli.tasks import Data, Task, make_task
from keras_gan_losses.comparison import (
    ComparedRuns,
    DiscriminatorUpdates,
    TrainingSeconds,
)
from keras_gan_losses.comparison import (
    compare as compare_objectives,
)

# A multiple of the discriminator steps of every objective, for which the budget must be one.
_UPDATES_ARE_MULTIPLES_OF = 100
_MOST_UPDATES = 5_000


def compare(
    losses: list[str],
    *,
    data: str,
    seeds: int,
    updates: int | None,
    seconds: float | None,
    metrics: list[str] | None,
    rank_by: str | None,
    features: str | None,
    out: Path,
    batch_size: int,
    size: int | None,
    length: int | None,
    rate: int | None,
    is_mono: bool,
    networks: str | None,
    measurements: int,
    workers: int | None,
    executor: str,
    address: str | None,
    data_dir: Path | None,
    manual_dir: Path | None,
) -> None:
    """Compares objectives, and writes a report."""
    task = make_task(
        data,
        batch_size=batch_size,
        data_dir=data_dir,
        manual_dir=manual_dir,
        size=size,
        length=length,
        rate=rate,
        is_mono=is_mono,
        networks=networks,
    )
    real = make_real_data(
        data, data_dir=data_dir, manual_dir=manual_dir, size=task.side, form=task.form
    )
    keras.utils.set_random_seed(0)
    compared = compare_objectives(
        task.build_networks,
        _joined(task.data),
        losses,
        latent_dim=task.latent_dim,
        reference=real.samples,
        seeds=seeds,
        metrics=real.chosen_metrics(metrics, features),
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


def _budget(
    task: Task, updates: int | None, seconds: float | None
) -> DiscriminatorUpdates | TrainingSeconds:
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
