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


def update_player(
    networks: Sequence[keras.Model],
    optimizer: keras.optimizers.Optimizer,
    terms: Callable[[], Mapping[str, Tensor]],
    state: Sequence[keras.Variable],
) -> tuple[Tensor, dict[str, Tensor]]:
    """Moves a player's weights down the gradient of its loss.

    Args:
        networks: The player's.
        optimizer: The player's.
        terms: Gives the terms of the loss by name, "" for one without, each a number or one value
            per sample.
        state: All variables that the loss may read or change.

    Returns:
        The loss without what the networks add to it, and its terms, if it has names for them.
    """
    for network in networks:
        for layer in advancing_layers(network):
            layer.before_update()

    def differentiated() -> tuple[Tensor, tuple[Tensor, dict[str, Tensor]]]:
        means = {name: ops.mean(ops.cast(term, "float32")) for name, term in terms().items()}
        own = sum(means.values(), start=ops.zeros(()))
        added = [each for network in networks for each in regularization(network)]
        total = sum(added, start=own) / backend.num_replicas()
        return optimizer.scale_loss(total), (own, means)

    variables = trained_variables(networks)
    (_, (own, means)), gradients = backend.value_and_gradients(differentiated, variables, state)
    if all(gradient is None for gradient in gradients):
        raise ValueError(
            f"The loss depends on no weight of {[each.name for each in networks]}. Call these "
            "networks within it, and let nothing stop the gradient."
        )
    backend.apply(optimizer, gradients, variables)
    return own, {name: value for name, value in means.items() if name}
