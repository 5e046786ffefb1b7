import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan_losses import GAN
from keras_gan_losses.penalties import (
    AdversarialBatch,
    FeatureMatchingPenalty,
    GradientPenalty,
    LatentDiversityPenalty,
    R1Penalty,
    R2Penalty,
)
from tests import tiny

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
WEIGHTS = np.float32([2.0, -1.0, 0.5])


def quadratic(samples, training=True):
    """Score ½ Σ wᵢ xᵢ², whose gradient is w·x."""
    return 0.5 * ops.sum(
        ops.convert_to_tensor(WEIGHTS) * ops.square(samples), axis=1, keepdims=True
    )


def mean(penalty, batch, iteration=0):
    return ops.convert_to_numpy(penalty.mean(batch, ops.convert_to_tensor(iteration))).item()


def squared_gradients(samples):
    return np.square(WEIGHTS.astype("float64") * samples).sum(axis=1)


# 5 samples: 0.6 of them are 3, and 0.5 are rounded up to 3; the least share is one sample.
@pytest.mark.parametrize(("fraction", "taken"), [(1.0, 5), (0.6, 3), (0.5, 3), (1e-6, 1)])
def test_only_the_first_part_of_the_batch_is_looked_at(fraction, taken):
    batch = AdversarialBatch(quadratic, REAL, FAKE)
    for kind, samples in ((R1Penalty, REAL), (R2Penalty, FAKE)):
        expected = 0.5 * 2.0 * squared_gradients(samples[:taken]).mean()
        assert mean(kind(gamma=2.0, fraction=fraction), batch) == pytest.approx(expected, rel=1e-5)


def test_it_joins_with_every():
    batch = AdversarialBatch(quadratic, REAL, FAKE)
    penalty = R1Penalty(gamma=2.0, fraction=0.4, every=3)
    expected = [3.0 * squared_gradients(REAL[:2]).mean(), 0.0, 0.0]
    assert [mean(penalty, batch, i) for i in range(3)] == pytest.approx(expected, rel=1e-5)


def test_the_scores_of_the_whole_batch_are_left_alone():
    sizes = []

    def counting(samples, training=True):
        sizes.append(samples.shape[0])
        return quadratic(samples)

    batch = AdversarialBatch(counting, REAL, FAKE)
    mean(GradientPenalty(fraction=0.4), batch)
    assert tuple(batch.real_scores.shape) == (5, 1)
    assert sizes == [2, 5]


def test_each_real_sample_keeps_its_own_generated_ones():
    fakes = np.concatenate([FAKE, FAKE + 1.0])
    batch = AdversarialBatch(quadratic, REAL, fakes, latents=fakes).afresh(0.4)
    np.testing.assert_array_equal(ops.convert_to_numpy(batch.real), REAL[:2])
    np.testing.assert_array_equal(ops.convert_to_numpy(batch.fake), fakes[:4])
    np.testing.assert_array_equal(batch.latents, fakes[:4])


@pytest.mark.backend("any")
@pytest.mark.parametrize(
    "make", [GradientPenalty, R1Penalty, R2Penalty, LatentDiversityPenalty, FeatureMatchingPenalty]
)
def test_it_trains_with_labels_and_a_last_batch_of_another_size(make):
    inputs, labels = keras.Input((2,)), keras.Input((), dtype="int32")
    hidden = layers.Concatenate()([inputs, layers.Embedding(3, 2)(labels)])
    hidden = layers.Dense(4, activation="tanh")(hidden)
    scores = layers.Dense(1)(hidden)
    discriminator = keras.Model([inputs, labels], {"scores": scores, "features": hidden})
    generator, _ = tiny.networks(num_classes=3)
    gan = GAN(generator, discriminator, latent_dim=4)
    gan.compile(loss="hinge", penalties=[make(fraction=0.3)])
    history = gan.fit(
        tiny.samples(13), np.arange(13, dtype="int32") % 3, batch_size=8, verbose=0
    ).history
    assert np.isfinite(list(history.values())).all()


@pytest.mark.parametrize("fraction", [0.0, -0.5, 1.5, float("nan"), True])
def test_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(ValueError, match="fraction"):
        R1Penalty(fraction=fraction)
