"""What a discriminator's loss measures, and what it teaches the generator.

    python examples/interpret_losses.py

plays games whose generator stands still: it adds a shift to normal latents, with a learning rate
of 0. So the discriminator is trained between known distributions, N(0, 1) and N(shift, 1). Look at
generator_gradients.png (minimax should fall by orders of magnitude, the others should not),
divergences.png (dots on lines; docs/interpretation.md says where not), and loss_landscape.png.
"""

import argparse
import math
import pathlib

import keras
import numpy as np
from matplotlib.figure import Figure

from keras_gan_losses import GAN, architectures, objectives, plots
from keras_gan_losses.backend import backend

SHIFTS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0)
# Divergence: objective, and the two numbers a and b by which it is a − b · discriminator_loss.
ESTIMATORS = {
    "Jensen–Shannon": ("minimax", math.log(2.0), 0.5),
    "Kullback–Leibler": ("fgan_kl", 0.0, 1.0),
    "Wasserstein-1": ("wgan_gp", 0.0, 1.0),
}


def fixed_game(loss, *, learning_rate=1e-3):
    keras.utils.set_random_seed(0)
    shifted = keras.layers.Dense(1, kernel_initializer="ones")
    _, discriminator = architectures.mlp((1,), 1, hidden_units=(64, 64))
    gan = GAN(keras.Sequential([keras.Input((1,)), shifted]), discriminator, latent_dim=1)
    still, moving = keras.optimizers.SGD(0.0), keras.optimizers.Adam(learning_rate, 0.5)
    optimizers = {"generator_optimizer": still, "discriminator_optimizer": moving}
    gan.compile(loss=loss, discriminator_steps=1, **optimizers)
    return gan, shifted.bias


def normal(num_samples, seed):
    return np.random.default_rng(seed).normal(size=(num_samples, 1)).astype("float32")


def gradient_norm(gan, loss, real):
    """Norm of what this loss would teach the generator, with the present discriminator."""
    latents = gan.latent_sampler(len(real), 0)
    _, gradients = backend.value_and_gradients(
        lambda: (loss(gan.discriminator(real), gan.discriminator(gan.generator(latents))), None),
        gan.generator.trainable_variables,
        gan.variables,
    )
    return math.sqrt(sum(np.sum(keras.ops.convert_to_numpy(one) ** 2) for one in gradients))


def vanishing(epochs, num_samples, *, shift=8.0):
    """Gradient norms of three generator losses, after each epoch of the discriminator."""
    real, norms = normal(num_samples, 0), {"minimax": [], "non_saturating": [], "wgan_gp": []}
    for name, judged in (("minimax", ["minimax", "non_saturating"]), ("wgan_gp", ["wgan_gp"])):
        gan, bias = fixed_game(name, learning_rate=3e-3)
        bias.assign([shift])
        for _ in range(epochs):
            gan.fit(real, batch_size=256, verbose=0)
            for one in judged:
                norms[one].append(gradient_norm(gan, objectives.get(one).generator_loss, real))
    return norms


def estimated(name, shifts, epochs, num_samples, *, learning_rate=1e-3):
    """A divergence by the loss of a discriminator, which learns on while the shift grows."""
    objective, offset, factor = ESTIMATORS[name]
    (gan, bias), losses = fixed_game(objective, learning_rate=learning_rate), []
    real, fresh = normal(num_samples, 0), normal(16 * num_samples, 1)
    for shift in shifts:
        bias.assign([shift])
        gan.fit(real, batch_size=256, epochs=epochs, verbose=0)
        logs = gan.evaluate(fresh, batch_size=4096, return_dict=True, verbose=0)
        losses.append(logs["discriminator_loss"])
    return offset - factor * np.array(losses)


def true(shifts):
    """The divergences of N(0, 1) and N(shift, 1), Jensen–Shannon's by integration."""
    shifts, points = np.array(shifts), np.linspace(-12.0, 20.0, 32_001)[:, np.newaxis]
    ratio = shifts * points - shifts**2 / 2.0
    costs = np.logaddexp(0.0, ratio) + np.exp(ratio) * np.logaddexp(0.0, -ratio)
    weights = 1e-3 * np.exp(-(points**2) / 2.0) / math.sqrt(2.0 * math.pi)
    shannon = math.log(2.0) - np.sum(weights * costs, axis=0) / 2.0
    return {"Jensen–Shannon": shannon, "Kullback–Leibler": shifts**2 / 2, "Wasserstein-1": shifts}


def main():
    parser = argparse.ArgumentParser(description="Measure what losses minimise and teach.")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--num-samples", type=int, default=4096)
    parser.add_argument("--out", type=pathlib.Path, default=".", help="folder of the pictures")
    options = parser.parse_args()
    norms = vanishing(options.epochs, options.num_samples)
    figure = Figure((7.0, 4.2), facecolor="white", layout="constrained")
    axes = figure.add_subplot(yscale="log", title="generator's gradient", xlabel="epochs")
    for (name, curve), line in zip(norms.items(), ("-", "--", "-."), strict=True):
        print(f"{name}: gradient norm {curve[0]:.2g} after one epoch, {curve[-1]:.2g} at last")
        axes.plot(range(1, len(curve) + 1), curve, line, linewidth=2, label=name)
    axes.legend()
    figure.savefig(options.out / "generator_gradients.png")
    figure = Figure((11.0, 3.6), facecolor="white", layout="constrained")
    for axes, (name, values) in zip(figure.subplots(1, 3), true(SHIFTS).items(), strict=True):
        estimates = estimated(name, SHIFTS, options.epochs, options.num_samples)
        print(f"{name}: {values.round(3)}\n  by the loss: {estimates.round(3)}")
        axes.plot(SHIFTS, values, "-", SHIFTS, estimates, "o")
        axes.legend(["true", "by the loss"])
        axes.set(title=name, xlabel="shift")
    figure.savefig(options.out / "divergences.png")
    landscape = plots.loss_landscape(["minimax", "non_saturating", "wgan", "hinge"])
    landscape.savefig(options.out / "loss_landscape.png", dpi=80)


if __name__ == "__main__":
    main()
