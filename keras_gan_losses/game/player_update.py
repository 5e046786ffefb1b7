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
    loss: Loss,
    state: Sequence[keras.Variable],
) -> tuple[Tensor, dict[str, Tensor]]:
    """Moves a player's weights down the gradient of its loss.

    Args:
        networks: The player's.
        optimizer: The player's.
        loss: Gives one number or one value per sample, or several such terms by name.
        state: All variables that the loss may read or change.

    Returns:
        The loss without what the networks add to it, and its terms, if it has names for them.
    """
    for network in networks:
        for layer in advancing_layers(network):
            layer.before_update()

    def differentiated() -> tuple[Tensor, tuple[Tensor, dict[str, Tensor]]]:
        given = loss()
        terms = given if isinstance(given, Mapping) else {"": given}
        means = {name: ops.mean(ops.cast(term, "float32")) for name, term in terms.items()}
        own = sum(means.values(), start=ops.zeros(()))
        added = [each for network in networks for each in regularization(network)]
        total = sum(added, start=own) / backend.num_replicas()
        return optimizer.scale_loss(total), (own, means)

    variables = trained_variables(networks)
    (_, (own, means)), gradients = backend.value_and_gradients(differentiated, variables, state)
    backend.apply(optimizer, gradients, variables)
    return own, {name: value for name, value in means.items() if name}
