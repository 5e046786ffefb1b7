"""Training and evaluation on one batch that the caller has made, held to what `fit` is held to."""

from typing import TYPE_CHECKING

from keras_gan_losses.feeding.batch_form import refuse_weights
from keras_gan_losses.feeding.batch_reader import BatchReader, RangeWatch
from keras_gan_losses.feeding.single_batch import single_batch
from keras_gan_losses.game.players import NetworkSpecification
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
    from keras_gan_losses.models.saved_whole import SavedWhole as Mixed
else:
    Mixed = object


class SingleBatches(Mixed):
    """What a model does between its callers and Keras's trainer, which takes any batch."""

    specification: NetworkSpecification
    _range_watch: RangeWatch
    _compile_example = "gan.compile(loss='wgan_gp')"

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
        self._check_ready("train_on_batch", weights)
        batch = single_batch(x, y, self._reader(), num_updates=self._num_updates)
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
        self._check_ready("test_on_batch", {"sample_weight": sample_weight})
        batch = single_batch(x, y, self._reader())
        return super().test_on_batch(*batch, return_dict=return_dict)

    def check_unchanged(self) -> None:
        """Raises if layers were frozen or thawed since `compile`."""
        raise NotImplementedError

    @property
    def _num_updates(self) -> int:
        """Updates that divide the samples of a round among them."""
        return 1

    def _check_ready(self, method: str, arguments: Arguments) -> None:
        """Raises unless the model can be trained or measured in this way."""
        if self.rules is None:
            raise ValueError(f"Call `compile` before `{method}`: {self._compile_example}.")
        if any(arguments.get(name) is not None for name in ("sample_weight", "class_weight")):
            refuse_weights()
        for name, minimum in _COUNTS.items():
            if arguments.get(name) is not None:
                check_count(
                    name, arguments[name], minimum=minimum, advice="Leave it out for the default."
                )
        self.check_unchanged()

    def _reader(self, name: str = "data") -> BatchReader:
        return BatchReader(self.specification, self._range_watch, name=name)
