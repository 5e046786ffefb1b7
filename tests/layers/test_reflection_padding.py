import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.layers import ReflectionPadding

SHAPES = [(2, 5, 3), (2, 4, 6, 3)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 3])
def test_values_are_mirrored_at_the_edges(shape, size):
    inputs = np.random.default_rng(0).normal(size=shape).astype("float32")
    layer = ReflectionPadding(size)
    widths = [(0, 0), *[(size, size)] * (len(shape) - 2), (0, 0)]
    expected = np.pad(inputs, widths, mode="reflect")
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(inputs)), expected)
    assert layer.compute_output_shape(shape) == expected.shape


def mirrored(vector, size):
    return np.pad(vector, size, mode="reflect")


def test_second_derivatives_are_exact():
    # f(x) = sum(w · pad(x)³), so that |∇f|² and its gradient have a closed form by the matrix P
    # of the padding: ∇f = Pᵀ(3 w (Px)²), and ∇|∇f|² = 2 Pᵀ(6 w Px · P∇f).
    size, length = 2, 4
    matrix = np.stack([mirrored(row, size) for row in np.eye(length)], axis=1)
    x = np.array([0.5, -1.0, 2.0, 0.3])
    w = np.linspace(-1.0, 2.0, length + 2 * size)
    gradient = matrix.T @ (3 * w * (matrix @ x) ** 2)
    expected = 2 * matrix.T @ (6 * w * (matrix @ x) * (matrix @ gradient))

    layer = ReflectionPadding(size)
    variable = keras.Variable(x.reshape(1, length, 1), dtype="float32")
    weights = ops.array(w.reshape(1, -1, 1), "float32")
    zeros = np.zeros((1, length, 1), "float32")

    def score(offset):
        return ops.sum(weights * layer(variable + offset) ** 3, axis=(1, 2)), None

    def penalty():
        _, found = backend.input_gradient(score, zeros, [variable])
        return ops.sum(ops.square(found)), None

    (value, _), (found,) = backend.value_and_gradients(penalty, [variable], [variable])
    np.testing.assert_allclose(float(value), np.sum(gradient**2), rtol=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(found).ravel(), expected, rtol=1e-4)


def test_it_is_saved_with_its_size():
    layer = ReflectionPadding(3, name="edges")
    assert ReflectionPadding.from_config(layer.get_config()).get_config() == layer.get_config()


@pytest.mark.parametrize("size", [0, 1.5, None])
def test_size_that_is_no_positive_count_is_an_error(size):
    with pytest.raises(ValueError, match="`size` must be a whole number"):
        ReflectionPadding(size)


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 1), (2, 8, 3, 1), (2, 8, 8, 8, 1)])
def test_inputs_that_cannot_be_mirrored_are_an_error(shape):
    with pytest.raises(ValueError, match="axes of more than `size` elements"):
        ReflectionPadding(3)(np.zeros(shape, "float32"))
