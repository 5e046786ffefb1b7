"""Whether generated samples are as diverse as real ones."""

from collections.abc import Callable

import keras
import numpy as np

from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.callbacks.between_epochs import BetweenEpochs
from keras_gan_losses.callbacks.needs_gan import check_is_gan
from keras_gan_losses.datasets import GaussianMixture
from keras_gan_losses.extras import check_extra
from keras_gan_losses.feeding.batch_form import formed
from keras_gan_losses.metrics import mode_coverage
from keras_gan_losses.metrics.sample_spread import LEAST_SHARE, mean_pair_distance
from keras_gan_losses.models import GAN
from keras_gan_losses.trees import LeafName, check_leaf, leaf_of
from keras_gan_losses.types import ArrayLike, Condition, Logs, Samples
from keras_gan_losses.validation import check_count, check_number

# PacGAN's number, arXiv:1712.04086.
_MAX_NUM_SAMPLES = 2500
_SEED = 0


class CollapseMonitor(BetweenEpochs):
    """Measures the diversity of generated samples after each epoch, and warns of mode collapse.

    Choose it whenever nobody looks at pictures. After each epoch it adds to the logs:

    - `diversity`: mean distance of two generated samples divided by that of two real ones: 1 for
      a perfect generator, 0 where all samples are one. With labels only pairs of one label
      count, so that a class collapsed into one picture is seen;
    - `mode_share`, where the modes are known: the share of them that samples reach.

    When one of them is below `least_diversity` for `patience` epochs in a row, it warns in words,
    once until both are back; `stops_training` also ends the training. At the beginning a
    generator has learned nothing yet and makes nearly one sample: let `patience` outlast that.

    The distance is blind to a few modes that lie far apart; where modes are unknown, add
    `metrics.PrecisionRecall`, which tells the share covered, to `compile`. The averaged generator
    is measured where there is one. Training's weights are the same, to the bit, with and without
    the monitor.

    Args:
        real: Real samples, `(n, …)` or a tree, or a `datasets.GaussianMixture`, whose modes are
            counted. As many generated ones are compared with them, 2,500 at most.
        condition: Of the real samples, for conditional networks; generated ones have the same.
            Pairs are compared within a class, where conditions repeat as labels do.
        on: Name of the leaf that is compared, where samples are trees: a key, or the place in a
            tuple.
        features: Function from samples to arrays `(n, d)` between which distances mean something,
            for images for example one of `metrics.features`. Defaults to the samples themselves.
        least_diversity: What both measures must reach, from 0 to 1.
        patience: Epochs in a row below it before it warns, at least 1.
        stops_training: Whether it then ends the training.

    Raises:
        ValueError: If a number is out of its range, or, before training, if the samples do not
            fit the networks or are all the same.

    Example:
    >>> from keras_gan_losses import GAN, architectures, datasets
    >>> ring = datasets.ring(64)
    >>> gan = GAN(*architectures.mlp((2,), 2, hidden_units=(8,)), latent_dim=2)
    >>> gan.compile()
    >>> monitor = CollapseMonitor(ring)
    >>> history = gan.fit(ring.samples, verbose=0, callbacks=[monitor]).history
    >>> 0.0 <= history["mode_share"][0] <= 1.0
    True

    Reference:
        Modes: Lin et al., 2017, arXiv:1712.04086. Mean distance of generated pairs as
        diversity: Zhu et al., 2017, arXiv:1711.11586, section 4; dividing by the data's is ours.
    """

    def __init__(
        self,
        real: Samples | GaussianMixture,
        *,
        condition: Condition | None = None,
        on: LeafName = None,
        features: Callable[[np.ndarray], ArrayLike] | None = None,
        least_diversity: float = LEAST_SHARE,
        patience: int = 5,
        stops_training: bool = False,
    ) -> None:
        super().__init__()
        check_number(
            "least_diversity", least_diversity, minimum=0.0, maximum=1.0, advice="0.5 is a start."
        )
        check_count("patience", patience, advice="5 epochs are a good start.")
        self.real = real
        self.condition = condition
        self.on = on
        self.features = features
        self.least_diversity = least_diversity
        self.patience = patience
        self.stops_training = stops_training

    def set_model(self, model: GAN) -> None:
        """Checks that the samples are of the kind that the networks take, and measures them."""
        check_is_gan(self, model)
        super().set_model(model)
        given = self.real
        self._mixture = given if isinstance(given, GaussianMixture) else None
        if self._mixture is not None:
            check_extra("metrics", "scipy")
        real = given.samples if isinstance(given, GaussianMixture) else given
        check_leaf("CollapseMonitor", self.on, model.specification.sample_shape)
        real, condition = formed(real, self.condition, model.specification)
        leaf = keras.ops.convert_to_numpy(leaf_of(real, self.on))
        chosen = _evenly_spread(len(leaf))
        self._condition = None
        if condition is not None:
            self._condition = keras.tree.map_structure(lambda part: part[chosen], condition)
        self._groups = _groups(self._condition)
        self._count = len(chosen)
        self._real_distance = self._mean_distance(leaf[chosen])
        if not self._real_distance > 0.0:
            raise ValueError(
                "The diversity of generated samples is measured against that of real ones, and "
                f"the {self._count} real ones have none: all that are compared are the same. Give "
                "some hundred different samples, with labels several of each."
            )

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts to count."""
        self._num_epochs = 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Adds the measures to the logs, and counts the epochs below the least diversity."""
        measures = self._measure()
        if logs is not None:
            logs.update(measures)
        # Not "below", so that NaN counts too.
        low = {name: value for name, value in measures.items() if not value >= self.least_diversity}
        self._num_epochs = self._num_epochs + 1 if low else 0
        if self._num_epochs != self.patience:
            return
        found = " and ".join(f"{name} {value:.3f}" for name, value in low.items())
        stop = " Training stops." if self.stops_training else ""
        self.warn(
            f"The generator has collapsed: {found} in epoch {epoch + 1}, the last of "
            f"{self.patience} below {self.least_diversity:g}.{stop} Real samples have 1. Its "
            "samples repeat each other. Try the objective 'r3gan' or 'wgan_gp', smaller learning "
            "rates, layers.Packing in the discriminator or penalties.ModeSeekingPenalty."
        )
        self.model.stop_training = self.model.stop_training or self.stops_training

    def _measure(self) -> dict[str, float]:
        with preserved_random_state():
            taken = self.model.specification.of_generator.taken_from(self._condition)
            fake = leaf_of(self.model.generate(self._count, taken, seed=_SEED), self.on)
        measures = {"diversity": self._mean_distance(fake) / self._real_distance}
        if self._mixture is not None:
            modes, deviation = self._mixture.modes, self._mixture.standard_deviation
            covered = mode_coverage(fake, modes, deviation)
            measures["mode_share"] = covered.num_modes / len(modes)
        return measures

    def _mean_distance(self, samples: np.ndarray) -> float:
        """Mean distance of all pairs, in classes of all pairs that share one."""
        values = samples if self.features is None else self.features(samples)
        return mean_pair_distance(keras.ops.convert_to_numpy(values), self._groups)


def _groups(condition: Condition | None) -> np.ndarray | None:
    """Which samples share a condition, as classes do; None where nearly each has its own."""
    if condition is None:
        return None
    rows = [leaf.reshape(len(leaf), -1) for leaf in keras.tree.flatten(condition)]
    index = np.unique(np.concatenate(rows, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    return index if 2 * (index.max() + 1) <= len(index) else None


def _evenly_spread(count: int) -> np.ndarray:
    """Indices of so many samples as are compared, from all parts of data that may be ordered."""
    return np.linspace(0, count - 1, min(count, _MAX_NUM_SAMPLES)).astype(int)
