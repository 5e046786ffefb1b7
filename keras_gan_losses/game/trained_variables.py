"""Which variables the players' optimizers know."""

import warnings
from collections.abc import Iterable

import keras


class TrainedVariables:
    """Remembers what networks trained when their game was made.

    Args:
        networks: Those of all players.
    """

    def __init__(self, networks: Iterable[keras.Model]) -> None:
        self._networks = list(networks)
        self._known = self._now()
        for network in self._networks:
            _warn_if_frozen(network)

    def check_unchanged(self) -> None:
        """Raises if layers were frozen or thawed since.

        Raises:
            ValueError: If the variables to train are not those that the optimizers know.
        """
        if self._now() != self._known:
            raise ValueError(
                "The networks' trainable variables have changed since `compile`, and the "
                "optimizers do not know them. Freeze and thaw layers before `compile`, or call it "
                "again. To hold a player back for a while, leave `trainable` alone and set its "
                "learning rate in a callback: "
                "self.model.optimizer.discriminator_optimizer.learning_rate = 0.0."
            )

    def _now(self) -> list[set[int]]:
        return [{id(each) for each in network.trainable_variables} for network in self._networks]


def _warn_if_frozen(network: keras.Model) -> None:
    """Old recipes freeze the discriminator for the generator's turns; here it would never learn."""
    if network.weights and not network.trainable:
        warnings.warn(
            f"The network {network.name!r} never learns, because it was frozen before `compile` "
            f"(trainable=False). If you meant that it waits while another player learns: the game "
            "knows whose turn it is. Set trainable=True, and call `compile` again.",
            stacklevel=2,
        )


def averaged_over_replicas(networks: Iterable[keras.Model]) -> list[keras.Variable]:
    """What every replica changes by its own samples, such as BatchNormalization's averages."""
    return [
        variable
        for network in networks
        for variable in network.non_trainable_variables
        if variable.aggregation == "none" and variable.dtype.startswith(("float", "bfloat"))
    ]
