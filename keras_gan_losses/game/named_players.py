"""Players of a game of one's own: their networks, their optimizers, and what is kept of both."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import keras

from keras_gan_losses.game.kept_rules import KeptRules
from keras_gan_losses.game.optimizer_settings import keras_optimizer, rate_of, scaled, with_rate
from keras_gan_losses.game.players_optimizer import PlayersOptimizer
from keras_gan_losses.held_variables import HoldsVariables
from keras_gan_losses.registration import register, serialize_optimizer
from keras_gan_losses.types import Arguments, Config, OptimizerLike
from keras_gan_losses.validation import listed

Networks = Sequence[keras.Model]

# What names of saved variables begin with that belong to no player.
_TAKEN = ("average", "held", "logs", "model", "optimizer", "random")


def networks_of_players(
    players: Mapping[str, keras.Model | Networks],
) -> dict[str, tuple[keras.Model, ...]]:
    """Each player's networks, however many it has.

    Raises:
        TypeError: If one is no Keras model, or they have no names.
        ValueError: If there is no player, a player without a network, one that is not built, or a
            name that cannot be one.
    """
    if not isinstance(players, Mapping):
        raise TypeError(
            "`players` must be a dictionary, each player's network by its name: "
            f"{{'discriminator': model}}. Received: {players!r}."
        )
    found = {
        name: (own,) if isinstance(own, keras.Model) else listed(f"players[{name!r}]", own)
        for name, own in players.items()
    }
    if not found or not all(found.values()):
        raise ValueError(
            "`players` must name at least one player, each with at least one network: "
            f"{{'discriminator': model, 'generator': [encoder, decoder]}}. Received: {players!r}."
        )
    for name, networks in found.items():
        if not isinstance(name, str) or not name or "/" in name or name in _TAKEN:
            raise ValueError(
                f"A player needs a name without '/', and none of {list(_TAKEN)}. Received: "
                f"{name!r}."
            )
        for network in networks:
            if not isinstance(network, keras.Model):
                raise TypeError(
                    f"The networks of {name!r} must be Keras models. Received: {network!r}."
                )
            if not network.built:
                raise ValueError(
                    f"The network {network.name!r} of {name!r} has no weights yet. Give its first "
                    "layer a keras.Input, or call it once."
                )
    return found


def no_players() -> dict[str, Networks]:
    """Raises: stands where a model's players are until its constructor has run."""
    raise RuntimeError(
        "The players are not known. Let the constructor of your subclass call that of "
        "AdversarialModel: super().__init__({'discriminator': …}, sample_shape=…, **kwargs)."
    )


def trained_variables(networks: Networks) -> list[keras.Variable]:
    """What a player trains, each variable once."""
    return list({id(v): v for each in networks for v in each.trainable_variables}.values())


@register
class NamedOptimizers(PlayersOptimizer):
    """Holds each player's optimizer where Keras expects one.

    Args:
        optimizers: By the player's name.
        name: Name of the optimizer.
    """

    def __init__(
        self,
        optimizers: Mapping[str, keras.optimizers.Optimizer],
        name: str = "named_optimizers",
    ) -> None:
        super().__init__(name)
        self.by_player = dict(optimizers)

    @property
    def players(self) -> dict[str, keras.optimizers.Optimizer]:
        """Each player's optimizer, by the player's name."""
        return dict(self.by_player)

    def get_config(self) -> Config:
        """All optimizers, serialized."""
        optimizers = {name: serialize_optimizer(each) for name, each in self.by_player.items()}
        return {"optimizers": optimizers, "name": self.name}

    @classmethod
    def from_config(cls, config: Config, custom_objects: dict[str, type] | None = None) -> Self:
        """Optimizer of the players' configurations."""
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects=custom_objects))

    @property
    def _paths(self) -> list[str]:
        return [f"`model.optimizer.players[{name!r}]`" for name in self.by_player]


@dataclass(frozen=True)
class NamedRules(KeptRules):
    """What `AdversarialModel.compile` was told.

    Args:
        optimizers: Each player's, by its name.
        rates: Learning rates that they began with.
        held: Losses and penalties among the model's attributes, by the attribute's name.
        trainer_arguments: Those that Keras takes.
    """

    optimizers: Mapping[str, keras.optimizers.Optimizer]
    rates: Mapping[str, float]
    held: Mapping[str, HoldsVariables]
    trainer_arguments: Arguments

    @classmethod
    def resolve(
        cls,
        optimizers: OptimizerLike | Mapping[str, OptimizerLike],
        players: Mapping[str, Networks],
        held: Mapping[str, HoldsVariables],
        trainer_arguments: Arguments,
    ) -> Self:
        """Rules with an optimizer for every player.

        Raises:
            ValueError: If a player has none, or there is none of that name.
        """
        chosen = _chosen(optimizers, players)
        rates = {name: rate_of(each) for name, each in chosen.items()}
        return cls(chosen, rates, held, trainer_arguments)

    def optimizer(self, players: Mapping[str, Networks]) -> NamedOptimizers:
        """All optimizers as one, with their slots made."""
        own = {name: scaled(each, *players[name]) for name, each in self.optimizers.items()}
        made = NamedOptimizers(own)
        made.build_players({name: trained_variables(each) for name, each in players.items()})
        return made

    @property
    def holders(self) -> Mapping[str, HoldsVariables]:
        """Losses and penalties, which may hold variables and networks."""
        return self.held

    @property
    def optimizer_classes(self) -> dict[str, str]:
        """Names of the players' optimizers' classes."""
        return {name: type(each).__name__ for name, each in self.optimizers.items()}

    @property
    def description(self) -> Config:
        """Settings of all optimizers, and of what losses and penalties are made of."""
        found: Config = {}
        for player, each in self.optimizers.items():
            settings = with_rate(serialize_optimizer(each)["config"], self.rates[player])
            found |= {f"{player}.{name}": settings[name] for name in settings if name != "name"}
        found |= {n: keras.saving.serialize_keras_object(each) for n, each in self.held.items()}
        return json.loads(json.dumps(found))

    def get_config(self) -> Config:
        """Arguments of `compile`, serialized."""
        own = {name: serialize_optimizer(each) for name, each in self.optimizers.items()}
        return {"optimizers": own, **self.trainer_arguments}


def _chosen(
    optimizers: OptimizerLike | Mapping[str, OptimizerLike], players: Mapping[str, Networks]
) -> dict[str, keras.optimizers.Optimizer]:
    if not isinstance(optimizers, Mapping):
        original = keras_optimizer(optimizers, "optimizers")
        copy = type(original).from_config
        return {name: copy({**original.get_config(), "name": name}) for name in players}
    if set(optimizers) != set(players):
        raise ValueError(
            f"`optimizers` must name one for each of the players {sorted(players)}, or be one of "
            f"which each gets a copy. Received: {sorted(optimizers)}."
        )
    chosen = {name: keras_optimizer(optimizers[name], f"optimizers[{name!r}]") for name in players}
    if len({id(each) for each in chosen.values()}) < len(chosen):
        raise ValueError(
            "One optimizer object cannot serve two players, whose slots it would mix. Make two, "
            "or pass it alone: each player gets a copy."
        )
    return chosen
