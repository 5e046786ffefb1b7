import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses.penalties import AdversarialBatch, FeatureMatchingPenalty
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip
from tests import tiny

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 4, 2, 3)).astype("float32")


def discriminator(samples, training):
    return {"scores": samples[:, 0, :1], "features": ops.square(samples)}


# Salimans et al., 2016, arXiv:1606.03498, section 3.1.
def formula(fake, weight=1.0):
    difference = np.mean(REAL.astype("float64") ** 2, axis=0) - np.mean(fake**2, axis=0)
    return weight * np.sum(difference**2)


@pytest.mark.parametrize("arguments", [{}, {"weight": 0.25}])
def test_penalty_is_the_squared_distance_of_mean_features(arguments):
    values = FeatureMatchingPenalty(**arguments)(AdversarialBatch(discriminator, REAL, FAKE))
    assert values.shape == (4,)
    expected = formula(FAKE.astype("float64"), **arguments)
    np.testing.assert_allclose(ops.convert_to_numpy(values), expected, rtol=1e-5)


def test_gradient_by_the_samples_is_that_of_differences():
    fake = keras.Variable(FAKE)

    def value():
        batch = AdversarialBatch(discriminator, REAL, ops.convert_to_tensor(fake))
        return ops.mean(FeatureMatchingPenalty()(batch)), None

    (gradient,) = backend_gradients(value, [fake], [fake])
    expected = central_differences(lambda point: np.asarray(formula(point)), FAKE)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-5)


def test_it_shares_the_forward_pass_of_the_scores():
    seen = []

    def counted(samples, training):
        seen.append(None)
        return discriminator(samples, training)

    batch = AdversarialBatch(counted, REAL, FAKE)
    FeatureMatchingPenalty()(batch)
    assert batch.fake_scores.shape == (4, 1)
    assert len(seen) == 2


def test_saved_penalty_keeps_every_argument():
    check_round_trip(FeatureMatchingPenalty, {"weight": 3.0}, common=SAVED_ARGUMENTS)


def test_negative_weight_is_refused():
    with pytest.raises(ValueError, match=r"`weight` must be .* at least 0.*weight is 1.0"):
        FeatureMatchingPenalty(weight=-1.0)


def gan_with_features(**kwargs):
    inputs = keras.Input((2,))
    features = layers.Dense(3, activation="tanh")(inputs)
    outputs = {"scores": layers.Dense(1)(features), "features": features}
    generator, _ = tiny.networks()
    gan = kgl.GAN(generator, keras.Model(inputs, outputs), latent_dim=4)
    gan.compile(loss="non_saturating", **kwargs)
    return gan


@pytest.mark.backend("any")
def test_a_gan_trains_with_features_and_is_refused_without():
    gan = gan_with_features(penalties=["feature_matching", "pulling_away"])
    history = gan.fit(tiny.samples(17), batch_size=8, epochs=1, verbose=0).history
    assert np.isfinite(history["feature_matching_penalty"]).all()
    assert np.isfinite(history["pulling_away_penalty"]).all()
    with pytest.raises(ValueError, match="needs a discriminator with the output 'features'"):
        tiny.compiled_gan(penalties=["feature_matching"])


@pytest.mark.backend("any")
def test_it_brings_the_mean_of_generated_samples_near_the_real_one():
    gan = gan_with_features(
        penalties=[FeatureMatchingPenalty(weight=10.0)],
        generator_optimizer=keras.optimizers.Adam(3e-2),
        discriminator_optimizer=keras.optimizers.SGD(0.0),
    )
    x = tiny.samples(64) + np.float32([2.0, -1.0])
    first = gan.fit(x, batch_size=64, epochs=1, verbose=0).history["feature_matching_penalty"][0]
    last = gan.fit(x, batch_size=64, epochs=40, verbose=0).history["feature_matching_penalty"][-1]
    assert last < 0.1 * first
