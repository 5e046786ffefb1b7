"""Values that go through JSON and come back as they were."""

import collections
import json

import numpy as np
import pytest

from keras_gan_losses.runs.plain_values import decoded, encoded

VALUES = [
    None,
    True,
    3,
    0.1,
    "text",
    b"\x00\xff",
    [1, [2.5, None]],
    (1, ("a", 2)),
    {1, 2, 30},
    frozenset({"a"}),
    {},
    {"array": 1, "dict": {"number": 2}},
    {0: "a", 1.5: "b", ("x", 2): "c", None: "d", True: "e"},
    collections.OrderedDict([("b", 1), ("a", 2)]),
    collections.Counter("aab"),
    collections.deque([1, 2], maxlen=5),
    [{"best": (0.5, {1: [2]})}],
    np.float32(0.1),
    np.int64(2**60),
    np.bool_(True),
    np.float64(0.1),
]


def assert_same(one, other):
    assert type(one) is type(other)
    assert one == other
    if isinstance(one, list | tuple | collections.deque):
        for each, its_other in zip(one, other, strict=True):
            assert_same(each, its_other)
    if isinstance(one, dict):
        assert_same(list(one.items()), list(other.items()))


def through_json(value):
    arrays = {}
    return decoded(json.loads(json.dumps(encoded(value, arrays, "key"))), arrays)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_with_its_type(value):
    assert_same(through_json(value), value)


def test_the_length_of_a_deque_is_kept():
    assert through_json(collections.deque([1], maxlen=5)).maxlen == 5


def test_arrays_are_put_beside_under_names_of_their_own():
    arrays = {}
    value = {"a": [np.arange(3), (np.eye(2, dtype="complex64"),)], 1: np.zeros(())}
    found = decoded(json.loads(json.dumps(encoded(value, arrays, "key"))), arrays)
    assert len(arrays) == 3
    np.testing.assert_array_equal(found["a"][0], np.arange(3))
    np.testing.assert_array_equal(found["a"][1][0], np.eye(2, dtype="complex64"))
    assert found[1].shape == ()


@pytest.mark.parametrize(
    "value",
    [print, object(), [object()], {1: print}, np.array([{}]), 1j],
    # The same in every process: `repr` would have addresses.
    ids=["function", "object", "list", "dictionary", "array", "complex"],
)
def test_other_values_are_refused(value):
    with pytest.raises(TypeError, match="is no plain value"):
        encoded(value, {}, "key")
