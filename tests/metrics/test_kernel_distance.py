import importlib
import math

import keras
import numpy as np
import pytest
import scipy.stats

from keras_gan_losses import metrics
from keras_gan_losses.metrics import GaussianKernel, kernel_distance


def pair(n, m, num_features, seed=0, shift=0.3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, num_features)), rng.normal(size=(m, num_features)) + shift


def cubic(x, y):
    return (sum(a * b for a, b in zip(x, y, strict=True)) / len(x) + 1.0) ** 3


def gaussian(x, y, bandwidths=(0.5, 2.0)):
    return sum(math.exp(-(math.dist(x, y) ** 2) / (2.0 * width**2)) for width in bandwidths)


def by_definition(real, fake, kernel=cubic, *, is_biased=False):
    """The U-statistic of arXiv:1801.01401, pair by pair; biased, the V-statistic."""

    def within(side):
        pairs = [(i, j) for i in range(len(side)) for j in range(len(side)) if is_biased or i != j]
        return math.fsum(kernel(side[i], side[j]) for i, j in pairs) / len(pairs)

    across = math.fsum(kernel(x, y) for x in real for y in fake) / (len(real) * len(fake))
    return within(real) + within(fake) - 2.0 * across


@pytest.mark.parametrize("shape", [(20, 15, 3), (2, 2, 1), (5, 9, 40), (12, 2, 1)])
def test_value_of_all_samples_is_that_of_the_definition(shape):
    real, fake = pair(*shape)
    value = kernel_distance(real, fake, subset_size=None).value
    assert value == pytest.approx(by_definition(real, fake), rel=1e-9, abs=1e-12)


def test_value_is_right_for_repeated_samples_and_constant_features():
    real, fake = pair(8, 6, 3)
    real, fake = np.repeat(real, 2, axis=0), np.repeat(fake, 3, axis=0)
    real[:, 1], fake[:, 1] = 2.0, -1.0
    value = kernel_distance(real, fake, subset_size=None).value
    assert value == pytest.approx(by_definition(real, fake), rel=1e-9)


# Gretton et al., 2012, equation 3 and 5; Székely and Rizzo, 2013.
@pytest.mark.parametrize("is_biased", [False, True])
@pytest.mark.parametrize(
    ("kernel", "formula"),
    [
        ("polynomial", cubic),
        (GaussianKernel(bandwidths=[0.5, 2.0]), gaussian),
        ("energy", lambda x, y: -math.dist(x, y)),
    ],
    ids=["polynomial", "gaussian", "energy"],
)
def test_value_of_each_kernel_is_that_of_the_definition(kernel, formula, is_biased):
    real, fake = pair(20, 15, 3)
    value = kernel_distance(real, fake, kernel=kernel, is_biased=is_biased, subset_size=None).value
    expected = by_definition(real, fake, formula, is_biased=is_biased)
    assert value == pytest.approx(expected, rel=1e-9)


def test_the_energy_kernel_gives_the_square_of_scipys_distance():
    real, fake = pair(40, 25, 1)
    value = kernel_distance(real, fake, kernel="energy", is_biased=True, subset_size=None).value
    assert value**0.5 == pytest.approx(scipy.stats.energy_distance(real[:, 0], fake[:, 0]))


@pytest.mark.parametrize("kernel", ["polynomial", "gaussian", "energy"])
def test_the_biased_distance_of_equal_sets_is_zero(kernel):
    real, _ = pair(12, 2, 3)
    value = kernel_distance(real, real[::-1], kernel=kernel, is_biased=True, subset_size=None).value
    assert value == pytest.approx(0.0, abs=1e-12)


def test_a_gaussian_kernel_is_as_wide_as_real_samples_are_apart():
    real, fake = pair(20, 15, 3)
    apart = [math.dist(real[i], real[j]) for i in range(20) for j in range(i)]
    width = np.median(apart)
    expected = by_definition(real, fake, lambda x, y: gaussian(x, y, [width]))
    for scale in (1.0, 1e3):
        estimate = kernel_distance(scale * real, scale * fake, kernel="gaussian", subset_size=None)
        assert estimate.value == pytest.approx(expected, rel=1e-9)
    # Subsets have the width of all.
    every = kernel_distance(real, fake[:15], kernel="gaussian", num_subsets=1, subset_size=15)
    chosen = np.random.default_rng(0).choice(20, 15, replace=False)
    kernel = GaussianKernel(bandwidths=[width])
    again = kernel_distance(real[chosen], fake, kernel=kernel, subset_size=None)
    assert every.value == pytest.approx(again.value, rel=1e-9)


def test_the_metric_and_its_copy_have_the_kernel():
    real, fake = pair(20, 15, 3)
    kernel = GaussianKernel(bandwidths=[0.5, 2.0])
    metric = metrics.KernelDistance(kernel=kernel, is_biased=True, subset_size=None)
    config = keras.saving.serialize_keras_object(metric)
    copy = keras.saving.deserialize_keras_object(config)
    expected = by_definition(real, fake, gaussian, is_biased=True)
    for one in (metric, copy):
        assert one(real, fake) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GaussianKernel(bandwidths=[]), "`bandwidths` must hold at least one number"),
        (lambda: GaussianKernel(bandwidths=[1.0, 0.0]), "`bandwidths` must be a finite number"),
        (lambda: GaussianKernel(bandwidths=1.0), "`bandwidths` must be a list"),
        (lambda: metrics.KernelDistance(kernel="gauss"), "Did you mean 'gaussian'"),
        (
            lambda: kernel_distance(
                np.ones((9, 2)), np.zeros((9, 2)), kernel="gaussian", subset_size=None
            ),
            "median distance of real samples is 0",
        ),
    ],
)
def test_bad_kernels_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_what_is_no_kernel_is_refused():
    with pytest.raises(TypeError, match="`kernel` must be a name or a"):
        metrics.KernelDistance(kernel=cubic)


@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance` will save all:UserWarning")
@pytest.mark.parametrize("shape", [(60, 5), (20, 64), (40, 1)])
def test_value_is_that_of_torchmetrics(shape):
    import torch
    from torchmetrics.image.kid import KernelInceptionDistance

    real, fake = pair(shape[0], *shape)
    metric = KernelInceptionDistance(torch.nn.Identity(), subsets=1, subset_size=shape[0])
    metric.set_dtype(torch.float64)
    metric.update(torch.from_numpy(real), real=True)
    metric.update(torch.from_numpy(fake), real=False)
    expected = metric.compute()[0].item()
    assert kernel_distance(real, fake, subset_size=None).value == pytest.approx(expected, rel=1e-9)
    # Subsets of all samples are all samples.
    every = kernel_distance(real, fake, num_subsets=3, subset_size=shape[0])
    assert every.value == pytest.approx(expected, rel=1e-9)
    assert every.standard_error == pytest.approx(0.0, abs=1e-12)


def test_value_of_subsets_is_their_mean_with_its_standard_error():
    real, fake = pair(40, 30, 4)
    estimate = kernel_distance(real, fake, num_subsets=6, subset_size=10, seed=5)
    rng = np.random.default_rng(5)
    draws = [[rng.choice(n, 10, replace=False) for n in (40, 30)] for _ in range(6)]
    values = [by_definition(real[first], fake[second]) for first, second in draws]
    assert estimate.value == pytest.approx(np.mean(values), rel=1e-9)
    assert estimate.standard_error == pytest.approx(np.std(values, ddof=1) / 6**0.5, rel=1e-9)


def test_subsets_are_those_of_the_seed():
    real, fake = pair(40, 30, 4)
    first, again, other = (
        kernel_distance(real, fake, num_subsets=3, subset_size=10, seed=seed) for seed in (0, 0, 1)
    )
    assert first == again != other


def test_one_subset_has_no_standard_error():
    estimate = kernel_distance(*pair(40, 30, 4), num_subsets=1, subset_size=10)
    assert math.isnan(estimate.standard_error)
    assert math.isnan(kernel_distance(*pair(2, 30, 4), subset_size=None).standard_error)


def test_standard_error_of_all_samples_is_the_jackknifes():
    real, fake = pair(9, 7, 2)
    without_real = [by_definition(np.delete(real, i, axis=0), fake) for i in range(9)]
    without_fake = [by_definition(real, np.delete(fake, i, axis=0)) for i in range(7)]
    variance = 8 * np.var(without_real) + 6 * np.var(without_fake)
    error = kernel_distance(real, fake, subset_size=None).standard_error
    assert error == pytest.approx(variance**0.5, rel=1e-9)


def test_standard_error_of_all_samples_tells_how_values_scatter():
    estimates = [
        kernel_distance(*pair(60, 80, 3, seed=seed), subset_size=None) for seed in range(300)
    ]
    scatter = np.std([estimate.value for estimate in estimates])
    told = np.sqrt(np.mean([estimate.standard_error**2 for estimate in estimates]))
    assert told == pytest.approx(scatter, rel=0.25)


def test_value_of_gaussians_is_unbiased_at_any_number_of_samples():
    # One feature, N(0, 1) and N(1, 1): E(xy + 1)³ = 1 + 3 m + 3 s + t, where m, s and t are the
    # products of the two sides' means of x, x² and x³: 0, 1, 0 and 1, 2, 4.
    within_real, within_fake, across = 1 + 3, 1 + 3 + 3 * 4 + 16, 1 + 3 * 2
    expected = within_real + within_fake - 2 * across
    for size in (4, 32):
        values = [
            kernel_distance(*pair(size, size, 1, seed=seed, shift=1.0), subset_size=None).value
            for seed in range(2000)
        ]
        error = np.std(values) / len(values) ** 0.5
        assert np.mean(values) == pytest.approx(expected, abs=4 * error)


def test_equal_distributions_give_values_of_either_sign():
    values = [
        kernel_distance(*pair(30, 30, 2, seed=seed, shift=0.0), subset_size=None).value
        for seed in range(50)
    ]
    assert min(values) < 0.0 < max(values)


def test_order_and_blocks_change_nothing(monkeypatch):
    real, fake = pair(50, 37, 6)
    expected = kernel_distance(real, fake, subset_size=None)
    # The module's name in the package is its function's.
    module = importlib.import_module("keras_gan_losses.metrics.kernel_distance")
    monkeypatch.setattr(module, "_BLOCK_ROWS", 8)
    for sides in ((real, fake), (real[::-1], fake[::-1]), (fake, real)):
        estimate = kernel_distance(*sides, subset_size=None)
        assert estimate.value == pytest.approx(expected.value, rel=1e-9)
        assert estimate.standard_error == pytest.approx(expected.standard_error, rel=1e-9)


def test_float32_features_are_compared_in_float64():
    real, fake = (side.astype("float32") for side in pair(20, 15, 3))
    value = kernel_distance(real, fake, subset_size=None).value
    assert value == pytest.approx(by_definition(real.tolist(), fake.tolist()), rel=1e-9)


@pytest.mark.parametrize("name", ["real", "fake"])
def test_fewer_samples_than_a_subset_are_refused(name):
    sides = dict(zip(("real", "fake"), pair(20, 20, 3), strict=True))
    sides[name] = sides[name][:9]
    with pytest.raises(ValueError, match=f"`{name}` must hold at least 10 samples: each subset"):
        kernel_distance(**sides, subset_size=10)
    sides[name] = sides[name][:1]
    with pytest.raises(ValueError, match=f"`{name}` must hold at least 2 samples"):
        kernel_distance(**sides, subset_size=None)


def test_bad_arguments_are_named():
    real, fake = pair(20, 20, 3)
    with pytest.raises(ValueError, match="`num_subsets` must be a whole number of at least 1"):
        kernel_distance(real, fake, num_subsets=0)
    with pytest.raises(ValueError, match="`subset_size` must be a whole number of at least 2"):
        kernel_distance(real, fake, subset_size=1)
    with pytest.raises(ValueError, match="the same number of features"):
        kernel_distance(real, fake[:, :2], subset_size=10)
    with pytest.raises(ValueError, match="`real` must be finite"):
        kernel_distance(real * np.inf, fake, subset_size=10)
