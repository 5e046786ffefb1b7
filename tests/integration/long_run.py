"""A run that is killed: `python -m … DIRECTORY OUT [--epochs N] [--kill-after ROUND]`.

Plays a run that resumes from the checkpoints in DIRECTORY, and ends itself with SIGKILL after
ROUND of its rounds; otherwise it plays to the end, and writes weights, slots and history to OUT.
"""

import argparse
import json
import os
import signal

import keras
import numpy as np

import keras_gan_losses as kgl
from tests import tiny

ROUNDS_IN_EPOCH = 6


class Kill(keras.callbacks.Callback):
    """Ends the process as a power cut would."""

    def __init__(self, num_rounds):
        super().__init__()
        # An argument's name: any other would be restored as the state of the run.
        self.num_rounds = num_rounds

    def on_train_batch_end(self, batch, logs=None):
        self.num_rounds -= 1
        if self.num_rounds == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def play(directory, epochs, callbacks):
    """The run: WGAN-GP on digits, with two discriminator steps and a plateau's memory."""
    keras.utils.set_random_seed(0)
    images, _ = kgl.datasets.digits()
    networks = kgl.architectures.mlp((8, 8, 1), 4, hidden_units=(16,), output_activation="tanh")
    gan = kgl.GAN(*networks, latent_dim=4)
    gan.compile(
        loss="wgan_gp",
        discriminator_steps=2,
        # Each process would trace the graph anew for a handful of rounds.
        run_eagerly=keras.backend.backend() == "tensorflow",
    )
    plateau = keras.callbacks.ReduceLROnPlateau(
        "generator_loss", mode="max", factor=0.5, patience=1, min_delta=0.01
    )
    history = gan.fit(
        images[: 16 * ROUNDS_IN_EPOCH],
        batch_size=8,
        epochs=epochs,
        callbacks=[kgl.callbacks.Checkpoint(directory, every=2), plateau, *callbacks],
        verbose=0,
    )
    return gan, history


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("out")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--kill-after", type=int)
    options = parser.parse_args()
    callbacks = [] if options.kill_after is None else [Kill(options.kill_after)]
    gan, history = play(options.directory, options.epochs, callbacks)
    kept = {"epoch": history.epoch, "history": history.history}
    np.savez(options.out, *tiny.state(gan), history=json.dumps(kept, sort_keys=True))


if __name__ == "__main__":
    main()
