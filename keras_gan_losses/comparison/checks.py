"""What must hold before the first run starts, and what the report says of the settings."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan_losses import objectives as objectives_module
from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.comparison.experiment import Experiment, digest
from keras_gan_losses.comparison.files import read_settings
from keras_gan_losses.feeding.data_checks import check_data
from keras_gan_losses.metrics import DistributionMetric, ModeCoverage
from keras_gan_losses.models import GAN
from keras_gan_losses.validation import check_count

# Each name is that of a directory.
_ALLOWED_IN_NAMES = set(" _-+=.,()")
# Of what must be the same when a comparison goes on.
_LASTING = ("budget", "batch_size", "num_measurements", "latent_dim", "data", "backend", "metrics")


def named_objectives(objectives: Sequence[Any] | Mapping[str, Any]) -> dict[str, Any]:
    """Objectives by the names that they have in the comparison; of a name the function.

    A function can be sent to a process that does not know the names of this one.

    Raises:
        ValueError: If there are none, one is unknown or occurs twice, or a name cannot be that of
            a directory.
        TypeError: If one without a name is no name.

    Example:
    >>> sorted(named_objectives(["wgan_gp", "lsgan"]))
    ['lsgan', 'wgan_gp']
    """
    if isinstance(objectives, str) or not objectives:
        raise ValueError(
            "`objectives` must be several names, or a dictionary of names and objectives. "
            f'Received: objectives={objectives!r}. Use ["lsgan", "wgan_gp"] for example.'
        )
    named = _by_name(objectives)
    for name in named:
        if (
            not name
            or not all(c.isalnum() or c in _ALLOWED_IN_NAMES for c in name)
            or name[0] == "."
        ):
            raise ValueError(
                "The name of an objective must do for a directory: letters, digits, spaces and "
                f"_-+=.,() only. Received: {name!r}."
            )
    return {
        name: objectives_module.maker(objective) if isinstance(objective, str) else objective
        for name, objective in named.items()
    }


def _by_name(objectives: Sequence[Any] | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(objectives, Mapping):
        return dict(objectives)
    for objective in objectives:
        if not isinstance(objective, str):
            raise TypeError(
                "`objectives` in a list are names. Received: "
                f'{objective!r}. Give others a name: {{"mine": objective}}.'
            )
    named = {name: name for name in objectives}
    if len(named) < len(objectives):
        raise ValueError(f"An objective is named twice. Received: {list(objectives)}.")
    return named


def seed_numbers(seeds: int | Sequence[int]) -> list[int]:
    """The seeds themselves.

    Raises:
        ValueError: If there are none, or one is no whole number or occurs twice.

    Example:
    >>> seed_numbers(3), seed_numbers([7, 9])
    ([0, 1, 2], [7, 9])
    """
    advice = "Use 5 for the seeds 0 to 4, or list the seeds."
    if not isinstance(seeds, Sequence):
        check_count("seeds", seeds, advice=advice)
        return list(range(seeds))
    for seed in seeds:
        check_count("seeds", seed, minimum=0, advice=advice)
    if not seeds or len(set(seeds)) < len(seeds):
        raise ValueError(f"`seeds` must be different, at least one. Received: {seeds!r}. {advice}")
    return list(seeds)


def check_directory(directory: Path) -> None:
    """Makes the directory, and raises if nothing can be written there.

    Raises:
        OSError: If so.
    """
    try:
        (directory / "runs").mkdir(parents=True, exist_ok=True)
        trial = directory / f".trial.{os.getpid()}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise OSError(
            f"Nothing can be written to {str(directory)!r}: {error}. Use another directory."
        ) from error


def settings_of(experiment: Experiment, rank_by: str | None) -> dict[str, Any]:
    """Settings for the report, found by making each GAN and trying the metrics on real data.

    Raises:
        ValueError: If networks, data, objectives, metrics or budget do not fit each other.
    """
    check_count("batch_size", experiment.batch_size, advice="64 suits most data.")
    check_count("num_measurements", experiment.num_measurements, advice="10 give a smooth curve.")
    with preserved_random_state():
        gans = {name: experiment.make_gan(name) for name in experiment.objectives}
        specification = next(iter(gans.values())).specification
        check_data(experiment.samples, experiment.labels, specification)
        check_data(experiment.reference, experiment.reference_labels, specification)
        metrics = experiment.make_metrics()
        directions = _tried(metrics, experiment)
    steps = {name: gan.get_compile_config()["discriminator_steps"] for name, gan in gans.items()}
    experiment.budget.check(steps)
    if rank_by is not None and rank_by not in directions:
        raise ValueError(
            f"Nothing is measured under the name {rank_by!r}. Rank by one of {list(directions)}."
        )
    gan = next(iter(gans.values()))
    return {
        "budget": str(experiment.budget),
        "batch_size": experiment.batch_size,
        "num_measurements": experiment.num_measurements,
        "latent_dim": experiment.latent_dim,
        "num_samples": len(experiment.samples),
        "sample_shape": list(experiment.samples.shape[1:]),
        "num_reference": len(experiment.reference),
        "num_weights": [gan.generator.count_params(), gan.discriminator.count_params()],
        "data": digest(
            experiment.samples,
            experiment.labels,
            experiment.reference,
            *(
                np.array(weight.shape)
                for weight in [*gan.generator.weights, *gan.discriminator.weights]
            ),
        ),
        "backend": keras.backend.backend(),
        "metrics": directions,
        "rank_by": rank_by or next(iter(directions)),
        "modes": next((m.modes for m in metrics if isinstance(m, ModeCoverage)), None),
        "objectives": {name: _described(gan, steps[name]) for name, gan in gans.items()},
    }


def check_same(directory: Path, settings: Mapping[str, Any]) -> None:
    """Raises if a comparison of other settings is in the directory.

    Raises:
        ValueError: With what differs.
    """
    earlier = read_settings(directory)
    if earlier is None:
        return
    differing = [name for name in _LASTING if earlier[name] != settings[name]]
    described = earlier["objectives"]
    for name, description in settings["objectives"].items():
        differing += [name] if described.get(name, description) != description else []
    if differing:
        name = differing[0]
        raise ValueError(
            f"{str(directory)!r} holds a comparison of other settings: {', '.join(differing)} "
            f"(first: {earlier.get(name, described.get(name))!r} there, now "
            f"{settings.get(name, settings['objectives'].get(name))!r}). Use another directory."
        )


def _tried(metrics: Sequence[DistributionMetric], experiment: Experiment) -> dict[str, bool]:
    """Whether a greater value is better, by name, after a trial on real data."""
    if not metrics:
        raise ValueError(
            "`metrics` must name at least one measure, by which objectives are ranked. Received "
            'none. Use ["sliced_wasserstein_distance"] for example.'
        )
    real = experiment.reference
    for metric in metrics:
        metric(real, real[: metric.num_samples or len(real)])
        metric.reset_state()
    return {name: better for metric in metrics for name, better in metric.directions.items()}


def _described(gan: GAN, discriminator_steps: int) -> dict[str, Any]:
    """What the report says of an objective's settings."""
    config = gan.get_compile_config()["loss"]["config"]
    parts = [config["generator_loss"], config["discriminator_loss"], *config["penalties"]]
    settings = {
        f"{part['config'].get('name', part['class_name'])}.{key}": value
        for part in parts
        for key, value in part["config"].items()
        if isinstance(value, int | float | str) and key not in ("name", "reduction", "dtype")
    }
    generator, discriminator = (_optimizer(one) for one in gan.optimizer.optimizers)
    return {
        "class": config["name"],
        "settings": settings,
        "discriminator_steps": discriminator_steps,
        "generator_optimizer": generator,
        "discriminator_optimizer": discriminator,
    }


def _optimizer(optimizer: keras.optimizers.Optimizer) -> str:
    config = optimizer.get_config()
    shown = {n: v for n, v in config.items() if n in ("learning_rate", "beta_1", "beta_2", "rho")}
    values = ", ".join(
        f"{n}={v:g}" if isinstance(v, float) else f"{n}={v}" for n, v in shown.items()
    )
    return f"{type(optimizer).__name__}({values})"
