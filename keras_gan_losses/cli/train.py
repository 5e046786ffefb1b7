"""The command `keras-gan-losses train`."""

import importlib.util
from pathlib import Path
from typing import Annotated, cast

import keras
import numpy as np
import typer

from keras_gan_losses import GAN, callbacks, objectives
from keras_gan_losses.cli.run_folder import Arguments, RunFolder
from keras_gan_losses.cli.surroundings import errors_in_one_line, use_backend
from keras_gan_losses.cli.tasks import Task, make_task
from keras_gan_losses.files import written_beside

_NUM_SAMPLES = 64
_ROUNDS_BETWEEN_CHECKPOINTS = 500
_DEFAULTS: Arguments = {"data": "digits", "loss": "non_saturating", "batch_size": 64, "seed": 0}
_INTERRUPTED = 130


def train(
    data: Annotated[
        str | None,
        typer.Option(help="digits, ring, grid, or an image set: mnist … Default: digits."),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(help="Objective: wgan_gp, hinge, lsgan … Default: non_saturating."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epoch at which to end.")] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Samples per update. Default: 64.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of all random numbers. Default: 0.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where results are written.")] = Path("out"),
    backend: Annotated[str | None, typer.Option(help="tensorflow, jax or torch.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, as it was begun.")
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Prepared image sets.")] = None,
    manual_dir: Annotated[Path | None, typer.Option(help="Original files of the set.")] = None,
) -> None:
    """Train a GAN, and write samples, history, model and SavedModel."""
    use_backend(backend)
    asked_for = {"data": data, "loss": loss, "batch_size": batch_size, "seed": seed}
    folder = RunFolder(out)
    with errors_in_one_line():
        objectives.get(loss or _DEFAULTS["loss"])
        with folder.opened():
            chosen = {name: value for name, value in asked_for.items() if value is not None}
            begun = cast("Arguments", {**_DEFAULTS, **chosen})
            arguments = folder.arguments(asked_for) if resume else begun
            keras.utils.set_random_seed(arguments["seed"])
            size = arguments["batch_size"]
            task = make_task(
                arguments["data"], batch_size=size, data_dir=data_dir, manual_dir=manual_dir
            )
            gan = GAN(*task.build_networks(), latent_dim=task.latent_dim)
            gan.compile(loss=arguments["loss"])
            if not resume:
                _begin(folder, arguments)
            exports = _can_export()
            _fit(gan, task, folder, epochs=epochs or task.num_epochs, batch_size=size)
            _write_results(gan, task, folder, exports=exports)


def _begin(folder: RunFolder, arguments: Arguments) -> None:
    earlier = folder.begin(arguments)
    if earlier is not None:
        typer.echo(f"What an earlier run has left is now in {earlier}. Delete it at will.")


def _can_export() -> bool:
    if importlib.util.find_spec("tensorflow") is not None:
        return True
    typer.echo("No SavedModel will be written: it needs TensorFlow, which is not installed.")
    return False


def _fit(gan: GAN, task: Task, folder: RunFolder, *, epochs: int, batch_size: int) -> None:
    checkpoint = callbacks.Checkpoint(folder.checkpoints, every=_ROUNDS_BETWEEN_CHECKPOINTS)
    done, _ = checkpoint.position() or (0, 0)
    if done >= epochs:
        typer.echo(f"The model has {done} epochs already. Ask for more with --epochs.")
    is_batched = not isinstance(task.data, np.ndarray)
    folder.keep_rows(done)
    try:
        gan.fit(
            task.data,
            batch_size=None if is_batched else batch_size,
            # A run that is over is restored, and nothing is played.
            epochs=max(epochs, done),
            callbacks=[checkpoint, keras.callbacks.CSVLogger(folder.history, append=done > 0)],
        )
    except KeyboardInterrupt:
        typer.echo(
            f"\nInterrupted. Go on with: keras-gan-losses train --out {folder.path} --resume",
            err=True,
        )
        raise typer.Exit(code=_INTERRUPTED) from None
    finally:
        # Also when interrupted: the model as it is can be used, unless it has learned nothing.
        if int(keras.ops.convert_to_numpy(gan.optimizer.iterations)) > 0:
            with written_beside(folder.model) as beside:
                gan.save(beside)


def _write_results(gan: GAN, task: Task, folder: RunFolder, *, exports: bool) -> None:
    with written_beside(folder.samples) as beside:
        task.draw(gan.generate(_NUM_SAMPLES, seed=0)).savefig(beside)
    written = [folder.samples, folder.history, folder.model]
    try:
        if exports:
            with written_beside(folder.generator) as beside:
                gan.export(str(beside))
            written.append(folder.generator)
    except (ValueError, ImportError) as error:
        typer.echo(f"No SavedModel was written. {error}")
    for path in written:
        typer.echo(f"Wrote {path}")
