"""Histograms of scores: shares, bins and means."""

import io

import keras
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import StepPatch

from keras_gan_losses.plots import score_histogram

REAL = np.array([0.0, 1.0, 1.5, 4.0])
FAKE = np.array([[-4.0], [-3.5]])


def bars(figure):
    """Shares and edges of the filled heaps, label → both."""
    heaps = [patch for patch in figure.axes[0].patches if isinstance(patch, StepPatch)]
    return {
        patch.get_label(): (patch.get_data().values, patch.get_data().edges)
        for patch in heaps
        if patch.get_fill()
    }


def test_both_kinds_have_the_same_bins_and_add_up_to_one():
    real, fake = bars(score_histogram(REAL, FAKE, num_bins=4)).values()
    for _, edges in (real, fake):
        np.testing.assert_allclose(edges, [-4.0, -2.0, 0.0, 2.0, 4.0])
    np.testing.assert_allclose(real[0], [0.0, 0.0, 0.75, 0.25])
    np.testing.assert_allclose(fake[0], [1.0, 0.0, 0.0, 0.0])


def test_means_are_named_and_marked():
    figure = score_histogram(REAL, FAKE)
    assert list(bars(figure)) == ["real, mean 1.62", "generated, mean -3.75"]
    assert [line.get_xdata()[0] for line in figure.axes[0].get_lines()] == [1.625, -3.75]


def test_scores_that_are_not_finite_are_counted_and_left_out():
    figure = score_histogram([1.0, np.nan, 3.0], [np.inf, np.nan])
    assert list(bars(figure)) == [
        "real (1 of 3 not finite), mean 2",
        "generated (2 of 2 not finite)",
    ]
    figure.savefig(io.BytesIO(), format="png")


def test_equal_scores_still_give_a_bar():
    real, _ = bars(score_histogram([2.0, 2.0], [2.0])).values()
    assert real[0].max() == 1.0


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_tensors_and_patch_maps_are_taken_score_by_score():
    patches = keras.ops.convert_to_tensor(np.array([0.0, 0.0, 1.0, 4.0]).reshape(1, 2, 2, 1))
    real, _ = bars(score_histogram(patches, [0.0], num_bins=2)).values()
    np.testing.assert_allclose(real[0], [0.75, 0.25])


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_the_picture_is_dark_on_white_in_every_style(style):
    import matplotlib.style

    with matplotlib.style.context(style):
        figure = score_histogram(REAL, FAKE, title="Title")
        figure.savefig(io.BytesIO(), format="png")
    axes = figure.axes[0]
    assert to_rgb(figure.get_facecolor()) == to_rgb(axes.get_facecolor()) == (1.0, 1.0, 1.0)
    written = [axes.title, axes.xaxis.label, *axes.get_legend().get_texts()]
    assert all(max(to_rgb(text.get_color())) < 0.3 for text in written)


@pytest.mark.parametrize("name", ["real_scores", "fake_scores"])
def test_no_scores_are_refused(name):
    arguments = {"real_scores": REAL, "fake_scores": FAKE} | {name: []}
    with pytest.raises(ValueError, match=f"`{name}` must hold at least one score"):
        score_histogram(**arguments)


def test_a_number_of_bins_below_one_is_refused():
    with pytest.raises(ValueError, match="`num_bins` must be a whole number of at least 1"):
        score_histogram(REAL, FAKE, num_bins=0)
