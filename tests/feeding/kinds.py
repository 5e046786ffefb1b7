"""The same samples and labels, or further conditions, as data of every kind."""

import keras
import numpy as np


class Batched(keras.utils.PyDataset):
    """Neighbouring rows of arrays."""

    def __init__(self, arrays, batch_size):
        super().__init__()
        self._arrays, self._batch_size = arrays, batch_size

    def __len__(self):
        return -(-_count(self._arrays) // self._batch_size)

    def __getitem__(self, index):
        rows = slice(index * self._batch_size, (index + 1) * self._batch_size)
        return _rows(self._arrays, rows)


def _count(arrays):
    return len(keras.tree.flatten(arrays)[0])


def _rows(arrays, rows):
    return keras.tree.map_structure(lambda array: array[rows], arrays)


def _tensorflow(arrays, batch_size):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(arrays).batch(batch_size)


def _torch(arrays, batch_size):
    import torch

    rows = [_rows(arrays, index) for index in range(_count(arrays))]

    def collate(batch):
        return keras.tree.map_structure(lambda *each: torch.from_numpy(np.stack(each)), *batch)

    return torch.utils.data.DataLoader(rows, batch_size=batch_size, collate_fn=collate)


def _grain(arrays, batch_size):
    import grain

    rows = [_rows(arrays, index) for index in range(_count(arrays))]
    return grain.MapDataset.source(rows).batch(batch_size)


def _generator(arrays, batch_size):
    batches = Batched(arrays, batch_size)
    return (batches[index] for index in range(len(batches)))


STREAMS = {
    "tf.data": _tensorflow,
    "PyDataset": Batched,
    "generator": _generator,
    "DataLoader": _torch,
    "grain": _grain,
}
KINDS = ("array", *STREAMS)


def made(kind, samples, labels=None, batch_size=8):
    """Arguments `x` and `y` of `fit`."""
    if kind == "array":
        return (samples, labels)
    arrays = (samples,) if labels is None else (samples, labels)
    return (STREAMS[kind](arrays, batch_size), None)
