"""Curves of a history: which panel, which values at which epochs, which line."""

import io
import types

import keras
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from keras_gan_losses.plots import training_curves
from tests import tiny

LOGS = {
    "loss": [1.4, 1.2, 1.1, 1.0],
    "discriminator_loss": [1.3, 1.1, 1.0, 0.9],
    "generator_loss": [0.7, 0.8, 0.9, 1.0],
    "r1_penalty": [0.1, 0.1, 0.1, 0.1],
    "fake_score": [-1.0, -2.0, -3.0, -4.0],
    "real_score": [1.0, 2.0, 3.0, 4.0],
    "discriminator_accuracy": [1.0, 0.9, 0.8, 0.7],
    "frechet_distance": [9.0, 8.0, 7.0, 6.0],
    "learning_rate": [0.1, 0.1, 0.01, 0.01],
    "val_loss": [1.5, 1.3],
}


def panels(figure):
    """Title → label → line."""
    return {
        axes.get_title(): {line.get_label(): line for line in axes.get_lines()}
        for axes in figure.axes
    }


def test_each_log_stands_in_its_panel_and_unknown_ones_have_their_own():
    names = {
        title: [name for name in lines if not name.startswith("_")]
        for title, lines in panels(training_curves(LOGS)).items()
    }
    assert names == {
        "losses": ["loss", "val_loss", "discriminator_loss", "generator_loss"],
        "mean scores": ["real_score", "fake_score"],
        "discriminator accuracy": ["discriminator_accuracy"],
        "penalties": ["r1_penalty"],
        "learning rates": ["learning_rate"],
        "frechet_distance": ["frechet_distance"],
    }
    assert list(names) == [
        "losses",
        "mean scores",
        "discriminator accuracy",
        "penalties",
        "learning rates",
        "frechet_distance",
    ]


def test_a_curve_has_the_values_of_the_log_at_its_epochs():
    line = panels(training_curves(LOGS))["losses"]["generator_loss"]
    np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4])
    np.testing.assert_array_equal(line.get_ydata(), LOGS["generator_loss"])


def test_validation_is_dashed_in_the_same_colour_and_spread_over_the_epochs():
    lines = panels(training_curves(LOGS))["losses"]
    assert lines["loss"].get_linestyle() == "-"
    assert lines["val_loss"].get_linestyle() == "--"
    assert lines["loss"].get_color() == lines["val_loss"].get_color()
    assert lines["loss"].get_color() != lines["generator_loss"].get_color()
    np.testing.assert_array_equal(lines["val_loss"].get_xdata(), [2, 4])
    np.testing.assert_array_equal(lines["val_loss"].get_ydata(), [1.5, 1.3])


def test_the_accuracy_of_a_game_in_balance_is_marked():
    lines = panels(training_curves(LOGS))["discriminator accuracy"].values()
    marks = [line for line in lines if line.get_label().startswith("_")]
    assert [list(line.get_ydata()) for line in marks] == [[0.5, 0.5]]


def test_what_fit_returns_is_taken_with_the_numbers_of_its_epochs():
    gan = tiny.compiled_gan(loss="r1")
    arguments = {"batch_size": 16, "verbose": 0, "validation_data": tiny.samples(16)}
    history = gan.fit(tiny.samples(), epochs=4, initial_epoch=2, **arguments)
    drawn = panels(training_curves(history))
    line = drawn["losses"]["val_generator_loss"]
    np.testing.assert_array_equal(line.get_xdata(), [3, 4])
    np.testing.assert_array_equal(line.get_ydata(), history.history["val_generator_loss"])
    assert list(drawn) == ["losses", "mean scores", "discriminator accuracy", "penalties"]


def test_a_history_of_several_fits_is_numbered_from_the_first_value():
    history = types.SimpleNamespace(history={"loss": [3.0, 2.0, 1.0]}, epoch=[0])
    line = panels(training_curves(history))["losses"]["loss"]
    np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])


def test_values_that_are_not_finite_leave_gaps_and_are_counted():
    lines = panels(training_curves({"loss": [1.0, np.nan, np.inf, 4.0]}))["losses"]
    (line,) = lines.values()
    assert line.get_label() == "loss (2 of 4 not finite)"
    np.testing.assert_array_equal(line.get_ydata(), [1.0, np.nan, np.nan, 4.0])


def test_a_single_epoch_is_visible():
    lines = panels(training_curves({"loss": [1.0]}))["losses"]
    assert lines["loss"].get_marker() == "o"
    lines = panels(training_curves({"loss": [1.0, 2.0]}))["losses"]
    assert lines["loss"].get_marker() == "None"


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_the_picture_is_dark_on_white_in_every_style(style):
    import matplotlib.style

    with matplotlib.style.context(style):
        figure = training_curves(LOGS, title="Title")
        figure.savefig(io.BytesIO(), format="png")
    assert to_rgb(figure.get_facecolor()) == (1.0, 1.0, 1.0)
    for axes in figure.axes:
        assert to_rgb(axes.get_facecolor()) == (1.0, 1.0, 1.0)
        written = [axes.title, axes.xaxis.label, *axes.get_xticklabels()]
        written += axes.get_legend().get_texts()
        assert all(max(to_rgb(text.get_color())) < 0.3 for text in written)


@pytest.mark.parametrize("history", [None, [1.0, 2.0], keras.losses.Loss])
def test_what_is_no_history_is_refused(history):
    with pytest.raises(TypeError, match="`history` must be what `fit` returns"):
        training_curves(history)


@pytest.mark.parametrize("history", [{}, {"loss": []}])
def test_an_empty_history_is_refused(history):
    with pytest.raises(ValueError, match="at least one epoch"):
        training_curves(history)


@pytest.mark.parametrize("values", [["a", "b"], 1.0, [[1.0], [2.0]], [1.0, [2.0]], [None, {}]])
def test_logs_other_than_one_number_an_epoch_are_refused_and_named(values):
    with pytest.raises(ValueError, match=r"one number an epoch in each log\. Received: mine="):
        training_curves({"loss": [1.0], "mine": values})
