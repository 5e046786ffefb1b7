"""The command `keras-gan-losses train`."""

import dataclasses
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import keras
import numpy as np
import typer

from keras_gan_losses import GAN, GeneratorAverage, callbacks, objectives
from keras_gan_losses.cli.held_out import held_out
from keras_gan_losses.cli.run_folder import RunFolder
from keras_gan_losses.cli.tasks import Task, make_task
from keras_gan_losses.extras import check_extra
from keras_gan_losses.files import written_beside
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.types import Json
from keras_gan_losses_cli.checks import listed
from keras_gan_losses_cli.run_arguments import DEFAULTS, Arguments

_INTERRUPTED = 130


def train(
    asked_for: Mapping[str, Json],
    *,
    epochs: int | None,
    steps: int | None,
    checkpoint_every: int,
    out: Path,
    resume: bool,
    data_dir: Path | None,
    manual_dir: Path | None,
) -> None:
    """Trains a GAN, and writes samples, history, model and SavedModel.

    Args:
        asked_for: What a run keeps for the one that goes on with it; None stands for the default.
        epochs: Epoch at which to end.
        steps: Rounds to play, instead of epochs.
        checkpoint_every: Rounds between two checkpoints.
        out: Where results are written.
        resume: Whether the run that is there goes on.
        data_dir: Where image sets are prepared.
        manual_dir: Where their original files lie.
    """
    check_extra("plots", "matplotlib", "PIL")
    folder = RunFolder(out)
    with folder.opened():
        chosen = {name: value for name, value in asked_for.items() if value is not None}
        begun = cast("Arguments", {**DEFAULTS, **chosen})
        arguments = folder.arguments(asked_for) if resume else begun
        task = _task(arguments, data_dir, manual_dir)
        held = None
        if arguments["validation"] or arguments["metrics"]:
            task, held = _held_out(task, arguments, data_dir, manual_dir)
        keras.utils.set_random_seed(arguments["seed"])
        gan = _gan(task, arguments, [] if held is None else held.metrics)
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
        if held is not None:
            names = ", ".join(metric.name for metric in held.metrics)
            typer.echo(f"Measures {names} after each epoch on {len(held.samples):,} other samples.")
        _fit(gan, task, held, folder, end, arguments["batch_size"], every=checkpoint_every)
        _write_results(gan, task, folder, exports=exports)


@dataclasses.dataclass(frozen=True)
class _HeldOut:
    """What is measured, and on what."""

    samples: np.ndarray
    condition: np.ndarray | None
    metrics: list[DistributionMetric]


def _task(arguments: Arguments, data_dir: Path | None, manual_dir: Path | None) -> Task:
    return make_task(
        arguments["data"],
        batch_size=arguments["batch_size"],
        data_dir=data_dir,
        manual_dir=manual_dir,
        latent_dim=arguments["latent_dim"],
        is_conditional=arguments["conditional"],
        labels=arguments["labels"],
        size=arguments["size"],
        crops=arguments["crop"],
        networks=arguments["networks"],
        length=arguments["length"],
        rate=arguments["rate"],
        is_mono=arguments["mono"],
    )


def _held_out(
    task: Task, arguments: Arguments, data_dir: Path | None, manual_dir: Path | None
) -> tuple[Task, _HeldOut]:
    task, real = held_out(
        task,
        arguments["data"],
        arguments["validation"],
        batch_size=arguments["batch_size"],
        seed=arguments["seed"],
        data_dir=data_dir,
        manual_dir=manual_dir,
    )
    names = None if arguments["metrics"] is None else listed(arguments["metrics"])
    # No classifier, which would have to be trained first.
    features = arguments["features"] or ("spectrum" if real.is_sound else "samples")
    metrics = real.chosen_metrics(names, features)
    condition = real.labels_among(task.class_names) if arguments["conditional"] else None
    return task, _HeldOut(real.samples, condition, metrics)


def _gan(task: Task, arguments: Arguments, metrics: list[DistributionMetric]) -> GAN:
    keras.config.set_dtype_policy(arguments["precision"])
    gan = GAN(*task.build_networks(), latent_dim=task.latent_dim)
    gan.compile(
        loss=arguments["loss"],
        augmentation=arguments["augment"],
        average=GeneratorAverage() if arguments["average"] else None,
        metrics=metrics,
    )
    if arguments["learning_rate"] is not None:
        gan.optimizer.learning_rate = arguments["learning_rate"]
    return gan


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
    gan: GAN,
    task: Task,
    held: _HeldOut | None,
    folder: RunFolder,
    epochs: int,
    batch_size: int,
    *,
    every: int,
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
            validation_data=None if held is None else (held.samples, held.condition),
            validation_batch_size=batch_size,
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
    count = task.form.num_drawn
    classes = task.form.classes(count, len(task.class_names)) if task.class_names else None
    with written_beside(folder.samples) as beside:
        samples = gan.generate(count, classes, seed=0)
        task.form.draw(task.form.joined(samples, classes)).savefig(beside)
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
