"""What a model does otherwise that several devices or processes train together."""

from typing import Any

import keras

from keras_gan_losses import backend
from keras_gan_losses.models.device_checks import check_placement


class ReplicatedModel:
    """Logs for all processes, and files from one of them.

    Every process may call the same methods: the first one, the chief, writes, and the others
    leave the file to it, so that callbacks that save need no condition. None waits for another.

    Mixin of `GAN`.
    """

    def fit(self, *args: Any, **kwargs: Any) -> keras.callbacks.History:
        """Trains the model, the same in every process from the first update on."""
        variables = [*self.variables, *self.optimizer.variables]
        check_placement(self, variables)
        backend.start_alike(variables)
        return super().fit(*args, **kwargs)

    def save(self, filepath: Any, **kwargs: Any) -> None:
        """Saves the model; the chief alone does, where there are several processes.

        Args:
            filepath: Where to, ending in `.keras`.
            **kwargs: As in Keras.
        """
        if backend.is_chief(self):
            # Keras makes an optimizer of its own when it saves one.
            with backend.alone():
                super().save(filepath, **kwargs)

    def save_weights(self, filepath: Any, **kwargs: Any) -> None:
        """Saves the weights; the chief alone does, where there are several processes.

        Args:
            filepath: Where to, ending in `.weights.h5`.
            **kwargs: As in Keras.
        """
        if backend.is_chief(self):
            with backend.alone():
                super().save_weights(filepath, **kwargs)

    def get_metrics_result(self) -> dict[str, Any]:
        """Means of the epoch so far, over all processes."""
        return backend.share_logs(super().get_metrics_result())
