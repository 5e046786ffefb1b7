import keras
import numpy as np
import pytest

from keras_gan_losses.metrics.feature_checks import check_features, check_pair

GOOD = np.arange(6.0).reshape(3, 2)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "uint8", "bool"])
def test_arrays_of_real_numbers_come_back_as_they_are(dtype):
    array = GOOD.astype(dtype)
    assert check_features("real", array) is array


# Keras 3.15.1 reads torch tensors by an `__array__` without NumPy 2's `copy` argument.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_tensors_of_the_backend_are_taken(dtype):
    tensor = keras.ops.cast(keras.ops.convert_to_tensor(GOOD), dtype)
    values = check_features("real", tensor)
    assert isinstance(values, np.ndarray)
    np.testing.assert_array_equal(values.astype("float64"), GOOD)


def test_values_whose_sum_overflows_are_finite():
    check_features("real", np.full((3, 2), 1e308))


@pytest.mark.parametrize("shape", [(), (3,), (3, 0), (3, 2, 2)])
def test_another_shape_is_refused_with_the_way_to_flatten(shape):
    with pytest.raises(ValueError) as error:
        check_features("fake", np.zeros(shape))
    assert str(error.value) == (
        "`fake` must have the shape (samples, features), with at least one feature. Received: "
        f"fake of shape {shape}. Flatten images, `fake.reshape(len(fake), -1)`, or take features "
        "of a network."
    )


@pytest.mark.parametrize("array", [GOOD.astype("complex128"), GOOD.astype(str), GOOD.astype("V8")])
def test_what_is_no_real_number_is_refused(array):
    with pytest.raises(ValueError, match="`real` must be an array or tensor of numbers"):
        check_features("real", array)


def test_nan_and_infinite_values_are_counted_and_placed():
    array = np.zeros((5, 2), "float32")
    array[2, 1], array[3, 0], array[4, 0] = np.nan, np.inf, -np.inf
    with pytest.raises(
        ValueError, match=r"1 NaN and 2 infinite values, the first in row 2\. A div"
    ):
        check_features("real", array)


def test_too_few_samples_are_refused_with_what_they_are_needed_for():
    with pytest.raises(ValueError) as error:
        check_features("real", GOOD, minimum_samples=4, reason="four make a quartet")
    assert str(error.value) == (
        "`real` must hold at least 4 samples: four make a quartet. Received: 3. Give more samples."
    )
    check_features("real", GOOD, minimum_samples=3)


def test_a_pair_of_different_features_is_refused():
    with pytest.raises(ValueError, match="Received: 2 of real samples, 1 of generated ones"):
        check_pair(GOOD, GOOD[:, :1])


@pytest.mark.parametrize("name", ["real", "fake"])
def test_the_wrong_one_of_a_pair_is_named(name):
    arrays = {"real": GOOD, "fake": GOOD} | {name: GOOD[:1]}
    with pytest.raises(ValueError, match=f"`{name}` must hold at least 2 samples"):
        check_pair(**arrays, minimum_samples=2)
