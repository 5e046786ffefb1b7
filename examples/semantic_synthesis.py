"""Many images of one mask, by GauGAN: the mask steers every layer, latents choose the image.

    python examples/semantic_synthesis.py

In semantic_synthesis.png each column has a mask of paper, edge and ink, and three digits drawn from
it with other latents. Each should keep to its mask; how much the three differ is what features that
are compared in pairs leave to the latents, which is little here as it is in the paper.
"""

import argparse

import keras
import numpy as np
from keras import layers

from keras_gan_losses import GAN, architectures, datasets, penalties, plots

SHAPE, NUM_KINDS = (8, 8, 1), 3


def make_data(num_samples=None):
    images, _ = datasets.digits()
    images = images[:num_samples]
    kinds = np.digitize(images[..., 0], [-0.5, 0.5])
    return {"sample": images, "condition": {"mask": np.eye(NUM_KINDS, dtype="float32")[kinds]}}


def modulated(features, mask, width):
    """SPADE: normalised features, scaled and shifted by what the mask says at each place."""
    filters = features.shape[-1]
    normalized = layers.GroupNormalization(-1, center=False, scale=False)(features)
    hidden = layers.Conv2D(width, 3, padding="same", activation="relu")(mask)
    scale, shift = (layers.Conv2D(filters, 3, padding="same")(hidden) for _ in range(2))
    return layers.LeakyReLU(negative_slope=0.2)(normalized * (1.0 + scale) + shift)


def make_generator(width, latent_dim):
    latents = keras.Input((latent_dim,), name="latents")
    mask = keras.Input((*SHAPE[:2], NUM_KINDS), name="mask")
    hidden = layers.Reshape((4, 4, width))(layers.Dense(16 * width)(latents))
    hidden = modulated(hidden, layers.AveragePooling2D(2)(mask), width)
    hidden = layers.UpSampling2D()(layers.Conv2D(width, 3, padding="same")(hidden))
    hidden = modulated(hidden, mask, width)
    image = layers.Conv2D(1, 3, padding="same", activation="tanh", dtype="float32")(hidden)
    return keras.Model({"latents": latents, "mask": mask}, image, name="generator")


def make_discriminator(width):
    sample = keras.Input(SHAPE, name="sample")
    mask = keras.Input((*SHAPE[:2], NUM_KINDS), name="mask")
    judge = architectures.patch_discriminator(
        SHAPE, mask.shape[1:], width=width, depth=1, gives_features=True
    )
    return keras.Model({"sample": sample, "mask": mask}, judge([sample, mask]))


def make_gan(*, width=32, latent_dim=16, **rules):
    gan = GAN(make_generator(width, latent_dim), make_discriminator(width), latent_dim=latent_dim)
    gan.compile(
        loss="hinge",
        penalties=[penalties.PairedFeatureMatchingPenalty(weight=10.0)],
        generator_optimizer=keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.999),
        discriminator_optimizer=keras.optimizers.Adam(4e-4, beta_1=0.0, beta_2=0.999),
        **rules,
    )
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    data = make_data(options.num_samples)
    gan = make_gan()
    gan.fit(data, epochs=options.epochs, batch_size=32, verbose=2)
    masks = data["condition"]["mask"][:8]
    shown = masks @ np.array([[-1.0], [0.0], [1.0]])
    drawn = [gan.generate(8, {"mask": masks}, seed=seed) for seed in range(3)]
    plots.sample_grid(np.concatenate([shown, *drawn]), num_columns=8).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Draw digits from masks as GauGAN does.")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="semantic_synthesis.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
