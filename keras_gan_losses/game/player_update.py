"""One update of a player of a game of one's own."""

from collections.abc import Callable, Mapping, Sequence

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.game.inspection import advancing_layers
from keras_gan_losses.game.named_players import trained_variables
from keras_gan_losses.penalties.adversarial_batch import regularization
from keras_gan_losses.types import Tensor

Loss = Callable[[], Tensor | Mapping[str, Tensor]]


class PlayerUpdate:
    """Computes the gradients of one player's loss, and applies them.

    Args:
        networks: The player's.
        optimizer: The player's.
    """

    def __init__(
        self, networks: Sequence[keras.Model], optimizer: keras.optimizers.Optimizer
    ) -> None:
        self._networks = networks
        self._optimizer = optimizer
        self._variables = trained_variables(networks)
        self._advancing_layers = [
            each for network in networks for each in advancing_layers(network)
        ]

    def play(
        self, terms: Callable[[], Mapping[str, Tensor]], state: Sequence[keras.Variable]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Moves the player's weights down the gradient of its loss.

        Args:
            terms: Gives the terms of the loss by name, "" for one without, each a number or one
                value per sample.
            state: All variables that the loss may read or change.

        Returns:
            The loss without what the networks add to it, and its terms, if it has names for them.
        """
        for layer in self._advancing_layers:
            layer.before_update()

        def differentiated() -> tuple[Tensor, tuple[Tensor, dict[str, Tensor]]]:
            means = {name: ops.mean(ops.cast(term, "float32")) for name, term in terms().items()}
            own = sum(means.values(), start=ops.zeros(()))
            added = [each for network in self._networks for each in regularization(network)]
            total = sum(added, start=own) / backend.num_replicas()
            return self._optimizer.scale_loss(total), (own, means)

        (_, (own, means)), gradients = backend.value_and_gradients(
            differentiated, self._variables, state
        )
        if all(gradient is None for gradient in gradients):
            raise ValueError(
                f"The loss depends on no weight of {[each.name for each in self._networks]}. Call "
                "these networks within it, and let nothing stop the gradient."
            )
        backend.apply(self._optimizer, gradients, self._variables)
        return own, {name: value for name, value in means.items() if name}
