"""Whether cheaper rounds cost quality: `python -m benchmarks.quality`.

Each way trains a small DCGAN on the embedded digits with several seeds; what is printed is the
sliced Wasserstein distance of its samples to held-out digits, median, least and greatest, and for
comparison that of other real digits.
"""

import statistics
from collections.abc import Mapping
from typing import Any

import keras

from benchmarks.tables import table
from keras_gan_losses import GAN, architectures, datasets, metrics, penalties

_SEEDS, _EPOCHS = range(10), 30
_PLAIN: dict[str, Any] = {"loss": "non_saturating"}
_REUSE = {**_PLAIN, "reuses_fakes": True}
_JOINT = {**_REUSE, "updates_simultaneously": True}


def _regularized(**options: Any) -> tuple[str, dict[str, Any]]:
    return "float32", {**_PLAIN, "penalties": [penalties.R1Penalty(gamma=1.0, **options)]}


WAYS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "fresh samples": ("float32", _PLAIN),
    "reuses_fakes": ("float32", _REUSE),
    "reuses_fakes, simultaneous": ("float32", _JOINT),
    "mixed_bfloat16": ("mixed_bfloat16", _PLAIN),
    "mixed_bfloat16, reuses_fakes, simultaneous": ("mixed_bfloat16", _JOINT),
    "R1": _regularized(),
    "R1, every=2": _regularized(every=2),
    "R1, every=4": _regularized(every=4),
    "R1, every=8": _regularized(every=8),
    "R1, fraction=0.25": _regularized(fraction=0.25),
}


def distance(policy: str, arguments: dict[str, Any], seed: int) -> float:
    """Distance of one trained generator's samples to digits it has not seen."""
    images, _ = datasets.digits()
    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(policy)
    gan = GAN(*architectures.dcgan((8, 8, 1), 32, width=16), latent_dim=32, seed=seed)
    gan.compile(**arguments)
    gan.fit(images[:1200], batch_size=64, epochs=_EPOCHS, verbose=0)
    metric = metrics.SlicedWassersteinDistance()
    return next(iter(gan.measure(images[1200:], metrics=[metric]).values()))


def main() -> None:
    """Prints a row for each way."""
    images, _ = datasets.digits()
    real = metrics.sliced_wasserstein_distance(
        images[:597].reshape(597, -1), images[1200:].reshape(597, -1)
    )
    print(f"Other real digits: {real:.3f}\n")
    print(table(["way", "median distance", "least", "greatest"], []))
    for name, (policy, arguments) in WAYS.items():
        values = [distance(policy, arguments, seed) for seed in _SEEDS]
        cells = (statistics.median(values), min(values), max(values))
        # Row by row, because each takes a minute.
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in cells)} |", flush=True)


if __name__ == "__main__":
    main()
