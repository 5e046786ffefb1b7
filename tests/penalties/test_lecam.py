import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import penalties, testing
from keras_gan_losses.losses import BatchScores
from keras_gan_losses.penalties import AdversarialBatch, LeCamPenalty
from keras_gan_losses.testing.differences import backend_gradients
from tests import tiny

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")


def batch_of(real_scores, fake_scores):
    """A batch whose samples are their own scores."""
    return AdversarialBatch(
        lambda samples, training: samples, np.float32(real_scores), np.float32(fake_scores)
    )


def values_of(penalty, real_scores, fake_scores):
    return ops.convert_to_numpy(penalty(batch_of(real_scores, fake_scores)))


# Tseng et al., 2021, arXiv:2104.03310, with averages that are those of the first batch.
def formula(real, fake, weights, weight=0.3, decay=0.99):
    real_scores, fake_scores = real @ weights, fake @ weights
    above = np.maximum(real_scores - fake_scores.mean(), 0.0)
    below = np.maximum(real_scores.mean() - fake_scores, 0.0)
    return weight * (above**2 + below**2)


@pytest.mark.parametrize("arguments", [{}, {"weight": 2.0, "decay": 0.5}])
def test_first_values_are_those_of_the_paper_at_the_batchs_own_means(arguments):
    testing.check_penalty_values(LeCamPenalty, formula, arguments=arguments)
    testing.check_penalty_precision(LeCamPenalty, formula, arguments=arguments)
    testing.check_penalty_zero_gradient(LeCamPenalty, formula, arguments=arguments)


def test_penalty_is_saved_and_does_not_ask_for_the_gradient():
    arguments = {"weight": 2.0, "decay": 0.5}
    testing.check_penalty_serialization(LeCamPenalty, arguments=arguments)
    testing.check_penalty_uses_gradient(LeCamPenalty)


def test_averages_are_moving_averages_corrected_for_their_start():
    penalty, decay = LeCamPenalty(weight=1.0, decay=0.9), 0.9
    scores = np.random.default_rng(1).normal(size=(5, 2, 3, 1)).astype("float32")
    for real_scores, fake_scores in scores[:-1]:
        penalty.update_state(BatchScores(real_scores, fake_scores))
    # Adam's form: a plain average from 0, divided by what is in it.
    means = scores.astype("float64").mean(axis=(2, 3))
    powers = (1.0 - decay) * decay ** np.arange(len(means))[::-1]
    real_average, fake_average = (powers @ means) / powers.sum()
    real, fake = scores[-1].astype("float64")
    expected = np.maximum(real - fake_average, 0.0) ** 2 + np.maximum(real_average - fake, 0.0) ** 2
    np.testing.assert_allclose(values_of(penalty, *scores[-1]), expected[:, 0], rtol=1e-4)
    penalty.update_state(BatchScores(*scores[-1]))
    kept = [float(variable) for variable in penalty.variables]
    np.testing.assert_allclose(kept, [real_average, fake_average, 1.0 - decay**5], rtol=1e-4)


def test_scores_that_differ_on_the_right_side_are_penalised():
    penalty = LeCamPenalty(weight=1.0)
    penalty.update_state(BatchScores([[0.0]], [[0.0]]))
    # Almost nothing of one batch enters averages of a long past.
    penalty.total_weight.assign(1.0)
    values = values_of(penalty, [[3.0], [-3.0]], [[4.0], [-4.0]])
    np.testing.assert_allclose(values, [9.0, 16.0], rtol=1e-6)


def test_calls_leave_the_averages_alone():
    penalty = LeCamPenalty()
    penalty.update_state(BatchScores([[1.0]], [[2.0]]))
    before = tiny.values(penalty.variables)
    values_of(penalty, [[5.0]], [[6.0]])
    tiny.assert_same(before, tiny.values(penalty.variables))
    np.testing.assert_allclose(before[:2], [1.0, 2.0], rtol=1e-6)


def test_patches_of_a_map_are_averaged_for_each_sample():
    penalty = LeCamPenalty(weight=1.0)
    penalty.total_weight.assign(1e9)  # the averages stay at 0
    values = values_of(penalty, [[[1.0, 3.0]], [[0.0, 2.0]]], [[[-2.0, 1.0]], [[0.0, 0.0]]])
    np.testing.assert_allclose(values, [5.0 + 2.0, 2.0], rtol=1e-4)


def test_gradient_takes_the_averages_as_constants():
    weights = np.array([0.7, -0.4, 1.1])
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, use_bias=False)])
    network.set_weights([weights[:, np.newaxis]])
    penalty = LeCamPenalty(weight=2.0)
    penalty.total_weight.assign(1e9)
    penalty.real_average.assign(0.5)
    penalty.fake_average.assign(-0.2)
    state = [*network.variables, *penalty.variables]

    def function():
        return ops.mean(penalty(AdversarialBatch(network, REAL, FAKE, state=state))), None

    (gradient,) = backend_gradients(function, network.trainable_variables, state)
    real, fake = REAL.astype("float64"), FAKE.astype("float64")
    above, below = np.maximum(real @ weights + 0.2, 0.0), np.maximum(0.5 - fake @ weights, 0.0)
    expected = 2.0 * (2.0 * above @ real - 2.0 * below @ fake) / 4.0
    np.testing.assert_allclose(gradient[:, 0], expected, rtol=1e-4)


def test_first_gradient_too_takes_the_averages_as_constants():
    scale = keras.Variable(1.0)
    penalty = LeCamPenalty(weight=1.0)
    state = [scale, *penalty.variables]

    def function():
        scores = lambda samples, training: samples * scale  # noqa: E731
        batch = AdversarialBatch(scores, np.float32([[2.0]]), np.float32([[1.0]]), state=state)
        return ops.mean(penalty(batch)), None

    (gradient,) = backend_gradients(function, [scale], state)
    # d/ds ((2s − 1)² + (2 − s)²) at 1 is 4 − 2; with averages that moved too it would be 4.
    np.testing.assert_allclose(gradient, 2.0, rtol=1e-5)


@pytest.mark.backend("any")
def test_averages_are_saved_and_training_goes_on_to_the_bit(tmp_path):
    def train(gan):
        gan.fit(tiny.samples(24), batch_size=8, epochs=1, shuffle=False, verbose=0)

    gan = tiny.compiled_gan(loss="hinge", penalties=[LeCamPenalty(weight=0.1)], seed=1)
    train(gan)
    (penalty,) = gan.rules.penalties
    assert float(penalty.total_weight) == pytest.approx(1.0 - 0.99**3, rel=1e-4)
    assert all(float(variable) != 0.0 for variable in penalty.variables)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    (loaded_penalty,) = loaded.rules.penalties
    tiny.assert_same(tiny.values(penalty.variables), tiny.values(loaded_penalty.variables))
    for model in (gan, loaded):
        train(model)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


@pytest.mark.parametrize(
    ("argument", "value"),
    [("weight", -1.0), ("weight", float("inf")), ("decay", 1.0), ("decay", -0.1)],
)
def test_arguments_out_of_range_are_refused(argument, value):
    with pytest.raises(ValueError, match=f"`{argument}` must be .* at least 0"):
        LeCamPenalty(**{argument: value})


def test_penalty_is_found_by_name():
    assert isinstance(penalties.get("lecam"), LeCamPenalty)
    assert LeCamPenalty().name == "le_cam_penalty"
