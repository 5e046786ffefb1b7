"""Images of one's own, from a folder, as batches that `fit` takes on every backend."""

import collections
import itertools
from collections.abc import Sequence

import numpy as np

from keras_gan_losses.datasets.image_files import (
    ImageFile,
    find_image_files,
    num_channels,
    read_image,
)
from keras_gan_losses.datasets.sample_files import (
    WAYS_WITH_DAMAGED,
    Broken,
    check_some_left,
    class_names_of,
    empty_array,
    kept_rows,
    labels_of,
    looked_at,
    read_all,
)
from keras_gan_losses.datasets.stored_samples import StoredSamples
from keras_gan_losses.extras import check_extra
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import PathLike
from keras_gan_losses.validation import check_count, check_flag, check_seed


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
    check_extra("images", "PIL")
    for name, value in (("size", size), ("channels", channels), ("batch_size", batch_size)):
        if value is not None:
            check_count(name, value, advice="size=64, channels=3 and batch_size=64 are usual.")
    for name, flag in (("crops", crops), ("with_labels", with_labels)):
        check_flag(name, flag)
    check_seed("seed", seed)
    if channels not in (None, 1, 3):
        raise ValueError(f"`channels` must be 1, 3 or None. Received: channels={channels}.")
    tells = look_up(damaged, WAYS_WITH_DAMAGED, "way with damaged files")
    files = find_image_files(directory)
    class_names = class_names_of(files, directory, "pictures", needed=with_labels)
    unknown: Broken = []
    if size is None:
        files, unknown = looked_at(files, ImageFile.looked_at)
        check_some_left(files, unknown, directory)
    side = size or _common_side(files, directory)
    depth = channels or num_channels(files)
    images = empty_array((len(files), side, side, depth), "uint8")

    def read(row: int, file: ImageFile) -> None:
        images[row] = read_image(file.path, side, depth, crops=crops)

    is_read, unreadable = read_all(files, read)
    broken = unknown + unreadable
    kept = list(itertools.compress(files, is_read))
    check_some_left(kept, broken, directory)
    if broken:
        tells(broken)
    return FolderImages(
        kept_rows(images, is_read),
        labels_of(kept, class_names) if with_labels else None,
        class_names=class_names,
        paths=[file.path for file in kept],
        damaged=dict(broken),
        batch_size=batch_size,
        seed=seed,
    )


class FolderImages(StoredSamples):
    """Batches of pictures in memory, in another order in each epoch; see `StoredSamples`."""

    @property
    def images(self) -> np.ndarray:
        """All pictures, 8 bits, shape `(n, size, size, channels)`."""
        return self._stored

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels."""
        height, width, channels = self.images.shape[1:]
        return height, width, channels

    def scaled(self, stored: np.ndarray) -> np.ndarray:
        """Pictures in [−1, 1]."""
        return stored.astype("float32") / 127.5 - 1.0


def _common_side(files: Sequence[ImageFile], directory: PathLike) -> int:
    sizes = collections.Counter(file.size for file in files)
    if len(sizes) == 1 and len(set(next(iter(sizes)))) == 1:
        return next(iter(sizes))[0]
    usual = ", ".join(f"{width}×{height}" for (width, height), _ in sizes.most_common(3))
    raise ValueError(
        f"The pictures in {str(directory)!r} are no squares of one size. Received: {usual}"
        f"{' and others' if len(sizes) > 3 else ''}. Pass the side wanted: size=64."
    )
