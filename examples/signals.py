"""Signals: tones whose pitch glides, of which the truth is known, by `convolutional_1d`.

    python examples/signals.py

makes signals of 256 steps. signals.png shows three real ones and, below them, generated ones, each
beside its spectrogram: one line should glide, without a break. The last lines tell how well: the
distance of the spectra; how much of a generated signal a chirp of its estimated frequencies
explains, 1 being all of it; and whether pitches are as spread as the real ones.
"""

import argparse

import keras
import numpy as np

from keras_gan_losses import GAN, GeneratorAverage, architectures, datasets, metrics, plots

LENGTH, RATE = 256, 8000


def explained(signals):
    """Share of each signal's power that a chirp of its estimated frequencies has."""
    first, last = np.hsplit(datasets.estimate_chirps(signals), 2)
    steps = np.arange(LENGTH)
    cycles = first * steps + (last - first) * steps**2 / (2.0 * LENGTH)
    chirps = np.exp(2j * np.pi * cycles)
    # The real part of a complex amplitude times the chirp, whatever its phase.
    amplitudes = 2.0 * (signals[..., 0] * chirps.conj()).mean(axis=1, keepdims=True)
    rest = signals[..., 0] - (amplitudes * chirps).real
    return 1.0 - np.square(rest).sum(axis=1) / np.square(signals).sum(axis=(1, 2))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--num-samples", type=int, default=4000)
    parser.add_argument("--width", type=int, default=16)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)
    real = datasets.chirps(arguments.num_samples, length=LENGTH)

    networks = architectures.convolutional_1d((LENGTH, 1), 16, width=arguments.width)
    gan = GAN(*networks, latent_dim=16)
    gan.compile(loss="r3gan", average=GeneratorAverage(half_life=2000))
    gan.fit(real.samples, epochs=arguments.epochs, batch_size=64, verbose=2)

    fake = gan.generate(1000, seed=0)
    test = datasets.chirps(1000, length=LENGTH, seed=1)
    plots.signals(
        np.concatenate([test.samples[:3], fake[:5]]),
        rate=RATE,
        labels=[*["real"] * 3, *["generated"] * 5],
    ).savefig("signals.png")

    distance = metrics.spectral_distance(test.samples, fake, frame_length=64)
    between = metrics.spectral_distance(
        test.samples, datasets.chirps(1000, length=LENGTH, seed=2).samples, frame_length=64
    )
    print(f"Spectral distance: {distance:.1f} dB; between two sets of real signals {between:.1f}.")
    shares = {
        name: np.median(explained(samples))
        for name, samples in (("real", test.samples), ("generated", fake))
    }
    print(", ".join(f"{name}: a chirp explains {share:.3f}" for name, share in shares.items()))
    for name, found in (
        ("real", test.frequencies),
        ("generated", datasets.estimate_chirps(fake)),
    ):
        low, high = np.quantile(RATE * found, (0.1, 0.9))
        rising = np.mean(found[:, 1] > found[:, 0])
        print(f"{name}: {low:.0f} to {high:.0f} Hz, {rising:.0%} rise")


if __name__ == "__main__":
    main()
