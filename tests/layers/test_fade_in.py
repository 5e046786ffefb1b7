import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.layers import FadeIn


def test_the_new_branch_comes_in_linearly_and_then_stands_alone():
    layer = FadeIn(2)
    old, new = ops.full((3, 2), 5.0), ops.full((3, 2), -1.0)
    seen = []
    for _ in range(4):
        seen.append(float(layer([old, new])[0, 0]))
        layer.before_update()
    np.testing.assert_allclose(seen, [5.0, 2.0, -1.0, -1.0])


def test_it_keeps_its_count_when_saved(tmp_path):
    old, new = keras.Input((2,)), keras.Input((2,))
    network = keras.Model([old, new], FadeIn(4)([old, new]))
    network.layers[-1].before_update()
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    inputs = [np.ones((1, 2), "float32"), np.zeros((1, 2), "float32")]
    np.testing.assert_allclose(ops.convert_to_numpy(loaded(inputs)), [[0.75, 0.75]])


def test_it_computes_in_the_networks_precision():
    layer = FadeIn(2, dtype="mixed_bfloat16")
    blended = layer([ops.ones((1, 2)), ops.zeros((1, 2))])
    assert keras.backend.standardize_dtype(blended.dtype) == "bfloat16"


def test_branches_of_other_shapes_are_refused():
    with pytest.raises(ValueError, match="of one shape"):
        FadeIn(2)([ops.ones((1, 2)), ops.ones((1, 4))])
    with pytest.raises(ValueError, match="of one shape"):
        FadeIn(2)(ops.ones((1, 2)))


def test_a_count_that_is_none_is_refused():
    with pytest.raises(ValueError, match="num_updates"):
        FadeIn(0)
