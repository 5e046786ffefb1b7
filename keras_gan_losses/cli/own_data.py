"""Data of the user's own, from a path: what they are, and what suits them."""

import collections
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from keras_gan_losses import architectures, datasets
from keras_gan_losses.cli.forms import Pictures
from keras_gan_losses.cli.numbers import Numbers
from keras_gan_losses.cli.own import Networks, OwnData, warnings_in_one_line
from keras_gan_losses.cli.own_signals import own_signals
from keras_gan_losses.cli.own_table import own_table
from keras_gan_losses.datasets import image_files, signal_files
from keras_gan_losses.datasets.image_files import ImageFile, find_image_files
from keras_gan_losses.datasets.table_files import TABLES
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import Data, Shape

_USUAL_SIDE = 64
_FEWEST_SAMPLES = 2
# The last axis of signals has channels; that of grey pictures has pixels.
_MOST_CHANNELS = 4

PICTURE_NETWORKS: Mapping[str, Callable[..., Networks]] = {
    make.__name__: make for make in (architectures.dcgan, architectures.resnet, architectures.r3gan)
}


def own_data(
    path: Path,
    *,
    batch_size: int,
    with_labels: bool = False,
    labels: str | None = None,
    size: int | None = None,
    crops: bool = True,
    networks: str | None = None,
    length: int | None = None,
    rate: int | None = None,
    is_mono: bool = False,
) -> OwnData:
    """Reads what lies at a path.

    Args:
        path: A folder of pictures or sounds, an array in a file `.npy` or `.npz`, or a table.
        batch_size: Samples in a batch.
        with_labels: Whether classes are wanted.
        labels: Path of the labels of an array, or name of the column that has those of a table.
        size: Side of pictures in pixels; None keeps that of all, or takes 64.
        crops: Whether pictures are cut to squares.
        networks: Name of networks for pictures; None chooses what suits the data.
        length: Steps in a window of sounds; None chooses.
        rate: Steps of sounds in a second; None keeps that of all.
        is_mono: Whether channels of sounds are averaged.

    Raises:
        FileNotFoundError: If there is nothing.
        ValueError: If it cannot be read, or has no labels where they are wanted.
    """
    if not path.exists():
        raise FileNotFoundError(f"There is no file or folder {path}.")
    if holds_signals(path):
        _refuse(networks, f"{path} has sounds")
        return own_signals(
            path,
            batch_size=batch_size,
            with_labels=with_labels,
            length=length,
            rate=rate,
            is_mono=is_mono,
        )
    if length is not None or rate is not None or is_mono:
        raise ValueError(
            f"--length, --rate and --mono are for folders of sounds, and {path} is none. Leave "
            "them out."
        )
    if path.is_dir():
        return _pictures_of_folder(
            path,
            batch_size=batch_size,
            with_labels=with_labels,
            size=size,
            crops=crops,
            networks=networks,
        )
    if path.suffix.lower() in TABLES:
        _refuse(networks, f"{path} is a table")
        return own_table(path, with_labels=with_labels, labels=labels)
    if path.suffix.lower() not in (".npy", ".npz"):
        raise ValueError(
            f"{path} is of no kind that can be trained on. Use a folder of pictures or sounds, a "
            f"table ({' or '.join(TABLES)}), or an array: numpy.save('x.npy', samples), "
            "numpy.savez('x.npz', samples=…, labels=…)."
        )
    label_file = None if labels is None else Path(labels)
    return _array(path, with_labels=with_labels, labels=label_file, networks=networks)


def holds_signals(path: Path) -> bool:
    """Whether it is a folder of sounds.

    Raises:
        ValueError: If it is one of pictures and of sounds, or of neither.
    """
    if not path.is_dir():
        return False
    endings = {file.suffix.lower() for file in path.rglob("*") if file.is_file()}
    pictures, signals = (
        sorted(endings.intersection(each.ENDINGS)) for each in (image_files, signal_files)
    )
    if pictures and signals:
        raise ValueError(
            f"{path} has pictures ({', '.join(pictures)}) and sounds ({', '.join(signals)}). Put "
            "them into two folders."
        )
    if not pictures and not signals:
        raise ValueError(
            f"{path} has no pictures and no sounds. Expected files, in it or in folders of it, "
            f"that end in {', '.join((*image_files.ENDINGS, *signal_files.ENDINGS))}."
        )
    return bool(signals)


def _pictures_of_folder(
    path: Path,
    *,
    batch_size: int,
    with_labels: bool,
    size: int | None,
    crops: bool,
    networks: str | None,
) -> OwnData:
    with warnings_in_one_line(path):
        images = datasets.image_folder(
            path,
            size=size or _side(path),
            crops=crops,
            batch_size=batch_size,
            with_labels=with_labels,
        )
    if len(images.images) < _FEWEST_SAMPLES:
        raise ValueError(
            f"{path} must hold at least {_FEWEST_SAMPLES} pictures, better some hundred: a GAN "
            f"learns fewer by heart. Received: {len(images.images)} that can be read."
        )
    folders = f" in {len(images.class_names)} folders" if images.class_names else ""
    return _pictures(
        images,
        images.labels,
        images.image_shape,
        len(images.images),
        found=f"{len(images.images):,} pictures{folders} of {path}",
        class_names=images.class_names if with_labels else [],
        networks=networks,
    )


def _side(path: Path) -> int:
    """The side that all pictures have and networks can make, or the usual one."""
    looked = map(ImageFile.looked_at, find_image_files(path))
    sizes = collections.Counter(file.size for file in looked if not file.problem)
    if not sizes:
        return _USUAL_SIDE
    (width, height), count = sizes.most_common(1)[0]
    if count < sizes.total() or width != height:
        return _USUAL_SIDE
    try:
        architectures.resolution.halvings((height, width))
    except ValueError:
        return _USUAL_SIDE
    return width


def _pictures(
    samples: Data,
    labels: np.ndarray | None,
    shape: Shape,
    count: int,
    *,
    found: str,
    class_names: list[str],
    networks: str | None,
) -> OwnData:
    make = picture_networks(networks)
    height, width, channels = (int(each or 0) for each in shape)
    kind = "grey" if channels == 1 else "colour"
    return OwnData(
        samples=samples,
        labels=labels,
        class_names=class_names,
        num_samples=count,
        form=Pictures(),
        build=lambda latent_dim, num_classes: make(
            (height, width, channels), latent_dim, num_classes=num_classes
        ),
        found=f"{found}, {kind}, {width}×{height}",
        chosen=f"the networks for pictures `architectures.{make.__name__}`",
    )


def picture_networks(name: str | None) -> Callable[..., Networks]:
    """Makes networks for pictures; by default those that are quickest."""
    return look_up(name or "dcgan", PICTURE_NETWORKS, "networks")


def _refuse(networks: str | None, what: str) -> None:
    """Raises if networks for pictures are wanted for other data."""
    if networks is not None:
        raise ValueError(f"--networks {networks} are for pictures, and {what}. Leave that out.")


def _array(path: Path, *, with_labels: bool, labels: Path | None, networks: str | None) -> OwnData:
    samples, classes = read_arrays(path, labels)
    if with_labels and classes is None:
        raise ValueError(
            f"{path} has no labels. Write them beside the samples: numpy.savez('x.npz', "
            "samples=…, labels=…), or name their file by --labels."
        )
    numbers, names = (None, []) if not with_labels or classes is None else _classes(classes)
    shape = samples.shape[1:]
    found = f"{len(samples):,} arrays of shape {shape} in {path}"
    if len(shape) == 2 and shape[-1] > _MOST_CHANNELS:
        samples, shape = samples[..., np.newaxis], (*shape, 1)
    if len(shape) == 3:
        if shape[-1] not in (1, 3):
            raise ValueError(
                f"Pictures have 1 or 3 channels, the last axis. Received: {path} of shape "
                f"{samples.shape}. Leave out the others, as pictures[..., :3] of RGBA."
            )
        return _pictures(
            to_range(samples),
            numbers,
            shape,
            len(samples),
            found=found,
            class_names=names,
            networks=networks,
        )
    _refuse(networks, f"{path} has samples of shape {shape}")
    if len(shape) not in (1, 2):
        raise ValueError(
            f"The samples in {path} must be vectors (n, values), signals (n, steps, channels) or "
            f"pictures (n, height, width, channels). Received the shape {samples.shape}."
        )
    form = Numbers.of(samples)
    is_signal = len(shape) == 2

    def build(latent_dim: int, num_classes: int | None) -> Networks:
        make = architectures.convolutional_1d if is_signal else architectures.mlp
        return make(shape, latent_dim, num_classes=num_classes)

    return OwnData(
        samples=form.forth(samples),
        labels=numbers,
        class_names=names,
        num_samples=len(samples),
        form=form,
        build=build,
        found=found,
        chosen="the one-dimensional networks `architectures.convolutional_1d`"
        if is_signal
        else "the fully connected networks `architectures.mlp`",
    )


def read_arrays(path: Path, labels: Path | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Samples and labels in files of NumPy.

    Args:
        path: `.npy`, or `.npz` with `samples` (or one array alone) and perhaps `labels`.
        labels: Path of labels of their own.

    Raises:
        ValueError: If they cannot be read, hold no numbers, or do not fit.
    """
    content = _load(path)
    if isinstance(content, Mapping):
        classes = content.pop("labels", None)
        if "samples" not in content and len(content) != 1:
            raise ValueError(
                f"{path} must have an array 'samples', and 'labels' if there are any. Received: "
                f"{sorted(content)}."
            )
        samples = content.get("samples", next(iter(content.values())))
    else:
        samples, classes = content, None
    if labels is not None:
        loaded = _load(labels)
        classes = next(iter(loaded.values())) if isinstance(loaded, Mapping) else loaded
    if samples.ndim < 2 or samples.dtype.kind not in "uif" or len(samples) < _FEWEST_SAMPLES:
        raise ValueError(
            f"{path} must hold numbers, at least {_FEWEST_SAMPLES} samples along the first axis. "
            f"Received: shape {samples.shape}, dtype {samples.dtype}."
        )
    if not np.abs(samples).max(initial=0) <= np.finfo("float32").max:
        raise ValueError(
            f"{path} holds NaN, infinite values, or values that 32 bits cannot hold. Remove, "
            "replace or scale them."
        )
    if classes is not None and classes.shape not in [(len(samples),), (len(samples), 1)]:
        raise ValueError(
            f"Each sample needs one label. Received: {len(samples)} samples in {path} and labels "
            f"of shape {classes.shape} in {labels or path}. Of one-hot rows write "
            "labels.argmax(axis=1)."
        )
    if classes is not None and classes.dtype.kind == "f" and not np.isfinite(classes).all():
        raise ValueError(f"{labels or path} holds labels that are NaN or infinite.")
    return samples, classes


def _load(path: Path) -> np.ndarray | dict[str, np.ndarray]:
    try:
        # NumPy leaves a file open whose content it refuses.
        with path.open("rb") as file:
            # Never pickled objects, which could run anything.
            content = np.load(file, allow_pickle=False)
            return content if isinstance(content, np.ndarray) else dict(content)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"{path} cannot be read as an array. Write it by numpy.save('x.npy', samples). "
            f"NumPy said: {error}"
        ) from error


def _classes(labels: np.ndarray) -> tuple[np.ndarray, list[str]]:
    names, numbers = np.unique(labels, return_inverse=True)
    return numbers.reshape(-1).astype("int32"), [str(name) for name in names]


def to_range(samples: np.ndarray) -> np.ndarray:
    """Pictures in [−1, 1], whether they come in 8 bits, in [0, 1] or in [−1, 1].

    Raises:
        ValueError: If they are in another range.
    """
    if samples.dtype == "uint8":
        return samples.astype("float32") / 127.5 - 1.0
    least, greatest = float(samples.min()), float(samples.max())
    if least >= 0.0 and greatest <= 1.0:
        return samples.astype("float32") * 2.0 - 1.0
    if least >= -1.0 and greatest <= 1.0:
        return samples.astype("float32")
    raise ValueError(
        "Pictures in an array must be of dtype uint8, or in [0, 1] or [−1, 1]. Received: values in "
        f"[{least:g}, {greatest:g}] of dtype {samples.dtype}. Scale them, or cast to uint8."
    )
