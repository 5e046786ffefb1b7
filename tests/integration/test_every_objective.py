import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from tests import tiny

# Rounds on each backend are compared with another's in test_backend_parity.py.
pytestmark = pytest.mark.backend("any")

RING = kgl.datasets.ring(6400)


def network(num_inputs, num_outputs, **kwargs):
    return keras.Sequential(
        [
            keras.Input((num_inputs,)),
            layers.Dense(24, activation="tanh"),
            layers.Dense(num_outputs, **kwargs),
        ]
    )


def energies():
    """A discriminator that rebuilds its input, and gives its error."""
    inputs = keras.Input((2,))
    rebuilt = network(2, 2)(inputs)
    return keras.Model(inputs, ops.mean(ops.square(rebuilt - inputs), axis=1))


def classifier():
    """A discriminator that tells the mode beside its score."""
    inputs = keras.Input((2,))
    features = layers.Dense(24, activation="tanh")(inputs)
    outputs = {"scores": layers.Dense(1)(features), "class_logits": layers.Dense(8)(features)}
    return keras.Model(inputs, outputs)


def conditional_generator():
    latents, labels = keras.Input((4,)), keras.Input((), dtype="int32")
    joined = layers.Concatenate()([latents, layers.Embedding(8, 4)(labels)])
    return keras.Model([latents, labels], network(8, 2)(joined))


def make_gan(name):
    objective = kgl.objectives.get(name)
    generator, discriminator = network(4, 2), network(2, 1)
    if getattr(objective.discriminator_loss, "scores_are_energies", False):
        discriminator = energies()
    if any(penalty.required_outputs for penalty in objective.penalties):
        generator, discriminator = conditional_generator(), classifier()
    gan = kgl.GAN(generator, discriminator, latent_dim=4)
    # One update of the discriminator keeps what has to be compiled small.
    gan.compile(loss=objective, discriminator_steps=1)
    return gan


def train(gan, num_rounds):
    size = 16 * num_rounds
    labels = RING.labels[:size] if gan.specification.is_conditional else None
    data = RING.samples[:size]
    return gan.fit(data, labels, batch_size=16, epochs=1, shuffle=False, verbose=0).history


@pytest.mark.parametrize("name", kgl.objectives.names())
def test_an_objective_trains_on_the_ring_and_goes_on_identically_after_loading(name, tmp_path):
    gan = make_gan(name)
    before = tiny.values(gan.trainable_variables)
    history = train(gan, 30)
    assert all(np.isfinite(value).all() for value in history.values()), history
    assert all(np.isfinite(value).all() for value in tiny.state(gan))
    after = tiny.values(gan.trainable_variables)
    moved = [np.abs(one - two).max() > 0 for one, two in zip(before, after, strict=True)]
    assert np.mean(moved) > 0.7

    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))
    assert train(gan, 10) == train(loaded, 10)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))
