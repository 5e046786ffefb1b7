"""What networks add to a loss themselves counts once in an update, on every backend."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl

pytestmark = pytest.mark.backend("every")

RATE, REAL = 0.1, 3.0


class AddsMean(keras.layers.Layer):
    """Adds a multiple of the mean of its input to the loss."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, inputs):
        self.add_loss(self.factor * ops.mean(inputs))
        return inputs


@keras.saving.register_keras_serializable(package="tests")
class PassesMore(kgl.penalties.Penalty):
    """Lets the networks make passes of its own, and adds next to nothing."""

    def __init__(self, *, player):
        super().__init__(name=f"more_of_{player}")
        self.player = player

    def call(self, batch):
        samples = batch.fake if self.player == "discriminator" else batch.generate(batch.latents)
        scores = batch.score(100.0 * samples)
        return 1e-8 * (scores + batch.score(50.0 * batch.real))[:, 0]


class SquaredGradient(kgl.penalties.Penalty):
    """(d score / d x)² at the real samples, of whose pass the loss makes use as well."""

    uses_gradient = True

    def call(self, batch):
        return 0.5 * batch.real_gradient[:, 0] ** 2


def network(factor, weight_decay):
    """x → w · x, w = 1, which adds factor · mean(w · x) and weight_decay · w²."""
    inputs = keras.Input((1,))
    regularizer = keras.regularizers.L2(weight_decay)
    dense = keras.layers.Dense(
        1, use_bias=False, kernel_initializer="ones", kernel_regularizer=regularizer
    )
    return keras.Model(inputs, AddsMean(factor)(dense(inputs))), dense


class Latents(kgl.latents.LatentSampler):
    """All are 2."""

    def __call__(self, num_samples, seed):
        return ops.full((num_samples, *self.shape), 2.0)


def played(penalties=(), **kwargs):
    """Logs and both weights after one round."""
    (generator, g), (discriminator, d) = network(0.5, 0.25), network(0.2, 0.125)
    gan = kgl.GAN(generator, discriminator, latent_sampler=Latents(1))
    gan.compile(
        loss={
            "generator": kgl.losses.WassersteinGeneratorLoss(),
            "discriminator": kgl.losses.WassersteinDiscriminatorLoss(),
        },
        optimizer=keras.optimizers.SGD(RATE),
        penalties=penalties,
        run_eagerly=keras.backend.backend() != "jax",
        **kwargs,
    )
    logs = gan.fit(np.full((4, 1), REAL, "float32"), batch_size=4, verbose=0).history
    weights = [ops.convert_to_numpy(each.kernel).item() for each in (g, d)]
    return {name: values[0] for name, values in logs.items()}, weights


GAMES = {
    "alone": {},
    "same point": {"updates_simultaneously": True},
    "shared": {"reuses_fakes": True},
    "joint": {"reuses_fakes": True, "updates_simultaneously": True},
}


@pytest.mark.parametrize("name", GAMES)
def test_losses_of_the_networks_count_once_as_the_mean_over_both_kinds_of_samples(name):
    """By hand: D(x) = d·x, G(z) = g·z, d = g = 1, x = 3, z = 2."""
    logs, (g, d) = played(**GAMES[name])
    expected_d, expected_g = expected(**GAMES[name])
    assert d == pytest.approx(expected_d, rel=1e-5)
    assert g == pytest.approx(expected_g, rel=1e-5)
    # −(3 − 2) + 0.2 · (3 + 2) / 2 + 0.125
    assert logs["loss"] == pytest.approx(-1.0 + 0.5 + 0.125, rel=1e-5)
    assert logs["discriminator_loss"] == pytest.approx(-1.0, rel=1e-5)


def expected(penalty_slope=0.0, updates_simultaneously=False, **_):
    """Weights after one step: of −(3d − 2d) + 0.2 (3d + 2d)/2 + d²/8, then −2dg + g + g²/4."""
    d = 1.0 - RATE * (-1.0 + 0.5 + 0.25 + penalty_slope)
    seen = 1.0 if updates_simultaneously else d
    return d, 1.0 - RATE * (-2.0 * seen + 1.0 + 0.5)


def test_passes_of_penalties_do_not_count():
    penalties = [PassesMore(player=player) for player in ("discriminator", "generator")]
    _, weights = played(penalties)
    np.testing.assert_allclose(weights, expected()[::-1], rtol=1e-5)


@pytest.mark.parametrize("every", [1, 2])
def test_a_pass_that_a_gradient_penalty_shares_with_the_loss_counts(every):
    """d²/2 a sample has the slope 1; every second update, in the first, twice as much."""
    logs, weights = played([SquaredGradient(every=every)])
    np.testing.assert_allclose(weights, expected(penalty_slope=every)[::-1], rtol=1e-5)
    assert logs["loss"] == pytest.approx(-0.375 + every / 2, rel=1e-5)
