"""What a notebook shows of a figure that is the last line of a cell."""

import io
import pickle

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from keras_gan_losses import plots

FIGURES = {
    "scatter": lambda: plots.scatter(np.zeros((3, 2)), title="a"),
    "sample_grid": lambda: plots.sample_grid(np.zeros((4, 8, 8, 1))),
    "training_curves": lambda: plots.training_curves({"generator_loss": [1.0, 0.5]}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_itself_as_a_picture_of_its_size(name):
    figure = FIGURES[name]()
    # The method for which IPython's formatter of this kind asks an object.
    with Image.open(io.BytesIO(figure._repr_png_())) as image:
        assert image.size == tuple(np.round(figure.get_size_inches() * figure.dpi).astype(int))
        assert len(set(np.asarray(image).reshape(-1).tolist())) > 1


def test_pyplot_does_not_hear_of_it():
    from matplotlib import pyplot

    FIGURES["scatter"]()._repr_png_()
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_of_the_class_that_loggers_know_by_its_name_and_can_be_pickled(name):
    figure = FIGURES[name]()
    assert type(figure) is Figure
    assert pickle.loads(pickle.dumps(figure))._repr_png_() == figure._repr_png_()
