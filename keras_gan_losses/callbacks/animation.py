"""Pictures of one size as an animation."""

from collections.abc import Sequence
from pathlib import Path

from keras_gan_losses.extras import needs_extra

_MILLISECONDS = 250
_LAST_MILLISECONDS = 2000


def write_animation(pictures: Sequence[Path], path: Path) -> None:
    """Writes an animated GIF that repeats without end and rests at its last picture.

    Args:
        pictures: PNG files, at least one; one after the other is held in memory.
        path: Where to write.

    Example:
    >>> from matplotlib.figure import Figure
    >>> for name in ("first.png", "second.png"):
    ...     Figure((1, 1)).savefig(name)
    >>> write_animation([Path("first.png"), Path("second.png")], Path("both.gif"))
    >>> Path("both.gif").read_bytes()[:6]
    b'GIF89a'
    """
    with needs_extra("plots"):
        from PIL import Image

    def frame(picture: Path) -> Image.Image:
        with Image.open(picture) as image:
            # A palette for each frame: a GIF has 256 colours at most.
            return image.convert("RGB").quantize(dither=Image.Dither.NONE)

    durations = [_MILLISECONDS] * (len(pictures) - 1) + [_LAST_MILLISECONDS]
    first, *others = pictures
    frame(first).save(
        path,
        save_all=True,
        append_images=map(frame, others),
        duration=durations if others else _LAST_MILLISECONDS,
        loop=0,
    )
