"""Epoch means of what training and evaluation log."""

from collections.abc import Iterable, Sequence

import keras
from keras import ops

from keras_gan_losses.backend import global_batch
from keras_gan_losses.types import Scores, Size, Tensor


class EpochMeans(keras.metrics.Metric):
    """Running means of several values that are always measured together.

    They are one vector, because a metric of Keras for each would cost a step of small networks
    more operations than the networks themselves.

    Args:
        names: Names of the values.
        name: Name of the metric.
    """

    def __init__(self, names: Sequence[str], name: str) -> None:
        super().__init__(name=name)
        self.names = tuple(names)
        self.totals = self.add_variable((len(self.names),), "zeros", name="totals")
        self.num_samples = self.add_variable((), "zeros", name="num_samples")

    def update_state(self, values: dict[str, Tensor], num_samples: Size) -> None:
        """Takes in the mean values of a batch; those that are not there count as 0."""
        num_samples = ops.cast(num_samples, self.dtype)
        row = [ops.cast(values.get(name, 0.0), self.dtype) for name in self.names]
        self.totals.assign_add(ops.stack(row) * num_samples)
        self.num_samples.assign_add(num_samples)

    def result(self) -> dict[str, Tensor]:
        """The means, by name; 0 of no samples."""
        means = ops.divide_no_nan(ops.convert_to_tensor(self.totals), self.num_samples)
        return dict(zip(self.names, ops.unstack(means, len(self.names)), strict=True))

    def on_host(self) -> dict[str, float]:
        """The same, for use between steps, where backends compile each operation by itself."""
        read = (ops.convert_to_tensor(variable) for variable in (self.totals, self.num_samples))
        totals, num_samples = map(ops.convert_to_numpy, read)
        means = totals / num_samples if num_samples else totals
        return dict(zip(self.names, means.tolist(), strict=True))


class Trackers:
    """Running means for the logs, weighted by the number of samples.

    Args:
        discriminator_names: Penalties and measures that its updates log beside its loss.
        generator_names: Penalties that the generator's updates log beside its loss.
    """

    def __init__(self, discriminator_names: Iterable[str], generator_names: Iterable[str]) -> None:
        own, others = list(discriminator_names), list(generator_names)
        scores = ["real_score", "fake_score", "discriminator_accuracy"]
        self.names = ["loss", "generator_loss", "discriminator_loss", *own, *others, *scores]
        self.metrics: list[EpochMeans] = [
            EpochMeans(["loss", "discriminator_loss", *own, *scores], "discriminator_means"),
            EpochMeans(["generator_loss", *others], "generator_means"),
        ]

    def update(self, values: dict[str, Tensor], num_samples: Size) -> None:
        """Takes in the mean values of a batch.

        Args:
            values: Names and scalars, of one player's update or of an evaluation.
            num_samples: How many samples each is the mean of.
        """
        for means in self.metrics:
            if not values.keys().isdisjoint(means.names):
                means.update_state(values, num_samples)

    def results(self, names: Iterable[str] | None = None) -> dict[str, Tensor]:
        """Means so far, of all names or of those given."""
        found = {name: value for means in self.metrics for name, value in means.result().items()}
        return {name: found[name] for name in names or self.names}


def score_summary(
    real_scores: Scores, fake_scores: Scores, *, scores_are_energies: bool
) -> dict[str, Tensor]:
    """Mean scores, and the share of pairs that the discriminator ranks rightly.

    The accuracy needs no threshold, so that it means the same for every objective: the share of
    pairs of a real and a generated sample in which the real one scores higher, ties counting
    half. It is 0.5 at equilibrium and 1 where the discriminator always wins. Energies rank the
    other way round.
    """
    paired = global_batch.one_for_each(fake_scores, ops.shape(real_scores)[0])
    higher, lower = (paired, real_scores) if scores_are_energies else (real_scores, paired)
    return {
        "real_score": ops.mean(real_scores),
        "fake_score": ops.mean(fake_scores),
        "discriminator_accuracy": 0.5 + 0.5 * ops.mean(ops.sign(higher - lower)),
    }
