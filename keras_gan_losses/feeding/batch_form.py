"""What a batch must be for the networks, and the form in which they get it."""

from collections.abc import Mapping

from keras_gan_losses.feeding.condition_form import formed_condition
from keras_gan_losses.feeding.sample_form import check_samples
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.types import Batch, Condition, Data, Tensor


def formed(
    samples: Data, condition: Data, specification: NetworkSpecification, *, where: str = ""
) -> tuple[Tensor, Condition | None]:
    """Samples and their condition as the networks take them.

    Args:
        samples: Array or tensor.
        condition: A row for each sample, or a dictionary of such parts, or None.
        specification: What the networks take.
        where: Place in the data, for errors.

    Returns:
        The samples, and the condition in the shape of the networks' inputs.

    Raises:
        ValueError: If they are not finite, not numbers, of a wrong shape or number, or if there
            is no class for a label.
    """
    check_samples(samples, specification.sample_shape, where)
    return samples, formed_condition(condition, len(samples), specification, where)


def unpacked(batch: Batch) -> tuple[Data, Data]:
    """Samples and labels of what a data set gives.

    Raises:
        ValueError: If it is a dictionary, or has weights, or has too many parts.
    """
    if isinstance(batch, Mapping):
        return of_words(batch)
    if not isinstance(batch, tuple | list):
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
