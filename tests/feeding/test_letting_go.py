"""What was given to `fit` and `evaluate` can be forgotten afterwards.

TensorFlow keeps for the life of the process every function of Python that a pipeline calls, and
Keras makes such a pipeline of a `PyDataset`, a generator, a `DataLoader` and grain's data sets.
"""

import gc
import weakref

import keras
import pytest

import keras_gan_losses as kgl
from tests import tiny
from tests.feeding.kinds import KINDS, made
from tests.models import own_round

ends_unknown = pytest.mark.filterwarnings("ignore:Your input ran out of data")
READ_AGAIN = [kind for kind in KINDS if kind != "generator"]


class Watched:
    """Gives the same samples as new data, and tells which of these are still alive."""

    def __init__(self, kind):
        self._kind = kind
        self._given = []

    def data(self):
        data, _ = made(self._kind, tiny.samples().copy())
        self._given.append(weakref.ref(data))
        return data

    @property
    def num_alive(self):
        gc.collect()
        return sum(each() is not None for each in self._given)


@ends_unknown
@pytest.mark.parametrize("kind", KINDS)
def test_fit_and_evaluate_let_go_of_data(kind):
    watched, gan = Watched(kind), tiny.compiled_gan(discriminator_steps=2)
    # Fewer than there are, so that a generator does not come to its end.
    gan.fit(watched.data(), steps_per_epoch=2, verbose=0)
    gan.evaluate(watched.data(), steps=2, verbose=0)
    assert watched.num_alive == 0


def test_a_round_of_ones_own_lets_go_of_data():
    watched, model = Watched("PyDataset"), own_round.make()
    model.fit(watched.data(), validation_data=watched.data(), verbose=0)
    model.evaluate(watched.data(), verbose=0)
    assert watched.num_alive == 0


@ends_unknown
@pytest.mark.parametrize("kind", READ_AGAIN)
def test_fit_lets_go_of_data_to_validate_on(kind):
    watched, gan = Watched(kind), tiny.compiled_gan()
    gan.fit(tiny.samples(), validation_data=watched.data(), epochs=2, verbose=0)
    assert watched.num_alive == 0


@ends_unknown
@pytest.mark.parametrize("kind", READ_AGAIN)
def test_a_run_that_can_be_resumed_lets_go_of_data(kind, tmp_path):
    watched, gan = Watched(kind), tiny.compiled_gan()
    gan.fit(watched.data(), callbacks=[kgl.callbacks.Checkpoint(tmp_path)], verbose=0)
    assert watched.num_alive == 0


@pytest.mark.parametrize("kind", ["array", "PyDataset"])
def test_a_training_that_was_broken_off_lets_go_of_data(kind):
    class Broken(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise RuntimeError("enough")

    watched, gan = Watched(kind), tiny.compiled_gan()
    with pytest.raises(RuntimeError, match="enough"):
        gan.fit(watched.data(), callbacks=[Broken()], verbose=0)
    assert watched.num_alive == 0


def test_a_generator_can_be_gone_on_with_by_another_fit():
    given = (tiny.samples()[:8] for _ in range(12))
    gan = tiny.compiled_gan()
    gan.fit(given, steps_per_epoch=2, verbose=0)
    # Keras may have read ahead, but what comes then is there.
    gan.fit(given, steps_per_epoch=2, verbose=0)
    assert int(gan.optimizer.iterations) == 4
