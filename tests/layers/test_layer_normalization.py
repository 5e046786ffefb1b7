import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.layers import LayerNormalization

IMAGES = np.random.default_rng(0).normal(1.0, 2.0, (3, 4, 5, 2))
AXES = [-1, (1, 2, 3), (2, 1)]


def expected_outputs(inputs, axis, epsilon, gamma, beta):
    axes = tuple(np.sort(np.arange(inputs.ndim)[np.atleast_1d(axis)]))
    mean = inputs.mean(axes, keepdims=True)
    deviation = np.sqrt(inputs.var(axes, keepdims=True) + epsilon)
    shape = [size if i in axes else 1 for i, size in enumerate(inputs.shape)]
    return (inputs - mean) / deviation * gamma.reshape(shape) + beta.reshape(shape)


def built_with_random_weights(layer, shape):
    layer.build(shape)
    generator = np.random.default_rng(1)
    for variable in layer.trainable_variables:
        variable.assign(generator.normal(size=variable.shape))
    return layer


@pytest.mark.parametrize("axis", AXES)
def test_values_are_those_of_the_formula(axis):
    layer = built_with_random_weights(LayerNormalization(axis=axis, epsilon=0.1), IMAGES.shape)
    gamma, beta = (ops.convert_to_numpy(v).astype("float64") for v in layer.weights)
    assert gamma.shape == beta.shape == {-1: (2,), (1, 2, 3): (4, 5, 2), (2, 1): (4, 5)}[axis]
    outputs = layer(IMAGES.astype("float32"))
    expected = expected_outputs(IMAGES, axis, 0.1, gamma, beta)
    np.testing.assert_allclose(ops.convert_to_numpy(outputs), expected, rtol=1e-5, atol=1e-5)


# On torch, Keras normalises only over the last axes.
@pytest.mark.parametrize("axis", [-1, [1, 2, 3]])
def test_values_are_those_of_keras(axis):
    ours = built_with_random_weights(LayerNormalization(axis=axis), IMAGES.shape)
    theirs = keras.layers.LayerNormalization(axis=axis)
    theirs.build(IMAGES.shape)
    theirs.set_weights(ours.get_weights())
    images = IMAGES.astype("float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(ours(images)), ops.convert_to_numpy(theirs(images)), atol=1e-5
    )


def test_without_center_and_scale_there_are_no_weights():
    layer = LayerNormalization(center=False, scale=False, epsilon=0.0)
    outputs = ops.convert_to_numpy(layer(np.array([[1.0, 3.0], [6.0, 2.0]], "float32")))
    assert layer.weights == []
    np.testing.assert_allclose(outputs, [[-1.0, 1.0], [1.0, -1.0]], atol=1e-6)


FEATURES = np.random.default_rng(2).normal(size=(4, 3))
KERNEL = np.random.default_rng(3).normal(size=(3, 5))
SCORES = np.array([1.0, -2.0, 0.5, 3.0, -1.0])
EPSILON = 1e-3


def squared_gradient_norm(kernel):
    """Mean over the samples of ‖∇ₓ SCORES·normalised(x·kernel)‖², in float64."""
    hidden = FEATURES @ kernel
    deviation = np.sqrt(hidden.var(1, keepdims=True) + EPSILON)
    unit = (hidden - hidden.mean(1, keepdims=True)) / deviation
    by_hidden = SCORES - SCORES.mean() - unit * (unit * SCORES).mean(1, keepdims=True)
    return np.mean(np.sum(np.square((by_hidden / deviation) @ kernel.T), axis=1))


def central_differences(function, point, step=1e-5):
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        shift = np.zeros_like(point)
        shift[index] = step
        gradient[index] = (function(point + shift) - function(point - shift)) / (2 * step)
    return gradient


def penalty_and_gradient(normalization):
    """The same penalty and its gradient by the kernel, through the backend."""
    dense = keras.layers.Dense(5, use_bias=False)
    network = keras.Sequential([keras.Input((3,)), dense, normalization])
    dense.kernel.assign(KERNEL)

    def penalty():
        _, gradient = backend.input_gradient(
            lambda inputs: (ops.matmul(network(inputs), SCORES.astype("float32")), None),
            FEATURES.astype("float32"),
            network.variables,
        )
        return ops.mean(ops.sum(ops.square(gradient), axis=1)), None

    (value, _), gradients = backend.value_and_gradients(penalty, [dense.kernel], network.variables)
    return float(value), ops.convert_to_numpy(gradients[0])


def test_gradient_of_a_gradient_penalty_is_exact():
    value, gradient = penalty_and_gradient(LayerNormalization(epsilon=EPSILON))
    np.testing.assert_allclose(value, squared_gradient_norm(KERNEL), rtol=1e-4)
    expected = central_differences(squared_gradient_norm, KERNEL)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a fault on TensorFlow only")
def test_layer_normalization_of_keras_still_needs_replacing():
    # When this fails, Keras has mended its layer, and ours is no longer needed.
    value, gradient = penalty_and_gradient(keras.layers.LayerNormalization(epsilon=EPSILON))
    np.testing.assert_allclose(value, squared_gradient_norm(KERNEL), rtol=1e-4)
    expected = central_differences(squared_gradient_norm, KERNEL)
    assert np.abs(gradient - expected).max() > 0.01 * np.abs(expected).max()


# Their mean cannot be told in bfloat16, nor their squares in float16.
@pytest.mark.parametrize(
    ("policy", "inputs"),
    [
        ("mixed_bfloat16", [1000.0, 1004.0, 1008.0, 1012.0]),
        ("mixed_float16", [0.0, 800.0, 1600.0, 2400.0]),
    ],
)
def test_statistics_are_float32_under_mixed_precision(policy, inputs):
    layer = LayerNormalization(dtype=policy, epsilon=0.0)
    outputs = layer(np.array([inputs], "float32"))
    assert keras.backend.standardize_dtype(outputs.dtype) == policy.removeprefix("mixed_")
    assert {variable.dtype for variable in layer.variables} == {"float32"}
    expected = np.array([[-3.0, -1.0, 1.0, 3.0]]) / np.sqrt(5.0)
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.cast(outputs, "float32")), expected, rtol=1e-2
    )


def test_saved_layer_gives_the_same_outputs(tmp_path):
    model = keras.Sequential(
        [keras.Input((4, 5, 2)), LayerNormalization(axis=(1, 2, 3), epsilon=0.2, center=False)]
    )
    model.layers[0].gamma.assign(np.random.default_rng(1).normal(size=(4, 5, 2)))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    images = IMAGES.astype("float32")
    assert loaded.layers[0].get_config() == model.layers[0].get_config()
    np.testing.assert_array_equal(
        ops.convert_to_numpy(loaded(images)), ops.convert_to_numpy(model(images))
    )


@pytest.mark.parametrize("axis", [0, -4, 4, (), (1, 1), (1, -3)])
def test_axis_that_is_no_feature_axis_is_an_error(axis):
    with pytest.raises(ValueError, match="distinct axes of the inputs"):
        LayerNormalization(axis=axis).build((None, 2, 3, 4))


def test_axis_of_unknown_size_is_an_error():
    with pytest.raises(ValueError, match="known size"):
        LayerNormalization(axis=(1, 2, 3)).build((None, None, None, 3))


def test_negative_epsilon_is_an_error():
    with pytest.raises(ValueError, match="epsilon"):
        LayerNormalization(epsilon=-1.0)
