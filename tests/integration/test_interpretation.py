"""The figures of docs/interpretation.md: the examples' own measures, against closed forms."""

import math
import pathlib
import runpy

import keras
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from keras_gan_losses import datasets, objectives

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
MEASURES = runpy.run_path(str(EXAMPLES / "interpret_losses.py"))
COLLAPSE = runpy.run_path(str(EXAMPLES / "mode_collapse.py"))

# Losses and gradients are tested on every backend; this is what long training makes of them.
one_backend_is_enough = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="it trains long, and alike on every backend"
)


def test_true_divergences_are_those_of_two_normal_distributions():
    def integrand(x, shift):
        densities = norm.pdf(x), norm.pdf(x, shift)
        mean = sum(densities) / 2.0
        return sum(p * math.log(p / mean) for p in densities) / 2.0

    shifts = [0.0, 1.0, 2.5, 8.0]
    values = MEASURES["true"](shifts)
    shannon = [quad(integrand, -8.0, 16.0, (shift,), limit=200)[0] for shift in shifts]
    np.testing.assert_allclose(values["Jensen–Shannon"], shannon, atol=1e-7)
    np.testing.assert_allclose(values["Kullback–Leibler"], [0.0, 0.5, 3.125, 32.0])
    np.testing.assert_allclose(values["Wasserstein-1"], shifts)


@pytest.mark.slow
@one_backend_is_enough
def test_the_minimax_gradient_vanishes_and_the_others_do_not():
    shift = 8.0
    norms = MEASURES["vanishing"](5, 32_768, shift=shift)
    ratios = np.divide(norms["minimax"], norms["non_saturating"])
    assert ratios[-1] < 1e-3
    assert ratios[-1] < ratios[0] / 3.0
    assert norms["non_saturating"][-1] > 1.0
    # shift · s − 10 (s − 1)² is greatest at this slope s, the gradient by the generator's bias.
    assert norms["wgan_gp"][-1] == pytest.approx(1.0 + shift / 20.0, rel=0.1)


@pytest.mark.slow
@one_backend_is_enough
def test_the_jensen_shannon_estimate_saturates_at_log_two():
    overlapping, apart = MEASURES["estimated"]("Jensen–Shannon", [1.0, 10.0], 4, 16_384)
    assert overlapping == pytest.approx(MEASURES["true"]([1.0])["Jensen–Shannon"][0], rel=0.1)
    assert apart == pytest.approx(math.log(2.0), rel=0.02)


@pytest.mark.slow
@one_backend_is_enough
def test_the_kullback_leibler_estimate_is_right_for_small_shifts():
    shifts = [0.5, 1.0]
    estimates = MEASURES["estimated"]("Kullback–Leibler", shifts, 4, 16_384)
    np.testing.assert_allclose(estimates, np.square(shifts) / 2.0, rtol=0.1)


@pytest.mark.slow
@one_backend_is_enough
@pytest.mark.parametrize(("weight", "learning_rate"), [(10.0, 1e-3), (100.0, 3e-3)])
def test_the_wasserstein_estimate_grows_with_the_shift(weight, learning_rate):
    # The first two are for the discriminator to get used to it.
    shifts = np.array([4.0, 4.0, 1.0, 2.0, 4.0])
    MEASURES["ESTIMATORS"]["mine"] = (objectives.wgan_gp(penalty_weight=weight), 0.0, 1.0)
    estimates = MEASURES["estimated"]("mine", shifts, 4, 16_384, learning_rate=learning_rate)
    shifts, estimates = shifts[2:], estimates[2:]
    # The penalty lets the slope s exceed 1: shift · s − weight (s − 1)² is greatest there.
    slopes = 1.0 + shifts / (2.0 * weight)
    np.testing.assert_allclose(estimates, shifts * slopes, rtol=0.05)
    if weight == 100.0:
        np.testing.assert_allclose(estimates, shifts, rtol=0.05)


def test_modes_are_counted_from_one_percent_of_the_points():
    ring = datasets.ring(10)
    points = np.concatenate([np.repeat(ring.modes[:3], [98, 1, 0], axis=0), [[0.0, 0.0]]])
    assert COLLAPSE["coverage"](points, ring) == (2, pytest.approx(0.99))
    assert COLLAPSE["coverage"](ring.modes + 0.1, ring) == (8, 1.0)
    assert COLLAPSE["coverage"](ring.modes + 0.2, ring) == (0, 0.0)


@pytest.mark.slow
@one_backend_is_enough
def test_a_collapsed_game_is_mended_by_seeking_modes():
    ring = datasets.ring(8192, standard_deviation=0.02)
    reached = {}
    for game in ("plain", "mode seeking"):
        gan, _ = COLLAPSE["train"](game, ring, epochs=12, seed=0)
        reached[game], _ = COLLAPSE["coverage"](gan.generate(2500, seed=0), ring)
    assert reached["plain"] <= 3
    assert reached["mode seeking"] >= 5
