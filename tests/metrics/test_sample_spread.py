import numpy as np
import pytest
from scipy.spatial.distance import pdist

from keras_gan_losses.metrics.sample_spread import mean_pair_distance

SAMPLES = np.random.default_rng(0).normal(size=(30, 2, 3)).astype("float32")
FLAT = SAMPLES.astype("float64").reshape(30, 6)


def test_it_is_the_mean_over_all_pairs():
    assert mean_pair_distance(SAMPLES) == pytest.approx(pdist(FLAT).mean(), rel=1e-12)


def test_far_from_the_origin_it_is_the_same():
    assert mean_pair_distance(FLAT + 1e6) == pytest.approx(pdist(FLAT).mean(), rel=1e-8)


@pytest.mark.parametrize("as_vectors", [False, True])
def test_with_labels_only_pairs_of_one_label_count(as_vectors):
    labels = np.arange(30) % 4
    distances = np.concatenate([pdist(FLAT[labels == each]) for each in range(4)])
    given = np.eye(4)[labels] if as_vectors else labels
    assert mean_pair_distance(SAMPLES, given) == pytest.approx(distances.mean(), rel=1e-12)


@pytest.mark.parametrize("value", [0.1, 1e8 / 3.0])
def test_equal_samples_have_none_to_the_bit(value):
    assert mean_pair_distance(np.full((5, 3), value)) == 0.0


def test_where_there_is_no_pair_there_is_no_distance():
    assert mean_pair_distance(SAMPLES[:2], [0, 1]) == 0.0
    assert np.isnan(mean_pair_distance(np.full((2, 1), np.nan)))
