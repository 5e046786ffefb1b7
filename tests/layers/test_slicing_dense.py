import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses import losses, penalties
from keras_gan_losses.layers import SlicingDense
from keras_gan_losses.penalties import AdversarialBatch, SlicingPenalty
from keras_gan_losses.testing.differences import backend_gradients
from tests import tiny

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 5, 2)).astype("float32")


def slicing_discriminator(*hidden, dtype="float32"):
    inputs = keras.Input((2,))
    features = inputs
    for layer in hidden or (layers.Dense(3, use_bias=False),):
        features = layer(features)
    return keras.Model(inputs, SlicingDense(dtype=dtype)(features), name="discriminator")


def slicing_gan(**arguments):
    generator, _ = tiny.networks()
    discriminator = slicing_discriminator(layers.Dense(8, activation="tanh"))
    gan = kgl.GAN(generator, discriminator, latent_dim=4, seed=1)
    gan.compile(**{"penalties": ["slicing"], "run_eagerly": True, **arguments})
    return gan


# Takida et al., 2023, arXiv:2301.12811: the features by the loss of the scores, the direction by
# the distance of the projected means; each with the other constant.
def test_features_and_direction_learn_from_terms_of_their_own():
    network = slicing_discriminator()
    matrix, weights = (np.random.default_rng(1).normal(size=s) for s in [(2, 3), (3, 1)])
    network.set_weights([matrix, weights])

    def function():
        batch = AdversarialBatch(network, REAL, FAKE, state=network.variables)
        loss = losses.NonSaturatingDiscriminatorLoss()(batch.real_scores, batch.fake_scores)
        return loss + ops.mean(SlicingPenalty(weight=2.0)(batch)), None

    by_matrix, by_weights = backend_gradients(
        function, network.trainable_variables, network.variables
    )
    direction = weights / np.linalg.norm(weights)
    real, fake = REAL.astype("float64"), FAKE.astype("float64")
    # d sp(−r) = −σ(−r) dr, and d sp(f) = σ(f) df.
    slopes = [
        -1.0 / (1.0 + np.exp(real @ matrix @ direction)),
        1.0 / (1.0 + np.exp(-fake @ matrix @ direction)),
    ]
    expected = (real.T @ slopes[0] + fake.T @ slopes[1]) @ direction.T / len(real)
    np.testing.assert_allclose(by_matrix, expected, rtol=1e-4, atol=1e-6)
    difference = 2.0 * (fake.mean(axis=0) - real.mean(axis=0)) @ matrix
    tangent = np.eye(3) - direction @ direction.T
    expected = tangent @ difference[:, np.newaxis] / np.linalg.norm(weights)
    np.testing.assert_allclose(by_weights, expected, rtol=1e-4, atol=1e-6)


def test_both_outputs_are_the_part_along_a_direction_of_length_one():
    layer = SlicingDense()
    features = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype("float32")
    outputs = {name: ops.convert_to_numpy(value) for name, value in layer(features).items()}
    kernel = ops.convert_to_numpy(layer.kernel).astype("float64")
    expected = features @ (kernel / np.linalg.norm(kernel))
    assert list(outputs) == ["scores", "direction_scores"]
    for values in outputs.values():
        np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-6)
        assert values.shape == layer.compute_output_shape(features.shape)["scores"]
    layer.kernel.assign(100.0 * layer.kernel)
    np.testing.assert_allclose(ops.convert_to_numpy(layer(features)["scores"]), expected, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16"])
def test_a_direction_of_no_length_gives_finite_gradients(dtype):
    network = slicing_discriminator(dtype=dtype)
    network.layers[-1].kernel.assign(np.zeros((3, 1)))

    def function():
        batch = AdversarialBatch(network, REAL, FAKE, state=network.variables)
        return ops.mean(SlicingPenalty()(batch)), None

    gradients = backend_gradients(function, network.trainable_variables, network.variables)
    assert all(np.isfinite(gradient).all() for gradient in gradients)


def test_direction_turns_to_where_the_means_differ():
    # The features are the samples, whose means differ along the first axis alone.
    inputs = keras.Input((2,))
    discriminator = keras.Model(inputs, SlicingDense()(layers.Identity()(inputs)))
    discriminator.layers[-1].kernel.assign([[-0.6], [0.8]])
    generator = keras.Sequential([keras.Input((4,)), layers.Dense(2, kernel_initializer="zeros")])
    generator.trainable = False
    gan = kgl.GAN(generator, discriminator, latent_dim=4)
    with pytest.warns(UserWarning, match="never learns"):
        gan.compile(loss="hinge", penalties=["slicing"], optimizer=keras.optimizers.SGD(0.3))
    samples = np.tile(np.float32([[2.0, 0.0]]), (200, 1))
    history = gan.fit(samples, batch_size=10, verbose=0).history
    kernel = ops.convert_to_numpy(discriminator.layers[-1].kernel)
    np.testing.assert_allclose(kernel, [[1.0], [0.0]], atol=1e-2)
    assert history["slicing_penalty"][0] < 0.0


@pytest.mark.parametrize("loss", ["non_saturating", "hinge", "wgan_gp", "rsgan"])
def test_any_objective_trains_in_its_slicing_form(loss):
    gan = slicing_gan(loss=loss, discriminator_steps=1)
    kernels = [v for v in gan.trainable_variables if v.name == "kernel"]
    before = tiny.values(kernels)
    gan.fit(tiny.samples(16), batch_size=8, verbose=0)
    assert len(kernels) == 4
    for old, new in zip(before, tiny.values(kernels), strict=True):
        assert np.abs(new - old).max() > 0.0
    kernel = ops.convert_to_numpy(gan.discriminator.layers[-1].kernel)
    assert np.linalg.norm(kernel) == pytest.approx(1.0, abs=1e-5)


def test_several_generated_samples_for_a_real_one_are_averaged():
    real, fake = np.float32([[1.0], [2.0]]), np.float32([[3.0], [5.0], [0.0], [2.0]])
    batch = AdversarialBatch(
        lambda samples, training: {"scores": samples, "direction_scores": samples}, real, fake
    )
    values = ops.convert_to_numpy(SlicingPenalty(weight=0.5)(batch))
    np.testing.assert_allclose(values, [0.5 * (4.0 - 1.0), 0.5 * (1.0 - 2.0)])


@pytest.mark.backend("any")
def test_a_slicing_game_is_saved_and_goes_on_to_the_bit(tmp_path):
    gan = slicing_gan(loss="hinge", penalties=[SlicingPenalty(weight=0.5, name="direction")])
    gan.fit(tiny.samples(16), batch_size=8, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for model in (gan, loaded):
        history = model.fit(tiny.samples(16), batch_size=8, shuffle=False, verbose=0).history
        assert "direction" in history
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


def test_a_slicing_layer_without_its_penalty_is_refused_and_the_reverse():
    with pytest.raises(ValueError, match=r"nothing would teach .* penalties=\[\"slicing\"\]"):
        slicing_gan(loss="hinge", penalties=[])
    with pytest.raises(ValueError, match="needs a discriminator with the output 'direction_sc"):
        tiny.compiled_gan(loss="hinge", penalties=["slicing"])


@pytest.mark.parametrize("shape", [(4,), (4, None)])
def test_inputs_without_features_are_refused(shape):
    with pytest.raises(ValueError, match="takes features of shape"):
        SlicingDense().build(shape)


def test_weight_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"`weight` must be .*The paper's weight is 1.0"):
        SlicingPenalty(weight=-1.0)


def test_layer_is_saved_with_its_initializer():
    layer = SlicingDense(kernel_initializer="ones", name="head")
    copy = SlicingDense.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    assert isinstance(copy.kernel_initializer, keras.initializers.Ones)
    assert penalties.get("slicing").weight == 1.0
