"""Whether cheaper rounds cost quality: `python -m benchmarks.quality.cheaper_rounds`.

Each way trains a small DCGAN on the embedded digits with several seeds; what is printed is the
sliced Wasserstein distance of its samples to held-out digits, median, least and greatest, and for
comparison that of other real digits. `--ways "R1" "R1, step=0.01"` measures those alone.
"""

import argparse
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from benchmarks.tables import table
from keras_gan_losses import GAN, architectures, datasets, metrics, penalties

_SEEDS, _EPOCHS = range(10), 30
_PLAIN: dict[str, Any] = {"loss": "non_saturating"}
_REUSE = {**_PLAIN, "reuses_fakes": True}
_JOINT = {**_REUSE, "updates_simultaneously": True}


@dataclass(frozen=True)
class Way:
    """How to train.

    Args:
        arguments: Of `compile`.
        policy: Precision of the layers.
        is_smooth: Whether the discriminator's activations are SiLU in place of leaky ReLU.
    """

    arguments: Mapping[str, Any] = field(default_factory=lambda: _PLAIN)
    policy: str = "float32"
    is_smooth: bool = False


def _regularized(*, gamma: float = 1.0, is_smooth: bool = False, **options: Any) -> Way:
    penalty = penalties.R1Penalty(gamma=gamma, **options)
    return Way({**_PLAIN, "penalties": [penalty]}, is_smooth=is_smooth)


WAYS: Mapping[str, Way] = {
    "fresh samples": Way(),
    "reuses_fakes": Way(_REUSE),
    "reuses_fakes, simultaneous": Way(_JOINT),
    "mixed_bfloat16": Way(policy="mixed_bfloat16"),
    "mixed_bfloat16, reuses_fakes, simultaneous": Way(_JOINT, policy="mixed_bfloat16"),
    "R1": _regularized(),
    "R1, every=2": _regularized(every=2),
    "R1, every=4": _regularized(every=4),
    "R1, every=8": _regularized(every=8),
    "R1, fraction=0.25": _regularized(fraction=0.25),
    "R1, step=0.1": _regularized(step=0.1),
    "R1, step=0.01": _regularized(step=0.01),
    "R1, step=0.001": _regularized(step=0.001),
    "R1, gamma=4, step=0.01": _regularized(gamma=4.0, step=0.01),
    "SiLU": Way(is_smooth=True),
    "SiLU, R1": _regularized(is_smooth=True),
    "SiLU, R1, step=0.01": _regularized(is_smooth=True, step=0.01),
}


def networks(*, is_smooth: bool) -> tuple[keras.Model, keras.Model]:
    """A small DCGAN."""
    generator, discriminator = architectures.dcgan((8, 8, 1), 32, width=16)
    return generator, smoothed(discriminator) if is_smooth else discriminator


def smoothed(discriminator: keras.Model) -> keras.Model:
    """The same network with other activations and new weights."""

    def clone(layer: keras.layers.Layer) -> keras.layers.Layer:
        if isinstance(layer, keras.layers.LeakyReLU):
            return keras.layers.Activation("silu")
        return type(layer).from_config(layer.get_config())

    return keras.models.clone_model(discriminator, clone_function=clone)


def distance(way: Way, seed: int) -> float:
    """Distance of one trained generator's samples to digits it has not seen."""
    images, _ = datasets.digits()
    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(way.policy)
    gan = GAN(*networks(is_smooth=way.is_smooth), latent_dim=32, seed=seed)
    gan.compile(**way.arguments)
    gan.fit(images[:1200], batch_size=64, epochs=_EPOCHS, verbose=0)
    metric = metrics.SlicedWassersteinDistance()
    return next(iter(gan.measure(images[1200:], metrics=[metric]).values()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a row for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    options = parser.parse_args(arguments)
    images, _ = datasets.digits()
    real = metrics.sliced_wasserstein_distance(
        images[:597].reshape(597, -1), images[1200:].reshape(597, -1)
    )
    print(f"Other real digits: {real:.3f}\n")
    print(table(["way", "median distance", "least", "greatest"], []))
    for name in options.ways:
        values = [distance(WAYS[name], seed) for seed in _SEEDS]
        cells = (statistics.median(values), min(values), max(values))
        # Row by row, because each takes a minute.
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in cells)} |", flush=True)


if __name__ == "__main__":
    main()
