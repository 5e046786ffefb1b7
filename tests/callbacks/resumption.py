"""Runs that are interrupted and go on, for the tests of checkpoints."""

import contextlib

import keras
import numpy as np

import keras_gan_losses as kgl
from tests import tiny

NUM_EPOCHS = 2


class Interrupt(keras.callbacks.Callback):
    """Breaks off after some rounds of this process."""

    def __init__(self, num_rounds):
        super().__init__()
        # An argument's name: any other would be restored as the state of the run.
        self.num_rounds = num_rounds

    def on_train_batch_end(self, batch, logs=None):
        self.num_rounds -= 1
        if self.num_rounds == 0:
            raise KeyboardInterrupt


class Steps(keras.utils.PyDataset):
    """Batches of 4, in an order of its own that changes after each epoch."""

    def __init__(self):
        super().__init__()
        self.numbers = np.random.default_rng(5)
        self.order = np.arange(7)

    def __len__(self):
        return 7

    def __getitem__(self, index):
        place = self.order[index]
        return tiny.samples(27)[4 * place : 4 * place + 4]

    def on_epoch_end(self):
        self.order = self.numbers.permutation(7)


def tf_data():
    import tensorflow as tf

    samples = tf.data.Dataset.from_tensor_slices(tiny.samples(27))
    return samples.shuffle(27, seed=1, reshuffle_each_iteration=True).batch(4)


def train(directory, *callbacks, data=None, compile_arguments=None, num_classes=None, **kwargs):
    """State, history and epochs of a run, or None if it was interrupted."""
    keras.utils.set_random_seed(0)
    gan = tiny.compiled_gan(
        num_classes=num_classes,
        batch_normalization=True,
        **{
            "loss": "hinge",
            "discriminator_steps": 2,
            "optimizer": keras.optimizers.Adam(1e-2),
            "run_eagerly": keras.backend.backend() != "jax",
            **(compile_arguments or {}),
        },
    )
    if data is None:
        kwargs = {"x": tiny.samples(27), "batch_size": 4, **kwargs}
    else:
        kwargs = {"x": data(), **kwargs}
    checkpoint = kgl.callbacks.Checkpoint(directory, every=2)
    kwargs = {"epochs": NUM_EPOCHS, "verbose": 0, **kwargs}
    with contextlib.suppress(KeyboardInterrupt):
        history = gan.fit(callbacks=[checkpoint, *callbacks], **kwargs)
        return tiny.state(gan), history.history, history.epoch
    return None


def assert_same_run(one, other):
    tiny.assert_same(one[0], other[0])
    assert one[1] == other[1]
    assert one[2] == other[2]
