"""What Python and Keras copy is a game of its own, which goes on as the original would."""

import copy
import pickle

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny
from tests.models import own_round

COPIES = {
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
}
# They all go by the file that `save` writes.
ON_EVERY = pytest.param("deepcopy", marks=pytest.mark.backend("every"))


def trained_gan():
    gan = tiny.compiled_gan(
        loss="r1",
        average=kgl.GeneratorAverage(half_life=50),
        penalties=[kgl.penalties.LeCamPenalty()],
        run_eagerly=True,
    )
    train(gan)
    return gan


def train(model):
    model.fit(tiny.samples(16), batch_size=8, shuffle=False, verbose=0)


@pytest.mark.parametrize("name", [ON_EVERY, "copy", "pickle"])
def test_a_copy_trains_on_as_the_original_does_and_leaves_it_alone(name):
    gan = trained_gan()
    before = tiny.state(gan)
    other = COPIES[name](gan)
    tiny.assert_same(tiny.state(other), before)
    train(other)
    tiny.assert_same(tiny.state(gan), before)
    train(gan)
    tiny.assert_same(tiny.state(gan), tiny.state(other))


def test_a_copy_of_named_players_trains_on_as_the_original_does():
    model = own_round.make(run_eagerly=True)
    train(model)
    other = copy.deepcopy(model)
    train(other)
    train(model)
    tiny.assert_same(tiny.state(model), tiny.state(other))


def test_a_clone_plays_the_same_game_with_weights_of_its_own():
    gan = trained_gan()
    before = tiny.state(gan)
    clone = keras.models.clone_model(gan)
    assert clone.rules.description == gan.rules.description
    assert np.abs(clone.generate(3, seed=0) - gan.generate(3, seed=0)).max() > 0.0
    assert int(clone.optimizer.iterations) == 0
    train(clone)
    tiny.assert_same(tiny.state(gan), before)
