"""What a comparison was told: where it differs, old results are not those of the new one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import keras
import numpy as np

from keras_gan_losses.comparison.experiment import Experiment
from keras_gan_losses.comparison.files import finite
from keras_gan_losses.comparison.records import Told
from keras_gan_losses.fingerprint import config_of, config_of_layer, digest
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.models import GAN
from keras_gan_losses.types import Json

# So many are named where settings differ.
_NUM_NAMED = 3
_LONGEST = 60


def told(
    experiment: Experiment, gans: Mapping[str, GAN], metrics: Sequence[DistributionMetric]
) -> Told:
    """All on which results depend, as plain JSON.

    Of networks and metrics of one's own classes it is what their configurations and weights tell;
    their code is not looked at.

    Args:
        experiment: What all runs have in common.
        gans: One for each objective, made after the same seed.
        metrics: What is measured.

    Raises:
        ValueError: If networks differ that were made after the same seed.
    """
    networks = [_networks(gan) for gan in gans.values()]
    if any(other != networks[0] for other in networks):
        where = ", ".join(path for path, *_ in differences(networks[0], networks[-1]))
        raise ValueError(
            "`build_networks` must make the same networks after the same seed. Received: others "
            f"at its next call ({where or 'not always'}). Take random numbers from Keras's "
            "initializers, `random` or `numpy.random`, without a generator of your own."
        )
    names = ("samples", "labels", "reference", "reference_labels")
    content = {
        "budget": repr(experiment.budget),
        "batch_size": experiment.batch_size,
        "num_measurements": experiment.num_measurements,
        "latent_dim": np.atleast_1d(experiment.latent_dim).tolist(),
        "data": {name: digest(getattr(experiment, name)) for name in names},
        "backend": keras.backend.backend(),
        "networks": networks[0],
        "metrics": {metric.name: _metric(metric) for metric in metrics},
        "objectives": {name: _objective(gan) for name, gan in gans.items()},
    }
    return json.loads(json.dumps(finite(content)))


def check_same(directory: Path, earlier: Told | None, now: Told) -> None:
    """Raises if a comparison that was told other things is in the directory.

    Args:
        directory: Of the comparison.
        earlier: What the one there was told, or None if there is none.
        now: What this one was told. Its objectives may be others.

    Raises:
        ValueError: With what differs.
    """
    if earlier is None:
        return
    common = earlier["objectives"].keys() & now["objectives"].keys()
    then, here = (
        {**one, "objectives": {name: one["objectives"][name] for name in sorted(common)}}
        for one in (earlier, now)
    )
    found = list(differences(then, here))
    if found:
        shown = "; ".join(
            f"{path}: {_shown(then)} there, now {_shown(here)}"
            for path, then, here in found[:_NUM_NAMED]
        )
        more = f"; and {len(found) - _NUM_NAMED} more" if len(found) > _NUM_NAMED else ""
        raise ValueError(
            f"{str(directory)!r} holds a comparison of other settings ({shown}{more}). Use "
            "another directory."
        )


def differences(then: object, now: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Places in plain JSON where two values differ, and what is there.

    Example:
    >>> list(differences({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}))
    [('a.b', 1, 3)]
    """
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        then, now = (dict(enumerate(values)) for values in (then, now))
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in {**then, **now}:
            inner = f"{path}.{key}" if path else str(key)
            yield from differences(then.get(key), now.get(key), inner)
    elif then != now:
        yield path, then, now


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _networks(gan: GAN) -> dict[str, Json]:
    networks = {"generator": gan.generator, "discriminator": gan.discriminator}
    return {name: _network(network) for name, network in networks.items()}


def _network(network: keras.Model) -> dict[str, Json]:
    return {
        "config": config_of_layer(network),
        "first_weights": digest(*map(keras.ops.convert_to_numpy, network.weights)),
    }


def _metric(metric: DistributionMetric) -> dict[str, object]:
    return {
        "config": config_of(metric),
        "features": metric.features.content_key(),
        "directions": metric.directions,
    }


def _objective(gan: GAN) -> dict[str, Json]:
    """Arguments of `compile`, and first values of what belongs to no network."""
    networks = {id(weight) for weight in [*gan.generator.weights, *gan.discriminator.weights]}
    others = [variable for variable in gan.variables if id(variable) not in networks]
    return {
        **config_of(gan.get_compile_config()),
        "first_values": digest(*map(keras.ops.convert_to_numpy, others)),
    }
