"""A loss and a penalty of one's own: written, checked, trained with and saved.

    python examples/custom_loss.py

plays a game that no paper has: a hinge whose cost grows with the square of the distance, and a
penalty that keeps real scores near 0. At the end it prints how many generated points lie at the
ring's eight modes, most of them at all eight, and that a loaded model still knows its loss;
ring.png shows generated over real points.
"""

import argparse

import keras
import numpy as np
from keras import ops

from keras_gan_losses import GAN, architectures, datasets, losses, penalties, plots, testing


# Registered, a class can be loaded again from a saved model.
@keras.saving.register_keras_serializable(package="examples")
class SquaredHingeDiscriminatorLoss(losses.SeparableDiscriminatorLoss):
    """Separates real from generated samples by a margin, with a cost that grows smoothly."""

    def __init__(self, *, margin=1.0, **kwargs):
        super().__init__(**kwargs)
        # Kept under the argument's own name, and so saved with the model.
        self.margin = margin

    def real_losses(self, real_scores):
        """How far each score falls short of the margin, squared."""
        return ops.square(ops.relu(self.margin - real_scores))

    def fake_losses(self, fake_scores):
        """How far each score exceeds the negative margin, squared."""
        return ops.square(ops.relu(self.margin + fake_scores))


@keras.saving.register_keras_serializable(package="examples")
class DriftPenalty(penalties.Penalty):
    """Keeps real scores near 0, which a constant could shift without changing the game."""

    def __init__(self, *, weight=0.01, **kwargs):
        super().__init__(**kwargs)
        self.weight = weight

    def call(self, batch):
        """One value per sample, also where a sample has many scores."""
        scores = ops.reshape(batch.real_scores, (ops.shape(batch.real_scores)[0], -1))
        return self.weight * ops.mean(ops.square(scores), axis=1)


def squared_hinge(real_scores, fake_scores, margin=1.0):
    return np.maximum(margin - real_scores, 0) ** 2 + np.maximum(margin + fake_scores, 0) ** 2


def drift(real, fake, weights, weight=0.01):
    return weight * (real @ weights) ** 2


def main():
    options = parse_options()
    # Values, gradients, large scores, reductions and saving, against the formula in NumPy.
    testing.check_loss(SquaredHingeDiscriminatorLoss, squared_hinge, arguments={"margin": 2.0})
    testing.check_penalty(DriftPenalty, drift, arguments={"weight": 0.5})
    keras.utils.set_random_seed(0)
    ring = datasets.ring(options.num_samples)
    gan = GAN(*architectures.mlp((2,), 2), latent_dim=2)
    gan.compile(
        loss={
            "generator": losses.HingeGeneratorLoss(),
            "discriminator": SquaredHingeDiscriminatorLoss(),
        },
        penalties=[DriftPenalty(), penalties.R1Penalty(gamma=0.1)],
        optimizer=keras.optimizers.Adam(1e-3, 0.5),
    )
    gan.fit(ring.samples, epochs=options.epochs, batch_size=256, verbose=2)
    report(gan, ring, options.out)


def report(gan, ring, out):
    points = gan.generate(2500, seed=0)
    distances = np.linalg.norm(points[:, None] - ring.modes, axis=2)
    reached = set(distances.argmin(axis=1)[distances.min(axis=1) < 0.1])
    share = np.mean(distances.min(axis=1) < 0.1)
    print(f"{share:.0%} of the points lie within 0.1 of a mode, at {len(reached)} modes of 8.")
    gan.save(f"{out}.keras")
    loaded = keras.saving.load_model(f"{out}.keras")
    objective = keras.saving.deserialize_keras_object(loaded.get_compile_config()["loss"])
    loss = objective.discriminator_loss
    print(f"Loaded again: {type(loss).__name__}(margin={loss.margin})")
    plots.scatter(points, ring.samples[:2500], modes=ring.modes).savefig(f"{out}.png")
    print(f"Wrote {out}.keras and {out}.png")


def parse_options():
    parser = argparse.ArgumentParser(description="Train with a loss and a penalty of one's own.")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--num-samples", type=int, default=20_000)
    parser.add_argument("--out", default="ring", help="written are OUT.keras and OUT.png")
    return parser.parse_args()


if __name__ == "__main__":
    main()
