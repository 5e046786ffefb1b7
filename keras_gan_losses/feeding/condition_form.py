"""What a condition must be for the networks, and the form in which they get it."""

import math
from collections.abc import Callable, Mapping

import keras
import numpy as np

from keras_gan_losses.feeding.array_form import as_array, check_kind, is_array
from keras_gan_losses.game.players import NetworkSpecification, PartSpecification
from keras_gan_losses.types import Condition, Data, Shape, Tensor


def formed_condition(
    condition: Data, num_samples: int, specification: NetworkSpecification, where: str = ""
) -> Condition | None:
    """Condition of given samples, in the shape of the networks' inputs.

    Raises:
        ValueError: If it is missing or unwanted, of a wrong kind, shape or number.
    """
    check_presence(condition, specification)
    if condition is None:
        return None
    return _each(
        condition,
        specification,
        lambda values, part, place: _one_for_each(values, part, place, num_samples),
        where,
    )


def _one_for_each(
    values: Data, part: PartSpecification, where: str, num_samples: int
) -> np.ndarray:
    done = formed_part(as_array(values), part, where)
    if len(done) != num_samples:
        raise ValueError(
            f"{where}There must be one {noun(part)} for each sample. Received: {num_samples} "
            f"samples and {len(done)} {noun(part)}s. Give `x` and `y` of one length."
        )
    return done


def formed_inputs(inputs: Data, specification: NetworkSpecification) -> Data:
    """What a generator is called with, its condition looked at and formed; others as they are.

    Raises:
        ValueError: If there is no class for a label, or the condition does not fit otherwise.
    """
    taken = specification.generator_inputs
    first = () if taken.first is None else taken.leaves or (taken.first,)
    names = [*first, *taken.parts]
    values = inputs if isinstance(inputs, Mapping) else {}
    if not taken.are_named:
        given = inputs if isinstance(inputs, list | tuple) else [inputs]
        values = dict(zip(names, given, strict=True)) if len(given) == len(names) else {}
    if not taken.parts or set(values) != set(names) or not all(map(_is_array, values.values())):
        return inputs
    parts = specification.parts
    condition = {n: formed_part(as_array(values[n]), parts[n], f"{n!r}: ") for n in taken.parts}
    latents: Data = {name: values[name] for name in taken.leaves} or values.get("latents")
    return taken(latents, condition)


def _is_array(values: Data) -> bool:
    return is_array(values) or isinstance(values, list | tuple)


def _each(
    condition: Data,
    specification: NetworkSpecification,
    function: Callable[[Data, PartSpecification, str], Tensor],
    where: str = "",
) -> Condition:
    """What a function of values, specification and place makes of each part."""
    parts = specification.parts
    if not isinstance(condition, Mapping):
        return function(condition, next(iter(parts.values())), where)
    return {n: function(v, parts[n], f"{where}{n!r}: ") for n, v in condition.items()}


def check_presence(condition: Data, specification: NetworkSpecification) -> None:
    """Raises if a condition came that no network takes, or one is missing.

    Raises:
        ValueError: With what to do.
    """
    if condition is not None and not specification.is_conditional:
        raise ValueError(
            "Labels came with the data, but the networks take none. Leave out `y`, leave them out "
            "of a data set by dataset.map(lambda x, y: x), or build conditional networks, whose "
            "inputs are [latents, condition] and [samples, condition]."
        )
    if condition is None:
        if not specification.is_conditional:
            return
        raise ValueError(
            f"The networks are conditional, but no labels came with the data: they take "
            f"{_parts(specification)}. Pass it as `y`, or as the second element of each batch. If "
            "the generator's input are random latents, tell the GAN: GAN(..., latent_dim=…)."
        )
    if isinstance(condition, Mapping):
        _check_names(condition, specification)
    elif specification.only_part is None:
        raise ValueError(
            f"The networks take several conditions: {_parts(specification)}. Received one "
            f"{type(condition).__name__}. Give a dictionary of them as `y`: "
            f"{{{', '.join(f'{name!r}: …' for name in specification.parts)}}}."
        )


def _check_names(condition: Mapping[str, Data], specification: NetworkSpecification) -> None:
    if set(condition) != set(specification.parts):
        raise ValueError(
            f"The condition must have the parts {sorted(specification.parts)}. Received: "
            f"{sorted(map(str, condition))}. Name each as the networks' inputs are named."
        )


def _parts(specification: NetworkSpecification) -> str:
    described = (f"{n!r} of shape {part.shape}" for n, part in specification.parts.items())
    return ", ".join(described)


def noun(part: PartSpecification) -> str:
    """What one row of a condition is called in errors."""
    return "label" if len(part.shape) <= 1 else "condition"


def formed_part(values: Data, part: PartSpecification, where: str = "") -> np.ndarray:
    """A part of a condition, a row for each sample, in the shape of the networks' input.

    Raises:
        ValueError: If they are no numbers, not finite, of another size, or there is no such class.
    """
    check_kind(values.dtype, "labels", where)
    check_part_shape(tuple(values.shape), part, where)
    values = keras.ops.convert_to_numpy(values)
    check_classes(values, part, where)
    if values.dtype.kind == "f" and part.num_classes is not None:
        values = values.astype("int32")
    return values if None in part.shape else values.reshape((len(values), *part.shape))


def condition_for_all(
    condition: Data, num_samples: int, specification: NetworkSpecification
) -> Condition | None:
    """Condition of samples to be generated.

    Args:
        condition: A row for each sample, or one for all.
        num_samples: How many samples.
        specification: What the networks take.

    Raises:
        ValueError: If there are more or fewer, or they are not what the networks take.

    Example:
    >>> specification = NetworkSpecification((4,), (2,), {"label": PartSpecification((), "int32")})
    >>> condition_for_all(3, 2, specification).tolist()
    [3, 3]
    """
    if (condition is None) == specification.is_conditional:
        wanted = f"is conditional: pass `condition`, {_parts(specification)}"
        advice = wanted if condition is None else "takes no condition"
        raise ValueError(f"The generator {advice}. Received: condition={condition!r}.")
    if condition is None:
        return None
    check_presence(condition, specification)
    return _each(
        condition,
        specification,
        lambda values, part, place: _for_all(values, part, place, num_samples),
    )


def _for_all(values: Data, part: PartSpecification, where: str, num_samples: int) -> np.ndarray:
    values = np.asarray(as_array(values))
    if values.shape == tuple(part.shape):
        _check_not_indices(values, part)
        values = values[None]
    values = formed_part(values, part, where)
    if len(values) not in (1, num_samples):
        raise ValueError(
            f"{where}There must be one {noun(part)} for each sample, or one for all. Received: "
            f"{len(values)} {noun(part)}s for {num_samples} samples."
        )
    return np.broadcast_to(values, (num_samples, *values.shape[1:]))


def _check_not_indices(labels: np.ndarray, part: PartSpecification) -> None:
    """Raises if several class indices would be taken for one label of several numbers."""
    if labels.size > 1 and labels.dtype.kind in "iu" and labels.max() > 1:
        raise ValueError(
            f"`labels` must be of shape {part.shape} each. Received: whole numbers of that shape, "
            "which look like class indices. Use keras.utils.to_categorical(labels, "
            f"{part.shape[-1]}), or numbers with a point for one label for all."
        )


def check_part_shape(shape: Shape, part: PartSpecification, where: str = "") -> None:
    """Raises unless each row of labels has as many numbers as the networks take.

    Raises:
        ValueError: With both shapes.
    """
    received = tuple(shape[1:])
    sizes = {_num_values(received), _num_values(part.shape)} - {None}
    if not shape or len(sizes) > 1:
        advice = "Use class indices, or build the networks for this shape."
        if not received and part.shape:
            advice = f"Use keras.utils.to_categorical(labels, {part.shape[-1]}) for classes."
        elif received and received[-1] == part.num_classes:
            advice = "Use class indices: np.argmax(labels, axis=-1)."
        raise ValueError(
            f"{where}The networks take labels of shape {part.shape} each. Received labels of "
            f"shape {received} each. {advice}"
        )


def check_classes(values: np.ndarray, part: PartSpecification, where: str = "") -> None:
    """Raises unless labels are finite, and name classes that there are.

    Raises:
        ValueError: With a label that is wrong, and the range of right ones.
    """
    is_float = np.issubdtype(values.dtype, np.floating)
    if is_float and not np.isfinite(np.sum(values, dtype="float64")):
        raise ValueError(
            f"{where}The labels hold NaN or infinite values, which would destroy both networks' "
            "weights. Remove or replace them."
        )
    if part.num_classes is None or values.size == 0:
        return
    is_wrong = (values < 0) | (values >= part.num_classes)
    if is_float:
        is_wrong |= values != np.floor(values)
    if is_wrong.any():
        raise ValueError(
            f"{where}The networks know {part.num_classes} classes, so labels must be whole "
            f"numbers from 0 to {part.num_classes - 1}. Received the label "
            f"{values[is_wrong].flat[0]}. Number the classes from 0, leave out samples without a "
            "class, or build the networks for more classes."
        )


def _num_values(shape: Shape) -> int | None:
    known = [size for size in shape if size is not None]
    return math.prod(known) if len(known) == len(shape) else None
