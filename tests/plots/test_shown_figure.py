"""What a notebook shows of a figure that is the last line of a cell."""

import io

import numpy as np
import pytest
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
