import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.losses import divergences
from keras_gan_losses.losses.divergences import stable_functions
from keras_gan_losses.testing.differences import central_differences

ALPHAS = (-1.5, 0.25, 1.5, 2.0)
DIVERGENCES = {name: divergences.get(name) for name in divergences.names()} | {
    f"alpha {alpha}": divergences.AlphaDivergence(alpha=alpha) for alpha in ALPHAS
}
# JAX has no float64 unless told.
DTYPE, TOLERANCE = ("float32", 2e-5) if keras.backend.backend() == "jax" else ("float64", 1e-9)

RATIOS = np.array([0.05, 0.3, 0.9, 1.0, 1.1, 2.5, 12.0])


# Nowozin et al., 2016, arXiv:1606.00709, tables 1 and 5: f, and its derivative by hand.
def alpha_function(alpha):
    return lambda u: (u**alpha - 1.0 - alpha * (u - 1.0)) / (alpha * (alpha - 1.0))


def alpha_derivative(alpha):
    return lambda u: (u ** (alpha - 1.0) - 1.0) / (alpha - 1.0)


FUNCTIONS = {
    "alpha": (alpha_function(0.5), alpha_derivative(0.5)),
    "gan": (
        lambda u: u * np.log(u) - (u + 1.0) * np.log(u + 1.0),
        lambda u: np.log(u / (u + 1.0)),
    ),
    "jeffrey": (lambda u: (u - 1.0) * np.log(u), lambda u: np.log(u) + 1.0 - 1.0 / u),
    "jensen_shannon": (
        lambda u: -(u + 1.0) * np.log((1.0 + u) / 2.0) + u * np.log(u),
        lambda u: np.log(2.0 * u / (u + 1.0)),
    ),
    "kl": (lambda u: u * np.log(u), lambda u: np.log(u) + 1.0),
    "neyman": (lambda u: (1.0 - u) ** 2 / u, lambda u: 1.0 - u**-2.0),
    "pearson": (lambda u: (u - 1.0) ** 2, lambda u: 2.0 * (u - 1.0)),
    "reverse_kl": (lambda u: -np.log(u), lambda u: -1.0 / u),
    "squared_hellinger": (lambda u: (np.sqrt(u) - 1.0) ** 2, lambda u: 1.0 - u**-0.5),
    "total_variation": (lambda u: 0.5 * np.abs(u - 1.0), lambda u: 0.5 * np.sign(u - 1.0)),
} | {f"alpha {alpha}": (alpha_function(alpha), alpha_derivative(alpha)) for alpha in ALPHAS}

# Of each domain, near its open ends.
OUTPUTS = {
    name: np.linspace(max(d.domain[0], -6.0) + 0.01, min(d.domain[1], 4.0) - 0.01, 23)
    for name, d in DIVERGENCES.items()
}


def evaluate(function, values):
    return ops.convert_to_numpy(function(ops.convert_to_tensor(np.asarray(values), dtype=DTYPE)))


def assert_close(actual, expected, tolerance=TOLERANCE):
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def test_all_divergences_of_the_paper_have_a_name():
    assert set(divergences.names()) == set(FUNCTIONS) - {f"alpha {alpha}" for alpha in ALPHAS}
    assert divergences.names() == sorted(divergences.names())


@pytest.mark.parametrize("name", DIVERGENCES)
def test_generator_function_is_that_of_the_paper(name):
    expected, _ = FUNCTIONS[name]
    assert_close(evaluate(DIVERGENCES[name].generator_function, RATIOS), expected(RATIOS))


@pytest.mark.parametrize("name", DIVERGENCES)
def test_threshold_is_the_derivative_at_1(name):
    function, derivative = FUNCTIONS[name]
    assert DIVERGENCES[name].threshold == pytest.approx(float(derivative(1.0)))
    # The derivatives used below, for their part, against differences.
    ratios = RATIOS[RATIOS != 1.0]
    assert_close(central_differences(function, ratios), derivative(ratios), tolerance=1e-4)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_conjugate_satisfies_fenchels_inequality(name):
    function, _ = FUNCTIONS[name]
    conjugate = evaluate(DIVERGENCES[name].conjugate, OUTPUTS[name])
    gaps = function(RATIOS)[:, None] + conjugate - RATIOS[:, None] * OUTPUTS[name]
    assert np.all(gaps >= -10.0 * TOLERANCE)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_fenchels_inequality_is_tight_at_the_derivative(name):
    function, derivative = FUNCTIONS[name]
    outputs = derivative(RATIOS)
    conjugate = evaluate(DIVERGENCES[name].conjugate, outputs)
    assert_close(function(RATIOS) + conjugate, RATIOS * outputs, tolerance=10.0 * TOLERANCE)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_activation_rises_and_stays_in_the_domain(name):
    outputs = evaluate(DIVERGENCES[name].activation, np.linspace(-8.0, 8.0, 33))
    assert np.all(np.diff(outputs) > 0.0)
    lower, upper = DIVERGENCES[name].domain
    assert lower <= outputs.min()
    assert outputs.max() <= upper


@pytest.mark.parametrize("name", DIVERGENCES)
def test_conjugate_of_scores_is_the_conjugate_of_the_activation(name):
    divergence, scores = DIVERGENCES[name], np.linspace(-4.0, 4.0, 17)
    expected = evaluate(divergence.conjugate, evaluate(divergence.activation, scores))
    assert_close(evaluate(divergence.conjugate_of_scores, scores), expected, 100.0 * TOLERANCE)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_conjugate_of_scores_is_convex_along_outputs_beyond_the_limit_too(name):
    scores = np.linspace(-60.0, 60.0, 241)
    values = evaluate(DIVERGENCES[name].conjugate_of_scores, scores)
    outputs = evaluate(DIVERGENCES[name].activation, scores)
    assert np.all(np.isfinite(values))
    steps = np.diff(outputs)
    moves = steps > 1e-3 * np.maximum(1.0, np.abs(outputs[1:]))
    slopes = (np.diff(values)[moves]) / steps[moves]
    assert np.all(np.diff(slopes) >= -1e-3 * np.abs(slopes[1:]) - 1e-3)


@pytest.mark.parametrize(
    ("divergence", "function"),
    [
        (divergences.KullbackLeiblerDivergence(), FUNCTIONS["kl"][0]),
        (divergences.JeffreyDivergence(), FUNCTIONS["jeffrey"][0]),
        (divergences.AlphaDivergence(alpha=1.05), alpha_function(1.05)),
    ],
)
def test_conjugate_beyond_the_limit_is_that_of_ratios_up_to_the_limit(divergence, function):
    # sup {u t − f(u)} over u up to e²⁰, where it is at the end.
    outputs = np.array([40.0, 100.0, 1e4])
    expected = np.exp(20.0) * outputs - function(np.exp(20.0))
    tolerance = max(TOLERANCE, 1e-8)
    assert_close(evaluate(divergence.conjugate, outputs), expected, tolerance)
    assert_close(evaluate(divergence.conjugate_of_scores, outputs), expected, tolerance)


@pytest.mark.parametrize("name", ["kl", "jensen_shannon", "pearson", "squared_hellinger", "gan"])
def test_data_that_never_occur_cost_finitely_much(name):
    expected = {"kl": 0.0, "jensen_shannon": np.log(2.0), "gan": 0.0}.get(name, 1.0)
    assert_close(evaluate(DIVERGENCES[name].generator_function, [0.0]), [expected])


def test_members_of_the_alpha_family_are_the_named_divergences():
    for alpha, name, factor in [
        (-1.0, "neyman", 0.5),
        (0.5, "squared_hellinger", 2.0),
        (2.0, "pearson", 0.5),
    ]:
        values = evaluate(divergences.AlphaDivergence(alpha=alpha).generator_function, RATIOS)
        assert_close(values, factor * FUNCTIONS[name][0](RATIOS))


def test_limits_of_the_alpha_family_are_the_kullback_leibler_divergences():
    # Up to α of order 1e-3, and up to u − 1, which has mean 0.
    for alpha, name, slope in [(0.001, "reverse_kl", 1.0), (0.999, "kl", -1.0)]:
        values = evaluate(divergences.AlphaDivergence(alpha=alpha).generator_function, RATIOS)
        expected = FUNCTIONS[name][0](RATIOS) + slope * (RATIOS - 1.0)
        np.testing.assert_allclose(values, expected, rtol=5e-3, atol=2e-2)


@pytest.mark.parametrize(
    ("alpha", "message"),
    [
        (0.0, "neither 0 nor 1, .* divergence 'reverse_kl'"),
        (1, "neither 0 nor 1, .* divergence 'kl'"),
        (11.0, "`alpha` must be .* at most 10"),
        (float("nan"), "`alpha` must be a finite number"),
    ],
)
def test_alpha_out_of_range_is_refused(alpha, message):
    with pytest.raises(ValueError, match=message):
        divergences.AlphaDivergence(alpha=alpha)


def test_alpha_is_saved():
    config = keras.saving.serialize_keras_object(divergences.AlphaDivergence(alpha=-0.5))
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.alpha == -0.5
    assert copy.domain[1] == pytest.approx(1.0 / 1.5)


def test_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match=r"Unknown divergence: 'pearsen'. Did you mean 'pearson'"):
        divergences.get("pearsen")


def test_log_wright_omega_solves_its_equation():
    values = np.concatenate([-np.geomspace(1e4, 0.01, 30), np.geomspace(0.01, 1e4, 60)])
    solutions = evaluate(stable_functions.log_wright_omega, values).astype("float64")
    residuals = np.exp(solutions) + solutions - values
    assert np.all(np.abs(residuals) <= TOLERANCE * np.maximum(1.0, np.abs(values)))


def test_bounded_exp_is_exact_up_to_the_limit_and_its_tangent_beyond():
    exponents = np.array([-100.0, 0.0, 19.5, 20.0, 21.0, 1e4])
    expected = np.exp(np.minimum(exponents, 20.0)) * (1.0 + np.maximum(exponents - 20.0, 0.0))
    assert_close(evaluate(stable_functions.bounded_exp, exponents), expected)
    logarithms = evaluate(stable_functions.log_bounded_exp, exponents)
    assert_close(logarithms, [-100.0, 0.0, 19.5, 20.0, np.log(2.0) + 20.0, 20.0 + np.log(9981.0)])
