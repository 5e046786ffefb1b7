import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.layers import GumbelSoftmax

PROBABILITIES = np.array([0.6, 0.3, 0.1])
LOGITS = np.tile(np.log(PROBABILITIES), (20_000, 1)).astype("float32")


@pytest.mark.parametrize("temperature", [0.2, 3.0])
@pytest.mark.parametrize("is_hard", [False, True])
def test_categories_are_drawn_by_their_probabilities_at_any_temperature(temperature, is_hard):
    keras.utils.set_random_seed(0)
    drawn = ops.convert_to_numpy(GumbelSoftmax(temperature, is_hard=is_hard)(LOGITS))
    np.testing.assert_allclose(drawn.sum(axis=1), 1.0, atol=1e-5)
    found = np.bincount(drawn.argmax(axis=1), minlength=3) / len(drawn)
    # Four standard errors.
    np.testing.assert_allclose(found, PROBABILITIES, atol=4 * 0.5 / len(drawn) ** 0.5)
    is_one_hot = np.abs(drawn.max(axis=1) - 1.0) < 1e-6
    assert is_one_hot.all() == is_hard


def gradient_of(layer, logits, weights):
    variable = keras.Variable(logits)

    def value():
        return ops.sum(layer(variable) * ops.convert_to_tensor(weights)), None

    _, (gradient,) = backend.value_and_gradients(value, [variable], [variable])
    return ops.convert_to_numpy(gradient)


def test_one_hot_draws_have_the_gradient_of_soft_ones():
    logits, weights = LOGITS[:5], np.array([1.0, -2.0, 0.5], "float32")
    gradients = []
    for is_hard in (False, True):
        keras.utils.set_random_seed(0)
        gradients.append(gradient_of(GumbelSoftmax(1.0, is_hard=is_hard), logits, weights))
    keras.utils.set_random_seed(0)
    soft = ops.convert_to_numpy(GumbelSoftmax(1.0)(logits)).astype("float64")
    # Of a softmax s at temperature 1: s ∘ (w − s·w).
    expected = soft * (weights - soft @ weights[:, None])
    np.testing.assert_allclose(gradients[0], expected, atol=1e-5)
    np.testing.assert_allclose(gradients[1], expected, atol=1e-5)


def test_it_draws_in_full_precision_and_gives_the_policys():
    layer = GumbelSoftmax(0.01, dtype="mixed_float16")
    drawn = layer(np.zeros((2000, 2), "float16"))
    assert keras.backend.standardize_dtype(drawn.dtype) == "float16"
    assert np.isfinite(ops.convert_to_numpy(drawn)).all()


def test_it_is_saved_with_its_settings():
    layer = GumbelSoftmax(0.5, is_hard=True, name="kind")
    assert GumbelSoftmax.from_config(layer.get_config()).get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"temperature": 0.0}, "`temperature`"), ({"is_hard": "no"}, "`is_hard`")],
)
def test_settings_out_of_range_are_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        GumbelSoftmax(**arguments)
