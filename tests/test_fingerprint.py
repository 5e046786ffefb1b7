import keras
import numpy as np

from keras_gan_losses.fingerprint import config_of, digest


def test_arrays_of_other_values_shapes_or_types_have_other_digests():
    zeros = np.zeros(4)
    others = [zeros + 1.0, zeros.reshape(2, 2), zeros.astype("float32"), np.zeros(0), None, "0"]
    assert len({digest(each) for each in [zeros, *others]}) == 7
    assert digest(zeros, "a") == digest(np.zeros(4), "a") != digest("a", zeros)


def functional(units, activation):
    inputs = keras.Input((2,))
    hidden = keras.layers.Dense(units, activation=activation)(inputs)
    outputs = keras.layers.Add()([keras.layers.Dense(2)(hidden), inputs])
    return keras.Model(inputs, outputs)


def test_a_network_made_later_in_a_process_has_the_same_configuration():
    first = config_of(functional(3, "relu"))
    keras.layers.Add()
    assert config_of(functional(3, "relu")) == first
    assert config_of(functional(3, "tanh")) != first
    assert config_of(functional(4, "relu")) != first


def test_names_of_ones_own_stay_apart():
    named = [keras.layers.Dense(2, activation=name, name=name) for name in ("relu", "tanh")]
    assert config_of(named[0]) != config_of(named[1])


def test_of_a_lambda_counts_what_it_does_and_not_where_it_stands():
    one = config_of(keras.layers.Lambda(lambda x: x + 1.0))
    other = config_of(keras.layers.Lambda(lambda x: x + 1.0))
    assert one == other
    assert config_of(keras.layers.Lambda(lambda x: x - 1.0)) != one
    assert config_of(keras.layers.Lambda(lambda x: x + 2.0)) != one
