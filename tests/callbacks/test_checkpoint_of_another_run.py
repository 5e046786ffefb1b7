"""What a checkpoint of another run is refused for, and what is only said."""

import contextlib

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses import version
from tests import tiny
from tests.callbacks.resumption import Interrupt, Steps, train


def test_another_order_of_a_tf_data_set_is_said(tmp_path):
    def unseeded():
        import tensorflow as tf

        samples = tf.data.Dataset.from_tensor_slices(tiny.samples(27))
        return samples.shuffle(27, seed=next(seeds)).batch(4)

    seeds = iter([1, 2])
    train(tmp_path, Interrupt(3), data=unseeded)
    with pytest.warns(UserWarning, match="in another order than before"):
        train(tmp_path, data=unseeded)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 8}, "batch_size was 4, and is 8 here"),
        # As many rounds in an epoch as before.
        ({"x": tiny.samples(28)}, "num_samples was 27, and is 28 here"),
        ({"shuffle": False}, "shuffle was True, and is False here"),
        ({"data": Steps}, "kind was 'ArraySource', and is 'PyDatasetSource' here"),
        ({"steps_per_epoch": 3}, "4 rounds in an epoch.*make 3"),
        ({"compile_arguments": {"optimizer": "sgd"}}, "is of another GAN"),
        ({"shuffle": "batch"}, "shuffle=True or False"),
    ],
)
def test_another_run_is_refused_and_the_checkpoint_is_kept(tmp_path, change, message):
    train(tmp_path, epochs=1)
    before = sorted(path.name for path in tmp_path.glob("*.npz"))
    with pytest.raises(ValueError, match=message):
        train(tmp_path, epochs=2, **change)
    assert sorted(path.name for path in tmp_path.glob("*.npz")) == before


def test_other_values_of_the_data_are_said(tmp_path):
    train(tmp_path, epochs=1)
    with pytest.warns(UserWarning, match="other data, as their first values tell"):
        train(tmp_path, x=tiny.samples(27, seed=1))


class Critic(keras.Model):
    """A discriminator that says nothing of its layers."""

    def __init__(self, activation, scale):
        super().__init__()
        self.scale = scale
        self.hidden = keras.layers.Dense(8, activation=activation)
        self.scores = keras.layers.Dense(1)

    def call(self, samples):
        return self.scores(self.hidden(samples))


def functional(activation, _):
    samples = keras.Input((2,))
    hidden = keras.layers.Dense(8, activation=activation)(samples)
    return keras.Model(samples, keras.layers.Dense(1)(hidden))


def go_on(directory, discriminator, epochs=1):
    gan = kgl.GAN(tiny.networks()[0], discriminator, latent_dim=4)
    gan.compile(run_eagerly=True)
    checkpoint = kgl.callbacks.Checkpoint(directory)
    return gan.fit(tiny.samples(8), epochs=epochs, callbacks=[checkpoint], verbose=0)


@contextlib.contextmanager
def in_half_precision():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("make", [functional, Critic])
def test_a_network_of_other_activations_or_precision_is_refused(tmp_path, make):
    go_on(tmp_path, make("tanh", object()))
    # Neither the numbers in names nor a call before the GAN's own make it another network.
    same = make("tanh", object())
    same(tiny.samples(3))
    assert go_on(tmp_path, same, epochs=2).epoch == [0, 1]
    with pytest.raises(ValueError, match=r"another discriminator.*layers, activations"):
        go_on(tmp_path, make("relu", object()), epochs=3)
    with in_half_precision():
        half = make("tanh", object())
    with pytest.raises(ValueError, match=r"another discriminator.*was float32, and is mixed_bf"):
        go_on(tmp_path, half, epochs=3)
    assert go_on(tmp_path, make("tanh", object()), epochs=3).epoch == [0, 1, 2]


def test_networks_are_not_compared_across_versions_that_may_tell_of_them_otherwise(
    tmp_path, monkeypatch
):
    go_on(tmp_path, functional("tanh", None))
    monkeypatch.setattr(version, "__version__", "0.0.1")
    with pytest.warns(UserWarning, match="other versions"):
        go_on(tmp_path, functional("relu", None), epochs=2)


def test_another_game_is_said(tmp_path):
    train(tmp_path, epochs=1)
    with pytest.warns(UserWarning, match=r"other rules.*\['loss'\]"):
        train(tmp_path, compile_arguments={"loss": "lsgan"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (keras.optimizers.SGD(0.1, momentum=0.9), keras.optimizers.RMSprop(0.1)),
        (keras.optimizers.Adagrad(0.1), keras.optimizers.SGD(0.1, momentum=0.9)),
        (keras.optimizers.AdamW(0.1), keras.optimizers.Adam(0.1)),
    ],
    ids=["momentum to rmsprop", "adagrad to momentum", "adamw to adam"],
)
def test_slots_of_another_kind_of_optimizer_are_refused(tmp_path, before, after):
    train(tmp_path, epochs=1, compile_arguments={"optimizer": before})
    names = f"{type(before).__name__}.*{type(after).__name__} here"
    with pytest.raises(ValueError, match=names):
        train(tmp_path, compile_arguments={"optimizer": after})


@pytest.mark.parametrize(
    ("settings", "changed"),
    [
        ({"learning_rate": 0.2}, r"\['generator_optimizer.learning_rate'"),
        ({"momentum": 0.5}, r"\['generator_optimizer.momentum'"),
    ],
)
def test_another_setting_of_an_optimizer_is_said(tmp_path, settings, changed):
    usual = {"learning_rate": 0.1, "momentum": 0.9}
    first, second = keras.optimizers.SGD(**usual), keras.optimizers.SGD(**{**usual, **settings})
    train(tmp_path, epochs=1, compile_arguments={"optimizer": first})
    with pytest.warns(UserWarning, match=f"other rules.*{changed}"):
        train(tmp_path, compile_arguments={"optimizer": second})


def test_two_callbacks_that_resume_are_refused(tmp_path):
    other = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(ValueError, match="Only one callback can resume"):
        train(tmp_path / "run", other)


def test_models_that_are_no_gan_are_refused(tmp_path):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(TypeError, match=r"Received: Sequential.*BackupAndRestore"):
        model.fit(np.ones((4, 1)), np.ones((4, 1)), callbacks=[kgl.callbacks.Checkpoint(tmp_path)])


def test_other_versions_are_said(tmp_path, monkeypatch):
    train(tmp_path, epochs=1)
    monkeypatch.setattr(version, "__version__", "0.0.1")
    with pytest.warns(UserWarning, match=r"other versions: keras_gan_losses .* → 0\.0\.1"):
        train(tmp_path, epochs=1)
