"""What penalties make of several generated samples for a real one, and of other precisions."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import penalties
from keras_gan_losses.penalties import AdversarialBatch
from tests import tiny


@pytest.mark.parametrize(
    "make",
    [
        lambda: penalties.LeCamPenalty(),
        lambda: penalties.ConsistencyPenalty(augmentation=halved, fake_weight=10.0),
        lambda: penalties.LatentConsistencyPenalty(),
        lambda: penalties.GradientPenalty(),
        lambda: penalties.R1Penalty(),
        lambda: penalties.R2Penalty(),
        lambda: penalties.R2Penalty(step=0.01),
        lambda: penalties.ScoreCentringPenalty(),
        lambda: penalties.DraganPenalty(),
    ],
)
def test_several_generated_samples_for_a_real_one_are_taken(make):
    penalty = make()
    gan = tiny.compiled_gan(
        loss="hinge", penalties=[penalty], fakes_per_real=2, num_classes=3, run_eagerly=True
    )
    labels = np.arange(8, dtype="int32") % 3
    history = gan.fit(tiny.samples(8), labels, batch_size=4, verbose=0).history
    assert np.isfinite(history[penalty.name][0])


def halved(samples):
    return 0.5 * samples


def score(samples, training):
    return ops.sum(samples, axis=1, keepdims=True)


def test_the_mean_of_all_generated_samples_is_taken():
    real = np.float32([[1.0], [2.0]])
    fake = np.float32([[0.0], [4.0], [6.0], [2.0]])
    batch = AdversarialBatch(score, real, fake)
    penalty = penalties.ConsistencyPenalty(augmentation=halved, weight=1.0, fake_weight=1.0)
    values = ops.convert_to_numpy(penalty(batch))
    # (½ s)² of each real score, and the mean of it over its two generated ones.
    np.testing.assert_allclose(values, [0.25 + (0.0 + 4.0) / 2, 1.0 + (9.0 + 1.0) / 2])
    lecam = penalties.LeCamPenalty(weight=1.0)
    # The averages are the batch's own means: 1.5 and 3.
    below = np.maximum(1.5 - fake[:, 0], 0.0) ** 2
    above = np.maximum(real[:, 0] - 3.0, 0.0) ** 2
    expected = above + below.reshape(2, 2).mean(axis=1)
    np.testing.assert_allclose(ops.convert_to_numpy(lecam(batch)), expected, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float16", "float64", "uint8"])
@pytest.mark.parametrize(
    "make", [penalties.GradientPenalty, penalties.DraganPenalty, penalties.R1Penalty]
)
def test_samples_of_other_types_are_taken(make, dtype):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.set_weights([np.float32([[3.0], [4.0]]), np.zeros(1)])
    real, fake = np.ones((4, 2), dtype), np.zeros((4, 2), dtype)
    values = make()(AdversarialBatch(network, real, fake))
    expected = 0.5 * 10.0 * 25.0 if make is penalties.R1Penalty else 10.0 * 4.0**2
    np.testing.assert_allclose(ops.convert_to_numpy(values), [expected] * 4, rtol=1e-4)


class HalfPenalty(penalties.Penalty):
    def call(self, batch):
        return ops.cast(ops.mean(ops.square(batch.fake_scores), axis=1), "float16")


@pytest.mark.parametrize("every", [1, 2])
def test_values_in_half_precision_are_averaged_in_float32(every):
    penalty = HalfPenalty(every=every)
    mean = penalty.mean(AdversarialBatch(score, np.ones((2, 3), "float32"), np.ones((2, 3))), 0)
    assert keras.backend.standardize_dtype(mean.dtype) == "float32"
    assert float(mean) == every * 9.0
    gan = tiny.compiled_gan(loss="hinge", penalties=[penalty], run_eagerly=True)
    history = gan.fit(tiny.samples(8), batch_size=8, verbose=0).history
    assert np.isfinite(history["half_penalty"][0])
