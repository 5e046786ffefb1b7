"""The command `keras-gan-losses train`."""

import importlib.util
from pathlib import Path
from typing import Annotated, cast

import keras
import numpy as np
import typer

from keras_gan_losses import GAN, GeneratorAverage, augmentation, callbacks, objectives
from keras_gan_losses.cli.run_folder import DEFAULTS, Arguments, RunFolder
from keras_gan_losses.cli.surroundings import errors_in_one_line, use_backend
from keras_gan_losses.cli.tasks import Task, make_task
from keras_gan_losses.files import written_beside

_NUM_SAMPLES = 64
_INTERRUPTED = 130


def train(
    data: Annotated[
        str | None,
        typer.Option(
            help="A folder of pictures, an array (x.npy, x.npz), digits, ring, grid, or an image "
            "set: mnist … Default: digits."
        ),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(help="Objective: wgan_gp, hinge, lsgan … Default: non_saturating."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epoch at which to end.")] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Rounds to play, instead of epochs.")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Samples per update. Default: 64.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of all random numbers. Default: 0.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=8, help="Side of pictures. Default: theirs, or 64.")
    ] = None,
    crop: Annotated[
        bool | None, typer.Option(help="Cut pictures to squares, or squeeze them. Default: cut.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Labels of an array, if they are in a file of their own.")
    ] = None,
    conditional: Annotated[
        bool | None,
        typer.Option("--conditional", help="Learn the classes: folders of pictures, or labels."),
    ] = None,
    augment: Annotated[
        str | None, typer.Option(help="For few pictures: ada, diff_augment or instance_noise.")
    ] = None,
    average: Annotated[
        bool | None, typer.Option("--average", help="Sample from an average of the weights.")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="Of both players. Default: the objective's.")
    ] = None,
    latent_dim: Annotated[
        int | None, typer.Option(min=1, help="Number of latents. Default: what suits the data.")
    ] = None,
    precision: Annotated[
        str | None, typer.Option(help="float32, mixed_bfloat16 or mixed_float16.")
    ] = None,
    checkpoint_every: Annotated[
        int, typer.Option(min=1, help="Rounds between two checkpoints.")
    ] = 500,
    out: Annotated[Path, typer.Option(help="Where results are written.")] = Path("out"),
    backend: Annotated[str | None, typer.Option(help="tensorflow, jax or torch.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, as it was begun.")
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Prepared image sets.")] = None,
    manual_dir: Annotated[Path | None, typer.Option(help="Original files of the set.")] = None,
) -> None:
    """Train a GAN, and write samples, history, model and SavedModel."""
    told = dict(locals())
    use_backend(backend)
    asked_for = {name: told[name] for name in DEFAULTS}
    asked_for["labels"] = None if labels is None else str(labels)
    folder = RunFolder(out)
    with errors_in_one_line():
        objectives.get(loss or DEFAULTS["loss"])
        if epochs is not None and steps is not None:
            raise ValueError("Give --epochs or --steps. Received both.")
        with folder.opened():
            chosen = {name: value for name, value in asked_for.items() if value is not None}
            begun = cast("Arguments", {**DEFAULTS, **chosen})
            arguments = folder.arguments(asked_for) if resume else begun
            keras.utils.set_random_seed(arguments["seed"])
            task, gan = _make(arguments, data_dir, manual_dir)
            if not resume:
                _begin(folder, arguments)
            for line in task.found:
                typer.echo(line)
            task.form.keep(folder.form)
            exports = _can_export()
            end = epochs or task.num_epochs
            discriminator_steps = objectives.get(arguments["loss"]).discriminator_steps
            if steps is not None:
                end = -(-steps // max(task.num_batches // discriminator_steps, 1))
            _fit(gan, task, folder, end, arguments["batch_size"], every=checkpoint_every)
            _write_results(gan, task, folder, exports=exports)


def _make(arguments: Arguments, data_dir: Path | None, manual_dir: Path | None) -> tuple[Task, GAN]:
    """Data and a compiled GAN."""
    if arguments["augment"] is not None:
        augmentation.get(arguments["augment"])
    labels = arguments["labels"]
    task = make_task(
        arguments["data"],
        batch_size=arguments["batch_size"],
        data_dir=data_dir,
        manual_dir=manual_dir,
        latent_dim=arguments["latent_dim"],
        is_conditional=arguments["conditional"],
        labels=None if labels is None else Path(labels),
        size=arguments["size"],
        crops=arguments["crop"],
    )
    keras.config.set_dtype_policy(arguments["precision"])
    gan = GAN(*task.build_networks(), latent_dim=task.latent_dim)
    gan.compile(
        loss=arguments["loss"],
        augmentation=arguments["augment"],
        average=GeneratorAverage() if arguments["average"] else None,
    )
    if arguments["learning_rate"] is not None:
        gan.optimizer.learning_rate = arguments["learning_rate"]
    return task, gan


def _begin(folder: RunFolder, arguments: Arguments) -> None:
    earlier = folder.begin(arguments)
    if earlier is not None:
        typer.echo(f"What an earlier run has left is now in {earlier}. Delete it at will.")


def _can_export() -> bool:
    if importlib.util.find_spec("tensorflow") is not None:
        return True
    typer.echo("No SavedModel will be written: it needs TensorFlow, which is not installed.")
    return False


def _fit(
    gan: GAN, task: Task, folder: RunFolder, epochs: int, batch_size: int, *, every: int
) -> None:
    checkpoint = callbacks.Checkpoint(folder.checkpoints, every=every)
    done, _ = checkpoint.position() or (0, 0)
    if done >= epochs:
        typer.echo(f"The model has {done} epochs already. Ask for more with --epochs.")
    is_batched = not isinstance(task.data, np.ndarray)
    folder.keep_rows(done)
    try:
        gan.fit(
            task.data,
            task.labels,
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
    classes = np.arange(_NUM_SAMPLES) % len(task.class_names) if task.class_names else None
    with written_beside(folder.samples) as beside:
        task.form.draw(gan.generate(_NUM_SAMPLES, classes, seed=0)).savefig(beside)
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
