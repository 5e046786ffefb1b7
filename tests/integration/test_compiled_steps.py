"""Compiling a step and joining several in one call change the speed alone."""

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests.integration.play_rounds import play

# A penalty with random places, and state that moves.
FAMILIES = ["wgan_gp", pytest.param("began", marks=pytest.mark.backend("jax"))]

IS_TORCH = keras.backend.backend() == "torch"
without_torch = pytest.mark.skipif(IS_TORCH, reason="Keras joins no steps on torch")


def check(name, **options):
    plain = play(name, jit_compile=False)
    compiled = play(name, jit_compile=True, **options)
    assert len(plain) > 20
    for one, other in zip(plain, compiled, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@without_torch
@pytest.mark.parametrize("name", FAMILIES)
def test_xla_and_joined_steps_give_the_same_weights(name):
    check(name, steps_per_execution=2)


@without_torch
@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*kgl.objectives.names()} - {"wgan_gp", "began"}))
def test_xla_and_joined_steps_give_the_same_weights_for_every_objective(name):
    check(name, steps_per_execution=2)


@pytest.mark.slow
@pytest.mark.skipif(not IS_TORCH, reason="the others compile by XLA")
# Of what torch.compile does itself.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", ["non_saturating", "rasgan", "began"])
def test_torch_compile_gives_the_same_weights(name):
    check(name)
