"""How a generator collapses onto few modes, and what helps.

    python examples/mode_collapse.py

trains small networks on a ring of eight modes, with Keras's default Adam, whose β₁ of 0.9 makes
the players overshoot. The table says how many modes are reached (by 1 % of the points at least)
and how many points lie at a mode, for each of several seeds: one or two modes without a remedy,
more with one. Each remedy changes one thing.

- mode_collapse.png: generated over real points, of the first seed.
- discriminator_surface.png: what the collapsed generator is taught: all its points the same.
- training_curves.png: the same game's logs, none of which says how many modes there are.
"""

import argparse
import pathlib

import keras
import numpy as np
from matplotlib.figure import Figure

from keras_gan_losses import GAN, architectures, datasets, layers, penalties, plots

PLAIN = {"loss": "non_saturating"}
GAMES = {
    "plain": PLAIN,
    "β₁ = 0.5": PLAIN,
    "packs of 4": PLAIN,
    "r3gan": {"loss": "r3gan"},
    "mode seeking": {**PLAIN, "penalties": [penalties.ModeSeekingPenalty()]},
}


def train(game, ring, *, epochs, seed):
    """The GAN of a game, trained, and its history."""
    keras.utils.set_random_seed(seed)
    generator, discriminator = architectures.mlp((2,), 2, hidden_units=(64, 64))
    if game == "packs of 4":
        _, judge = architectures.mlp((8,), 2, hidden_units=(64, 64))
        discriminator = keras.Sequential([keras.Input((2,)), layers.Packing(4), judge])
    gan = GAN(generator, discriminator, latent_dim=2)
    adam = keras.optimizers.Adam(1e-3, 0.5 if game == "β₁ = 0.5" else 0.9)
    gan.compile(**GAMES[game], optimizer=adam)
    history = gan.fit(ring.samples, batch_size=128, epochs=epochs, verbose=0)
    return gan, history


def coverage(points, ring):
    """Modes with at least 1 % of the points, and the share of points at any mode."""
    distances = np.linalg.norm(points[:, np.newaxis] - ring.modes, axis=2)
    nearest = distances.argmin(axis=1)[distances.min(axis=1) < 0.15]
    shares = np.bincount(nearest, minlength=len(ring.modes)) / len(points)
    return int(np.sum(shares >= 0.01)), float(shares.sum())


def main():
    options = parse_options()
    ring = datasets.ring(options.num_samples, standard_deviation=0.02)
    shown = {}
    for game in GAMES:
        cells = []
        for seed in range(options.num_seeds):
            gan, history = train(game, ring, epochs=options.epochs, seed=seed)
            points = gan.generate(2500, seed=0)
            cells.append("{} modes, {:.0%}".format(*coverage(points, ring)))
            shown.setdefault(game, (gan, history, points))
        print(f"{game}: {'; '.join(cells)}", flush=True)
    draw(ring, shown, options.out)


def draw(ring, shown, out):
    figure = Figure((12.5, 2.9), facecolor="white", layout="constrained")
    grid = figure.subplots(1, len(shown), sharex=True, sharey=True)
    for axes, (game, (_, _, points)) in zip(grid, shown.items(), strict=True):
        axes.scatter(*ring.samples[:1000].T, s=6, color="0.62", linewidths=0)
        axes.scatter(*points[:1000].T, s=6, color="#D55E00", linewidths=0)
        axes.set(title=game, aspect="equal", xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
    figure.savefig(out / "mode_collapse.png")
    gan, history, points = shown["plain"]
    surface = plots.discriminator_surface(gan.discriminator, ring.samples, points)
    surface.savefig(out / "discriminator_surface.png", dpi=70)
    plots.training_curves(history).savefig(out / "training_curves.png", dpi=70)


def parse_options():
    parser = argparse.ArgumentParser(description="Collapse a GAN, and mend it.")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--num-samples", type=int, default=8192)
    parser.add_argument("--num-seeds", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path, default=".", help="folder of the pictures")
    return parser.parse_args()


if __name__ == "__main__":
    main()
