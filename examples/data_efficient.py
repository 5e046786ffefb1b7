"""Digits from only 200 examples: adaptive augmentation of what the discriminator sees.

    python examples/data_efficient.py

The game of the tutorial "Data-efficient GANs with Adaptive Discriminator Augmentation". In
data_efficient.png the digits should be readable and of all ten kinds. `augmentation_probability` in
the log rises as soon as the discriminator begins to know the 200 by heart. `--plain` trains without
augmentation: its distance, which is to digits that neither player has seen, grows in the end.
"""

import argparse

import keras

from keras_gan_losses import GAN, GeneratorAverage, architectures, augmentation, datasets, plots
from keras_gan_losses import metrics as gan_metrics

SHAPE = (8, 8, 1)
NUM_IMAGES = 200


def make_data(num_samples=NUM_IMAGES):
    images, _ = datasets.digits()
    return {"sample": images[:num_samples]}


def make_gan(*, width=16, is_adaptive=True, **rules):
    pair = architectures.dcgan(SHAPE, latent_dim=32, width=width)
    gan = GAN(*pair, latent_dim=32)
    # The tutorial holds the accuracy on real images at 0.85: a mean sign of 0.7.
    adaptive = augmentation.Adaptive(
        [augmentation.Flip(), augmentation.Translation(), augmentation.QuarterTurn()],
        target=0.7,
        num_samples=20_000,
    )
    gan.compile(
        loss="non_saturating",
        optimizer=keras.optimizers.Adam(2e-3, 0.5),
        augmentation=adaptive if is_adaptive else None,
        **rules,
    )
    return gan


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    images, labels = datasets.digits()
    features = gan_metrics.features.classifier_features(images, labels)
    gan = make_gan(
        is_adaptive=not options.plain,
        average=GeneratorAverage(half_life=3_000),
        metrics=[gan_metrics.KernelDistance(features)],
    )
    data = make_data(options.num_samples)
    history = gan.fit(data, epochs=options.epochs, batch_size=50, verbose=2).history
    probability = history.get("augmentation_probability", [0.0])[-1]
    logs = gan.evaluate(images[NUM_IMAGES:], return_dict=True, verbose=0)
    print(f"Probability {probability:.2f}, kernel distance {logs['kernel_distance']:.3f}")
    plots.sample_grid(gan.generate(64, seed=0)).savefig(options.out)
    print(f"Wrote {options.out}")


def parse_options():
    parser = argparse.ArgumentParser(description="Train on few images with augmentation.")
    parser.add_argument("--epochs", type=int, default=400)
    parser.add_argument("--num-samples", type=int, default=NUM_IMAGES)
    parser.add_argument("--plain", action="store_true", help="without augmentation")
    parser.add_argument("--out", default="data_efficient.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
