import math

import numpy as np
import pytest

from keras_gan_losses.validation import check_count, check_number, check_range


@pytest.mark.parametrize("value", [0, 0.5, 1, np.float32(0.5), np.float64(0.5), np.int64(1)])
def test_number_in_range_passes(value):
    check_number("weight", value, minimum=0.0, maximum=1.0, advice="Use 1.0.")


@pytest.mark.parametrize("value", [-1e300, 0.0, 1e300])
def test_number_without_bounds_may_be_any_finite_one(value):
    check_number("weight", value, advice="Use 1.0.")


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, "1", None, True, 1j, [1.0], np.zeros(1)]
)
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match=r"`weight` must be a finite number. Received: weight="):
        check_number("weight", value, advice="Use 1.0.")


@pytest.mark.parametrize("value", [-0.001, 1.001])
def test_number_out_of_range_is_refused(value):
    with pytest.raises(ValueError) as error:
        check_number("weight", value, minimum=0.0, maximum=1.0, advice="Use 1.0.")
    assert str(error.value) == (
        "`weight` must be a finite number and at least 0 and at most 1. "
        f"Received: weight={value}. Use 1.0."
    )


@pytest.mark.parametrize(
    ("bounds", "text"), [({"minimum": 0.5}, "at least 0.5"), ({"maximum": 2.0}, "at most 2")]
)
def test_error_names_only_the_bounds_there_are(bounds, text):
    with pytest.raises(ValueError, match=f"must be a finite number and {text}. Received: weight"):
        check_number("weight", math.nan, advice="Use 1.0.", **bounds)


@pytest.mark.parametrize("value", [1, 5, np.int32(2)])
def test_count_passes(value):
    check_count("steps", value, advice="Use 1.")


def test_count_may_begin_elsewhere():
    check_count("steps", 0, minimum=0, advice="Use 0.")
    with pytest.raises(ValueError, match="at least 2"):
        check_count("steps", 1, minimum=2, advice="Use 2.")


@pytest.mark.parametrize("value", [0, -3, 1.0, "1", None, True, math.nan])
def test_what_is_no_count_is_refused(value):
    with pytest.raises(ValueError) as error:
        check_count("steps", value, advice="Use 1.")
    assert str(error.value) == (
        f"`steps` must be a whole number of at least 1. Received: steps={value!r}. Use 1."
    )


@pytest.mark.parametrize("value", [(-1, 1), (0.0, 255.0), [0, 1]])
def test_range_passes(value):
    check_range("value_range", value, advice="Use (-1, 1).")


@pytest.mark.parametrize("value", [(1, 1), (1, -1), (0, 1, 2), 3, None])
def test_what_is_no_range_is_refused(value):
    with pytest.raises(ValueError) as error:
        check_range("value_range", value, advice="Use (-1, 1).")
    assert str(error.value) == (
        "`value_range` must be (lowest, highest), the first below the second. "
        f"Received: value_range={value!r}. Use (-1, 1)."
    )


@pytest.mark.parametrize("value", [(0, math.inf), ("0", 1), (None, 1)])
def test_the_ends_of_a_range_are_numbers(value):
    with pytest.raises(ValueError, match="`value_range` must be a finite number"):
        check_range("value_range", value, advice="Use (-1, 1).")
