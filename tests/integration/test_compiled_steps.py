"""Compiling a step by XLA and joining several in one call change the speed alone."""

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests.integration.play_rounds import play

# A penalty with random places, a mean over the batch, and state that moves.
FAMILIES = ["wgan_gp", "rasgan", "began"]

pytestmark = pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="Keras compiles and joins no steps on torch"
)


def check(name):
    plain = play(name, jit_compile=False)
    compiled = play(name, jit_compile=True, steps_per_execution=2)
    assert len(plain) > 20
    for one, other in zip(plain, compiled, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("name", FAMILIES)
def test_xla_and_joined_steps_give_the_same_weights(name):
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*kgl.objectives.names()} - {*FAMILIES}))
def test_xla_and_joined_steps_give_the_same_weights_for_every_objective(name):
    check(name)
