import keras
import numpy as np
import pytest

from keras_gan_losses.metrics.sample_checks import as_sample_sets, as_samples, check_order


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "int32", "uint8"])
def test_tensors_of_any_type_become_float64_arrays(dtype):
    samples = as_samples("real", keras.ops.convert_to_tensor([[1, 2], [3, 4]], dtype=dtype))
    assert samples.dtype == np.float64
    np.testing.assert_array_equal(samples, [[1, 2], [3, 4]])


def test_double_precision_is_kept():
    np.testing.assert_array_equal(as_samples("real", [[0.1]]), [[0.1]])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_finite_are_counted(value):
    samples = np.zeros((5, 2, 2))
    samples[1, 0] = samples[3, 1, 1] = value
    with pytest.raises(ValueError, match=r"`fake` must be finite\. Received: 2 of 5 samples"):
        as_samples("fake", samples)


@pytest.mark.parametrize("samples", [3.0, np.zeros((4, 0)), np.zeros((4, 3, 0))])
def test_arrays_without_numbers_in_a_sample_are_refused(samples):
    with pytest.raises(ValueError, match=r"`real` must have the shape \(n, …\)"):
        as_samples("real", samples)


@pytest.mark.parametrize(
    ("samples", "minimum"), [(np.zeros((0, 2)), 1), (np.zeros(0), 1), (np.zeros((2, 2)), 3)]
)
def test_too_few_samples_are_refused(samples, minimum):
    text = rf"`real` must hold at least {minimum} samples\. Received: {len(samples)}"
    with pytest.raises(ValueError, match=text):
        as_samples("real", samples, minimum=minimum)


@pytest.mark.parametrize("values", [["a"], [[1], [2, 3]], [1 + 2j], None])
def test_what_is_no_array_of_numbers_is_refused(values):
    with pytest.raises(ValueError, match=r"`real` must be an array or tensor of numbers"):
        as_samples("real", values)


def test_sets_of_different_sample_shapes_are_refused_with_all_shapes():
    with pytest.raises(ValueError) as error:
        as_sample_sets(real=np.zeros((4, 3)), fake=np.zeros((4, 2)))
    assert "`real` and `fake` must hold samples of one shape" in str(error.value)
    assert "real of shape (4, 3), fake of shape (4, 2)" in str(error.value)


@pytest.mark.parametrize("order", [0, 3, 1.5, 2.0, "2", None, True])
def test_orders_other_than_one_and_two_are_refused(order):
    with pytest.raises(ValueError, match="`order` must be"):
        check_order(order)
