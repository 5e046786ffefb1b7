"""One line an epoch."""

import time
from collections.abc import Sequence

from keras_gan_losses.callbacks.balance import balance
from keras_gan_losses.callbacks.between_epochs import BetweenEpochs
from keras_gan_losses.types import Logs
from keras_gan_losses.validation import check_count

_GAME = ("discriminator_accuracy", "generator_loss", "discriminator_loss")


class LiveProgress(BetweenEpochs):
    """Prints one line an epoch that says in words how the game stands.

    Choose it with `fit(verbose=0)` for long trainings, whose bars nobody reads, in terminals,
    log files and notebooks alike. Beside Keras's bar the line comes once the bar is complete.

    Args:
        names: Logs to print after the accuracy and both losses, such as `["diversity"]`; names
            that an epoch does not log are passed over. Defaults to None: those of validation.
        every: Epochs from one line to the next, at least 1.

    Raises:
        ValueError: If `every` is below 1.

    Example:
    >>> from keras_gan_losses import GAN, architectures, datasets
    >>> gan = GAN(*architectures.mlp((2,), 2, hidden_units=(8,)), latent_dim=2)
    >>> gan.compile()
    >>> points = datasets.ring(64).samples
    >>> history = gan.fit(points, verbose=0, callbacks=[LiveProgress()])  # doctest: +ELLIPSIS
    Epoch 1/1 (... s): ..., discriminator_accuracy ..., generator_loss ..., discriminator_loss ...

    Source: the choice of what is said is this package's own.
    """

    def __init__(self, *, names: Sequence[str] | None = None, every: int = 1) -> None:
        super().__init__()
        check_count("every", every, advice="1 means after every epoch.")
        self.names = names
        self.every = every

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts the clock."""
        self._start = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Prints."""
        if (epoch + 1) % self.every == 0:
            seconds = time.monotonic() - self._start
            heading = f"Epoch {epoch + 1}/{self.params.get('epochs', '?')} ({seconds:.1f} s)"
            self.say(f"{heading}: {self._summary(logs or {})}")

    def _summary(self, logs: Logs) -> str:
        accuracy = logs.get("discriminator_accuracy")
        state = [] if accuracy is None else [balance(accuracy).value]
        others = self.names
        if others is None:
            others = [name for name in logs if name.startswith("val_")]
        names = [name for name in (*_GAME, *others) if name in logs]
        return ", ".join([*state, *(f"{name} {logs[name]:.4g}" for name in names)])
