"""The command `keras-gan-losses train`."""

import csv
import itertools
from pathlib import Path
from typing import Annotated

import keras
import typer

from keras_gan_losses import GAN, callbacks, objectives
from keras_gan_losses.cli.surroundings import errors_in_one_line, use_backend
from keras_gan_losses.cli.tasks import Task, make_task

_NUM_SAMPLES = 64
_MODEL = "gan.keras"
_CHECKPOINTS = "checkpoints"
_ROUNDS_BETWEEN_CHECKPOINTS = 500


def train(
    data: Annotated[
        str, typer.Option(help="digits, ring, grid, or an image set: mnist …")
    ] = "digits",
    loss: Annotated[
        str, typer.Option(help="Objective: wgan_gp, hinge, lsgan …")
    ] = "non_saturating",
    epochs: Annotated[int | None, typer.Option(min=1, help="Epoch at which to end.")] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Samples per update.")] = 64,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 0,
    out: Annotated[Path, typer.Option(help="Where results are written.")] = Path("out"),
    backend: Annotated[str | None, typer.Option(help="tensorflow, jax or torch.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on after a crash.")] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Prepared image sets.")] = None,
    manual_dir: Annotated[Path | None, typer.Option(help="Original files of the set.")] = None,
) -> None:
    """Train a GAN, and write samples, history, model and SavedModel."""
    use_backend(backend)
    with errors_in_one_line():
        objectives.get(loss)
        out.mkdir(parents=True, exist_ok=True)
        keras.utils.set_random_seed(seed)
        task = make_task(data, batch_size=batch_size, data_dir=data_dir, manual_dir=manual_dir)
        gan = _load(out) if resume else _new(task, loss, out)
        _fit(gan, task, out, epochs=epochs or task.num_epochs, batch_size=batch_size)
        _write_results(gan, task, out)


def _new(task: Task, loss: str, out: Path) -> GAN:
    gan = GAN(*task.build_networks(), latent_dim=task.latent_dim)
    gan.compile(loss=loss)
    _set_aside(out / _CHECKPOINTS)
    # From the beginning, so that a run that was killed can be built again.
    gan.save(out / _MODEL)
    return gan


def _set_aside(checkpoints: Path) -> None:
    """Keeps an earlier run's checkpoints from being resumed, and from being lost."""
    if not any(checkpoints.glob("*.npz")):
        return
    numbers = itertools.count(1)
    names = (checkpoints.with_name(f"{checkpoints.name}-{number}") for number in numbers)
    other = next(name for name in names if not name.exists())
    checkpoints.rename(other)
    typer.echo(f"The checkpoints of an earlier run are now in {other}. Delete them at will.")


def _load(out: Path) -> GAN:
    path = out / _MODEL
    if not path.exists():
        raise ValueError(f"Nothing to resume: {path} does not exist. Train without --resume first.")
    return keras.saving.load_model(path)


def _fit(gan: GAN, task: Task, out: Path, *, epochs: int, batch_size: int) -> None:
    checkpoint = callbacks.Checkpoint(out / _CHECKPOINTS, every=_ROUNDS_BETWEEN_CHECKPOINTS)
    done, _ = checkpoint.position() or (0, 0)
    if done >= epochs:
        typer.echo(f"The model has {done} epochs already. Ask for more with --epochs.")
        return
    is_batched = hasattr(task.data, "element_spec")
    _keep_rows(out / "history.csv", done)
    try:
        gan.fit(
            task.data,
            batch_size=None if is_batched else batch_size,
            epochs=epochs,
            callbacks=[
                checkpoint,
                keras.callbacks.CSVLogger(out / "history.csv", append=done > 0),
            ],
        )
    finally:
        # Also when interrupted: the model as it is can be used.
        gan.save(out / _MODEL)


def _keep_rows(path: Path, num_rows: int) -> None:
    """Drops the rows of epochs that the newest checkpoint does not know."""
    if not path.exists():
        return
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows[: num_rows + 1])


def _write_results(gan: GAN, task: Task, out: Path) -> None:
    task.draw(gan.generate(_NUM_SAMPLES, seed=0)).savefig(out / "samples.png")
    written = ["samples.png", "history.csv", "gan.keras"]
    try:
        gan.export(str(out / "generator"))
        written.append("generator")
    except ValueError as error:
        typer.echo(f"No SavedModel was written. {error}")
    for name in written:
        typer.echo(f"Wrote {out / name}")
