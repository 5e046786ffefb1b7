import keras
import numpy as np
import pytest
import scipy.linalg

from keras_gan_losses.metrics.frechet_distance import (
    frechet_distance,
    frechet_distance_of_moments,
)
from keras_gan_losses.metrics.moments import Moments

COVARIANCES = ["full", "diagonal", "none"]


def pair(n, m, num_features, seed=0):
    """Correlated features of different distributions."""
    rng = np.random.default_rng(seed)
    mix = rng.normal(size=(num_features, num_features)) / np.sqrt(num_features)
    real = rng.normal(size=(n, num_features)) @ mix
    return real, 1.3 * rng.normal(size=(m, num_features)) + 0.2


def by_matrix_square_root(real, fake):
    """The formula of arXiv:1706.08500 with SciPy's square root of a matrix."""
    first, second = (np.atleast_2d(np.cov(side, rowvar=False)) for side in (real, fake))
    difference = real.mean(axis=0) - fake.mean(axis=0)
    root = scipy.linalg.sqrtm(first @ second).real
    return difference @ difference + np.trace(first + second) - 2.0 * np.trace(root)


def by_samples(real, fake):
    """With S = XᵀX/(n−1), tr (S₁^½ S₂ S₁^½)^½ is the nuclear norm of X₁X₂ᵀ, never squared."""
    sides = [(x - x.mean(axis=0)) / np.sqrt(len(x) - 1) for x in (real, fake)]
    spread = sum(np.sum(side**2) for side in sides)
    spread -= 2.0 * np.linalg.svd(sides[0] @ sides[1].T, compute_uv=False).sum()
    return np.sum((real.mean(axis=0) - fake.mean(axis=0)) ** 2) + spread


@pytest.mark.parametrize("shape", [(500, 400, 16), (300, 300, 64), (40, 50, 1), (200, 20, 8)])
def test_distance_is_that_of_scipys_matrix_square_root(shape):
    real, fake = pair(*shape)
    expected = by_matrix_square_root(real, fake)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    "shape", [(20, 30, 64), (2, 3, 50), (10, 200, 40), (2, 2, 1), (65, 65, 64)]
)
def test_distance_is_right_with_more_features_than_samples(shape):
    real, fake = pair(*shape)
    assert frechet_distance(real, fake) == pytest.approx(by_samples(real, fake), rel=1e-9)


def test_distance_is_that_of_torchmetrics():
    import torch
    from torchmetrics.image.fid import FrechetInceptionDistance

    class Features(torch.nn.Module):
        num_features = 16

        def forward(self, samples):
            return samples

    real, fake = pair(500, 400, 16)
    metric = FrechetInceptionDistance(Features()).set_dtype(torch.float64)
    metric.update(torch.from_numpy(real), real=True)
    metric.update(torch.from_numpy(fake), real=False)
    assert frechet_distance(real, fake) == pytest.approx(metric.compute().item(), rel=1e-6)


def test_constant_and_repeated_features_and_samples_are_no_obstacle():
    real, fake = pair(50, 40, 4)
    real = np.repeat(np.hstack([real, real[:, :2], np.full((50, 1), 3.0)]), 2, axis=0)
    fake = np.hstack([fake, fake[:, :2], np.full((40, 1), 1.0)])
    assert frechet_distance(real, fake) == pytest.approx(by_samples(real, fake), rel=1e-9)
    # Two constants are points, as far apart as their difference.
    assert frechet_distance(np.full((5, 3), 1.0), np.full((4, 3), 3.0)) == 12.0
    # tr S of the other side is all that remains if one side is a point.
    expected = np.sum((real.mean(axis=0) - 2.0) ** 2) + np.var(real, axis=0, ddof=1).sum()
    point = np.full((4, 7), 2.0)
    assert frechet_distance(real, point) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("num_samples", [100, 10])
def test_features_of_very_different_scales_keep_their_digits(num_samples):
    real, fake = np.random.default_rng(6).normal(size=(2, num_samples, 20))
    steps, two_large = 10.0 ** -np.linspace(0.0, 11.0, 20), np.r_[np.ones(2), np.full(18, 1e-8)]
    # Either the same features are small on both sides, or other ones.
    for scales in (steps, two_large):
        for others in (scales, scales[::-1], scales.max() + scales.min() - scales):
            expected = by_samples(real * scales, fake * others)
            value = frechet_distance(real * scales, fake * others)
            assert value == pytest.approx(expected, rel=1e-9, abs=0.0)


def test_close_distributions_of_a_steep_spectrum_are_told_apart():
    # Of eigenvalues of a product, those below 1e-16 of the largest are noise: 3 % of this distance.
    scales = 10.0 ** -np.linspace(9.0, 0.0, 100)
    real, noise = (side * scales for side in np.random.default_rng(5).normal(size=(2, 500, 100)))
    fake = 1.001 * real + 1e-4 * noise
    expected = by_samples(real, fake)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-6, abs=0.0)


def test_distance_between_known_gaussians_is_met_within_sampling_error():
    rng = np.random.default_rng(3)
    samples = rng.normal(size=(2, 40_000, 2))
    # |m|² = 5; (2 − 1)² + (3 − 1)² of the standard deviations, rotated alike.
    angle = np.array([[0.6, -0.8], [0.8, 0.6]])
    real, fake = samples[0] @ angle, samples[1] * [2.0, 3.0] @ angle + [1.0, 2.0]
    # Delta method: 4 mᵀ(S₁ + S₂)m / n = 0.0045 of the means, and of the deviations
    # Σ 2 (σ₁ − σ₂)² (σ₁² + σ₂²) / n = 0.00225. Four standard errors are allowed.
    assert frechet_distance(real, fake) == pytest.approx(10.0, abs=4 * 0.00675**0.5)
    assert frechet_distance(real, fake, covariance="none") == pytest.approx(
        5.0, abs=4 * 0.0045**0.5
    )


def test_diagonal_and_none_leave_out_what_they_say():
    real, fake = pair(50, 40, 6)
    means = np.sum((real.mean(axis=0) - fake.mean(axis=0)) ** 2)
    deviations = [np.std(side, axis=0, ddof=1) for side in (real, fake)]
    diagonal = means + np.sum((deviations[0] - deviations[1]) ** 2)
    assert frechet_distance(real, fake, covariance="none") == pytest.approx(means, rel=1e-12)
    assert frechet_distance(real, fake, covariance="diagonal") == pytest.approx(diagonal, rel=1e-12)


@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize("shape", [(300, 1), (3, 5), (300, 20), (30, 100)])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_equal_sets_have_distance_zero_in_any_order_and_batches(covariance, shape, offset):
    rng = np.random.default_rng(4)
    real = rng.normal(size=shape) * 10.0 ** rng.uniform(-5, 3, size=shape[1]) + offset
    fake = rng.permutation(real)
    assert frechet_distance(real, real, covariance=covariance) == 0.0
    assert frechet_distance(real, fake, covariance=covariance) == 0.0
    sides = Moments(), Moments()
    for sample in fake:
        sides[0].update(sample[np.newaxis])
    sides[1].update(real)
    assert frechet_distance_of_moments(*sides, covariance=covariance) == 0.0


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_small_differences_are_not_taken_for_rounding(covariance):
    real = pair(100, 1, 5)[0]
    shifted = frechet_distance(real, real + 1e-9, covariance=covariance)
    assert shifted == pytest.approx(5e-18, rel=1e-4, abs=0.0)
    if covariance != "none":
        scaled = frechet_distance(real, real * (1.0 + 1e-5), covariance=covariance)
        means = 1e-10 * np.sum(real.mean(axis=0) ** 2)
        expected = 1e-10 * np.var(real, axis=0, ddof=1).sum()
        assert scaled - means == pytest.approx(expected, rel=1e-3, abs=0.0)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_distance_does_not_depend_on_batches_order_or_sides(covariance):
    real, fake = pair(60, 50, 8)
    expected = frechet_distance(real, fake, covariance=covariance)
    for batch_size in (1, 7, 60):
        sides = Moments(), Moments()
        for moments, side in zip(sides, (real, fake), strict=True):
            for start in range(0, len(side), batch_size):
                moments.update(side[start : start + batch_size])
        streamed = frechet_distance_of_moments(*sides, covariance=covariance)
        assert streamed == pytest.approx(expected, rel=1e-12)
    shuffled = frechet_distance(real[::-1], fake[::-1], covariance=covariance)
    assert shuffled == pytest.approx(expected, rel=1e-12)
    assert frechet_distance(fake, real, covariance=covariance) == pytest.approx(expected, rel=1e-12)


def test_distance_has_the_unit_of_squared_features():
    real, fake = pair(60, 50, 8)
    expected = frechet_distance(real, fake)
    scaled = frechet_distance(1e-6 * real, 1e-6 * fake)
    assert scaled == pytest.approx(1e-12 * expected, rel=1e-9, abs=0.0)


# Keras 3.15.1 reads torch tensors by an `__array__` without NumPy 2's `copy` argument.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_float32_tensors_of_the_backend_are_taken_and_summed_in_float64():
    real, fake = (side.astype("float32") for side in pair(60, 50, 8))
    expected = by_samples(real.astype("float64"), fake.astype("float64"))
    tensors = [keras.ops.convert_to_tensor(side) for side in (real, fake)]
    assert frechet_distance(*tensors) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", ["real", "fake"])
def test_too_few_samples_are_refused(name):
    sides = dict(zip(("real", "fake"), pair(5, 5, 3), strict=True))
    sides[name] = sides[name][:1]
    for covariance in ("full", "diagonal"):
        with pytest.raises(ValueError, match=f"`{name}` must hold at least 2 samples: an unbiased"):
            frechet_distance(**sides, covariance=covariance)
    assert frechet_distance(**sides, covariance="none") > 0.0
    sides[name] = sides[name][:0]
    with pytest.raises(ValueError, match=f"`{name}` must hold at least 1 samples"):
        frechet_distance(**sides, covariance="none")


def test_bad_arguments_are_named():
    real, fake = pair(5, 5, 3)
    with pytest.raises(ValueError, match=r"Unknown covariance: 'diag'\. Did you mean 'diagonal'"):
        frechet_distance(real, fake, covariance="diag")
    with pytest.raises(ValueError, match="the same number of features"):
        frechet_distance(real, fake[:, :2])
    with pytest.raises(ValueError, match="`fake` must be finite"):
        frechet_distance(real, fake * np.nan)


def test_moments_that_do_not_suffice_are_refused():
    whole, diagonal, empty = Moments(), Moments(is_diagonal=True), Moments()
    for moments in (whole, diagonal):
        moments.update(np.arange(6.0).reshape(3, 2))
    with pytest.raises(ValueError, match="`fake` must be moments of the whole covariance"):
        frechet_distance_of_moments(whole, diagonal)
    with pytest.raises(ValueError, match="`real` must hold at least 2 samples"):
        frechet_distance_of_moments(empty, whole)
    other = Moments()
    other.update(np.arange(9.0).reshape(3, 3))
    with pytest.raises(ValueError, match="the same number of features"):
        frechet_distance_of_moments(whole, other)
    assert frechet_distance_of_moments(whole, diagonal, covariance="diagonal") == 0.0
