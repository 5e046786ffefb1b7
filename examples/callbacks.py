"""Keras's own callbacks on a GAN, and a measure of one's own that they watch.

    python examples/callbacks.py

trains on a ring of eight modes. A learning-rate schedule acts on both players; a callback of ten
lines adds the share of good points to the logs; the checkpoint keeps the model in which that
share was largest, and CSVLogger writes every epoch's row.

Look at log.csv: `share_near_modes` climbs from a few percent to about 70, with some falls on the
way, while both losses hardly move. A GAN's loss is measured against its opponent of the moment,
so that the least loss does not mark the best model. At the end the share of the best and of the
last model is measured again, on other points.
"""

import argparse
import pathlib

import keras
import numpy as np

from keras_gan_losses import GAN, architectures, datasets


def share_near_modes(gan, ring, *, seed):
    """Share of generated points within 0.1 of a mode."""
    points = gan.generate(1000, seed=seed)
    distances = np.linalg.norm(points[:, None] - ring.modes, axis=2)
    return float(np.mean(distances.min(axis=1) < 0.1))


class LogShareNearModes(keras.callbacks.Callback):
    """Adds a measure of one's own to the logs, for the callbacks listed after it."""

    def __init__(self, ring):
        super().__init__()
        self.ring = ring

    def on_epoch_end(self, epoch, logs=None):
        """Measures the generator as it is now."""
        logs["share_near_modes"] = share_near_modes(self.model, self.ring, seed=0)


def halved_every_five_epochs(epoch, learning_rate):
    return learning_rate * 0.5 if epoch > 0 and epoch % 5 == 0 else learning_rate


def main():
    options = parse_options()
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(0)
    ring = datasets.ring(options.num_samples)
    gan = GAN(*architectures.mlp((2,), 2), latent_dim=2)
    gan.compile(loss="r3gan", optimizer=keras.optimizers.Adam(1e-3, 0.5))
    gan.fit(
        ring.samples,
        epochs=options.epochs,
        batch_size=256,
        verbose=2,
        callbacks=[
            LogShareNearModes(ring),
            keras.callbacks.ModelCheckpoint(
                out / "best.keras", monitor="share_near_modes", mode="max", save_best_only=True
            ),
            keras.callbacks.LearningRateScheduler(halved_every_five_epochs),
            keras.callbacks.CSVLogger(out / "log.csv"),
        ],
    )
    best = keras.saving.load_model(out / "best.keras")
    print(f"Best model: {share_near_modes(best, ring, seed=1):.1%} of points near a mode")
    print(f"Last model: {share_near_modes(gan, ring, seed=1):.1%} of points near a mode")


def parse_options():
    parser = argparse.ArgumentParser(description="Train a GAN with Keras's callbacks.")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--num-samples", type=int, default=20_000)
    parser.add_argument("--out", default="callbacks", help="folder of best.keras and log.csv")
    return parser.parse_args()


if __name__ == "__main__":
    main()
