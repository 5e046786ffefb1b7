"""Samples as trees: one tensor, a tuple of tensors, or a dictionary of tensors.

Each tensor is a leaf, whose first axis is the batch. A leaf is named by its key or by its place in
the tuple; that of samples which are one tensor has the name None.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

import keras
from keras import ops

from keras_gan_losses.types import Data, Outputs, Samples, Shape, Shapes, Size, Tensor, Tree

Leaf = TypeVar("Leaf")

LeafName: TypeAlias = str | int | None
"""A key, a place, or None where samples are one tensor."""


def named_leaves(tree: Data) -> dict[LeafName, Data]:
    """The leaves by their names.

    Example:
    >>> named_leaves({"x": 1, "y": 2}), named_leaves([1, 2]), named_leaves(1)
    ({'x': 1, 'y': 2}, {0: 1, 1: 2}, {None: 1})
    """
    if isinstance(tree, Mapping):
        return dict(tree)
    return dict(enumerate(tree)) if isinstance(tree, tuple | list) else {None: tree}


def packed(leaves: Mapping[LeafName, Leaf]) -> Data:
    """The tree whose leaves have these names, without lists, and with sorted keys.

    Keras walks through dictionaries in the order of their keys, but on torch not through those
    inside of another.

    Example:
    >>> packed({0: 1, 1: 2}), packed({"y": 1, "x": 2}), packed({None: 1})
    ((1, 2), {'x': 2, 'y': 1}, 1)
    """
    if None in leaves:
        return leaves[None]
    if 0 in leaves:
        return tuple(leaves.values())
    return {name: leaves[name] for name in sorted(leaves, key=str)}


def in_one_form(tree: Data) -> Data:
    """The tree without lists, as which Keras hands over some tuples, and with sorted keys."""
    return packed(named_leaves(tree))


def named_shapes(shapes: Shapes) -> dict[LeafName, Shape]:
    """The shapes of leaves by their names.

    Example:
    >>> named_shapes(((9, 9), (9, 5))), named_shapes((9, 9))
    ({0: (9, 9), 1: (9, 5)}, {None: (9, 9)})
    """
    is_tree = isinstance(shapes, Mapping) or any(isinstance(each, tuple) for each in shapes)
    leaves: dict[LeafName, Data] = named_leaves(shapes) if is_tree else {None: shapes}
    return leaves


def checked_shapes(argument: str, shapes: Shapes) -> Shapes:
    """The shapes in one form.

    Args:
        argument: Name of the argument, as the user wrote it.
        shapes: What came.

    Raises:
        ValueError: Unless each leaf has a shape of whole numbers, or None for any size.
    """
    is_tree = isinstance(shapes, Mapping | tuple | list) and shapes != {}
    if not is_tree or not all(map(_is_shape, named_shapes(shapes).values())):
        raise ValueError(
            f"`{argument}` must be the shape of one sample without the batch, such as (28, 28, 1), "
            f"or a tuple or dictionary of such. Received: {argument}={shapes!r}."
        )
    return of_shapes(tuple, shapes)


def _is_shape(value: object) -> bool:
    return isinstance(value, tuple | list) and all(
        size is None or (isinstance(size, int) and not isinstance(size, bool) and size >= 1)
        for size in value
    )


def of_shapes(make: Callable[[Shape], Leaf], shapes: Shapes) -> Data:
    """The tree of what a function makes of each leaf's shape.

    Example:
    >>> of_shapes(len, {"x": (8, 8, 1), "y": ()})
    {'x': 3, 'y': 0}
    """
    return packed({name: make(shape) for name, shape in named_shapes(shapes).items()})


def num_rows(samples: Samples) -> Size:
    """How many samples there are; in a graph a tensor, where it is not known before.

    Example:
    >>> num_rows({"x": ops.ones((3, 2)), "y": ops.ones((3, 5))})
    3
    """
    return ops.shape(keras.tree.flatten(samples)[0])[0]


def num_samples(arrays: Data) -> int:
    """Number of rows of arrays in memory, without a look at their values."""
    return len(keras.tree.flatten(arrays)[0])


def for_each_row(numbers: Tensor, like: Tensor) -> Tensor:
    """One number for each sample, to be multiplied with the sample's values.

    Args:
        numbers: Shape `(batch,)`.
        like: A leaf, shape `(batch, …)`.

    Example:
    >>> tuple(for_each_row(ops.ones((3,)), ops.ones((3, 8, 8, 1))).shape)
    (3, 1, 1, 1)
    """
    return ops.reshape(numbers, (-1,) + (1,) * (len(like.shape) - 1))


def leaf_of(samples: Data, on: LeafName) -> Data:
    """One leaf by its name; None stands for samples as they are."""
    return samples if on is None else named_leaves(samples)[on]


def check_leaf(what: str, on: LeafName, shapes: Shapes) -> None:
    """Raises unless samples have a leaf of this name.

    Args:
        what: What looks at the leaf, as the beginning of a sentence.
        on: Name of the leaf, None for samples that are one tensor.
        shapes: Those of the samples.

    Raises:
        ValueError: With the leaves that there are.
    """
    known = list(named_shapes(shapes))
    if on in known:
        return
    are = "are one tensor" if known == [None] else f"have the leaves {known}"
    advice = "Leave out `on`." if known == [None] else f"Name one of them: on={known[0]!r}."
    raise ValueError(
        f"{what} looks at one tensor of each sample. Received: on={on!r}, and samples that {are}. "
        f"{advice}"
    )


def in_float32(tree: Tree) -> Data:
    """The same, each tensor in single precision."""
    return keras.tree.map_structure(lambda leaf: ops.cast(leaf, "float32"), tree)


def outputs_by_name(outputs: Data, only: str) -> Outputs:
    """What a network gives, by name.

    Args:
        outputs: Of the network.
        only: Name of the whole, unless it is a dictionary that has this name.

    Example:
    >>> outputs_by_name({"sample": 1, "cycle": 2}, "sample"), outputs_by_name([1, 2], "sample")
    ({'sample': 1, 'cycle': 2}, {'sample': [1, 2]})
    """
    is_named = isinstance(outputs, Mapping) and only in outputs
    return dict(outputs) if is_named else {only: outputs}


def sample_of(outputs: Data) -> Data:
    """The samples among what a generator gives: all of it, unless `"sample"` names them.

    Example:
    >>> sample_of({"sample": [1, 2], "cycle": 2}), sample_of({"x": 1, "y": 2})
    ((1, 2), {'x': 1, 'y': 2})
    """
    return in_one_form(outputs_by_name(outputs, "sample")["sample"])
