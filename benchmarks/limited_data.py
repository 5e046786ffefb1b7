"""Whether augmentation helps where data are few: `python -m benchmarks.limited_data`.

Each way trains a small DCGAN on 200 of the embedded digits with several seeds, fast enough that
the discriminator learns them by heart. Printed is the Fréchet distance, on the features of a small
classifier, of 1,500 samples to the digits that were left out, after 300 epochs and after 1,000:
median, least and greatest, and in how many of the seeds it is less than without augmentation; and
for comparison that of the 200 digits themselves.
"""

import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np

from benchmarks.tables import table
from keras_gan_losses import GAN, architectures, augmentation, datasets, metrics
from keras_gan_losses.augmentation.wrapped import AugmentationLike
from keras_gan_losses.metrics.features import Features

EPOCHS = (300, 1_000)
_SEEDS, _NUM_IMAGES, _BATCH_SIZE, _NUM_SAMPLES = range(10), 200, 50, 1_500

WAYS: Mapping[str, Callable[[], AugmentationLike | None]] = {
    "none": lambda: None,
    "translation, cutout": lambda: [augmentation.Translation(), augmentation.Cutout()],
    "diff_augment": augmentation.diff_augment,
    "ada": lambda: augmentation.Adaptive(num_samples=20_000),
}


def parts(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The digits to train on, and all others."""
    images, _ = datasets.digits()
    chosen = np.random.default_rng(seed).permutation(len(images))
    return images[chosen[:_NUM_IMAGES]], images[chosen[_NUM_IMAGES:]]


def distances(
    way: str, seed: int, features: Features, epochs: Sequence[int] = EPOCHS
) -> list[float]:
    """Distances of one generator's samples after each number of epochs."""
    few, others = parts(seed)
    keras.utils.set_random_seed(seed)
    gan = GAN(*architectures.dcgan((8, 8, 1), 32, width=16), latent_dim=32, seed=seed)
    gan.compile(
        loss="non_saturating",
        optimizer=keras.optimizers.Adam(2e-3, 0.5),
        augmentation=WAYS[way](),
        steps_per_execution=_NUM_IMAGES // _BATCH_SIZE,
    )
    found: list[float] = []
    for begin, end in itertools.pairwise((0, *epochs)):
        gan.fit(few, batch_size=_BATCH_SIZE, initial_epoch=begin, epochs=end, verbose=0)
        samples = features(gan.generate(_NUM_SAMPLES, seed=0))
        found.append(metrics.frechet_distance(features(others), samples))
    return found


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def _cells(values: Sequence[float], plain: Sequence[float]) -> str:
    better = sum(value < other for value, other in zip(values, plain, strict=True))
    return f"{_spread(values)} | {better} of {len(plain)}"


def main() -> None:
    """Prints a row for each way."""
    features = metrics.features.classifier_features(*datasets.digits())
    own = [metrics.frechet_distance(*map(features, reversed(parts(seed)))) for seed in _SEEDS]
    print(f"The digits to train on: {_spread(own)}\n")
    columns = [name for end in EPOCHS for name in (f"after {end} epochs", "better")]
    print(table(["augmentation", *columns], []), flush=True)
    plain: list[Sequence[float]] = []
    for way in WAYS:
        found = list(zip(*(distances(way, seed, features) for seed in _SEEDS), strict=True))
        plain = plain or [*found]
        # Row by row, because each takes minutes.
        print(f"| {way} | {' | '.join(map(_cells, found, plain))} |", flush=True)


if __name__ == "__main__":
    main()
