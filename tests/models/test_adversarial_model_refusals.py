import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny
from tests.models.own_round import AsGAN, make, train


def build_with(**arguments):
    generator, discriminator = tiny.networks()
    players = {"discriminator": discriminator, "generator": generator}
    return kgl.AdversarialModel(**{"players": players, "sample_shape": (2,), **arguments})


@pytest.mark.parametrize(
    ("players", "error", "message"),
    [
        ({}, ValueError, "at least one player"),
        ({"player": []}, ValueError, "at least one network"),
        ({"player": [lambda x: x]}, TypeError, "must be Keras models"),
        ({"player": keras.Sequential([keras.layers.Dense(1)])}, ValueError, "no weights yet"),
    ],
)
def test_players_that_cannot_be_trained_are_refused(players, error, message):
    with pytest.raises(error, match=message):
        build_with(players=players)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"optimizers": {"generator": "adam"}}, r"\['discriminator', 'generator'\]"),
        ({"optimizers": "no_such_optimizer"}, "`optimizers` must be a Keras optimizer"),
        ({"loss": "wgan"}, "does not take 'loss'"),
        ({"steps_per_execution": 0}, "steps_per_execution"),
    ],
)
def test_rules_that_do_not_fit_the_players_are_refused(arguments, message):
    model = build_with()
    with pytest.raises(ValueError, match=message):
        model.compile(**arguments)
    assert model.rules is None


def test_one_optimizer_object_for_two_players_is_refused():
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="cannot serve two players"):
        build_with().compile(optimizers={"generator": adam, "discriminator": adam})


def test_training_without_rules_is_refused():
    with pytest.raises(ValueError, match=r"Call `compile` before `fit`: model\.compile"):
        build_with().fit(tiny.samples(8))


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.zeros((8, 3)), r"samples of shape \(2,\)"),
        (np.full((8, 2), np.nan), "NaN or infinite"),
    ],
)
def test_data_that_do_not_fit_are_refused_before_anything_changes(samples, message):
    model = make()
    before = tiny.state(model)
    with pytest.raises(ValueError, match=message):
        model.fit(samples, verbose=0)
    tiny.assert_same(before, tiny.state(model))


def test_a_frozen_network_is_told_of_before_training():
    model = make()
    model.generator.trainable = False
    with pytest.raises(ValueError, match="have changed since `compile`"):
        train(model)


class Wrong(kgl.AdversarialModel):
    def round(self, samples, condition):
        self.log("unannounced", 1.0)


def test_a_log_that_nobody_has_announced_is_refused_in_words():
    model = Wrong({"player": tiny.networks()[1]}, sample_shape=(2,))
    model.compile(run_eagerly=True)
    with pytest.raises(ValueError, match="'unannounced' is not among what may be logged"):
        model.fit(tiny.samples(8), verbose=0)


class Misnamed(kgl.AdversarialModel):
    def round(self, samples, condition):
        self.update("discriminatr", lambda: 0.0)


def test_a_player_that_does_not_exist_is_refused_in_words():
    model = Misnamed({"discriminator": tiny.networks()[1]}, sample_shape=(2,))
    model.compile(run_eagerly=True)
    with pytest.raises(ValueError, match="Did you mean 'discriminator'"):
        model.fit(tiny.samples(8), verbose=0)


def test_an_update_without_rules_is_refused():
    model = Misnamed({"discriminator": tiny.networks()[1]}, sample_shape=(2,))
    with pytest.raises(ValueError, match="Call `compile` before `update`"):
        model.update("discriminator", lambda: 0.0)


@pytest.mark.parametrize(
    "make_callback",
    [
        lambda path: kgl.callbacks.SamplePictures(path),
        lambda path: kgl.callbacks.CollapseMonitor(tiny.samples(8)),
        lambda path: kgl.callbacks.EquilibriumMonitor(tiny.samples(8)),
    ],
    ids=["pictures", "collapse", "equilibrium"],
)
def test_callbacks_that_look_at_a_generator_say_that_there_is_none(make_callback, tmp_path):
    with pytest.raises(TypeError, match=r"looks at the generator of a keras_gan_losses\.GAN"):
        train(make(), callbacks=[make_callback(tmp_path)])


def test_callbacks_that_watch_the_training_serve_every_model():
    guard, progress = kgl.callbacks.DivergenceGuard(), kgl.callbacks.LiveProgress()
    assert len(train(make(), callbacks=[guard, progress])["generator_loss"]) == 2


def test_measuring_what_nobody_defined_is_refused():
    model = Misnamed({"discriminator": tiny.networks()[1]}, sample_shape=(2,))
    model.compile()
    with pytest.raises(ValueError, match="does not say what to measure"):
        model.evaluate(tiny.samples(8), verbose=0)
    with pytest.raises(ValueError, match="does not say what to measure"):
        model.fit(tiny.samples(8), validation_data=tiny.samples(8), verbose=0)


def test_a_constructor_argument_that_was_not_kept_is_named():
    class Forgetful(AsGAN):
        def __init__(self, generator, discriminator, width):
            super().__init__(generator, discriminator)

    with pytest.raises(AttributeError, match=r"Missing: \['width'\]"):
        Forgetful(*tiny.networks(), width=3).get_config()
