import numpy as np
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.penalties import AdversarialBatch, R1Penalty, R2Penalty

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 4, 2, 3, 1)).astype("float32")
BOTH = pytest.mark.parametrize(("kind", "points"), [(R1Penalty, REAL), (R2Penalty, FAKE)])


def half_squared_norm(samples, training):
    """Scores of which the gradient is the sample itself."""
    return 0.5 * ops.sum(ops.square(samples), axis=(1, 2))


# Mescheder et al., 2018, arXiv:1801.04406, equations 9 and 10.
def formula(real, fake, weights, gamma=10.0):
    return gamma / 2.0 * np.sum(weights**2)


@BOTH
def test_penalty_is_that_of_the_paper(kind, points):
    testing.check_penalty(kind, formula, arguments={"gamma": 0.5})


@BOTH
def test_penalty_is_taken_at_its_own_samples(kind, points):
    values = kind(gamma=3.0)(AdversarialBatch(half_squared_norm, REAL, FAKE))
    expected = 1.5 * np.sum(points.astype("float64") ** 2, axis=(1, 2, 3))
    np.testing.assert_allclose(ops.convert_to_numpy(values), expected, rtol=1e-5)


@BOTH
def test_penalty_shares_the_forward_pass_of_the_scores(kind, points):
    seen = []

    def discriminator(samples, training):
        seen.append(None)
        return half_squared_norm(samples, training)

    batch = AdversarialBatch(discriminator, REAL, FAKE)
    kind()(batch)
    assert len(seen) == 1
    assert batch.real_scores.shape == batch.fake_scores.shape == (4, 1)
    assert len(seen) == 2


@BOTH
def test_penalty_with_gamma_zero_costs_nothing(kind, points):
    values = kind(gamma=0.0)(AdversarialBatch(half_squared_norm, REAL, FAKE))
    np.testing.assert_array_equal(ops.convert_to_numpy(values), np.zeros(4))


@BOTH
@pytest.mark.parametrize("gamma", [-1.0, float("nan"), float("inf"), None])
def test_gamma_out_of_range_is_refused(kind, points, gamma):
    with pytest.raises(
        ValueError, match=r"`gamma` must be .* at least 0.*Use 10.0 for the setting"
    ):
        kind(gamma=gamma)


def test_names_in_the_logs_are_short():
    assert [R1Penalty().name, R2Penalty().name] == ["r1_penalty", "r2_penalty"]
    assert R2Penalty(name="flatness").name == "flatness"
