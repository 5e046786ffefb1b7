"""What a batch must be for the networks, and the form in which they get it."""

from collections.abc import Mapping

from keras_gan_losses.feeding.condition_form import formed_condition
from keras_gan_losses.feeding.sample_form import formed_samples
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.trees import named_shapes, num_samples
from keras_gan_losses.types import Batch, Condition, Data, Samples, Shapes


def formed(
    samples: Data, condition: Data, specification: NetworkSpecification, *, where: str = ""
) -> tuple[Samples, Condition | None]:
    """Samples and their condition as the networks take them.

    Args:
        samples: Array or tensor, or a tree of such.
        condition: A row for each sample, or a dictionary of such parts, or None.
        specification: What the networks take.
        where: Place in the data, for errors.

    Returns:
        The samples, and the condition in the shape of the networks' inputs.

    Raises:
        ValueError: If they are not finite, not numbers, of a wrong shape or number, or if there
            is no class for a label.
    """
    samples = formed_samples(samples, specification.sample_shape, where)
    return samples, formed_condition(condition, num_samples(samples), specification, where)


def unpacked(batch: Batch, shapes: Shapes = ()) -> tuple[Data, Data]:
    """Samples and labels of what a data set gives.

    Samples that are a tree may stand alone: as a dictionary of their leaves, or as a tuple or list
    of them, which is known by its first element, a leaf.

    Args:
        batch: `(samples,)`, `(samples, condition)`, samples alone, or a dictionary that says it.
        shapes: Those of the samples' leaves.

    Raises:
        ValueError: If it is another dictionary, or has weights, or has too many parts.
    """
    leaves = named_shapes(shapes)
    if isinstance(batch, Mapping):
        is_sample = None not in leaves and "sample" not in batch
        return (batch, None) if is_sample else of_words(batch)
    if not isinstance(batch, tuple | list):
        return batch, None
    if 0 in leaves and batch and not isinstance(batch[0], tuple | list | Mapping):
        return batch, None
    if not 0 < len(batch) <= 3:
        raise ValueError(
            "A batch must be (samples,) or (samples, labels). Received: "
            f"{type(batch).__name__} of {len(batch)}. Join samples of one shape by np.stack(…)."
        )
    samples, labels, weights = (*batch, None, None)[:3]
    if weights is not None:
        refuse_weights()
    return samples, labels


def of_words(data: Mapping[str, Data]) -> tuple[Data, Data]:
    """Samples and condition of a dictionary that says in words which is which.

    Raises:
        ValueError: If it says something else.
    """
    if "sample" not in data or not {"sample", "condition"}.issuperset(data):
        raise ValueError(
            f"Samples must be one array. Received: a dictionary with the keys {sorted(data)}. "
            "Say which is which: {'sample': …, 'condition': …}, or give (samples,) or "
            "(samples, condition), for example by dataset.map(lambda each: each['image'])."
        )
    return data["sample"], data.get("condition")


def refuse_weights() -> None:
    """Raises, because weights of samples have no one meaning for two players.

    Raises:
        ValueError: Always.
    """
    raise ValueError(
        "`sample_weight` and `class_weight` are not supported: a generated sample has no weight "
        "of its own. Draw the more important samples more often instead."
    )
