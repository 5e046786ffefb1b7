"""What every backend's trainer does otherwise than Keras's."""

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import keras

from keras_gan_losses.types import Logs, Tensor, Tree

if TYPE_CHECKING:
    # What it is mixed into.
    from keras import Model as Mixed
else:
    Mixed = object


class Trainer(Mixed):
    """Keeps a training whole whatever callbacks and other threads ask of the model meanwhile."""

    _training_thread: int | None = None

    def check_free(self, method: str) -> None:
        """Raises if the model is being trained.

        Raises:
            RuntimeError: With what may be called meanwhile.
        """
        if self._training_thread is not None:
            raise RuntimeError(
                f"`{method}` was called while `fit` runs, whose training it would break; nothing "
                "has changed. Call it after `fit` has returned. Callbacks may call `generate`, "
                "`predict`, `evaluate`, `measure`, `save` and `save_weights`."
            )

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains, unless the model is being trained already."""
        self.check_free("fit")
        try:
            self._training_thread = threading.get_ident()
            return super().fit(*args, **kwargs)
        finally:
            self._training_thread = None

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Compiles, unless the model is being trained."""
        self.check_free("compile")
        super().compile(*args, **kwargs)

    def evaluate(self, *args: Any, **kwargs: Any) -> Logs | list[float]:
        """Evaluates; the means of an epoch that is being trained go on afterwards."""
        if self._training_thread is None:
            return super().evaluate(*args, **kwargs)
        if self._training_thread != threading.get_ident():
            self.check_free("evaluate")
        with _kept(self.metrics_variables):
            return super().evaluate(*args, **kwargs)


class StatefulTrainer(Trainer):
    """Hands Keras's `train_step(data)` and `test_step(data)` to the neutral steps.

    For backends whose variables change in place: TensorFlow and torch.
    """

    def train_step(self, data: Tree) -> dict[str, Tensor]:
        """One round of the game."""
        return self.adversarial_step(data)

    def test_step(self, data: Tree) -> dict[str, Tensor]:
        """Scores of one batch, without training."""
        return self.evaluation_step(data)


@contextlib.contextmanager
def _kept(variables: list[keras.Variable]) -> Iterator[None]:
    values = [keras.ops.convert_to_numpy(variable) for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
