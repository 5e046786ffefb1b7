"""Compares `GAN.fit` with a hand-written TensorFlow loop of the same update.

Run `python -m benchmarks` (or `--quick`) with the TensorFlow backend. Both are measured in turn,
several times, and what is reported is the ratio of rounds per second, fit ÷ hand-written, of each
pair: absolute times differ from machine to machine and from minute to minute.
"""

import argparse
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from benchmarks.hand_written import hand_written_round
from benchmarks.timing import side_by_side
from keras_gan_losses import GAN, architectures


@dataclass(frozen=True)
class Workload:
    """A game to measure."""

    name: str
    data_shape: tuple[int, ...]
    batch_size: int
    uses_gradient_penalty: bool
    num_rounds: int

    def networks(self) -> tuple[keras.Model, keras.Model]:
        if len(self.data_shape) == 1:
            return architectures.mlp(self.data_shape, 64)
        return architectures.dcgan(self.data_shape, 64)

    def data(self) -> np.ndarray:
        size = self.batch_size * self.num_rounds
        return np.random.default_rng(0).uniform(-1, 1, (size, *self.data_shape)).astype("float32")


WORKLOADS = (
    Workload("ring MLP", (2,), 256, uses_gradient_penalty=False, num_rounds=400),
    Workload("DCGAN 28×28", (28, 28, 1), 64, uses_gradient_penalty=False, num_rounds=16),
    Workload("DCGAN 28×28, WGAN-GP", (28, 28, 1), 64, uses_gradient_penalty=True, num_rounds=10),
)


def fit_runner(workload: Workload) -> Callable[[], None]:
    """Function that plays all rounds of a workload by `fit`."""
    gan = GAN(*workload.networks(), latent_dim=64)
    loss = "wgan_gp" if workload.uses_gradient_penalty else "non_saturating"
    gan.compile(loss=loss, discriminator_steps=1)
    data = workload.data()
    return lambda: gan.fit(data, batch_size=workload.batch_size, verbose=0, shuffle=False)


def hand_written_runner(workload: Workload) -> Callable[[], None]:
    """Function that plays all rounds of a workload by a hand-written loop."""
    play = hand_written_round(*workload.networks(), uses_penalty=workload.uses_gradient_penalty)
    batches = tf.data.Dataset.from_tensor_slices(workload.data()).batch(workload.batch_size)
    batches = batches.prefetch(tf.data.AUTOTUNE)

    def run() -> None:
        for batch in batches:
            play(batch)

    return run


def main() -> None:
    """Prints a row for each workload."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    repetitions = 2 if parser.parse_args().quick else 7
    print(f"{'workload':24} {'rounds/s (fit)':>15} {'ratio: median':>14} {'least':>7} {'most':>7}")
    for workload in WORKLOADS:
        runners = (fit_runner(workload), hand_written_runner(workload))
        for runner in runners:
            runner()
        pairs = side_by_side(*runners, repetitions)
        ratios = sorted(by_hand / by_fit for by_fit, by_hand in pairs)
        rate = workload.num_rounds / statistics.median(by_fit for by_fit, _ in pairs)
        print(
            f"{workload.name:24} {rate:15.1f} {statistics.median(ratios):14.2f} "
            f"{ratios[0]:7.2f} {ratios[-1]:7.2f}"
        )


if __name__ == "__main__":
    main()
