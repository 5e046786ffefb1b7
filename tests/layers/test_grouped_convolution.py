import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.layers import GroupedConvolution


def images(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def correlated(inputs, kernel, bias, num_groups):
    """Each group of channels correlated with its part of the kernel, pixel by pixel."""
    side, _, depth, filters = kernel.shape
    reach = side // 2
    padded = np.pad(inputs, [(0, 0), (reach, reach), (reach, reach), (0, 0)])
    made = np.tile(bias, (*inputs.shape[:3], 1)).astype("float64")
    for row, column in np.ndindex(inputs.shape[1:3]):
        window = padded[:, row : row + side, column : column + side]
        for group in range(num_groups):
            each = filters // num_groups
            here = slice(group * each, (group + 1) * each)
            seen = window[..., group * depth : (group + 1) * depth]
            made[:, row, column, here] += np.einsum("bijc,ijcf->bf", seen, kernel[..., here])
    return made


@pytest.mark.parametrize("kernel_size", [1, 3])
def test_each_group_is_convolved_by_itself(kernel_size):
    layer = GroupedConvolution(4, 2, kernel_size=kernel_size)
    inputs = images(2, 5, 3, 6)
    layer.build(inputs.shape)
    layer.bias.assign([1.0, 2.0, 3.0, 4.0])
    expected = correlated(inputs, *map(ops.convert_to_numpy, layer.weights), num_groups=2)
    np.testing.assert_allclose(ops.convert_to_numpy(layer(inputs)), expected, rtol=1e-4, atol=1e-5)
    assert layer.compute_output_shape(inputs.shape) == expected.shape


def test_values_and_weights_are_those_of_keras():
    ours = GroupedConvolution(8, 4)
    theirs = keras.layers.Conv2D(8, 3, padding="same", groups=4)
    inputs = images(2, 4, 4, 8)
    for layer in (ours, theirs):
        layer.build(inputs.shape)
    theirs.set_weights(ours.get_weights())
    one, other = (ops.convert_to_numpy(layer(inputs)) for layer in (ours, theirs))
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_second_derivatives_are_exact():
    # One pixel, one channel a group, so that y = w x, with w the middle of the kernel. For
    # f = sum(y³)/3 the gradient is w³ x², its squared norm p = Σ w⁶ x⁴, and ∂p/∂w = 6 w⁵ x⁴.
    layer = GroupedConvolution(2, 2)
    layer.build((1, 1, 1, 2))
    pixel = np.array([0.5, -1.5], "float32").reshape(1, 1, 1, 2)
    middle = ops.convert_to_numpy(layer.kernel)[1, 1, 0].astype("float64")

    def score(inputs):
        return ops.sum(layer(inputs) ** 3, axis=(1, 2, 3)) / 3.0, None

    def penalty():
        _, found = backend.input_gradient(score, pixel, layer.trainable_variables)
        return ops.sum(ops.square(found)), None

    _, (found, _) = backend.value_and_gradients(
        penalty, layer.trainable_variables, layer.trainable_variables
    )
    expected = 6.0 * middle**5 * pixel.ravel().astype("float64") ** 4
    np.testing.assert_allclose(ops.convert_to_numpy(found)[1, 1, 0], expected, rtol=1e-4)


@pytest.mark.backend("any")
def test_images_of_any_size_can_be_convolved_and_the_layer_is_saved(tmp_path):
    inputs = keras.Input((None, None, 4))
    model = keras.Model(inputs, GroupedConvolution(6, 2, kernel_initializer="he_normal")(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert model.output_shape == (None, None, None, 6)
    for shape in ((1, 3, 4, 4), (2, 5, 2, 4)):
        one, other = (ops.convert_to_numpy(each(images(*shape))) for each in (model, loaded))
        np.testing.assert_array_equal(one, other)
        assert one.shape == (*shape[:3], 6)


@pytest.mark.backend("any")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GroupedConvolution(5, 2), "5 filters and num_groups=2"),
        (lambda: GroupedConvolution(4, 0), "num_groups"),
        (lambda: GroupedConvolution(4, 2, kernel_size=2), "must be odd"),
        (lambda: GroupedConvolution(4, 2)(np.zeros((1, 4, 4, 3))), "3 channels"),
        (lambda: GroupedConvolution(4, 2)(np.zeros((1, 4, 4))), "takes images"),
    ],
)
def test_what_cannot_be_grouped_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
