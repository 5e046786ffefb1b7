"""What losses make of broken scores, of half and of double precision, and of sample weights."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import losses, objectives
from keras_gan_losses.losses import divergences
from keras_gan_losses.testing.loss_case import score_gradients

BACKEND = keras.backend.backend()

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 6, 1))
PLAYERS = ("generator_loss", "discriminator_loss")


@pytest.mark.parametrize("player", PLAYERS)
@pytest.mark.parametrize("name", objectives.names())
def test_a_score_that_is_no_number_is_never_hidden(name, player):
    loss = getattr(objectives.get(name), player)
    if name == "began":
        objectives.get(name)
        loss.variables and loss.fake_weight.assign(0.5)
    broken = np.float32(FAKE)
    broken[2] = np.nan
    assert np.isnan(float(loss(np.float32(REAL), broken)))
    if loss.uses_real_scores:
        assert np.isnan(float(loss(broken, np.float32(FAKE))))


def test_the_generators_gradient_shows_a_score_that_is_no_number():
    loss = objectives.get("fgan_alpha").generator_loss
    _, gradient = score_gradients(loss, np.float32([[1.0]]), np.float32([[np.nan]]))
    assert np.isnan(gradient).all()


def test_the_best_samples_include_one_whose_score_is_no_number():
    loss = losses.TopKGeneratorLoss(losses.HingeGeneratorLoss(), decay=0.5)
    loss.num_updates.assign(1)
    scores = np.float32([[3.0], [np.nan], [5.0], [4.0]])
    assert np.isnan(float(loss(scores, scores)))


@pytest.mark.parametrize("alpha", [1.1, 1.5, 2.0, 3.0])
def test_powers_of_the_alpha_divergence_are_right_in_half_precision(alpha):
    divergence = divergences.AlphaDivergence(alpha=alpha)
    scores = np.float32([-2.0, -0.5, 0.0, 0.5, 2.0])
    base = np.maximum(0.0, 1.0 - (1.0 - alpha) * scores.astype("float64"))
    expected = (base ** (alpha / (alpha - 1.0)) - 1.0) / alpha
    half = divergence.conjugate_of_scores(ops.convert_to_tensor(scores, dtype="float16"))
    assert keras.backend.standardize_dtype(half.dtype) == "float16"
    np.testing.assert_allclose(ops.convert_to_numpy(half), expected, rtol=2e-3, atol=2e-3)


def sp(x):
    return np.logaddexp(0.0, x)


@pytest.mark.skipif(BACKEND == "jax", reason="JAX has float64 only where it is told so")
@pytest.mark.parametrize(
    ("loss", "formula"),
    [
        (losses.NonSaturatingDiscriminatorLoss, lambda r, f: np.mean(sp(-r) + sp(f))),
        (
            losses.RelativisticDiscriminatorLoss,
            lambda r, f: np.mean(sp(np.mean(f) - r) + sp(f - np.mean(r))),
        ),
    ],
)
def test_a_loss_of_double_precision_is_exact_to_it(loss, formula):
    arguments = {"comparison": "average"} if loss is losses.RelativisticDiscriminatorLoss else {}
    real, fake = (scores.reshape(2, 3, 1) for scores in (REAL, FAKE))
    value = ops.convert_to_numpy(loss(dtype="float64", reduction="sum", **arguments)(real, fake))
    assert value.dtype == np.float64
    assert float(value) / 2 == pytest.approx(formula(real, fake), rel=1e-14)


@pytest.mark.skipif(BACKEND == "jax", reason="JAX has float64 only where it is told so")
def test_probabilities_of_double_precision_are_exact_to_it():
    probabilities = np.float64([[0.1], [0.7], [0.999]])
    loss = losses.NonSaturatingGeneratorLoss(from_logits=False, dtype="float64", reduction="sum")
    expected = -np.sum(np.log(probabilities))
    assert float(loss(probabilities, probabilities)) == pytest.approx(expected, rel=1e-14)


def test_an_infinite_real_score_costs_nothing_as_in_the_minimax_game():
    real, fake = np.float32([[np.inf]]), np.float32([[0.0]])
    for loss in (losses.NonSaturatingDiscriminatorLoss(), losses.MinimaxDiscriminatorLoss()):
        assert float(loss(real, fake)) == pytest.approx(np.log(2.0))


@pytest.mark.parametrize("name", ["dual_contrastive", "fgan_jeffrey"])
def test_infinite_scores_are_shown_by_a_value_that_is_not_finite(name):
    loss = objectives.get(name).discriminator_loss
    for real, fake in [(0.0, np.inf), (0.0, -np.inf), (-np.inf, 0.0)]:
        value = float(loss(np.float32([[real]]), np.float32([[fake]])))
        assert not np.isfinite(value)


def test_probabilities_are_kept_as_far_from_0_as_from_1():
    loss = losses.MinimaxDiscriminatorLoss(from_logits=False)
    ones, zeros, halves = (np.full((1, 1), value, "float32") for value in (1.0, 0.0, 0.5))
    for_fake, for_real = (
        float(loss(*scores)) - np.log(2.0) for scores in ((halves, ones), (zeros, halves))
    )
    assert for_fake == for_real == pytest.approx(23 * np.log(2.0), rel=1e-6)


@pytest.mark.parametrize(
    ("loss", "sizes", "weights"),
    [
        (losses.HingeDiscriminatorLoss, (4, 8), 4),
        (losses.HingeDiscriminatorLoss, (4, 8), 8),
        (losses.RelativisticDiscriminatorLoss, (4, 4), 3),
        (losses.HingeGeneratorLoss, (4, 8), 4),
    ],
)
def test_weights_that_are_not_one_for_each_sample_are_refused(loss, sizes, weights):
    real, fake = (np.zeros((size, 1), "float32") for size in sizes)
    message = rf"`sample_weight` needs one weight .* weights of shape \({weights},\) and scores"
    with pytest.raises(ValueError, match=message):
        loss()(real, fake, sample_weight=np.ones(weights, "float32"))


def test_weights_for_generated_samples_alone_or_one_for_all_are_taken():
    real, fake = np.zeros((4, 1), "float32"), np.float32(np.arange(8.0))[:, None]
    weights = np.float32([0, 0, 0, 0, 0, 0, 0, 8])
    assert float(losses.HingeGeneratorLoss()(real, fake, sample_weight=weights)) == -7.0
    whole = float(losses.HingeDiscriminatorLoss()(real, fake))
    assert float(losses.HingeDiscriminatorLoss()(real, fake, sample_weight=2.0)) == 2.0 * whole
