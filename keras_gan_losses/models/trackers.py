"""Epoch means of what training and evaluation log."""

from collections.abc import Iterable
from typing import Any

import keras
from keras import ops

from keras_gan_losses import global_batch


class Trackers:
    """One running mean for each value in the logs, weighted by the number of samples.

    Args:
        extra_names: Names of penalties and measures, logged beside the players' losses.
    """

    def __init__(self, extra_names: Iterable[str]) -> None:
        names = [
            "loss",
            "generator_loss",
            "discriminator_loss",
            *extra_names,
            "real_score",
            "fake_score",
            "discriminator_accuracy",
        ]
        self._means = {name: keras.metrics.Mean(name=name) for name in names}

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The means, as Keras's trainer resets and reads them."""
        return list(self._means.values())

    def update(self, values: dict[str, Any], num_samples: Any) -> None:
        """Takes in the mean values of a batch.

        Args:
            values: Names and scalars.
            num_samples: How many samples each is the mean of.
        """
        for name, value in values.items():
            self._means[name].update_state(value, sample_weight=num_samples)

    def results(self, names: Iterable[str] | None = None) -> dict[str, Any]:
        """Means so far, of all names or of those given."""
        return {name: self._means[name].result() for name in names or self._means}


def score_summary(
    real_scores: Any, fake_scores: Any, *, scores_are_energies: bool
) -> dict[str, Any]:
    """Mean scores, and the share of pairs that the discriminator ranks rightly.

    The accuracy needs no threshold, so that it means the same for every objective: the share of
    pairs of a real and a generated sample in which the real one scores higher, ties counting
    half. It is 0.5 at equilibrium and 1 where the discriminator always wins. Energies rank the
    other way round.
    """
    paired = global_batch.one_for_each(fake_scores, ops.shape(real_scores)[0])
    higher, lower = (paired, real_scores) if scores_are_energies else (real_scores, paired)
    ranked = ops.cast(higher > lower, "float32")
    tied = ops.cast(ops.equal(higher, lower), "float32")
    return {
        "real_score": ops.mean(real_scores),
        "fake_score": ops.mean(fake_scores),
        "discriminator_accuracy": ops.mean(ranked + 0.5 * tied),
    }
