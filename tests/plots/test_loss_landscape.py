"""Losses against the score: every curve is the closed form, every gradient its derivative."""

import math

import numpy as np
import pytest

from keras_gan_losses import losses, objectives
from keras_gan_losses.plots import loss_landscape

SCORES = np.linspace(-10.0, 10.0, 41)
GENERATOR, ON_REAL, ON_FAKE = range(3)


def softplus(x):
    return np.logaddexp(0.0, x)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def curves(figure, column):
    """Values and gradients in a column, label → curve."""
    both = []
    for axes in (figure.axes[column], figure.axes[3 + column]):
        both.append({line.get_label(): line.get_ydata() for line in axes.get_lines()})
    return both


def drawn(name, column, **arguments):
    figure = loss_landscape([name], num_points=len(SCORES), **arguments)
    values, gradients = curves(figure, column)
    np.testing.assert_allclose(figure.axes[column].get_lines()[0].get_xdata(), SCORES)
    return next(iter(values.values())), next(iter(gradients.values()))


def assert_curve(name, column, value, gradient, **arguments):
    values, gradients = drawn(name, column, **arguments)
    np.testing.assert_allclose(values, value, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(gradients, gradient, rtol=1e-5, atol=1e-6)


# Goodfellow et al., 2014, arXiv:1406.2661, with raw scores.
def test_the_minimax_generator_learns_nothing_where_the_discriminator_is_sure():
    assert_curve("minimax", GENERATOR, -softplus(SCORES), -sigmoid(SCORES))


def test_the_non_saturating_generator_learns_most_there():
    assert_curve("non_saturating", GENERATOR, softplus(-SCORES), -sigmoid(-SCORES))


def test_the_discriminator_sees_real_and_generated_scores_in_columns_of_their_own():
    undecided = math.log(2.0)
    assert_curve("minimax", ON_REAL, softplus(-SCORES) + undecided, -sigmoid(-SCORES))
    assert_curve("minimax", ON_FAKE, softplus(SCORES) + undecided, sigmoid(SCORES))


# Arjovsky et al., 2017, arXiv:1701.07875: a straight line wherever one stands.
def test_the_wasserstein_gradient_is_the_same_everywhere():
    ones = np.ones_like(SCORES)
    assert_curve("wgan", GENERATOR, -SCORES, -ones)
    assert_curve("wgan", ON_REAL, 1.5 - SCORES, -ones, other_score=1.5)
    assert_curve("wgan", ON_FAKE, SCORES - 1.5, ones, other_score=1.5)


# Jolicoeur-Martineau, 2018, arXiv:1807.00734: the score's lead over the other one.
@pytest.mark.parametrize("other", [0.0, 3.0])
def test_a_relativistic_curve_moves_along_with_the_fixed_score(other):
    lead = SCORES - other
    assert_curve("rsgan", GENERATOR, softplus(-lead), -sigmoid(-lead), other_score=other)
    assert_curve("rsgan", ON_FAKE, softplus(lead), sigmoid(lead), other_score=other)


def test_an_average_over_one_sample_is_that_sample():
    # Both halves of rasgan then are the paired loss, of which this is the sum.
    assert_curve("rasgan", GENERATOR, 2.0 * softplus(-SCORES), -2.0 * sigmoid(-SCORES))


def test_every_objective_can_be_drawn_beside_the_others():
    figure = loss_landscape(objectives.names(), num_points=5)
    for axes in figure.axes:
        assert len(axes.get_lines()) == len(objectives.names())
        for line in axes.get_lines():
            assert np.isfinite(line.get_ydata()).all(), line.get_label()


def test_lines_that_lie_on_one_another_have_different_dashes():
    lines = loss_landscape(["minimax", "non_saturating"], num_points=5).axes[ON_REAL].get_lines()
    np.testing.assert_array_equal(lines[0].get_ydata(), lines[1].get_ydata())
    assert lines[0].get_linestyle() != lines[1].get_linestyle()
    assert lines[0].get_color() != lines[1].get_color()


def test_labels_are_names_classes_and_numbers_and_tell_energies():
    pair = {
        "generator": losses.HingeGeneratorLoss(),
        "discriminator": losses.HingeDiscriminatorLoss(),
    }
    chosen = ["hinge", objectives.fgan(divergence="kl"), pair, "ebgan"]
    chosen.append(objectives.fgan(divergence="pearson"))
    figure = loss_landscape(chosen, num_points=3)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "hinge",
        "fgan",
        "custom",
        "ebgan (energies)",
        "fgan #2",
    ]


def test_one_objective_needs_no_list():
    assert len(loss_landscape("hinge", num_points=3).axes[0].get_lines()) == 1


def test_the_axes_say_what_is_varied_and_what_is_fixed():
    figure = loss_landscape(["hinge"], num_points=3, other_score=1.5, title="Hinge")
    assert [axes.get_title() for axes in figure.axes[:3]] == [
        "generator, generated sample",
        "discriminator, real sample",
        "discriminator, generated sample",
    ]
    expected = "score of the real sample\n(generated score fixed at 1.5)"
    assert figure.axes[3 + ON_REAL].get_xlabel() == expected
    assert figure.get_suptitle() == "Hinge"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"objectives": []}, "`objectives` must hold at least one objective"),
        ({"objectives": ["minmax"]}, "Did you mean 'minimax'"),
        ({"score_range": (1.0, 1.0)}, r"`score_range` must be \(lowest, highest\)"),
        ({"score_range": 3.0}, r"`score_range` must be \(lowest, highest\)"),
        ({"score_range": (0.0, math.inf)}, "`score_range` must be a finite number"),
        ({"other_score": math.nan}, "`other_score` must be a finite number"),
        ({"num_points": 1}, "`num_points` must be a whole number of at least 2"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        loss_landscape(**{"objectives": ["hinge"], **arguments})


def test_what_is_no_objective_is_refused():
    with pytest.raises(ValueError, match="must be the name of an objective"):
        loss_landscape([3])
