import numpy as np
import pytest
from keras import ops

from keras_gan_losses import penalties, testing
from keras_gan_losses.penalties import AdversarialBatch, ScoreCentringPenalty
from tests import tiny


# Lin et al., 2025, arXiv:2511.22475.
def formula(real, fake, weights, weight=0.01):
    return weight * (real @ weights + fake @ weights) ** 2


def values_of(penalty, real_scores, fake_scores):
    """The penalty of samples that are their own scores."""
    batch = AdversarialBatch(
        lambda samples, training: samples, np.float32(real_scores), np.float32(fake_scores)
    )
    return ops.convert_to_numpy(penalty(batch))


def test_penalty_is_that_of_the_paper():
    testing.check_penalty(ScoreCentringPenalty, formula, arguments={"weight": 2.0})


def test_pairs_around_zero_cost_nothing_however_far_apart():
    values = values_of(ScoreCentringPenalty(), [[3.0], [-200.0]], [[-3.0], [200.0]])
    np.testing.assert_array_equal(values, [0.0, 0.0])


def test_scores_of_a_map_meet_those_of_the_same_place():
    real, fake = np.random.default_rng(0).normal(size=(2, 3, 2, 2, 1)).astype("float32")
    values = values_of(ScoreCentringPenalty(weight=2.0), real, fake)
    expected = 2.0 * np.mean((real.astype("float64") + fake) ** 2, axis=(1, 2, 3))
    np.testing.assert_allclose(values, expected, rtol=1e-5)


def test_each_real_sample_meets_its_own_generated_ones():
    real, fake = [[1.0], [-2.0]], [[1.0], [3.0], [2.0], [0.0]]
    values = values_of(ScoreCentringPenalty(weight=1.0), real, fake)
    np.testing.assert_allclose(values, [(2.0**2 + 4.0**2) / 2.0, (0.0 + 2.0**2) / 2.0])


@pytest.mark.parametrize("fakes_per_real", [1, 2])
def test_it_brings_scores_of_a_relativistic_game_to_the_middle(fakes_per_real):
    loss = "rsgan" if fakes_per_real == 1 else "wgan"
    gan = tiny.compiled_gan(
        loss=loss,
        penalties=[ScoreCentringPenalty(weight=10.0)],
        fakes_per_real=fakes_per_real,
        discriminator_steps=1,
        optimizer="adam",
        run_eagerly=True,
    )
    gan.discriminator.layers[-1].bias.assign([3.0])
    history = gan.fit(tiny.samples(64), batch_size=16, epochs=2, verbose=0).history
    first, last = history["score_centring_penalty"]
    assert 0.0 < last < first


@pytest.mark.parametrize("weight", [-1.0, float("inf"), "0.01", True])
def test_weight_out_of_range_is_refused(weight):
    with pytest.raises(ValueError, match=r"`weight` must be .*The paper's weight is 0.01"):
        ScoreCentringPenalty(weight=weight)


def test_papers_weight_is_found_by_name():
    assert penalties.get("score_centring").weight == 0.01
