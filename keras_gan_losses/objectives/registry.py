"""The table of objectives: each is in it by the decorator of the function that makes it."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras

from keras_gan_losses.losses.foreign_loss import matching_loss
from keras_gan_losses.objectives.objective import Objective
from keras_gan_losses.registration import look_up

Make = Callable[..., Objective]

_OBJECTIVES: dict[str, Make] = {}
_ALIASES: dict[str, str] = {}

_EXPECTED = (
    "`loss` must be the name of an objective, an Objective, or a dictionary "
    '{"generator": Loss, "discriminator": Loss}.'
)


def register(*aliases: str) -> Callable[[Make], Make]:
    """Makes an objective known by the name of the function that it decorates.

    Choose it for a game of your own: `compile(loss="mine")` and `comparison.compare` then take
    the name. A function of the same name and file may replace the earlier one.

    Args:
        *aliases: Other names that it goes by.

    Returns:
        A decorator of functions that make an `Objective`, whose arguments have defaults.

    Raises:
        ValueError: On decorating, if a name is taken, or an argument has no default.
        TypeError: On decorating, if there is no function but an alias's place.

    Example:
    >>> from keras_gan_losses import losses
    >>> @register("half_hinge")
    ... def hinge_against_entropy(*, label_smoothing: float = 0.0) -> Objective:
    ...     return Objective(
    ...         generator_loss=losses.HingeGeneratorLoss(),
    ...         discriminator_loss=losses.NonSaturatingDiscriminatorLoss(
    ...             label_smoothing=label_smoothing
    ...         ),
    ...     )
    >>> get("half_hinge").name
    'hinge_against_entropy'
    """
    if any(not isinstance(alias, str) for alias in aliases):
        raise TypeError(
            "`register` takes aliases, and gives the decorator: write @register() above the "
            f"function. Received: {aliases!r}."
        )

    def decorate(make: Make) -> Make:
        return enter(make.__name__, make, aliases)

    return decorate


def enter(name: str, make: Make, aliases: Sequence[str] = ()) -> Make:
    """Puts a function into the table under a name, and gives it back so that it sets the name."""

    @functools.wraps(make)
    def named(*args: Any, **kwargs: Any) -> Objective:
        objective = make(*args, **kwargs)
        if not isinstance(objective, Objective):
            raise TypeError(f"{name!r} must make an Objective. It made: {objective!r}.")
        objective.name = name
        return objective

    _check_new(name, make, aliases)
    _OBJECTIVES[name] = named
    _ALIASES.update(dict.fromkeys(aliases, name))
    return named


def names() -> list[str]:
    """Names of all objectives, sorted; each is a valid `loss` in `GAN.compile`.

    Example:
    >>> "wgan_gp" in names()
    True
    """
    return sorted(_OBJECTIVES)


def aliases() -> dict[str, str]:
    """Other names people use, and the objective that each stands for.

    Example:
    >>> aliases()["binary_crossentropy"]
    'non_saturating'
    """
    return dict(sorted(_ALIASES.items()))


def maker(name: str) -> Make:
    """The function that makes an objective, whose arguments are its settings.

    Args:
        name: The objective's name, or an alias of it.

    Raises:
        ValueError: If there is none.

    Example:
    >>> maker("wasserstein_gp")(penalty_weight=1.0).penalties[0].weight
    1.0
    """
    by_alias = {alias: _OBJECTIVES[meant] for alias, meant in _ALIASES.items()}
    return look_up(name, {**_OBJECTIVES, **by_alias}, "objective")


def get(identifier: str | Objective | Mapping[str, keras.losses.Loss]) -> Objective:
    """Objective of a name, of a pair of losses, or itself.

    Args:
        identifier: A name such as `"wgan_gp"`, an `Objective`, or a dictionary
            `{"generator": Loss, "discriminator": Loss}`.

    Returns:
        A named objective has its paper's settings.

    Raises:
        ValueError: If it is no objective's name and none of the above, or a player lacks its loss.
        TypeError: If it is one loss, which does for one player only.

    Example:
    >>> get("wgan_gp").discriminator_steps
    5
    """
    if isinstance(identifier, Objective):
        return identifier
    if isinstance(identifier, str):
        return maker(identifier)()
    if isinstance(identifier, Mapping):
        return _pair(identifier)
    if isinstance(identifier, keras.losses.Loss):
        raise TypeError(f"{_EXPECTED} Received: {identifier!r}.{_advice(identifier)}")
    raise ValueError(
        f"{_EXPECTED} Received: {identifier!r}. Names of objectives: {', '.join(names())}."
    )


def _check_new(name: str, make: Make, aliases: Sequence[str]) -> None:
    known = _OBJECTIVES.get(name)
    if known is not None and _place(known) == _place(make):
        # A cell of a notebook is run again.
        for alias in [alias for alias, meant in _ALIASES.items() if meant == name]:
            del _ALIASES[alias]
        del _OBJECTIVES[name]
    taken = sorted({name, *aliases} & {*_OBJECTIVES, *_ALIASES})
    if taken:
        raise ValueError(f"There is an objective {taken[0]!r} already. Choose another name.")
    try:
        inspect.signature(make).bind()
    except TypeError as error:
        raise ValueError(
            f"The objective {name!r} must be made without arguments where it is known by its "
            f"name: {error}. Give each argument a default."
        ) from error


def _place(make: Make) -> tuple[str, str]:
    return make.__module__, make.__qualname__


def _advice(loss: keras.losses.Loss) -> str:
    pair = ", ".join(
        f'"{player}": losses.{matching_loss(loss, player)}()'
        for player in ("generator", "discriminator")
    )
    return f' One loss does for one player only. Write loss="non_saturating", or {{{pair}}}.'


def _pair(losses: Mapping[str, keras.losses.Loss]) -> Objective:
    if set(losses) != {"generator", "discriminator"}:
        raise ValueError(
            '`loss` as a dictionary needs exactly the keys "generator" and "discriminator". '
            f"Received keys: {list(losses)}."
        )
    return Objective(generator_loss=losses["generator"], discriminator_loss=losses["discriminator"])
