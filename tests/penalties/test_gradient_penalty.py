import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import penalties, testing
from keras_gan_losses.layers import Packing
from keras_gan_losses.penalties import AdversarialBatch, GradientPenalty

GENERATOR = np.random.default_rng(0)


class RecordingBatch(AdversarialBatch):
    """Keeps the points at which gradients were asked for."""

    def score_gradient(self, samples):
        self.points = ops.convert_to_numpy(samples)
        return super().score_gradient(samples)


def half_squared_norm(samples, training):
    """Scores of which the gradient is the sample itself."""
    return 0.5 * ops.sum(ops.square(ops.reshape(samples, (len(samples), -1))), axis=1)


# Gulrajani et al., 2017, arXiv:1704.00028, equation 3; one-sided: Petzka et al., 2018,
# arXiv:1709.08894, equation 8; zero-centred: Thanh-Tung et al., 2019, arXiv:1902.03984; of packs:
# Xu et al., 2019, arXiv:1907.00503, section 4.3.
def formula(real, fake, weights, weight=10.0, target=1.0, is_one_sided=False, num_packed=1):
    excess = np.linalg.norm(np.tile(weights, num_packed)) - target
    return weight * (max(excess, 0.0) if is_one_sided else excess) ** 2


def test_penalty_is_that_of_the_papers():
    arguments = {"weight": 3.0, "target": 0.7, "is_one_sided": True, "num_packed": 2}
    testing.check_penalty(GradientPenalty, formula, arguments=arguments)


@pytest.mark.parametrize(
    "arguments", [{"is_one_sided": True}, {"target": 0.0}, {"target": 2.0}, {"weight": 0.0}]
)
def test_each_argument_has_its_own_effect(arguments):
    testing.check_penalty_values(GradientPenalty, formula, arguments=arguments)
    testing.check_penalty_gradients(GradientPenalty, formula, arguments=arguments)


def test_points_lie_between_real_and_fake_at_one_share_a_sample():
    real, fake = GENERATOR.normal(size=(2, 6, 2, 3, 1)).astype("float32")
    batch = RecordingBatch(half_squared_norm, real, fake)
    GradientPenalty()(batch)
    shares = (batch.points - fake) / (real - fake)
    share_of_each = shares[:, :1, :1, :1]
    np.testing.assert_allclose(shares, np.broadcast_to(share_of_each, shares.shape), atol=1e-4)
    assert np.all((shares > -1e-4) & (shares < 1.0 + 1e-4))
    assert len(np.unique(share_of_each.round(5))) == 6


@pytest.mark.parametrize(("num_samples", "num_whole"), [(6, 6), (8, 6), (2, 2)])
def test_a_pack_has_one_share_and_one_norm(num_samples, num_whole):
    real, fake = GENERATOR.normal(size=(2, num_samples, 2)).astype("float32")
    packing = Packing(3)
    batch = RecordingBatch(lambda x, training: ops.prod(packing(x), axis=1), real, fake)
    values = ops.convert_to_numpy(GradientPenalty(num_packed=3)(batch))
    shares = (batch.points - fake) / (real - fake)
    np.testing.assert_allclose(
        shares, np.repeat(shares[::3, :1], 3, axis=0)[:num_samples] * [1, 1], atol=1e-4
    )
    if num_samples == 2:
        assert np.isfinite(values).all()
        return
    # The score of a pack is the product of its six numbers.
    packs = batch.points[:num_whole].reshape(-1, 6).astype("float64")
    norms = np.linalg.norm(np.prod(packs, axis=1, keepdims=True) / packs, axis=1)
    np.testing.assert_allclose(values, np.repeat(10.0 * (norms - 1.0) ** 2, 3), rtol=1e-4)


def test_shares_are_uniform():
    num_samples = 4000
    real, fake = np.ones((num_samples, 1), "float32"), np.zeros((num_samples, 1), "float32")
    batch = AdversarialBatch(half_squared_norm, real, fake)
    # The gradient's norm at α·1 + (1 − α)·0 is α.
    values = ops.convert_to_numpy(GradientPenalty(weight=1.0, target=0.0)(batch))
    shares = np.sort(np.sqrt(values))
    assert 0.0 <= shares[0] < shares[-1] <= 1.0 + 1e-6
    # Kolmogorov–Smirnov: a uniform sample exceeds 1.95/√n once in a thousand times.
    distance = np.abs(shares - (np.arange(num_samples) + 0.5) / num_samples).max()
    assert distance < 1.95 / np.sqrt(num_samples)


def test_value_is_that_of_the_gradient_at_the_points():
    real, fake = GENERATOR.normal(size=(2, 5, 2, 2, 1)).astype("float32")
    batch = RecordingBatch(half_squared_norm, real, fake)
    values = ops.convert_to_numpy(GradientPenalty(weight=2.0)(batch))
    norms = np.sqrt(np.sum(batch.points.astype("float64") ** 2, axis=(1, 2, 3)))
    np.testing.assert_allclose(values, 2.0 * (norms - 1.0) ** 2, rtol=1e-4, atol=1e-6)


def test_random_shares_follow_the_seed_and_change_with_each_call():
    real, fake = np.ones((3, 1), "float32"), np.zeros((3, 1), "float32")
    seed_generators = [keras.random.SeedGenerator(7) for _ in range(2)]
    first, second = (
        [
            ops.convert_to_numpy(
                GradientPenalty()(
                    AdversarialBatch(half_squared_norm, real, fake, seed_generator=seed_generator)
                )
            )
            for _ in range(2)
        ]
        for seed_generator in seed_generators
    )
    np.testing.assert_array_equal(first, second)
    assert np.all(first[0] != first[1])


def test_one_sided_penalty_leaves_small_gradients_alone():
    samples = np.full((3, 4), 0.4, "float32")  # of norm 0.8
    batch = AdversarialBatch(half_squared_norm, samples, samples)
    values = GradientPenalty(is_one_sided=True)(batch)
    np.testing.assert_array_equal(ops.convert_to_numpy(values), np.zeros(3))
    values = ops.convert_to_numpy(GradientPenalty(weight=1.0)(batch))
    np.testing.assert_allclose(values, 0.04, rtol=1e-4)


@pytest.mark.parametrize("argument", ["weight", "target"])
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "10"])
def test_arguments_out_of_range_are_refused(argument, value):
    with pytest.raises(ValueError, match=f"`{argument}` must be a finite number and at least 0"):
        GradientPenalty(**{argument: value})


def test_error_of_a_weight_tells_the_papers():
    with pytest.raises(ValueError, match=r"Received: weight=-1.0. The paper's weight is 10.0."):
        GradientPenalty(weight=-1.0)


def test_name_in_the_logs_is_the_classs_or_the_given_one():
    assert GradientPenalty().name == "gradient_penalty"
    assert GradientPenalty(name="smoothness").name == "smoothness"


def test_penalties_are_found_by_name():
    assert isinstance(penalties.get("gradient_penalty"), GradientPenalty)
    assert isinstance(penalties.get("r1"), penalties.R1Penalty)
    assert isinstance(penalties.get("r2"), penalties.R2Penalty)
    penalty = GradientPenalty(weight=1.0)
    assert penalties.get(penalty) is penalty


def test_unknown_penalty_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"Unknown penalty: 'gradient_penality'. Did you mean"):
        penalties.get("gradient_penality")
    with pytest.raises(ValueError, match=r"Valid names: .*'gradient_penalty'.*'r1', 'r2'"):
        penalties.get("none")


def test_penalty_without_a_call_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        penalties.Penalty()
