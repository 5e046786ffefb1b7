"""Whether the networks give what penalties ask for."""

from collections.abc import Mapping, Sequence

from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.penalties import Penalty
from keras_gan_losses.trees import check_leaf


def check_needs(penalties: Sequence[Penalty], specification: NetworkSpecification) -> None:
    """Raises if a penalty cannot be computed with these networks, or two have one name.

    Raises:
        ValueError: With what is missing.
    """
    for penalty in penalties:
        _check_outputs(penalty, specification)
        if penalty.needs_latents and specification.latent_shape is None:
            raise ValueError(
                f"The penalty {penalty.name!r} compares samples of different latents. Received a "
                "GAN without latents, whose generator takes the condition alone. Leave it out, or "
                "give the generator latents: GAN(..., latent_dim=…)."
            )
        if penalty.needs_latents and isinstance(specification.latent_shape, Mapping):
            raise ValueError(
                f"The penalty {penalty.name!r} compares samples of different latents, which are "
                f"one tensor. Received: latents {list(specification.latent_shape)}. Leave it out."
            )
        _check_names(penalty, specification)
        if penalty.sees_one_leaf:
            check_leaf(f"The penalty {penalty.name!r}", penalty.on, specification.sample_shape)
    _check_direction(penalties, specification)
    names = [penalty.name for penalty in penalties]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(
            f"Two penalties have the name {sorted(twice)[0]!r}, under which only one can be "
            'logged. Give one of them another: Penalty(..., name="another").'
        )


def runs_generator(penalty: Penalty, specification: NetworkSpecification) -> bool:
    """Whether the generator must run for it: for other samples, or for its further outputs."""
    further = set(specification.generator_outputs) - {"sample"}
    return penalty.needs_generator or not further.isdisjoint(penalty.required_names)


def _check_direction(penalties: Sequence[Penalty], specification: NetworkSpecification) -> None:
    name = "direction_scores"
    if name in specification.outputs and not any(name in p.required_outputs for p in penalties):
        raise ValueError(
            f"The discriminator gives {name!r}, as layers.SlicingDense does, but nothing would "
            'teach that layer its direction. Add penalties=["slicing"].'
        )


def _check_names(penalty: Penalty, specification: NetworkSpecification) -> None:
    latents = specification.latent_names
    given = ["condition"] if specification.only_part else []
    known = ["real", *specification.generator_outputs, *latents, *given, *specification.parts]
    missing = [name for name in penalty.required_names if name not in known]
    if missing:
        raise ValueError(
            f"The penalty {penalty.name!r} compares {missing[0]!r}, which there is not. Received "
            f"networks with {sorted(set(known))}. Name one of these, or let the generator return "
            f'a dictionary: {{"sample": …, "{missing[0]}": …}}.'
        )


def _check_outputs(penalty: Penalty, specification: NetworkSpecification) -> None:
    missing = sorted(set(penalty.required_outputs) - set(specification.outputs))
    if missing:
        raise ValueError(
            f"The penalty {penalty.name!r} needs a discriminator with the output "
            f"{missing[0]!r}. Received one with {sorted(specification.outputs)}. Let it return a "
            f'dictionary: {{"scores": …, "{missing[0]}": …}}.'
        )
