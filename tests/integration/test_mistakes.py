"""The mistakes that docs/interpretation.md names, each with the number that the page shows."""

import math
import pathlib

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import layers, penalties
from keras_gan_losses.backend import backend
from keras_gan_losses.convergence.score_curves import score_curves

pytestmark = pytest.mark.backend("any")

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "interpretation.md"
SECTION = " ".join(PAGE.read_text().split("## Mistakes that circulate")[1].split())


def said(text):
    """Whether the page says so, wherever its lines end."""
    return text in SECTION


def slope(function, score):
    return float(score_curves([function], np.array([score]), [])[1][0, 0])


def test_exchanged_arguments_of_the_cross_entropy_teach_nothing_of_generated_samples():
    def entropy(target, output):
        return ops.binary_crossentropy(target, output, from_logits=True)

    def exchanged(score):
        return entropy(score, ops.zeros_like(score))

    values, slopes = score_curves([exchanged], np.linspace(-20.0, 20.0, 9), [])
    np.testing.assert_allclose(values, math.log(2.0), rtol=1e-6)
    np.testing.assert_array_equal(slopes, 0.0)
    for score in (-20.0, 0.0, 20.0):
        assert slope(lambda score: entropy(score, ops.ones_like(score)), score) == -1.0
    assert said("is 0.693 whatever f is, and its gradient 0")
    assert said("of real scores the gradient is −1 everywhere")
    right = slope(lambda score: entropy(ops.zeros_like(score), score), 3.0)
    assert said(f"of a score of 3 is {right:.2f}")


def test_a_tanh_before_the_hinge_takes_the_generators_gradient():
    near, far = (slope(lambda score: -ops.tanh(score), score) for score in (-3.0, -5.0))
    np.testing.assert_allclose([near, far], -1.0 / np.cosh([3.0, 5.0]) ** 2, rtol=1e-2)
    assert said(f"it is {-near:.4f} at f = −3 and {-far:.5f} at f = −5")

    def margin(score):
        return ops.relu(1.0 - ops.tanh(score))

    values = score_curves([margin], np.array([1.0, 3.0, 5.0]), [])[0][:, 0]
    # No score is beyond the margin, so that none is ever left alone.
    assert np.all(values > 0.0)
    assert said(f"a real score of 1 still costs {values[0]:.2f}")


def learnt_distance(is_exchanged):
    """How much higher real samples score than generated ones along the direction that is learnt."""
    layer = layers.SlicingDense(kernel_initializer="ones")
    real, fake = (ops.convert_to_tensor([rows] * 4) for rows in ([3.0, -4.0], [0.0, 0.0]))

    def batch(real, fake):
        return penalties.AdversarialBatch(lambda samples, training: layer(samples), real, fake)

    layer.build(real.shape)
    penalty, kernel = penalties.SlicingPenalty(), layer.kernel
    pair = (fake, real) if is_exchanged else (real, fake)
    for _ in range(60):
        _, (gradient,) = backend.value_and_gradients(
            lambda: (ops.mean(penalty(batch(*pair))), None), [kernel], [kernel]
        )
        kernel.assign(kernel - 0.1 * gradient)
    return -ops.convert_to_numpy(penalty(batch(real, fake))).mean()


def test_exchanged_terms_turn_the_direction_of_a_slicing_discriminator_round():
    assert learnt_distance(False) == pytest.approx(5.0, rel=1e-3)
    assert learnt_distance(True) == pytest.approx(-5.0, rel=1e-3)
    assert said("5 apart, the direction ends with real samples 5 below the generated ones")


def whole_batch_penalty(gradients):
    """One norm for all samples."""
    return 10.0 * (np.linalg.norm(gradients) - 1.0) ** 2


def test_one_norm_for_the_batch_wants_gradients_that_shrink_with_it():
    # A score of slope 1 everywhere.
    slope_of_one = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(0.5)),
        ]
    )
    samples = ops.zeros((64, 4))
    batch = penalties.AdversarialBatch(slope_of_one, samples, samples)
    right = ops.convert_to_numpy(penalties.GradientPenalty(weight=10.0)(batch))
    np.testing.assert_allclose(right, 0.0, atol=1e-6)
    gradients = np.full((64, 4), 0.5)
    wrong = whole_batch_penalty(gradients)
    assert said(f"with 64 samples of slope 1 each it is {wrong:.0f} instead of 0")
    assert whole_batch_penalty(gradients / 8.0) == pytest.approx(0.0)
    assert said("it is 0 where each slope is 1/8")
