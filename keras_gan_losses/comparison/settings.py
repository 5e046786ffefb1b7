"""What the report says of a comparison's settings, found by trying all that it was given."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import keras

from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.comparison.experiment import Experiment
from keras_gan_losses.comparison.records import Description, Settings
from keras_gan_losses.comparison.sameness import told
from keras_gan_losses.feeding.batch_form import formed
from keras_gan_losses.metrics import DistributionMetric, ModeCoverage
from keras_gan_losses.models import GAN
from keras_gan_losses.models.measurement import check_metric_names
from keras_gan_losses.validation import check_count

Made = TypeVar("Made")


def settings_of(experiment: Experiment, rank_by: str | None) -> Settings:
    """Settings for the report, found by making each GAN and trying the metrics on real data.

    Raises:
        ValueError: If networks, data, objectives, metrics or budget do not fit each other.
    """
    check_count("batch_size", experiment.batch_size, advice="64 suits most data.")
    check_count("num_measurements", experiment.num_measurements, advice="10 give a smooth curve.")
    with preserved_random_state():
        gans = {name: _after_seed(experiment.make_gan, name) for name in experiment.objectives}
        specification = next(iter(gans.values())).specification
        formed(experiment.samples, experiment.labels, specification)
        formed(experiment.reference, experiment.reference_labels, specification)
        metrics = _after_seed(experiment.make_metrics)
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
        "num_samples": len(experiment.samples),
        "sample_shape": list(experiment.samples.shape[1:]),
        "num_reference": len(experiment.reference),
        "num_weights": [gan.generator.count_params(), gan.discriminator.count_params()],
        "metrics": directions,
        "rank_by": rank_by or next(iter(directions)),
        "modes": next((m.modes for m in metrics if isinstance(m, ModeCoverage)), None),
        "objectives": {name: _described(gan, steps[name]) for name, gan in gans.items()},
        "told": told(experiment, gans, metrics),
    }


def _after_seed(make: Callable[..., Made], *arguments: str) -> Made:
    # What is made is the same each time, so that it can be compared with an earlier comparison's.
    keras.utils.set_random_seed(0)
    return make(*arguments)


def _tried(metrics: Sequence[DistributionMetric], experiment: Experiment) -> dict[str, bool]:
    """Whether a greater value is better, by name, after a trial on real data."""
    if not metrics:
        raise ValueError(
            "`metrics` must name at least one measure, by which objectives are ranked. Received "
            'none. Use ["sliced_wasserstein_distance"] for example.'
        )
    real = experiment.reference
    check_metric_names(metrics, ())
    for metric in metrics:
        metric(real, real[: metric.num_samples or len(real)])
        metric.reset_state()
    return {name: better for metric in metrics for name, better in metric.directions.items()}


def _described(gan: GAN, discriminator_steps: int) -> Description:
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
