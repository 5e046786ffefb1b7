"""Forms of pictures and points, and the form that was kept beside a model."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from keras_gan_losses import datasets, plots
from keras_gan_losses.cli.form import Form
from keras_gan_losses.cli.numbers import Numbers, write_array, write_numbers
from keras_gan_losses.cli.rows import Rows
from keras_gan_losses.cli.waves import Waves
from keras_gan_losses.extras import needs_extra
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import Shape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MIXTURES: Mapping[str, Callable[..., datasets.GaussianMixture]] = {
    "grid": datasets.grid,
    "ring": datasets.ring,
}


@dataclasses.dataclass(frozen=True)
class Pictures(Form):
    """Images in [−1, 1], shape `(n, height, width, channels)`."""

    formats: ClassVar[tuple[str, ...]] = ("png", "npy")

    def draw(self, samples: np.ndarray) -> "Figure":
        """All of them in a grid."""
        return plots.sample_grid(samples)

    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """One file for each, or one array of 8 bits."""
        pixels = (np.clip(np.rint((part + 1.0) * 127.5), 0, 255).astype("uint8") for part in parts)
        if format == "npy":
            write_array(pixels, count, folder)
            return
        with needs_extra("plots"):
            from PIL import Image

        number = 0
        for part in pixels:
            for picture in part:
                shown = picture[..., 0] if picture.shape[-1] == 1 else picture
                Image.fromarray(shown).save(folder / f"{number:0{len(str(count - 1))}}.png")
                number += 1


@dataclasses.dataclass(frozen=True)
class Points(Form):
    """Points in the plane that imitate a mixture whose modes are known.

    Args:
        name: "ring" or "grid".
    """

    name: str
    formats: ClassVar[tuple[str, ...]] = ("npy", "csv")

    def draw(self, samples: np.ndarray) -> "Figure":
        """The points over real ones and the modes."""
        mixture = look_up(self.name, MIXTURES, "mixture")(20_000)
        return plots.scatter(samples, mixture.samples[: len(samples)], modes=mixture.modes)

    def write(self, parts: Iterable[np.ndarray], count: int, folder: Path, format: str) -> None:  # noqa: A002
        """One array, or one row of text for each point."""
        write_numbers(parts, count, folder, format)


_KINDS: Mapping[str, type[Form]] = {
    each.__name__: each for each in (Pictures, Numbers, Waves, Points, Rows)
}


def form_of(path: Path, sample_shape: Shape) -> Form:
    """The form that was kept beside a model, or what its samples' shape tells.

    Raises:
        ValueError: If what was kept cannot be read.
    """
    if not path.exists():
        is_picture = len(sample_shape) == 3 and sample_shape[-1] in (1, 3)
        return Pictures() if is_picture else Numbers()
    try:
        kept = json.loads(path.read_text())
        return look_up(kept.pop("kind"), _KINDS, "form").from_json(kept)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f"{path} does not tell the form of samples: {error}. Remove it to have them as the "
            "generator makes them."
        ) from error
