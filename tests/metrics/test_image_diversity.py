import numpy as np
import pytest

from keras_gan_losses.metrics import (
    image_diversity,
    mean_structural_similarity,
    multi_scale_structural_similarity,
)


def images(number, side=8):
    return np.clip(np.random.default_rng(0).normal(size=(number, side, side)) * 0.4, -1.0, 1.0)


def test_the_mean_is_over_all_pairs_of_different_images_where_they_are_few():
    samples = images(5)
    one, two = np.array([(i, j) for i in range(5) for j in range(i)]).T
    expected = multi_scale_structural_similarity(samples[one], samples[two]).mean()
    assert mean_structural_similarity(samples, num_pairs=10) == pytest.approx(expected, rel=1e-12)
    shuffled = np.random.default_rng(1).permutation(samples)
    assert mean_structural_similarity(shuffled) == pytest.approx(expected, rel=1e-12)


def test_random_pairs_have_the_mean_of_all_pairs():
    samples = np.random.default_rng(0).choice([-0.8, 0.0, 0.8], size=(60, 1, 1)) * np.ones(
        (1, 4, 4)
    )
    expected = mean_structural_similarity(samples, num_pairs=60 * 59 // 2)
    values = [mean_structural_similarity(samples, num_pairs=500, seed=seed) for seed in range(20)]
    assert np.mean(values) == pytest.approx(expected, abs=0.01)
    assert len(set(values)) > 10
    assert mean_structural_similarity(samples, num_pairs=500, seed=3) == values[3]


def test_no_image_is_paired_with_itself():
    # Two opposite images: any pair of one with itself would lift the mean above 0.
    stripes = np.tile([-0.5, 0.5], 8) * np.ones((1, 16, 16))
    assert mean_structural_similarity(np.concatenate([stripes, -stripes])) == 0.0
    indices = image_diversity._pairs(7, 20, seed=0)
    assert indices.shape == (2, 20)
    assert (indices[0] != indices[1]).all()


def test_collapsed_generators_are_less_diverse():
    diverse = images(40)
    collapsed = diverse[np.random.default_rng(0).integers(3, size=40)]
    assert mean_structural_similarity(collapsed) > mean_structural_similarity(diverse) + 0.1


@pytest.mark.parametrize(
    ("num_images", "arguments", "text"),
    [
        (1, {}, "`images` must hold at least 2"),
        (3, {"num_pairs": 0}, "`num_pairs` must be"),
        (3, {"seed": -1}, "`seed` must be"),
    ],
)
def test_bad_arguments_of_the_mean_are_refused(num_images, arguments, text):
    with pytest.raises(ValueError, match=text):
        mean_structural_similarity(np.zeros((num_images, 8, 8)), **arguments)
