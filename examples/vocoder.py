"""Sound from a coarse spectrum, by MelGAN: discriminators of three scales that compare features.

    python examples/vocoder.py

makes tones of 256 samples from the loudness of 9 bands in 16 frames, which have lost the phase.
vocoder.png shows real tones and, below them, generated ones: these should swing as fast and as
wide. The last line compares the spectra that the generator was given with those of what it made.
"""

import argparse

import keras
import numpy as np
from keras import layers
from matplotlib.figure import Figure

from keras_gan_losses import GAN, architectures, penalties

LENGTH, FRAME = 256, 16


def spectrum(sound):
    """Loudness of each band in each frame."""
    frames = sound.reshape(len(sound), LENGTH // FRAME, FRAME)
    return np.log1p(np.abs(np.fft.rfft(frames, axis=2))).astype("float32")


def make_data(num_samples=None):
    random, size = np.random.default_rng(0), num_samples or 2000
    pitch, phase = random.uniform(0.1, 0.8, (size, 1)), random.uniform(0, 2 * np.pi, (size, 1))
    fading = np.exp(-np.arange(LENGTH) / LENGTH * random.uniform(0, 3, (size, 1)))
    sound = 0.9 * fading * np.sin(pitch * np.arange(LENGTH) + phase)
    sound = sound[..., np.newaxis].astype("float32")
    return {"sample": sound, "condition": spectrum(sound)}


def make_generator(width):
    given = keras.Input((LENGTH // FRAME, FRAME // 2 + 1))
    hidden = layers.Conv1D(4 * width, 7, padding="same")(given)
    for filters in (2 * width, width):
        hidden = layers.LeakyReLU(negative_slope=0.2)(hidden)
        hidden = layers.Conv1DTranspose(filters, 8, strides=4, padding="same")(hidden)
        change = layers.Conv1D(filters, 3, padding="same", activation="leaky_relu")(hidden)
        hidden = hidden + layers.Conv1D(filters, 3, padding="same")(change)
    hidden = layers.LeakyReLU(negative_slope=0.2)(hidden)
    sound = layers.Conv1D(1, 7, padding="same", activation="tanh", dtype="float32")(hidden)
    return keras.Model(given, sound, name="generator")


def make_head(shape, *, width):
    sound = keras.Input(shape)
    features = [sound]
    for filters, strides in ((width, 1), (2 * width, 4), (4 * width, 4)):
        hidden = layers.Conv1D(filters, 9, strides=strides, padding="same")(features[-1])
        features.append(layers.LeakyReLU(negative_slope=0.2)(hidden))
    scores = layers.Conv1D(1, 3, padding="same", dtype="float32")(features[-1])
    return keras.Model(sound, {"scores": scores, "features": features[1:]})


def make_gan(*, width=16, **rules):
    discriminator = architectures.multi_scale(
        lambda shape: make_head(shape, width=width), (LENGTH, 1), num_scales=3
    )
    gan = GAN(make_generator(width), discriminator)
    gan.compile(
        loss="hinge",
        penalties=[penalties.PairedFeatureMatchingPenalty(weight=10.0)],
        optimizer=keras.optimizers.Adam(4e-4, beta_1=0.5, beta_2=0.9),
        **rules,
    )
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data, epochs=options.epochs, batch_size=32, verbose=2)
    made = gan.generate(len(data["sample"]), data["condition"])
    draw(data["sample"][:4], made[:4]).savefig(options.out)
    error = np.abs(spectrum(made) - data["condition"]).mean()
    print(f"Mean error of a band: {error:.3f}, of silence {data['condition'].mean():.3f}")
    print(f"Wrote {options.out}")


def draw(real, made):
    figure = Figure(figsize=(12, 4), layout="constrained")
    for axes, sound in zip(figure.subplots(2, 4, sharey=True).flat, [*real, *made], strict=True):
        axes.plot(sound[:, 0])
    return figure


def parse_options():
    parser = argparse.ArgumentParser(description="Make tones from coarse spectra with MelGAN.")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--num-samples", type=int, default=2000)
    parser.add_argument("--out", default="vocoder.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
