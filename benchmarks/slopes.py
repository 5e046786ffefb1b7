"""How near finite differences come to R1: `python -m benchmarks.slopes`.

On discriminators of a small DCGAN that have been trained on the embedded digits, one of leaky ReLU
and one of SiLU, for each step: the mean penalty beside the exact one; how far the gradient of a
batch of 64 by the weights scatters, beside the length of the exact one; and the time of a round.
"""

import statistics
import time

import keras
import numpy as np
from keras import ops

from benchmarks.quality.cheaper_rounds import networks
from benchmarks.tables import table
from keras_gan_losses import GAN, datasets
from keras_gan_losses.backend import backend
from keras_gan_losses.penalties import AdversarialBatch, R1Penalty
from keras_gan_losses.types import Tensor

_STEPS = (None, 1.0, 0.1, 0.01, 0.001)
_BATCH_SIZE, _NUM_DRAWS, _NUM_TURNS = 64, 60, 5


def game(images: np.ndarray, *, is_smooth: bool, epochs: int, penalty: R1Penalty | None) -> GAN:
    """A game after some epochs."""
    keras.utils.set_random_seed(0)
    gan = GAN(*networks(is_smooth=is_smooth), latent_dim=32, seed=0)
    gan.compile(loss="non_saturating", penalties=[] if penalty is None else [penalty])
    gan.fit(images, batch_size=_BATCH_SIZE, epochs=epochs, verbose=0)
    return gan


def value(discriminator: keras.Model, images: np.ndarray, penalty: R1Penalty) -> float:
    """Mean penalty of the images."""
    batch = AdversarialBatch(discriminator, images, images)
    return float(ops.convert_to_numpy(penalty(batch)).mean())


def gradient(discriminator: keras.Model, images: np.ndarray, penalty: R1Penalty) -> np.ndarray:
    """Gradient of the mean penalty by all weights, in a row."""
    seed = keras.random.SeedGenerator()
    weights = discriminator.trainable_variables

    def mean() -> tuple[Tensor, None]:
        batch = AdversarialBatch(discriminator, images, images, seed_generator=seed)
        return ops.mean(penalty(batch)), None

    _, gradients = backend.value_and_gradients(
        mean, weights, [*discriminator.variables, seed.state]
    )
    # The last bias has none.
    return np.concatenate(
        [
            np.zeros(weight.shape).ravel() if each is None else ops.convert_to_numpy(each).ravel()
            for weight, each in zip(weights, gradients, strict=True)
        ]
    )


def scatter(discriminator: keras.Model, images: np.ndarray, penalty: R1Penalty) -> float:
    """Root of the mean squared distance of gradients from their mean."""
    found = np.stack([gradient(discriminator, images, penalty) for _ in range(_NUM_DRAWS)])
    return float(np.sqrt(np.sum((found - found.mean(axis=0)) ** 2, axis=1).mean()))


def milliseconds(images: np.ndarray) -> list[float]:
    """Median time of a round for each step; they take turns, so that a busy minute strikes all."""
    games = [
        game(images, is_smooth=False, epochs=1, penalty=R1Penalty(gamma=1.0, step=step))
        for step in _STEPS
    ]
    times: list[list[float]] = [[] for _ in games]
    for _ in range(_NUM_TURNS):
        for gan, own in zip(games, times, strict=True):
            start = time.perf_counter()
            gan.fit(images, batch_size=_BATCH_SIZE, verbose=0)
            own.append(1000.0 * (time.perf_counter() - start) * _BATCH_SIZE / len(images))
    return [statistics.median(own) for own in times]


def main() -> None:
    """Prints a row for each step."""
    images, _ = datasets.digits()
    images = images[: len(images) // _BATCH_SIZE * _BATCH_SIZE]
    rows = [[str(step)] for step in _STEPS]
    for is_smooth in (False, True):
        discriminator = game(images, is_smooth=is_smooth, epochs=10, penalty=None).discriminator
        exact = R1Penalty(gamma=1.0)
        whole = value(discriminator, images, exact)
        batch = images[:_BATCH_SIZE]
        length = float(np.linalg.norm(gradient(discriminator, batch, exact)))
        for row, step in zip(rows, _STEPS, strict=True):
            penalty = R1Penalty(gamma=1.0, step=step)
            row.append(f"{value(discriminator, images, penalty) / whole:.2f}")
            row.append(f"{scatter(discriminator, batch, penalty) / length:.2f}")
    for row, time_of_round in zip(rows, milliseconds(images), strict=True):
        row.append(f"{time_of_round:.1f}")
    columns = [f"{name}: {what}" for name in ("leaky ReLU", "SiLU") for what in ("mean", "scatter")]
    print(table(["step", *columns, "ms a round"], rows))


if __name__ == "__main__":
    main()
