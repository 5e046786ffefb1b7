import math
import warnings

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.callbacks import EquilibriumMonitor
from tests import tiny
from tests.callbacks import training


def linear_gan(loss, *, slope, real_at, fake_at, **kwargs):
    """One-dimensional players: G(z) = fake_at, D(x) = slope · x."""
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    discriminator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    generator.set_weights([np.zeros((1, 1)), np.full(1, fake_at)])
    discriminator.set_weights([np.full((1, 1), slope), np.zeros(1)])
    gan = kgl.GAN(generator, discriminator, latent_dim=1)
    gan.compile(loss=loss, optimizer=keras.optimizers.SGD(0.0), **kwargs)
    return gan, np.full((16, 1), real_at, "float32")


def logs_of(gan, real, monitor, epochs=1):
    history = gan.fit(real, batch_size=8, epochs=epochs, verbose=0, callbacks=[monitor])
    return {name: values[-1] for name, values in history.history.items()}


def sp(x):
    return np.logaddexp(0.0, x)


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))


def test_gradient_norms_are_those_of_the_formula():
    # Non-saturating, r = 2, f = −1: dLd/dw = −σ(−r)·x + σ(f)·g, dLd/db = −σ(−r) + σ(f);
    # dLg/dbias = −σ(−f)·slope, and by the kernel −σ(−f)·slope·E z.
    gan, real = linear_gan("non_saturating", slope=1.0, real_at=2.0, fake_at=-1.0)
    logs = logs_of(gan, real, EquilibriumMonitor(real))
    by_weight = -sigmoid(-2.0) * 2.0 + sigmoid(-1.0) * -1.0
    by_bias = -sigmoid(-2.0) + sigmoid(-1.0)
    assert logs["discriminator_gradient_norm"] == pytest.approx(
        math.hypot(by_weight, by_bias), rel=1e-5
    )
    # The kernel's part depends on the mean of 16 latents.
    assert logs["generator_gradient_norm"] >= sigmoid(1.0) * (1 - 1e-5)
    assert logs["generator_gradient_norm"] < 2.0 * sigmoid(1.0)
    assert logs["score_gap"] == pytest.approx(3.0, rel=1e-5)


def test_gradient_norms_hold_penalties_and_no_loss_scale():
    # WGAN-GP with D(x) = 3x: by the slope the penalty's gradient is 2 λ (3 − 1), the loss's f − r.
    gan, real = linear_gan("wgan_gp", slope=3.0, real_at=2.0, fake_at=-1.0)
    logs = logs_of(gan, real, EquilibriumMonitor(real))
    assert logs["discriminator_gradient_norm"] == pytest.approx(2 * 10 * 2 - 3.0, rel=1e-4)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan, real = linear_gan("wgan_gp", slope=3.0, real_at=2.0, fake_at=-1.0)
        logs = logs_of(gan, real, EquilibriumMonitor(real))
    finally:
        keras.config.set_dtype_policy(before)
    assert logs["discriminator_gradient_norm"] == pytest.approx(2 * 10 * 2 - 3.0, rel=1e-2)


@pytest.mark.parametrize(
    ("loss", "name", "expected"),
    [
        ("minimax", "jensen_shannon_estimate", math.log(2) - 0.5 * (sp(-2.0) + sp(-1.0))),
        ("r1", "jensen_shannon_estimate", math.log(2) - 0.5 * (sp(-2.0) + sp(-1.0))),
        (
            kgl.objectives.non_saturating(label_smoothing=0.3),
            "jensen_shannon_estimate",
            math.log(2) - 0.5 * (sp(-2.0) + sp(-1.0)),
        ),
        ("wgan_gp", "wasserstein_estimate", 3.0),
        # Kullback–Leibler: T(v) = v, f*(t) = exp(t − 1).
        ("fgan_kl", "f_divergence_estimate", 2.0 - math.exp(-2.0)),
        # Pearson: f*(t) = t²/4 + t.
        ("fgan_pearson", "f_divergence_estimate", 2.0 - (0.25 - 1.0)),
    ],
)
def test_the_divergence_is_estimated_by_the_objectives_own_bound(loss, name, expected):
    gan, real = linear_gan(loss, slope=1.0, real_at=2.0, fake_at=-1.0)
    logs = logs_of(gan, real, EquilibriumMonitor(real))
    assert logs[name] == pytest.approx(expected, rel=1e-5)


def test_an_objective_without_a_divergence_has_no_estimate():
    gan, real = linear_gan("r3gan", slope=1.0, real_at=2.0, fake_at=-1.0)
    logs = logs_of(gan, real, EquilibriumMonitor(real))
    assert "generator_gradient_norm" in logs
    assert not [name for name in logs if name.endswith("_estimate")]


class OwnLoss(kgl.losses.HingeDiscriminatorLoss):
    lets_discriminator_win = True

    def divergence_estimates(self, real_scores, fake_scores):
        return {"own_estimate": keras.ops.mean(real_scores) - keras.ops.mean(fake_scores)}


def test_a_loss_of_ones_own_says_what_it_estimates_and_that_it_may_win():
    pair = {"generator": kgl.losses.HingeGeneratorLoss(), "discriminator": OwnLoss()}
    gan, real = linear_gan(pair, slope=1.0, real_at=2.0, fake_at=-1.0)
    logs = logs_of(gan, real, EquilibriumMonitor(real, patience=1))
    assert logs["own_estimate"] == pytest.approx(3.0)
    assert logs["discriminator_accuracy"] == 1.0


@pytest.mark.parametrize("reduction", ["sum", None])
def test_the_estimate_does_not_depend_on_the_reduction(reduction):
    loss = kgl.losses.WassersteinDiscriminatorLoss(reduction=reduction)
    real, fake = np.float32([[2.0], [4.0]]), np.float32([[0.0], [1.0]])
    estimates = loss.divergence_estimates(real, fake)
    assert float(estimates["wasserstein_estimate"]) == pytest.approx(2.5)


def test_energies_count_the_gap_the_other_way():
    gan, real = linear_gan("ebgan", slope=1.0, real_at=2.0, fake_at=5.0)
    assert logs_of(gan, real, EquilibriumMonitor(real))["score_gap"] == pytest.approx(3.0)


def test_the_optimal_discriminator_estimates_the_true_jensen_shannon_divergence():
    # N(0, 1) against N(1, 1), whose log density ratio is ½ − x; JSD by integration.
    x = np.linspace(-12.0, 13.0, 200_001)
    p, q = (np.exp(-0.5 * (x - mean) ** 2) / math.sqrt(2 * math.pi) for mean in (0.0, 1.0))
    middle = (p + q) / 2
    divergence = np.trapezoid(0.5 * p * np.log(p / middle) + 0.5 * q * np.log(q / middle), x)
    gan, _ = linear_gan("minimax", slope=-1.0, real_at=0.0, fake_at=1.0)
    gan.generator.set_weights([np.ones((1, 1)), np.ones(1)])
    gan.discriminator.set_weights([-np.ones((1, 1)), np.full(1, 0.5)])
    real = np.random.default_rng(0).normal(size=(20_000, 1)).astype("float32")
    logs = logs_of(gan, real[:16], EquilibriumMonitor(real))
    assert logs["jensen_shannon_estimate"] == pytest.approx(divergence, abs=0.01)


def test_it_warns_once_of_a_discriminator_that_always_wins():
    gan, real = linear_gan("non_saturating", slope=1.0, real_at=2.0, fake_at=-1.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        logs_of(gan, real, EquilibriumMonitor(real, patience=2), epochs=5)
    (said,) = [str(w.message) for w in caught if "left its balance" in str(w.message)]
    assert "discriminator far ahead" in said
    assert "1.000 in epoch 2" in said


def test_it_warns_of_a_discriminator_that_is_misled():
    gan, real = linear_gan("non_saturating", slope=-1.0, real_at=2.0, fake_at=-1.0)
    with pytest.warns(UserWarning, match=r"discriminator misled.*0\.000 in epoch 1"):
        logs_of(gan, real, EquilibriumMonitor(real, patience=1))


def test_it_is_silent_in_balance_before_its_patience_ends_and_where_winning_is_meant():
    even, real = linear_gan("non_saturating", slope=0.0, real_at=2.0, fake_at=-1.0)
    logs_of(even, real, EquilibriumMonitor(real, patience=1), epochs=2)
    won, real = linear_gan("non_saturating", slope=1.0, real_at=2.0, fake_at=-1.0)
    logs_of(won, real, EquilibriumMonitor(real, patience=3), epochs=2)
    wasserstein, real = linear_gan("wgan_gp", slope=1.0, real_at=2.0, fake_at=-1.0)
    logs_of(wasserstein, real, EquilibriumMonitor(real, patience=1), epochs=2)


@pytest.mark.parametrize("loss", ["wgan_gp", "began", "r1"])
def test_training_is_left_alone_to_the_bit(loss):
    samples = tiny.samples(16, seed=5)
    penalties = ["lecam"] if loss == "r1" else None
    training.assert_leaves_training_alone(
        lambda: [EquilibriumMonitor(samples, patience=99)], loss=loss, penalties=penalties
    )


def test_it_measures_conditional_networks():
    gan = tiny.compiled_gan(num_classes=3)
    labels = np.arange(16) % 3
    monitor = EquilibriumMonitor(tiny.samples(16), condition=labels, patience=99)
    logs = gan.fit(tiny.samples(16), labels, verbose=0, callbacks=[monitor]).history
    assert logs["generator_gradient_norm"][0] > 0.0
    assert logs["jensen_shannon_estimate"][0] < math.log(2)


def test_samples_that_do_not_fit_are_refused_before_training():
    gan = tiny.compiled_gan()
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=r"Received data of shape \(4, 3\)"):
        training.fit(gan, [EquilibriumMonitor(np.zeros((4, 3), "float32"))])
    with pytest.raises(ValueError, match="Labels came with the data"):
        training.fit(gan, [EquilibriumMonitor(tiny.samples(4), condition=np.zeros(4))])
    tiny.assert_same(before, tiny.state(gan))
    with pytest.raises(ValueError, match="`patience` must be a whole number"):
        EquilibriumMonitor(tiny.samples(4), patience=0)
