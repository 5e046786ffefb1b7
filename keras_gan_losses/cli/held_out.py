"""Samples on which a run is measured after each epoch, and not trained."""

import dataclasses
from pathlib import Path

import numpy as np

from keras_gan_losses.cli.forms import MIXTURES
from keras_gan_losses.cli.real_data import RealData, make_real_data
from keras_gan_losses.cli.rows import Rows
from keras_gan_losses.cli.tasks import Task
from keras_gan_losses.cli.waves import Waves
from keras_gan_losses.datasets.stored_samples import StoredSamples
from keras_gan_losses_cli.checks import share_of

_USUAL_SHARE = 0.1
_FEWEST_SAMPLES = 2


def held_out(
    task: Task,
    data: str,
    validation: str | None,
    *,
    batch_size: int,
    seed: int,
    data_dir: Path | None = None,
    manual_dir: Path | None = None,
) -> tuple[Task, RealData]:
    """What is left to train on, and what is held out of it.

    Args:
        task: What would be trained on.
        data: Its name or path.
        validation: A share of it, or a path of other data; None takes the test split of an image
            set, other points of a mixture, and a tenth of other data.
        batch_size: What one discriminator update sees.
        seed: Of the choice.
        data_dir: Where tensorflow-datasets keeps prepared data.
        manual_dir: Where the original files of an image set lie.

    Raises:
        ValueError: If the share is too small, or cannot be taken.
    """
    share = None if validation is None else share_of(validation)
    is_whole = isinstance(task.data, np.ndarray | StoredSamples)
    if validation is None and is_whole and data not in MIXTURES:
        share = _USUAL_SHARE
    if share is None:
        return task, make_real_data(
            validation or data,
            data_dir=data_dir,
            manual_dir=manual_dir,
            size=task.side,
            form=task.form,
        )
    return _parted(task, share, batch_size, seed)


def _parted(task: Task, share: float, batch_size: int, seed: int) -> tuple[Task, RealData]:
    data = task.data
    if not isinstance(data, np.ndarray | StoredSamples):
        raise ValueError(
            "An image set has a test split, by which it is measured. Received: --validation "
            f"{share:g}. Leave that out."
        )
    total = data.num_samples if isinstance(data, StoredSamples) else len(data)
    count = round(share * total)
    if not _FEWEST_SAMPLES <= count <= total - _FEWEST_SAMPLES:
        raise ValueError(
            f"On both sides there must be at least {_FEWEST_SAMPLES} samples. --validation "
            f"{share:g} holds out {count} of {total}."
        )
    if isinstance(data, StoredSamples):
        samples, labels = data.hold_out(count)
        left = dataclasses.replace(task, num_batches=data.num_batches)
    else:
        order = np.random.default_rng(seed).permutation(total)
        rows, rest = np.sort(order[:count]), np.sort(order[count:])
        samples, labels = data[rows], None if task.labels is None else task.labels[rows]
        left = dataclasses.replace(
            task,
            data=data[rest],
            labels=None if task.labels is None else task.labels[rest],
            num_batches=-(-len(rest) // batch_size),
        )
    sizes = task.form.encoding.sizes if isinstance(task.form, Rows) else ()
    names = tuple(task.class_names)
    return left, RealData(
        samples=samples,
        labels=labels,
        class_names=names,
        sizes=sizes,
        is_sound=isinstance(task.form, Waves),
    )
