"""What a batch must be for the networks, and the form in which they get it."""

import math
from collections.abc import Mapping

import keras
import numpy as np

from keras_gan_losses.game.players import LabelSpecification, NetworkSpecification
from keras_gan_losses.types import Batch, Data, DType, Labels, Shape, Tensor


def formed(
    samples: Data, labels: Data, specification: NetworkSpecification, *, where: str = ""
) -> tuple[Tensor, np.ndarray | None]:
    """Samples and labels as the networks take them.

    Args:
        samples: Array or tensor.
        labels: One for each sample, or None.
        specification: What the networks take.
        where: Place in the data, for errors.

    Returns:
        The samples, and the labels in the shape of the networks' input.

    Raises:
        ValueError: If they are not finite, not numbers, of a wrong shape or number, or if there
            is no class for a label.
    """
    check_samples(samples, specification.sample_shape, where)
    check_presence(labels, specification.label)
    if labels is None or specification.label is None:
        return samples, None
    labels = formed_labels(as_array(labels), specification.label, where)
    if len(labels) != len(samples):
        raise ValueError(
            f"{where}There must be one label for each sample. Received: {len(samples)} samples and "
            f"{len(labels)} labels. Give `x` and `y` of one length."
        )
    return samples, labels


def unpacked(batch: Batch) -> tuple[Data, Data]:
    """Samples and labels of what a data set gives.

    Raises:
        ValueError: If it is a dictionary, or has weights, or has too many parts.
    """
    if isinstance(batch, Mapping):
        raise ValueError(
            f"Samples must be one array. Received: a dictionary with the keys {sorted(batch)}. "
            "Give (samples,) or (samples, labels), for example by "
            "dataset.map(lambda each: each['image'])."
        )
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


def refuse_weights() -> None:
    """Raises, because weights of samples have no one meaning for two players.

    Raises:
        ValueError: Always.
    """
    raise ValueError(
        "`sample_weight` and `class_weight` are not supported: a generated sample has no weight "
        "of its own. Draw the more important samples more often instead."
    )


def as_array(values: Data) -> Data:
    """Tables, series and lists of numbers as arrays; what is one already, as it is."""
    if hasattr(values, "to_numpy"):
        return values.to_numpy()
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.is_masked(values):
            raise ValueError(
                "The data are a masked array, whose masked values would be trained on. Remove "
                "them, or fill them in with `filled(…)`."
            )
        return values.filled()
    return np.asarray(values) if isinstance(values, list | tuple | int | float) else values


def is_array(x: Data) -> bool:
    """Whether data are one array, tensor or table in memory."""
    return hasattr(x, "shape") and hasattr(x, "__len__")


def check_samples(samples: Data, expected: Shape, where: str = "") -> None:
    """Raises unless samples are finite numbers of the shape that the networks take.

    Raises:
        ValueError: With both shapes, or with what they are instead of numbers.
    """
    if not hasattr(samples, "shape") or not hasattr(samples, "dtype"):
        raise ValueError(
            f"{where}Samples must be one array of shape {_batch_shape(expected)}. Received: "
            f"{type(samples).__name__}. Join samples of one shape by np.stack(…)."
        )
    _check_dense(samples, where)
    check_kind(samples.dtype, "samples", where)
    check_shape(tuple(samples.shape), expected, where)
    if samples.shape[0] == 0:
        raise ValueError(f"{where}The data are empty: expected at least one sample. Received none.")
    _check_finite(samples, where)


def check_shape(shape: Shape, expected: Shape, where: str = "") -> None:
    """Raises unless a batch of this shape holds samples of the expected one.

    Raises:
        ValueError: With both shapes.
    """
    fits = len(shape) == len(expected) + 1 and all(
        wanted is None or size is None or wanted == size
        for wanted, size in zip(expected, shape[1:], strict=True)
    )
    if not fits:
        raise ValueError(
            f"{where}The networks make and score samples of shape {expected}, so data must have "
            f"the shape {_batch_shape(expected)}. Received data of shape {shape}. "
            f"{_advice_on_shape(shape, expected)}"
        )


def check_kind(dtype: DType, what: str, where: str = "") -> None:
    """Raises unless values are real numbers.

    Args:
        dtype: Of an array or tensor of any library.
        what: "samples" or "labels".
        where: Place in the data, for errors.

    Raises:
        ValueError: With what they are instead.
    """
    name = str(getattr(dtype, "name", dtype)).lower()
    if any(kind in name for kind in ("float", "int", "bool")):
        return
    kinds = {"complex": "complex numbers", "str": "texts", "bytes": "texts", "time": "times"}
    found = next((words for key, words in kinds.items() if key in name), "objects")
    advice = {
        ("labels", "texts"): "Use class indices: np.unique(labels, return_inverse=True)[1].",
        ("samples", "complex numbers"): "Give the real and imaginary parts as two channels: "
        "np.stack([x.real, x.imag], axis=-1).",
    }
    raise ValueError(
        f"{where}The {what} are {found}, which networks cannot take. Received: dtype {name}. "
        f"{advice.get((what, found), 'Convert them to numbers first: np.asarray(x, dtype=float).')}"
    )


def check_presence(labels: object, label: LabelSpecification | None) -> None:
    """Raises if labels came that no network takes, or are missing.

    Raises:
        ValueError: With what to do.
    """
    if labels is not None and label is None:
        raise ValueError(
            "Labels came with the data, but the networks take none. Leave out `y`, leave them out "
            "of a data set by dataset.map(lambda x, y: x), or build conditional networks, whose "
            "inputs are [latents, labels] and [samples, labels]."
        )
    if labels is None and label is not None:
        raise ValueError(
            "The networks are conditional, but no labels came with the data. Pass them as `y`, "
            "or as the second element of each batch."
        )


def formed_labels(labels: Labels, label: LabelSpecification, where: str = "") -> np.ndarray:
    """Labels, one a row, in the shape of the networks' input.

    Raises:
        ValueError: If they are no numbers, not finite, of another size, or there is no such class.
    """
    check_kind(labels.dtype, "labels", where)
    check_label_shape(tuple(labels.shape), label, where)
    values = keras.ops.convert_to_numpy(labels)
    check_classes(values, label, where)
    if values.dtype.kind == "f" and label.num_classes is not None:
        values = values.astype("int32")
    return values if None in label.shape else values.reshape((len(values), *label.shape))


def labels_for_all(labels: Data, num_samples: int, label: LabelSpecification) -> np.ndarray:
    """Labels for samples to be generated.

    Args:
        labels: One for each sample, or one for all.
        num_samples: How many samples.
        label: What labels must be like.

    Raises:
        ValueError: If there are more or fewer, or they are not what the networks take.

    Example:
    >>> labels_for_all(3, 2, LabelSpecification((), "int32", 10)).tolist()
    [3, 3]
    """
    labels = np.asarray(as_array(labels))
    if labels.shape == tuple(label.shape):
        _check_not_indices(labels, label)
        labels = labels[None]
    labels = formed_labels(labels, label)
    if len(labels) not in (1, num_samples):
        raise ValueError(
            f"`labels` must be one for each sample, or one for all. Received: {len(labels)} labels "
            f"for {num_samples} samples."
        )
    return np.broadcast_to(labels, (num_samples, *labels.shape[1:]))


def _check_not_indices(labels: np.ndarray, label: LabelSpecification) -> None:
    """Raises if several class indices would be taken for one label of several numbers."""
    if labels.size > 1 and labels.dtype.kind in "iu" and labels.max() > 1:
        raise ValueError(
            f"`labels` must be of shape {label.shape} each. Received: whole numbers of that shape, "
            "which look like class indices. Use keras.utils.to_categorical(labels, "
            f"{label.shape[-1]}), or numbers with a point for one label for all."
        )


def check_label_shape(shape: Shape, label: LabelSpecification, where: str = "") -> None:
    """Raises unless each row of labels has as many numbers as the networks take.

    Raises:
        ValueError: With both shapes.
    """
    received = tuple(shape[1:])
    sizes = {_num_values(received), _num_values(label.shape)} - {None}
    if not shape or len(sizes) > 1:
        advice = "Use class indices, or build the networks for this shape."
        if not received and label.shape:
            advice = f"Use keras.utils.to_categorical(labels, {label.shape[-1]}) for classes."
        elif received and received[-1] == label.num_classes:
            advice = "Use class indices: np.argmax(labels, axis=-1)."
        raise ValueError(
            f"{where}The networks take labels of shape {label.shape} each. Received labels of "
            f"shape {received} each. {advice}"
        )


def check_classes(values: np.ndarray, label: LabelSpecification, where: str = "") -> None:
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
    if label.num_classes is None or values.size == 0:
        return
    is_wrong = (values < 0) | (values >= label.num_classes)
    if is_float:
        is_wrong |= values != np.floor(values)
    if is_wrong.any():
        raise ValueError(
            f"{where}The networks know {label.num_classes} classes, so labels must be whole "
            f"numbers from 0 to {label.num_classes - 1}. Received the label "
            f"{values[is_wrong].flat[0]}. Number the classes from 0, leave out samples without a "
            "class, or build the networks for more classes."
        )


def _check_dense(samples: Tensor, where: str) -> None:
    # Matrices of SciPy, arrays of JAX, tensors of torch.
    layout = str(getattr(samples, "layout", "torch.strided"))
    if hasattr(samples, "toarray") or hasattr(samples, "todense") or layout != "torch.strided":
        raise ValueError(
            f"{where}Samples must be a dense array. Received: {type(samples).__name__}, which is "
            "sparse. Pass x.toarray(), x.todense() or x.to_dense(), or a keras.utils.PyDataset "
            "that makes each batch dense."
        )


def _check_finite(samples: Tensor, where: str) -> None:
    values = keras.ops.convert_to_numpy(samples)
    if values.dtype.kind in "iub":
        return
    # A sum is not finite if a value is not, and needs no array of flags.
    with np.errstate(invalid="ignore"):
        total = np.sum(values, dtype="float64")
    if not np.isfinite(total):
        raise ValueError(
            f"{where}The data hold NaN or infinite values, which would destroy both networks' "
            "weights. Remove or replace them."
        )


def _num_values(shape: Shape) -> int | None:
    known = [size for size in shape if size is not None]
    return math.prod(known) if len(known) == len(shape) else None


def _batch_shape(expected: Shape) -> str:
    return f"(batch, {', '.join(map(str, expected))})"


def _advice_on_shape(shape: Shape, expected: Shape) -> str:
    rest = tuple(shape[1:])
    if len(rest) == 3 and (*rest[1:], rest[0]) == tuple(expected):
        return "They have channels first: transpose them to (batch, height, width, channels)."
    if (*rest, 1) == tuple(expected):
        return "Add the axis of channels: x[..., None]."
    return "Reshape the data, batch the data set, or build networks for this shape."
