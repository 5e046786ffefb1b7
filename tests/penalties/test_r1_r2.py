import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.penalties import AdversarialBatch, R1Penalty, R2Penalty
from keras_gan_losses.testing.differences import backend_gradients
from tests import tiny

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
    testing.check_penalty(kind, formula, arguments={"gamma": 0.5}, saved_arguments={"step": 0.25})


# Lin et al., 2025, arXiv:2501.08316, for a linear score, in the directions of a seed of 0.
def difference_formula(real, fake, weights, gamma=10.0, step=None):
    if step is None:
        return formula(real, fake, weights, gamma)
    noise = keras.random.normal((4, 2, 3, 1), seed=keras.random.SeedGenerator(0))
    directions = ops.convert_to_numpy(noise).astype("float64").reshape(4, 6)
    return gamma / 2.0 * (directions @ weights) ** 2


@BOTH
def test_penalty_with_a_step_is_the_squared_difference_quotient(kind, points):
    arguments = {"gamma": 0.5, "step": 0.25}
    testing.check_penalty_values(kind, difference_formula, arguments=arguments)
    testing.check_penalty_gradients(kind, difference_formula, arguments=arguments)
    testing.check_penalty_zero_gradient(kind, difference_formula, arguments=arguments)
    testing.check_penalty_uses_gradient(kind, arguments=arguments)
    testing.check_penalty_serialization(kind, arguments=arguments)


@BOTH
@pytest.mark.parametrize("step", [0.01, 1.0])
@pytest.mark.parametrize("curvature", [0.0, 1.0])
def test_mean_over_directions_is_the_exact_penalty_and_a_term_of_the_curvature(
    kind, points, step, curvature
):
    slope = np.float32([1.0, -2.0, 0.5])
    matrix = curvature * np.float32([[2.0, 0.3, 0.0], [0.3, -1.0, 0.5], [0.0, 0.5, 0.4]])

    def quadratic(samples, training):
        curved = 0.5 * ops.sum(ops.matmul(samples, matrix) * samples, axis=1)
        return ops.sum(samples * ops.convert_to_tensor(slope), axis=1) + curved

    sample = points.reshape(-1)[:3]
    samples = np.tile(sample, (40_000, 1))
    batch = AdversarialBatch(
        quadratic, samples, samples, seed_generator=keras.random.SeedGenerator(1)
    )
    values = ops.convert_to_numpy(kind(gamma=4.0, step=step)(batch)).astype("float64")
    gradient = slope + matrix.astype("float64") @ sample
    # E (ε'Aε)² = tr(A)² + 2 tr(A²); odd powers of ε vanish.
    of_curvature = np.trace(matrix) ** 2 + 2.0 * np.trace(matrix @ matrix)
    expected = 2.0 * (gradient @ gradient + step**2 / 4.0 * of_curvature)
    assert abs(values.mean() - expected) < 5.0 * values.std() / 200.0
    assert values.std() / 200.0 < 0.02 * expected


@BOTH
def test_scores_of_a_map_are_summed_with_a_step_as_without(kind, points):
    # In one dimension a linear score has the same slope in every direction, save for its length.
    def patches(samples, training):
        return ops.concatenate([samples, 2.0 * samples], axis=1)

    samples = np.ones((20_000, 1), "float32")
    exact, mean = (
        float(ops.mean(kind(gamma=2.0, step=step)(AdversarialBatch(patches, samples, samples))))
        for step in (None, 0.1)
    )
    assert exact == pytest.approx(9.0)
    assert mean == pytest.approx(9.0, rel=5.0 * np.sqrt(2.0 / 20_000))


@BOTH
def test_penalty_with_a_step_costs_one_pass_beside_that_of_the_scores(kind, points):
    seen = []

    def discriminator(samples, training):
        seen.append(None)
        return half_squared_norm(samples, training)

    batch = AdversarialBatch(discriminator, REAL, FAKE)
    kind(step=0.01)(batch)
    assert batch.real_scores.shape == batch.fake_scores.shape == (4, 1)
    assert len(seen) == 3


def scatter(activation, step):
    """Root mean squared distance of a batch's gradients by the weights from their mean."""
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((6,)), keras.layers.Dense(32, activation=activation)])
    network.add(keras.layers.Dense(1, use_bias=False))
    points = tiny.samples(96).reshape(32, 6)
    seed = keras.random.SeedGenerator(0)

    def value():
        batch = AdversarialBatch(network, points, points, seed_generator=seed)
        return ops.mean(R1Penalty(step=step)(batch)), None

    weights, state = network.trainable_variables, [*network.variables, seed.state]
    found = np.stack(
        [
            np.concatenate([each.ravel() for each in backend_gradients(value, weights, state)])
            for _ in range(100)
        ]
    )
    return np.sqrt(np.mean(np.sum((found - found.mean(axis=0)) ** 2, axis=1)))


# A share of the step of the units switches, and each switch counts divided by the step.
@pytest.mark.backend("torch")
def test_noise_of_a_small_step_grows_behind_kinks_and_not_behind_smooth_activations():
    for activation, growth in (("relu", 10.0**0.5), ("silu", 1.0)):
        small, large = (scatter(activation, step) for step in (0.01, 0.1))
        assert small / large == pytest.approx(growth, rel=0.2)


@BOTH
@pytest.mark.parametrize("step", [0.0, -0.01, float("nan"), "0.01", True])
def test_step_out_of_range_is_refused(kind, points, step):
    with pytest.raises(ValueError, match=r"`step` must be .* at least 1e-06.*Use 0.01 for samples"):
        kind(step=step)


@pytest.mark.backend("any")
def test_directions_are_saved_and_training_goes_on_to_the_bit(tmp_path):
    penalties = [R1Penalty(gamma=1.0, step=0.01, every=2), R2Penalty(step=0.02, fraction=0.5)]
    gan = tiny.compiled_gan(loss="hinge", penalties=penalties, seed=1, run_eagerly=True)
    gan.fit(tiny.samples(16), batch_size=8, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert not any(penalty.uses_gradient for penalty in loaded.rules.penalties)
    for model in (gan, loaded):
        history = model.fit(tiny.samples(16), batch_size=8, shuffle=False, verbose=0).history
        assert history["r1_penalty"][0] > 0.0
        assert history["r2_penalty"][0] > 0.0
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="only torch refuses the exact one")
@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_torch_compiles_a_penalty_with_a_step_and_no_other():
    penalties = [R1Penalty(gamma=1.0, step=0.01), R2Penalty(gamma=1.0, step=0.01)]
    gan = tiny.compiled_gan(loss="hinge", penalties=penalties, jit_compile=True)
    history = gan.fit(tiny.samples(16), batch_size=8, verbose=0).history
    assert history["r1_penalty"][0] > 0.0
    with pytest.raises(ValueError, match=r"torch.compile cannot compute.*with step=0.01"):
        gan.compile(loss="hinge", penalties=[penalties[0], R2Penalty()], jit_compile=True)


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
