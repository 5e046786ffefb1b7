"""Signals: tones whose pitch glides, of which the truth is known, by `convolutional_1d`.

    python examples/signals.py

makes signals of 128 steps. signals.png shows two real ones and, below them, generated ones, each
beside its spectrogram: one band should be bright and glide, without a break. The last lines tell
how well: the distance of the spectra; how much of a generated signal a chirp of its estimated
frequencies explains, 1 being all of it; and whether pitches are as spread as the real ones.
"""

import argparse

import keras
import numpy as np

from keras_gan_losses import GAN, GeneratorAverage, architectures, datasets, metrics, plots

LENGTH, RATE = 128, 8000


def make_data(num_samples, seed):
    """Chirps between 160 and 800 Hz."""
    return datasets.chirps(num_samples, length=LENGTH, frequency_range=(0.02, 0.1), seed=seed)


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
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--num-samples", type=int, default=4000)
    parser.add_argument("--width", type=int, default=16)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)
    real = make_data(arguments.num_samples, seed=0)

    networks = architectures.convolutional_1d((LENGTH, 1), 16, width=arguments.width)
    gan = GAN(*networks, latent_dim=16)
    gan.compile(
        loss="r3gan",
        optimizer=keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99),
        average=GeneratorAverage(half_life=5000),
    )
    gan.fit(real.samples, epochs=arguments.epochs, batch_size=64, verbose=2)

    fake = gan.generate(1000, seed=0)
    test = make_data(1000, seed=1)
    plots.signals(
        np.concatenate([test.samples[:2], fake[:4]]),
        rate=RATE,
        labels=[*["real"] * 2, *["generated"] * 4],
    ).savefig("signals.png")

    distance, usual = (
        metrics.spectral_distance(test.samples, other, frame_length=32, floor=-40.0)
        for other in (fake, make_data(1000, seed=2).samples)
    )
    print(f"Spectral distance: {distance:.1f} dB; between two sets of real signals {usual:.1f}.")
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
