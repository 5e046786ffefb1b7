"""Training and evaluation on one batch that the caller has made, held to what `fit` is held to."""

from typing import TYPE_CHECKING

from keras_gan_losses.feeding.batch_form import refuse_weights
from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.single_batch import single_batch
from keras_gan_losses.game.rules import Rules
from keras_gan_losses.models.play import Play
from keras_gan_losses.types import Arguments, Data, Logs
from keras_gan_losses.validation import check_count

# What Keras counts, and how few there may be; it reads a negative number as a large one.
_COUNTS = {
    "epochs": 0,
    "initial_epoch": 0,
    "steps_per_epoch": 1,
    "steps": 1,
    "validation_steps": 1,
    "validation_batch_size": 1,
}

if TYPE_CHECKING:
    # What it is mixed into.
    from keras_gan_losses.models.sampling import SamplingModel as Mixed
else:
    Mixed = object


class SingleBatches(Mixed):
    """What a GAN does between its callers and Keras's trainer, which takes any batch."""

    _play: Play | None = None

    @property
    def rules(self) -> Rules | None:
        """What `compile` was told; None before it."""
        return None if self._play is None else self._play.rules

    @property
    def _playing(self) -> Play:
        if self._play is None:
            raise ValueError("Call `compile` first: gan.compile(loss='wgan_gp').")
        return self._play

    def train_on_batch(
        self,
        x: Data,
        y: Data = None,
        sample_weight: Data = None,
        class_weight: Data = None,
        return_dict: bool = False,
    ) -> Logs | list[float]:
        """Plays one round.

        Args:
            x: Real samples of the whole round, which the discriminator's updates divide.
            y: The condition, for conditional networks.
            sample_weight: Refused, as in `fit`.
            class_weight: Refused, as in `fit`.
            return_dict: Whether to return a dictionary instead of a list.

        Returns:
            As in Keras: losses and scores of this round.

        Raises:
            ValueError: If the batch does not fit the networks or the round, before anything
                changes.
        """
        weights = {"sample_weight": sample_weight, "class_weight": class_weight}
        num_updates = self._ready("train_on_batch", weights).rules.discriminator_steps
        batch = single_batch(x, y, self._reader(), num_updates=num_updates)
        return super().train_on_batch(*batch, return_dict=return_dict)

    def test_on_batch(
        self, x: Data, y: Data = None, sample_weight: Data = None, return_dict: bool = False
    ) -> Logs | list[float]:
        """Both players' losses on one batch in inference mode.

        Args:
            x: Real samples.
            y: The condition, for conditional networks.
            sample_weight: Refused, as in `evaluate`.
            return_dict: Whether to return a dictionary instead of a list.

        Returns:
            As in Keras.

        Raises:
            ValueError: If the batch does not fit the networks.
        """
        self._ready("test_on_batch", {"sample_weight": sample_weight})
        batch = single_batch(x, y, self._reader())
        return super().test_on_batch(*batch, return_dict=return_dict)

    def _ready(self, method: str, arguments: Arguments) -> Play:
        if self._play is None:
            raise ValueError(f"Call `compile` before `{method}`: gan.compile(loss='wgan_gp').")
        if any(arguments.get(name) is not None for name in ("sample_weight", "class_weight")):
            refuse_weights()
        for name, minimum in _COUNTS.items():
            if arguments.get(name) is not None:
                check_count(
                    name, arguments[name], minimum=minimum, advice="Leave it out for the default."
                )
        self._play.step.check_unchanged()
        return self._play

    def _reader(self, name: str = "data") -> BatchReader:
        return BatchReader(self.specification, self._range_watch, name=name)
