import keras
import numpy as np
import pytest
from scipy.special import wrightomega

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import (
    FDivergenceDiscriminatorLoss,
    FDivergenceGeneratorLoss,
    divergences,
)
from keras_gan_losses.testing.differences import central_differences
from keras_gan_losses.testing.loss_case import score_gradients


def softplus(x):
    return np.logaddexp(0.0, x)


def bounded_exp(x):
    # The documented bound: beyond an exponent of 20, the tangent.
    return np.exp(np.minimum(x, 20.0)) * (1.0 + np.maximum(x - 20.0, 0.0))


def log_bounded_exp(x):
    return np.minimum(x, 20.0) + np.log1p(np.maximum(x - 20.0, 0.0))


def jeffrey_conjugate(t):
    near = np.minimum(t, 21.0)
    w = wrightomega(1.0 - near)  # W(e^(1−t))
    return w + 1.0 / w + near - 2.0 + np.maximum(t - 21.0, 0.0) / wrightomega(-20.0)


def alpha_conjugate(v):
    # α = ½: 2/(½ log(1 + e^−v)) − 2, its logarithm expanded where the inner one is e^−v.
    log_softplus = np.where(v > 30.0, -v, np.log(softplus(-np.minimum(v, 30.0))))
    return 2.0 * bounded_exp(np.log(2.0) - log_softplus) - 2.0


# Nowozin et al., 2016, arXiv:1606.00709: activations of table 2 with their sign such that they
# rise, and conjugates of tables 2 and 6 at them.
ACTIVATIONS = {
    "alpha": lambda v: 2.0 - softplus(-v),
    "gan": lambda v: -softplus(-v),
    "jeffrey": lambda v: v,
    "jensen_shannon": lambda v: np.log(2.0) - softplus(-v),
    "kl": lambda v: v,
    "neyman": lambda v: 1.0 - bounded_exp(-v),
    "pearson": lambda v: v,
    "reverse_kl": lambda v: -bounded_exp(-v),
    "squared_hellinger": lambda v: 1.0 - bounded_exp(-v),
    "total_variation": lambda v: np.tanh(v) / 2.0,
}
CONJUGATES = {
    "alpha": alpha_conjugate,
    "gan": softplus,
    "jeffrey": jeffrey_conjugate,
    "jensen_shannon": lambda v: softplus(v) - np.log(2.0),
    "kl": lambda v: bounded_exp(v - 1.0),
    "neyman": lambda v: 2.0 - 2.0 * np.sqrt(bounded_exp(-v)),
    "pearson": lambda v: v**2 / 4.0 + v,
    "reverse_kl": lambda v: -1.0 - log_bounded_exp(-v),
    "squared_hellinger": lambda v: bounded_exp(-log_bounded_exp(-v)) - 1.0,
    "total_variation": lambda v: np.tanh(v) / 2.0,
}


def discriminator_formula(real_scores, fake_scores, divergence):
    return -ACTIVATIONS[divergence](real_scores) + CONJUGATES[divergence](fake_scores)


def generator_formula(real_scores, fake_scores, divergence, is_zero_sum=False):
    terms = CONJUGATES if is_zero_sum else ACTIVATIONS
    return -terms[divergence](fake_scores)


@pytest.mark.parametrize("divergence", divergences.names())
def test_discriminators_loss_is_that_of_the_paper(divergence):
    testing.check_loss(
        FDivergenceDiscriminatorLoss,
        discriminator_formula,
        arguments={"divergence": divergence},
        extreme_scores=[19.0],
    )


@pytest.mark.parametrize("divergence", divergences.names())
def test_discriminators_loss_stays_right_where_exponentials_overflow(divergence):
    loss = FDivergenceDiscriminatorLoss(divergence=divergence, reduction="sum")
    for scores in (np.float32([60.0, -60.0]), np.float32([1e4, -1e4])):
        expected = discriminator_formula(*2 * [scores.astype("float64")], divergence)
        np.testing.assert_allclose(float(loss(scores, scores)), np.sum(expected), rtol=1e-5)
        # Each term by itself: differences of their sum would lose the smaller one's digits.
        for gradient, term, sign in zip(
            score_gradients(loss, scores, scores),
            (ACTIVATIONS[divergence], CONJUGATES[divergence]),
            (-1.0, 1.0),
            strict=True,
        ):
            slope = sign * central_differences(term, scores)
            np.testing.assert_allclose(gradient, slope, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("divergence", divergences.names())
def test_generators_loss_is_the_papers_practical_form(divergence):
    arguments = {"divergence": divergence}
    testing.check_loss_values(FDivergenceGeneratorLoss, generator_formula, arguments=arguments)
    testing.check_loss_extremes(FDivergenceGeneratorLoss, generator_formula, arguments=arguments)
    testing.check_loss_uses_real_scores(FDivergenceGeneratorLoss, arguments=arguments)


@pytest.mark.parametrize("divergence", divergences.names())
def test_generators_loss_is_the_papers_zero_sum_form_where_asked(divergence):
    arguments = {"divergence": divergence, "is_zero_sum": True}
    testing.check_loss(FDivergenceGeneratorLoss, generator_formula, arguments=arguments)


# Two distributions on four atoms, exactly met by a batch of eight.
DATA, GENERATED = np.array([4, 2, 1, 1]) / 8.0, np.array([1, 1, 2, 4]) / 8.0
RATIOS = DATA / GENERATED
MIDDLE = (DATA + GENERATED) / 2.0

# From their definitions, not by way of f.
VALUES = {
    "alpha": 2.0 * np.sum((np.sqrt(DATA) - np.sqrt(GENERATED)) ** 2),
    "jeffrey": np.sum((DATA - GENERATED) * np.log(RATIOS)),
    "jensen_shannon": np.sum(DATA * np.log(DATA / MIDDLE))
    + np.sum(GENERATED * np.log(GENERATED / MIDDLE)),
    "kl": np.sum(DATA * np.log(RATIOS)),
    "neyman": np.sum((DATA - GENERATED) ** 2 / DATA),
    "pearson": np.sum((DATA - GENERATED) ** 2 / GENERATED),
    "reverse_kl": -np.sum(GENERATED * np.log(RATIOS)),
    "squared_hellinger": np.sum((np.sqrt(DATA) - np.sqrt(GENERATED)) ** 2),
    "total_variation": np.sum(np.abs(DATA - GENERATED)) / 2.0,
}
VALUES["gan"] = VALUES["jensen_shannon"] - np.log(4.0)

# Scores v with T(v) = f'(p/q), solved by hand.
OPTIMAL_SCORES = {
    "alpha": -np.log(np.expm1(2.0 / np.sqrt(RATIOS))),
    "gan": np.log(RATIOS),
    "jeffrey": np.log(RATIOS) + 1.0 - 1.0 / RATIOS,
    "jensen_shannon": np.log(RATIOS),
    "kl": np.log(RATIOS) + 1.0,
    "neyman": 2.0 * np.log(RATIOS),
    "pearson": 2.0 * (RATIOS - 1.0),
    "reverse_kl": np.log(RATIOS),
    "squared_hellinger": np.log(RATIOS) / 2.0,
    "total_variation": 50.0 * np.sign(RATIOS - 1.0),
}


def bound(divergence, atom_scores):
    # JAX has no float64 unless told.
    dtype = "float32" if keras.backend.backend() == "jax" else "float64"
    loss = FDivergenceDiscriminatorLoss(divergence=divergence, dtype=dtype)
    counts = [np.rint(8 * distribution).astype(int) for distribution in (DATA, GENERATED)]
    real, fake = (np.repeat(atom_scores, count).astype(dtype) for count in counts)
    return -float(loss(real, fake))


@pytest.mark.parametrize("divergence", divergences.names())
def test_bound_is_the_divergence_for_the_optimal_discriminator(divergence):
    value = bound(divergence, OPTIMAL_SCORES[divergence])
    assert value == pytest.approx(VALUES[divergence], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("divergence", divergences.names())
def test_bound_is_below_the_divergence_for_other_discriminators(divergence):
    generator = np.random.default_rng(0)
    for _ in range(5):
        scores = OPTIMAL_SCORES[divergence] + generator.normal(size=4)
        assert bound(divergence, scores) < VALUES[divergence] + 1e-6


def test_gan_divergence_gives_the_minimax_game():
    real, fake = np.float32([0.5, -2.0]), np.float32([1.5, 0.25])
    pairs = [
        (FDivergenceDiscriminatorLoss(divergence="gan"), losses.MinimaxDiscriminatorLoss()),
        (FDivergenceGeneratorLoss(divergence="gan"), losses.NonSaturatingGeneratorLoss()),
        (
            FDivergenceGeneratorLoss(divergence="gan", is_zero_sum=True),
            losses.MinimaxGeneratorLoss(),
        ),
    ]
    for first, second in pairs:
        assert float(first(real, fake)) == pytest.approx(float(second(real, fake)))


def test_divergence_of_ones_own_is_taken_and_saved():
    own = divergences.AlphaDivergence(alpha=2.0)
    loss = FDivergenceDiscriminatorLoss(divergence=own)
    assert loss.divergence is own
    # T(1) = 1 and f*(T(2)) = ((1 + 2)² − 1)/2.
    assert float(loss([[1.0]], [[2.0]])) == pytest.approx(3.0)
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert copy.divergence.alpha == 2.0


@pytest.mark.parametrize("kind", [FDivergenceDiscriminatorLoss, FDivergenceGeneratorLoss])
def test_unknown_divergence_is_refused(kind):
    with pytest.raises(ValueError, match=r"Unknown divergence: 'hellinger'.*Valid names: 'alpha'"):
        kind(divergence="hellinger")
