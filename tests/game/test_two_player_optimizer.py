"""One learning rate for loggers and callbacks that know of one optimizer."""

import math

import keras
import numpy as np
import pytest

from tests import tiny


def compiled_gan(generator_rate=0.1, discriminator_rate=0.1):
    return tiny.compiled_gan(
        run_eagerly=True,
        generator_optimizer=keras.optimizers.SGD(generator_rate),
        discriminator_optimizer=keras.optimizers.SGD(discriminator_rate),
    )


def rates(gan):
    return [
        float(value) for value in tiny.values([o.learning_rate for o in gan.optimizer.optimizers])
    ]


def read(gan):
    return float(keras.ops.convert_to_numpy(gan.optimizer.learning_rate))


def test_a_common_rate_is_read_and_sets_both():
    gan = compiled_gan()
    assert read(gan) == pytest.approx(0.1)
    gan.optimizer.learning_rate = 0.0
    assert rates(gan) == [0.0, 0.0]
    before = tiny.values(gan.trainable_variables)
    gan.fit(tiny.samples(16), batch_size=8, verbose=0)
    tiny.assert_same(before, tiny.values(gan.trainable_variables))


def test_two_rates_read_as_no_number_and_can_be_made_one():
    gan = compiled_gan(0.1, 0.4)
    assert math.isnan(read(gan))
    gan.optimizer.learning_rate = keras.ops.convert_to_tensor(np.float32(0.25))
    assert rates(gan) == [0.25, 0.25]


@pytest.mark.backend("every")
def test_a_value_assigned_to_the_rate_that_was_read_is_both_players():
    gan = compiled_gan()
    gan.optimizer.learning_rate.assign(0.25)
    assert rates(gan) == [0.25, 0.25]
    gan.optimizer.learning_rate.assign_sub(0.125)
    assert rates(gan) == [0.125, 0.125]
    # As loggers read it.
    assert float(gan.optimizer.learning_rate) == gan.optimizer.learning_rate.numpy() == 0.125
    with pytest.raises(ValueError, match="`learning_rate` must be a finite number"):
        gan.optimizer.learning_rate.assign(-1.0)
    assert rates(gan) == [0.125, 0.125]


@pytest.mark.parametrize("factor", [0.5, -1.0])
def test_a_share_of_two_rates_is_refused(factor):
    gan = compiled_gan(0.1, 0.1 if factor < 0 else 0.4)
    before = rates(gan)
    with pytest.raises(ValueError, match=r"gan\.optimizer\.generator_optimizer"):
        gan.optimizer.learning_rate = gan.optimizer.learning_rate * factor
    assert rates(gan) == before


@pytest.mark.parametrize("value", ["fast", None, keras.optimizers.schedules.CosineDecay(0.1, 5)])
def test_what_is_no_number_is_refused(value):
    gan = compiled_gan()
    with pytest.raises(ValueError, match="`learning_rate` must be a finite number"):
        gan.optimizer.learning_rate = value


def test_no_rate_is_set_where_one_player_has_a_schedule():
    gan = compiled_gan(0.1, keras.optimizers.schedules.CosineDecay(0.1, 5))
    assert read(gan) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="follows a schedule of its own"):
        gan.optimizer.learning_rate = 0.5
    assert rates(gan)[0] == pytest.approx(0.1)
