import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.layers import SpectralNormalization

DATA = np.random.default_rng(0)
KERNEL = DATA.normal(size=(4, 3))
INPUTS = DATA.normal(size=(5, 4))
TARGETS = DATA.normal(size=(5, 3))

LAYERS = {
    "dense": (lambda: keras.layers.Dense(5), (6,)),
    "convolution_1d": (lambda: keras.layers.Conv1D(5, 3), (7, 2)),
    "convolution_2d": (lambda: keras.layers.Conv2D(5, 3), (6, 6, 2)),
    "convolution_3d": (lambda: keras.layers.Conv3D(5, 2), (3, 3, 3, 2)),
    "transposed": (lambda: keras.layers.Conv2DTranspose(5, 3, strides=2), (4, 4, 2)),
    "embedding": (lambda: keras.layers.Embedding(6, 5), ()),
}


def numpy(tensor):
    return np.asarray(ops.convert_to_numpy(tensor)).astype("float64")


def matrix(layer):
    """The kernel with one row per output channel, of which every layer here has 5 (or 3)."""
    kernel = numpy(layer.kernel)
    if isinstance(layer.layer, keras.layers.Conv2DTranspose):
        height, width, outputs, inputs = kernel.shape
        return kernel.transpose(2, 0, 1, 3).reshape(outputs, height * width * inputs)
    return kernel.reshape(-1, kernel.shape[-1]).T


def inputs_for(name):
    if name == "embedding":
        return np.array([0, 3, 5], "int32")
    return np.random.default_rng(1).normal(size=(2, *LAYERS[name][1])).astype("float32")


def normalized_dense(**arguments):
    layer = SpectralNormalization(keras.layers.Dense(3, use_bias=False), **arguments)
    layer.build((None, 4))
    layer.kernel.assign(KERNEL)
    return layer


def vectors(layer):
    return numpy(layer.left_singular_vector), numpy(layer.right_singular_vector)


def iterated(kernel, left, iterations=1):
    for _ in range(iterations):
        right = kernel @ left / np.linalg.norm(kernel @ left)
        left = right @ kernel / np.linalg.norm(right @ kernel)
    return left, right


@pytest.mark.parametrize("name", LAYERS)
def test_outputs_are_those_of_the_kernel_divided_by_its_largest_singular_value(name):
    make, shape = LAYERS[name]
    layer = SpectralNormalization(make(), power_iterations=50)
    layer.build((None, *shape))
    for _ in range(4):
        layer.before_update()
    sigma = np.linalg.svd(matrix(layer))[1][0]
    plain = make()
    plain.build((None, *shape))
    weights = layer.layer.get_weights()
    plain.set_weights([weights[0] / sigma, *weights[1:]])
    inputs = ops.convert_to_tensor(inputs_for(name))
    np.testing.assert_allclose(numpy(layer(inputs)), numpy(plain(inputs)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", LAYERS)
def test_fresh_layer_is_nearly_normalized(name):
    make, shape = LAYERS[name]
    layer = SpectralNormalization(make())
    layer.build((None, *shape))
    estimated = np.linalg.norm(matrix(layer)) / np.linalg.norm(numpy(layer.normalized_kernel()))
    assert estimated == pytest.approx(np.linalg.svd(matrix(layer))[1][0], rel=0.1)


class Scorer(keras.Model):
    """Builds its layer only when it is called, on some backends without values as yet."""

    def __init__(self):
        super().__init__()
        self.score = SpectralNormalization(keras.layers.Dense(5))

    def call(self, inputs):
        return self.score(inputs)


def test_layer_built_within_fit_is_nearly_normalized():
    model = Scorer()
    model.compile(keras.optimizers.SGD(0.0), "mse")
    model.fit(np.ones((4, 6)), np.ones((4, 5)), verbose=0)
    layer = model.score
    estimated = np.linalg.norm(matrix(layer)) / np.linalg.norm(numpy(layer.normalized_kernel()))
    assert estimated == pytest.approx(np.linalg.svd(matrix(layer))[1][0], rel=0.1)


@pytest.mark.parametrize("iterations", [1, 3])
def test_before_update_advances_by_the_power_iterations(iterations):
    layer = normalized_dense(power_iterations=iterations)
    left, _ = vectors(layer)
    layer.before_update()
    expected_left, expected_right = iterated(KERNEL, left, iterations)
    np.testing.assert_allclose(vectors(layer)[0], expected_left, atol=1e-6)
    np.testing.assert_allclose(vectors(layer)[1], expected_right, atol=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_calls_change_neither_vectors_nor_kernel(training):
    layer = normalized_dense()
    before = layer.get_weights()
    first = layer(INPUTS.astype("float32"), training=training)
    second = layer(INPUTS.astype("float32"), training=training)
    for value, expected in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, expected)
    np.testing.assert_array_equal(numpy(first), numpy(second))


def test_before_update_does_not_change_the_kernel():
    layer = normalized_dense()
    layer.before_update()
    np.testing.assert_array_equal(numpy(layer.kernel), KERNEL.astype("float32"))


def central_differences(function, point, step=1e-5):
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        shift = np.zeros_like(point)
        shift[index] = step
        gradient[index] = (function(point + shift) - function(point - shift)) / (2 * step)
    return gradient


def test_gradient_by_the_kernel_has_the_part_of_sigma():
    layer = normalized_dense()
    left, right = vectors(layer)

    def loss():
        outputs = layer(INPUTS.astype("float32"))
        return ops.sum(ops.multiply(outputs, TARGETS.astype("float32"))), None

    (value, _), (gradient,) = backend.value_and_gradients(loss, [layer.kernel], layer.variables)

    def expected_loss(kernel):
        return np.sum(INPUTS @ kernel / (right @ kernel @ left) * TARGETS)

    np.testing.assert_allclose(float(value), expected_loss(KERNEL), rtol=1e-5)
    expected = central_differences(expected_loss, KERNEL)
    np.testing.assert_allclose(numpy(gradient), expected, rtol=1e-3, atol=1e-4)


def test_gradient_of_two_calls_around_an_update_of_the_vectors():
    layer = normalized_dense()
    inputs = INPUTS.astype("float32")
    pairs = [vectors(layer)]
    pairs.append(iterated(KERNEL, pairs[0][0]))

    def loss():
        first = ops.sum(layer(inputs, training=True))
        layer.before_update()
        return first + ops.sum(ops.square(layer(inputs, training=True))), None

    _, (gradient,) = backend.value_and_gradients(loss, [layer.kernel], layer.variables)

    def expected_loss(kernel):
        first, second = (INPUTS @ kernel / (right @ kernel @ left) for left, right in pairs)
        return np.sum(first) + np.sum(np.square(second))

    expected = central_differences(expected_loss, KERNEL)
    np.testing.assert_allclose(numpy(gradient), expected, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(vectors(layer)[0], pairs[1][0], atol=1e-6)


def test_gradient_of_a_gradient_penalty_is_exact():
    layer = normalized_dense()
    left, right = vectors(layer)

    def penalty():
        _, gradient = backend.input_gradient(
            lambda inputs: (ops.sum(ops.square(layer(inputs)), axis=1), None),
            INPUTS.astype("float32"),
            layer.variables,
        )
        return ops.mean(ops.sum(ops.square(gradient), axis=1)), None

    (value, _), (gradient,) = backend.value_and_gradients(penalty, [layer.kernel], layer.variables)

    def expected_penalty(kernel):
        normalized = kernel / (right @ kernel @ left)
        by_inputs = 2.0 * INPUTS @ normalized @ normalized.T
        return np.mean(np.sum(np.square(by_inputs), axis=1))

    np.testing.assert_allclose(float(value), expected_penalty(KERNEL), rtol=1e-4)
    expected = central_differences(expected_penalty, KERNEL)
    np.testing.assert_allclose(numpy(gradient), expected, rtol=1e-3, atol=1e-3)


def test_bias_and_activation_are_not_normalized():
    layer = SpectralNormalization(
        keras.layers.Dense(
            2, activation="relu", bias_initializer="ones", kernel_initializer="zeros"
        )
    )
    layer.build((None, 2))
    layer.kernel.assign([[0.0, 0.0], [0.0, -8.0]])
    layer.before_update()
    outputs = layer(np.array([[1.0, 0.5], [1.0, 2.0]], "float32"))
    np.testing.assert_allclose(numpy(outputs), [[1.0, 0.5], [1.0, 0.0]], atol=1e-6)


def test_kernel_of_zeros_stays_zero_and_can_be_left():
    layer = normalized_dense()
    layer.kernel.assign(np.zeros((4, 3)))
    layer.before_update()
    np.testing.assert_array_equal(numpy(layer(INPUTS.astype("float32"))), np.zeros((5, 3)))
    layer.kernel.assign(KERNEL)
    for _ in range(100):
        layer.before_update()
    sigma = np.linalg.svd(KERNEL)[1][0]
    np.testing.assert_allclose(numpy(layer.normalized_kernel()), KERNEL / sigma, rtol=1e-4)


class CountingDense(keras.layers.Dense):
    """Counts its calls in a variable, as batch normalisation or dropout change theirs."""

    def build(self, input_shape):
        super().build(input_shape)
        self.calls = self.add_weight(name="calls", initializer="zeros", trainable=False)

    def call(self, inputs):
        self.calls.assign(self.calls + 1.0)
        return super().call(inputs)


def test_state_of_the_wrapped_layer_is_kept():
    layer = SpectralNormalization(CountingDense(3))
    inputs = ops.convert_to_tensor(INPUTS.astype("float32"))
    layer(inputs)
    layer(inputs)
    assert float(layer.layer.calls.value) == 2.0


def test_frozen_layer_still_passes_gradients_on():
    layer = normalized_dense()
    layer.trainable = False
    _, gradient = backend.input_gradient(
        lambda inputs: (ops.sum(layer(inputs), axis=1), None),
        INPUTS.astype("float32"),
        layer.variables,
    )
    left, right = vectors(layer)
    expected = np.tile(KERNEL.sum(1) / (right @ KERNEL @ left), (5, 1))
    np.testing.assert_allclose(numpy(gradient), expected, rtol=1e-4)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_normalizes_in_float32(policy):
    layer = SpectralNormalization(keras.layers.Dense(3, use_bias=False, dtype=policy))
    model = keras.Sequential([keras.Input((4,)), layer])
    # Its entries are hardly above zero in float16.
    layer.kernel.assign(1e-7 * KERNEL)
    layer.before_update()
    left, right = vectors(layer)
    expected = INPUTS @ KERNEL / (right @ KERNEL @ left)
    outputs = model(INPUTS.astype("float32"))
    compute_dtype = policy.removeprefix("mixed_")
    assert keras.backend.standardize_dtype(outputs.dtype) == compute_dtype
    assert model.outputs[0].dtype == compute_dtype
    assert {variable.dtype for variable in layer.variables} == {"float32"}
    np.testing.assert_allclose(numpy(ops.cast(outputs, "float32")), expected, rtol=0.03, atol=0.03)


def test_saved_layer_gives_the_same_outputs(tmp_path):
    layer = SpectralNormalization(keras.layers.Dense(3), power_iterations=2)
    model = keras.Sequential([keras.Input((4,)), layer])
    layer.before_update()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].power_iterations == 2
    for value, expected in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(value, expected)
    inputs = ops.convert_to_tensor(INPUTS.astype("float32"))
    np.testing.assert_array_equal(numpy(loaded(inputs)), numpy(model(inputs)))


def test_mask_of_an_embedding_is_passed_on():
    layer = SpectralNormalization(keras.layers.Embedding(6, 5, mask_zero=True))
    mask = layer.compute_mask(ops.convert_to_tensor([[0, 3]]))
    np.testing.assert_array_equal(ops.convert_to_numpy(mask), [[False, True]])


def test_layer_without_kernel_is_an_error():
    layer = SpectralNormalization(keras.layers.Flatten())
    with pytest.raises(ValueError, match="`kernel` or `embeddings`"):
        layer.build((None, 2))


def test_layer_with_activity_regularizer_is_an_error():
    with pytest.raises(ValueError, match="no activity regularizer"):
        SpectralNormalization(keras.layers.Dense(2, activity_regularizer="l2"))


def test_power_iterations_below_one_are_an_error():
    with pytest.raises(ValueError, match="power_iterations"):
        SpectralNormalization(keras.layers.Dense(2), power_iterations=0)


def test_before_update_of_an_unbuilt_layer_is_an_error():
    with pytest.raises(ValueError, match="Build it"):
        SpectralNormalization(keras.layers.Dense(2)).before_update()
