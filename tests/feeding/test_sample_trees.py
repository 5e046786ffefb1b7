"""Samples that are trees, in data of every kind: what does not fit is told by its leaf."""

import functools

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny
from tests.feeding.kinds import KINDS, made

SAMPLES = tiny.samples()
LABELS = np.arange(48) % 3


@functools.cache
def refusing_gan_of_pairs():
    """One GAN for all fits that leave it as it was, of samples with the leaves "x" and "y"."""
    latents, judges = keras.Input((4,)), {"x": keras.Input((2,), name="x")}
    judges["y"] = keras.Input((3,), name="y")
    outputs = {name: keras.layers.Dense(each.shape[1])(latents) for name, each in judges.items()}
    scores = keras.layers.Dense(1)(keras.layers.concatenate(list(judges.values())))
    gan = kgl.GAN(keras.Model(latents, outputs), keras.Model(judges, scores), latent_dim=4)
    gan.compile(run_eagerly=True)
    return gan


def changed(values, index, value):
    values = values.copy()
    values[index] = value
    return values


PAIR = {"x": SAMPLES, "y": np.ones((48, 3), "float32")}
FAULTS = {
    "one array of two": (SAMPLES, None, r"keys \['x', 'y'\], of shape .*one array"),
    "by place": (tuple(PAIR.values()), None, r"keys \['x', 'y'\].*a tuple or list of 2"),
    "without a leaf": ({"x": SAMPLES}, None, r"Received: a dictionary with the keys \['x'\]"),
    "with another leaf": ({**PAIR, "z": SAMPLES}, None, r"the keys \['x', 'y', 'z'\]"),
    "not finite in a leaf": (
        {**PAIR, "y": changed(PAIR["y"], (3, 1), np.nan)},
        None,
        "'y': The data hold NaN",
    ),
    "of another shape in a leaf": (
        {**PAIR, "y": SAMPLES},
        None,
        r"'y': The networks .*\(batch, 3\)",
    ),
    "complex in a leaf": (
        {**PAIR, "x": SAMPLES.astype("complex64")},
        None,
        "'x': The samples are complex numbers",
    ),
    "labelled trees in vain": (PAIR, LABELS, "Labels came with the data"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_trees_that_the_networks_cannot_take_are_refused_and_change_nothing(kind, fault):
    samples, labels, message = FAULTS[fault]
    gan = refusing_gan_of_pairs()
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=message):
        gan.fit(*made(kind, samples, labels), verbose=0)
    tiny.assert_same(before, tiny.state(gan))


@pytest.mark.parametrize("kind", ["array", "generator"])
def test_leaves_of_different_lengths_are_refused(kind):
    samples = {**PAIR, "y": PAIR["y"][:47]}
    data = samples if kind == "array" else iter([samples])
    gan = refusing_gan_of_pairs()
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=r"different lengths: {'x': 48, 'y': 47}"):
        gan.fit(data, verbose=0)
    tiny.assert_same(before, tiny.state(gan))
