"""The memorisation-informed Fréchet distance: the paper's formula, its code's and torchmetrics'."""

import numpy as np
import pytest

from keras_gan_losses.metrics import frechet_distance, memorization_informed_frechet_distance


def draw(number, dimension=3, seed=0):
    return np.random.default_rng(seed).normal(size=(number, dimension))


# Bai et al., 2021, arXiv:2106.03062, equations 2 to 4.
def formula(fake, training, threshold):
    def distance(x, y):
        return 1.0 - abs(np.dot(x, y) / np.linalg.norm(x) / np.linalg.norm(y))

    mean = np.mean([min(distance(x, y) for y in training) for x in fake])
    return 1.0 / mean if mean < threshold else 1.0


@pytest.mark.parametrize("threshold", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("scale", [1.0, 1e-3])
def test_value_is_the_frechet_distance_times_the_papers_factor(threshold, scale):
    real, fake, training = draw(30), 1.5 * draw(20, seed=1), draw(25, seed=2)
    value = memorization_informed_frechet_distance(
        scale * real, scale * fake, training=scale * training, threshold=threshold
    )
    factor = formula(fake, training, threshold)
    assert bool(factor == 1.0) == (threshold == 0.0)
    assert value == pytest.approx(frechet_distance(real, fake) * scale**2 * factor, rel=1e-9)


def test_the_real_samples_are_the_training_set_unless_one_is_given():
    real, fake = draw(30), 1.5 * draw(20, seed=1)
    expected = memorization_informed_frechet_distance(real, fake, training=real)
    assert memorization_informed_frechet_distance(real, fake) == expected


def test_value_is_that_of_torchmetrics_with_its_sides_exchanged():
    import torch
    from torchmetrics.image.mifid import _mifid_compute

    real, fake = draw(60, 5), 1.5 * draw(40, 5, seed=1)
    moments = [
        (torch.tensor(x.mean(axis=0)), torch.tensor(np.cov(x.T)), torch.tensor(x))
        for x in (fake, real)
    ]
    expected = float(_mifid_compute(*moments[0], *moments[1], cosine_distance_eps=1.0))
    value = memorization_informed_frechet_distance(real, fake, threshold=1.0)
    assert value == pytest.approx(expected, rel=1e-6)


def test_copies_are_far_from_good_and_equal_moments_still_zero():
    training = draw(50, 4)
    copies = np.concatenate([training[:20], training[:20]])
    honest = memorization_informed_frechet_distance(training, draw(40, 4, seed=3))
    assert memorization_informed_frechet_distance(training, copies) > 1e9 * honest
    assert memorization_informed_frechet_distance(training, training) == 0.0


def test_order_and_blocks_change_nothing(monkeypatch):
    real, fake = draw(30), 1.5 * draw(20, seed=1)
    expected = memorization_informed_frechet_distance(real, fake)
    monkeypatch.setattr("keras_gan_losses.metrics.memorization_informed._BLOCK_ROWS", 7)
    value = memorization_informed_frechet_distance(real[::-1], fake[::-1])
    assert value == pytest.approx(expected, rel=1e-9)


def test_a_sample_of_zeros_is_like_no_other():
    training, fake = np.eye(3), np.zeros((4, 3))
    expected = frechet_distance(training, fake)
    assert memorization_informed_frechet_distance(training, fake, threshold=1.0) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"threshold": 1.5}, "`threshold` must be a finite number and at least 0 and at most 1"),
        ({"training": draw(5, 2)}, "the same number of features"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        memorization_informed_frechet_distance(draw(5), draw(5), **arguments)
