"""Images of one's own, from a folder, as batches that `fit` takes on every backend."""

import collections
import pathlib
import tempfile
import warnings
from collections.abc import Sequence

import joblib
import keras
import numpy as np

from keras_gan_losses.datasets.image_files import (
    ImageFile,
    find_image_files,
    num_channels,
    read_image,
)
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import PathLike
from keras_gan_losses.validation import check_count, check_flag, check_seed

_NAMED_AT_MOST = 5
_BYTES_IN_MEMORY = 2 * 1024**3


def image_folder(
    directory: PathLike,
    *,
    size: int | None = None,
    crops: bool = True,
    channels: int | None = None,
    batch_size: int = 64,
    with_labels: bool = False,
    damaged: str = "skip",
    seed: int = 0,
) -> "FolderImages":
    """Reads the pictures of a folder into batches scaled to [−1, 1].

    Choose it for pictures of your own: PNG, JPEG, WebP, BMP, TIFF, GIF (its first frame), of mixed
    sizes, grey, with a palette, with transparency (put on white), of 8 or 16 bits, turned as their
    EXIF data say. What it returns goes straight into `fit`, on TensorFlow, JAX and torch alike.

    Every file is opened and brought to size once, on all cores, before training: so a damaged one
    is named at once, and epochs read nothing from the folder. The pictures are kept in 8 bits,
    `size² · channels` bytes each, in memory up to 2 GiB, beyond that in a temporary file that the
    system keeps in memory as far as it can.

    Args:
        directory: Folder with pictures; those in its folders belong to classes of the folders'
            names, however deep they lie in them.
        size: Side in pixels to which all are brought. None keeps the size that all have.
        crops: Whether pictures that are no squares are cut at their longer side, around the
            middle. Else they are squeezed.
        channels: 1 for grey, 3 for colour; None takes 1 if all files are grey.
        batch_size: Pictures in a batch, at least 1; the last one of a pass holds what is left.
        with_labels: Whether to yield `(images, labels)`, the numbers of the folders.
        damaged: What becomes of files that cannot be read: "skip" warns with their names, "refuse"
            raises.
        seed: Seed of the order, which is another one in each epoch.

    Returns:
        A `keras.utils.PyDataset` of float32 batches `(batch, size, size, channels)`, or of pairs
        with int32 labels `(batch,)`. Its attributes: `images`, all pictures in 8 bits; `labels`;
        `class_names`; `paths`, their files; `damaged`, what could not be read.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If it has no pictures that can be read, if they differ in size and none is
            given, if labels are asked for and there are no folders, or an argument is out of range.

    Example:
    >>> import pathlib
    >>> from PIL import Image
    >>> pathlib.Path("pictures").mkdir()
    >>> for number in range(3):
    ...     Image.new("RGB", (40, 30), "red").save(f"pictures/{number}.png")
    >>> image_folder("pictures", size=32)[0].shape
    (3, 32, 32, 3)
    """
    for name, value in (("size", size), ("channels", channels), ("batch_size", batch_size)):
        if value is not None:
            check_count(name, value, advice="size=64, channels=3 and batch_size=64 are usual.")
    for name, flag in (("crops", crops), ("with_labels", with_labels)):
        check_flag(name, flag)
    check_seed("seed", seed)
    if channels not in (None, 1, 3):
        raise ValueError(f"`channels` must be 1, 3 or None. Received: channels={channels}.")
    tells = look_up(damaged, {"skip": _warn, "refuse": _refuse}, "way with damaged files")
    files = find_image_files(directory)
    class_names = sorted({file.class_name for file in files if file.class_name})
    if with_labels and not all(file.class_name for file in files):
        raise ValueError(
            f"Labels are the names of folders, and pictures lie in {str(directory)!r} itself. Move "
            "each into a folder of its class, or pass with_labels=False."
        )
    readable, broken = _headers(files)
    side = size or _common_side(readable, directory)
    depth = channels or num_channels(readable)
    images, unreadable = _decoded(readable, side, depth, crops=crops)
    broken += unreadable
    if len(images) == 0:
        raise ValueError(f"No picture in {str(directory)!r} can be read: {_named(broken)}.")
    if broken:
        tells(broken)
    kept = [file for file in readable if file.path not in {path for path, _ in broken}]
    return FolderImages(
        images,
        np.array([class_names.index(file.class_name) for file in kept], "int32")
        if with_labels
        else None,
        class_names=class_names,
        paths=[file.path for file in kept],
        damaged=dict(broken),
        batch_size=batch_size,
        seed=seed,
    )


class FolderImages(keras.utils.PyDataset):
    """Batches of pictures in memory, in another order in each epoch.

    Args:
        images: All of them, 8 bits, shape `(n, size, size, channels)`.
        labels: Number of each one's class, or None.
        class_names: What the numbers stand for.
        paths: Files that they were read from.
        damaged: Files that could not be read, and why.
        batch_size: Pictures in a batch.
        seed: Seed of the order.
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray | None,
        *,
        class_names: Sequence[str],
        paths: Sequence[pathlib.Path],
        damaged: dict[pathlib.Path, str],
        batch_size: int,
        seed: int,
    ) -> None:
        super().__init__()
        self.images, self.labels = images, labels
        self.class_names, self.paths, self.damaged = list(class_names), list(paths), damaged
        self.batch_size, self.seed = batch_size, seed
        self._epoch = 0
        self._order = self._order_of(0)

    @property
    def num_batches(self) -> int:
        """Batches in a pass."""
        return -(-len(self.images) // self.batch_size)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels."""
        height, width, channels = self.images.shape[1:]
        return height, width, channels

    def __getitem__(self, index: int) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
        """One batch, scaled to [−1, 1]."""
        rows = self._order[index * self.batch_size : (index + 1) * self.batch_size]
        images = self.images[rows].astype("float32") / 127.5 - 1.0
        return images if self.labels is None else (images, self.labels[rows])

    def on_epoch_end(self) -> None:
        """Puts the pictures into a new order, which depends on the seed and the epoch alone."""
        self._epoch += 1
        self._order = self._order_of(self._epoch)

    def _order_of(self, epoch: int) -> np.ndarray:
        return np.random.default_rng((self.seed, epoch)).permutation(len(self.images))


Broken = list[tuple[pathlib.Path, str]]


def _headers(files: Sequence[ImageFile]) -> tuple[list[ImageFile], Broken]:
    """Files with what their first bytes tell, and those that tell nothing."""
    looked = joblib.Parallel(n_jobs=-1, prefer="threads")(
        joblib.delayed(ImageFile.looked_at)(file) for file in files
    )
    broken = [(file.path, file.problem) for file in looked if file.problem]
    return [file for file in looked if not file.problem], broken


def _common_side(files: Sequence[ImageFile], directory: PathLike) -> int:
    sizes = collections.Counter(file.size for file in files)
    if len(sizes) == 1 and len(set(next(iter(sizes)))) == 1:
        return next(iter(sizes))[0]
    usual = ", ".join(f"{width}×{height}" for (width, height), _ in sizes.most_common(3))
    raise ValueError(
        f"The pictures in {str(directory)!r} are no squares of one size. Received: {usual}"
        f"{' and others' if len(sizes) > 3 else ''}. Pass the side wanted: size=64."
    )


def _decoded(
    files: Sequence[ImageFile], side: int, channels: int, *, crops: bool
) -> tuple[np.ndarray, Broken]:
    """All pictures that can be read, in the order of their files, and what cannot."""
    images = _empty((len(files), side, side, channels))

    def decode(row: int, file: ImageFile) -> tuple[pathlib.Path, str] | None:
        try:
            images[row] = read_image(file.path, side, channels, crops=crops)
        # Pillow's decoders raise whatever a damaged file leads them to.
        except Exception as error:
            return file.path, str(error) or type(error).__name__
        return None

    results = joblib.Parallel(n_jobs=-1, prefer="threads")(
        joblib.delayed(decode)(row, file) for row, file in enumerate(files)
    )
    good = [row for row, result in enumerate(results) if result is None]
    broken = [result for result in results if result is not None]
    for place, row in enumerate(good):
        if place != row:
            images[place] = images[row]
    return images[: len(good)], broken


def _empty(shape: tuple[int, ...]) -> np.ndarray:
    if np.prod(shape, dtype="int64") <= _BYTES_IN_MEMORY:
        return np.empty(shape, "uint8")
    # A file without a name, which is gone with the array.
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, "uint8", "w+", shape=shape)


def _warn(broken: Broken) -> None:
    warnings.warn(
        f"{len(broken)} files are left out, because they cannot be read: {_named(broken)}.",
        stacklevel=3,
    )


def _refuse(broken: Broken) -> None:
    raise ValueError(
        f"{len(broken)} files cannot be read: {_named(broken)}. Repair or remove them, or pass "
        "damaged='skip'."
    )


def _named(broken: Broken) -> str:
    shown = [f"{path} ({reason})" for path, reason in broken[:_NAMED_AT_MOST]]
    more = len(broken) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")
