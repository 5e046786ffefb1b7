"""Single picture files: where they lie, what they are, and their pixels."""

import dataclasses
import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

import numpy as np

from keras_gan_losses.datasets.sample_files import SampleFile, find_files
from keras_gan_losses.extras import needs_extra
from keras_gan_losses.types import PathLike

if TYPE_CHECKING:
    from PIL import Image

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")

# Of these all pixels are grey; "I;16" and its kin hold 16 bits.
_GREY_MODES = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "F")
_GREATEST_16_BIT = 65535.0
_NO_PICTURE = "no picture"


@dataclasses.dataclass(frozen=True)
class ImageFile(SampleFile):
    """A file that should hold a picture.

    Args:
        path: Where it lies.
        class_name: Name of the folder that it lies in; empty for none.
        problem: Why it is no picture; empty if it is one.
        size: Width and height, once it was looked at.
        is_grey: Whether it has no colours.
    """

    size: tuple[int, int] = (0, 0)
    is_grey: bool = False

    def looked_at(self) -> Self:
        """The same with what the file's first bytes tell."""
        with needs_extra("images"):
            from PIL import Image, UnidentifiedImageError

        try:
            with Image.open(self.path) as image:
                return dataclasses.replace(self, size=image.size, is_grey=image.mode in _GREY_MODES)
        except UnidentifiedImageError:
            return dataclasses.replace(self, problem=_NO_PICTURE)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            return dataclasses.replace(self, problem=str(error) or type(error).__name__)


def find_image_files(directory: PathLike) -> list[ImageFile]:
    """All files with the ending of a picture, in the order of their names.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If there are none.
    """
    return [ImageFile(*found) for found in find_files(directory, ENDINGS, "pictures")]


def num_channels(files: Iterable[ImageFile]) -> int:
    """1 if all pictures are grey, else 3; none is opened after the first that has colours."""
    looked = (file if any(file.size) else file.looked_at() for file in files)
    return 1 if all(file.is_grey or file.problem for file in looked) else 3


def read_image(path: pathlib.Path, side: int, channels: int, *, crops: bool) -> np.ndarray:
    """Pixels of a picture, 8 bits, shape `(side, side, channels)`.

    Args:
        path: Its file.
        side: Side in pixels.
        channels: 1 or 3.
        crops: Whether a picture that is no square is cut, else squeezed.

    Raises:
        ValueError: If the file is no picture.
    """
    with needs_extra("images"):
        from PIL import Image, ImageOps, UnidentifiedImageError

    mode = "L" if channels == 1 else "RGB"
    try:
        opened = Image.open(path)
    except UnidentifiedImageError as error:
        raise ValueError(_NO_PICTURE) from error
    with opened as image:
        # JPEG is decoded at a half, a quarter or an eighth where no side gets smaller than wanted.
        image.draft(mode, (side, side))
        ImageOps.exif_transpose(image, in_place=True)
        plain = _opaque(image).convert(mode)
    if plain.size != (side, side):
        bring = ImageOps.fit if crops else Image.Image.resize
        plain = bring(plain, (side, side), Image.Resampling.BICUBIC)
    return np.asarray(plain).reshape(side, side, channels)


def _opaque(image: "Image.Image") -> "Image.Image":
    """The picture in 8 bits, what is transparent put on white."""
    from PIL import Image

    if image.mode == "F":
        raise ValueError("floating-point pixels have no known range; save them by numpy.save")
    if image.mode.startswith("I"):
        values = np.clip(np.asarray(image, "float64") / _GREATEST_16_BIT, 0.0, 1.0)
        return Image.fromarray((values * 255.0).round().astype("uint8"))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        white = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(white, coloured)
    return image
