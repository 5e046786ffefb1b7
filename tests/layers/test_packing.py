import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses.layers import Packing
from tests import tiny

RANDOM = np.random.default_rng(0)


def packed(samples, num_samples):
    """Packs by plain loops."""
    packs = [
        np.concatenate(samples[start : start + num_samples], axis=-1)
        for start in range(0, len(samples) - num_samples + 1, num_samples)
    ]
    return np.stack(packs)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (4, 5, 2)])
@pytest.mark.parametrize("num_samples", [1, 2, 3])
@pytest.mark.parametrize("batch_size", [6, 7])
def test_neighbours_are_joined_along_the_last_axis_and_a_rest_is_left_out(
    shape, num_samples, batch_size
):
    samples = RANDOM.normal(size=(batch_size, *shape)).astype("float32")
    packs = ops.convert_to_numpy(Packing(num_samples)(samples))
    np.testing.assert_array_equal(packs, packed(samples, num_samples))


@pytest.mark.parametrize("batch_size", [1, 2, 3])
def test_a_small_batch_is_repeated_to_fill_one_pack(batch_size):
    samples = RANDOM.normal(size=(batch_size, 2)).astype("float32")
    packs = ops.convert_to_numpy(Packing(4)(samples))
    order = [index % batch_size for index in range(4)]
    np.testing.assert_array_equal(packs, samples[order].reshape(1, 8))


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="sizes are known elsewhere")
def test_batches_of_any_size_pass_through_one_graph():
    import tensorflow as tf

    graph = tf.function(Packing(3), input_signature=[tf.TensorSpec((None, 2), "float32")])
    for batch_size in (1, 2, 3, 5, 6):
        samples = RANDOM.normal(size=(batch_size, 2)).astype("float32")
        expected = ops.convert_to_numpy(Packing(3)(samples))
        np.testing.assert_array_equal(graph(samples), expected)


def test_shapes_are_known_before_there_are_data():
    assert Packing(2)(keras.KerasTensor((None, 4, 4, 3))).shape == (None, 4, 4, 6)
    assert Packing(2)(keras.KerasTensor((7, None, 3))).shape == (3, None, 6)
    assert Packing(4)(keras.KerasTensor((2, 3))).shape == (1, 12)
    assert Packing(4).compute_output_shape((8, None)) == (2, None)


def test_every_packed_sample_has_its_gradient_and_the_rest_none():
    samples = RANDOM.normal(size=(5, 2)).astype("float32")
    layer, weights = Packing(2), np.float32([1.0, 2.0, 3.0, 4.0])
    batch = kgl.penalties.AdversarialBatch(
        lambda inputs, training: ops.matmul(layer(inputs), weights[:, None]), samples, samples
    )
    expected = np.float32([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [3.0, 4.0], [0.0, 0.0]])
    np.testing.assert_array_equal(ops.convert_to_numpy(batch.real_gradient), expected)
    # What the docstring says of penalties: norms are those of single samples.
    values = kgl.penalties.R1Penalty(gamma=2.0)(batch)
    np.testing.assert_allclose(ops.convert_to_numpy(values), [5.0, 25.0, 5.0, 25.0, 0.0])


def test_saved_layer_keeps_its_argument():
    layer = Packing(3, name="pairs")
    copy = Packing.from_config(layer.get_config())
    assert (copy.num_samples, copy.name) == (3, "pairs")


@pytest.mark.parametrize("num_samples", [0, -1, 1.5, None])
def test_number_that_is_no_count_is_refused(num_samples):
    with pytest.raises(ValueError, match="`num_samples` must be a whole number of at least 1"):
        Packing(num_samples)


def test_inputs_without_an_axis_to_join_along_are_refused():
    with pytest.raises(ValueError, match=r"one beside the batch's. Received .*\(6,\)"):
        Packing(2)(np.ones(6, "float32"))


@pytest.mark.backend("any")
@pytest.mark.parametrize("loss", ["non_saturating", "wgan_gp"])
def test_a_gan_with_packs_trains_on_whole_and_partial_batches_and_is_saved(loss, tmp_path):
    generator, _ = tiny.networks()
    discriminator = keras.Sequential([keras.Input((2,)), Packing(2), layers.Dense(1)])
    gan = kgl.GAN(generator, discriminator, latent_dim=4)
    gan.compile(loss=loss, discriminator_steps=1)
    x = tiny.samples(17)  # a last batch of one
    history = gan.fit(x, batch_size=8, epochs=1, validation_data=x[:5], verbose=0).history
    assert all(np.isfinite(value).all() for value in history.values()), history
    assert all(np.isfinite(value).all() for value in tiny.state(gan))
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))
