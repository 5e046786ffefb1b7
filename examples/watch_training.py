"""What training does, seen from five sides.

    python examples/watch_training.py

trains on a ring of eight modes and watches: pictures of the same latents after every epoch, and
an animation of them all; whether the two players are a match for each other; whether samples
repeat each other; and one line an epoch. The pictures show an average of the generator's weights.

Look at samples.gif: the points begin as a cloud, close in on the ring, and gather at the modes.
In the lines `mode_share` and `diversity` climb to 1 and `discriminator_accuracy` falls towards
0.5. At the end the share of points near a mode is measured twice: for the generator as it was
trained, whose points wander about the modes, and for its average, which has about twice as many
near them.
"""

import argparse
import pathlib

import keras
import numpy as np

from keras_gan_losses import GAN, GeneratorAverage, architectures, callbacks, datasets


def share_near_modes(generator, ring):
    """Share of generated points within three standard deviations of a mode."""
    latents = keras.random.normal((2500, 2), seed=1)
    points = generator.predict(latents, verbose=0)
    distances = np.linalg.norm(points[:, None] - ring.modes, axis=2).min(axis=1)
    return float(np.mean(distances <= 3.0 * ring.standard_deviation))


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    ring = datasets.ring(options.num_samples, standard_deviation=0.02)
    unseen = datasets.ring(500, standard_deviation=0.02, seed=1)
    gan = GAN(*architectures.mlp((2,), 2), latent_dim=2)
    gan.compile(
        loss="r1",
        optimizer=keras.optimizers.Adam(1e-3, 0.5),
        average=GeneratorAverage(half_life=options.num_samples),
    )
    gan.fit(
        ring.samples,
        epochs=options.epochs,
        batch_size=256,
        verbose=0,
        callbacks=[
            callbacks.SamplePictures(pathlib.Path(options.out), real=ring),
            callbacks.EquilibriumMonitor(unseen.samples),
            callbacks.CollapseMonitor(unseen),
            callbacks.LiveProgress(names=["jensen_shannon_estimate", "diversity", "mode_share"]),
        ],
    )
    print(f"As trained: {share_near_modes(gan.generator, ring):.1%} of points near a mode")
    print(f"Averaged: {share_near_modes(gan.averaged_generator, ring):.1%} of points near a mode")


def parse_options():
    parser = argparse.ArgumentParser(description="Watch a GAN while it trains.")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--num-samples", type=int, default=20_000)
    parser.add_argument("--out", default="watched", help="folder of the pictures")
    return parser.parse_args()


if __name__ == "__main__":
    main()
