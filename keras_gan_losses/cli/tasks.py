"""Data with networks that fit them, by name: what the command line trains on."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

from keras_gan_losses import architectures, datasets, plots
from keras_gan_losses.types import Tensor

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Networks = tuple[keras.Model, keras.Model]
Data = np.ndarray | Iterable[Tensor]
"""An array, or batches of it."""


@dataclass(frozen=True)
class Task:
    """Data, networks for them, and a picture of samples.

    Args:
        data: What `GAN.fit` takes as `x`.
        num_batches: Batches in one pass over the data.
        latent_dim: Number of latents that the generator takes.
        num_epochs: Passes that give a good result in about a minute on two cores, where the
            data are small.
        build_networks: Makes the generator and the discriminator.
        draw: Makes a picture of generated samples.
    """

    data: Data
    num_batches: int
    latent_dim: int
    num_epochs: int
    build_networks: Callable[[], Networks]
    draw: Callable[[np.ndarray], "Figure"]


def make_task(
    name: str, *, batch_size: int, data_dir: Path | None = None, manual_dir: Path | None = None
) -> Task:
    """Task of a name.

    Args:
        name: `"digits"`, `"ring"` or `"grid"`, which are at hand, or an image set of
            tensorflow-datasets, such as `"mnist"`.
        batch_size: What one discriminator update sees.
        data_dir: Where tensorflow-datasets keeps prepared data.
        manual_dir: Where the original files of an image set lie.

    Raises:
        ValueError: If there are no such data.

    Example:
    >>> make_task("digits", batch_size=64).num_batches
    29
    """
    if name in _EMBEDDED:
        return _EMBEDDED[name](batch_size)
    if re.search(r"\.[a-z]\w*$", name, re.IGNORECASE) or Path(name).is_file():
        raise ValueError(
            f"The command line trains on data of a name: {', '.join(_EMBEDDED)}, or an image set "
            f"such as mnist. Received: {name!r}. Train on an array of your own in Python: "
            "gan.fit(numpy.load('x.npy'))."
        )
    images = datasets.images(name, batch_size=batch_size, data_dir=data_dir, manual_dir=manual_dir)
    shape = tuple(images.element_spec.shape[1:])
    return Task(
        data=images,
        num_batches=int(images.cardinality()),
        latent_dim=64,
        num_epochs=5,
        build_networks=lambda: architectures.dcgan(shape, 64),
        draw=plots.sample_grid,
    )


def _digits(batch_size: int) -> Task:
    images, _ = datasets.digits()
    return Task(
        data=images,
        num_batches=-(-len(images) // batch_size),
        latent_dim=32,
        num_epochs=100,
        build_networks=lambda: architectures.dcgan(images.shape[1:], 32, width=32),
        draw=plots.sample_grid,
    )


def _mixture(make: Callable[[int], datasets.GaussianMixture], batch_size: int) -> Task:
    mixture = make(20_000)
    return Task(
        data=mixture.samples,
        num_batches=-(-len(mixture.samples) // batch_size),
        latent_dim=2,
        num_epochs=40,
        build_networks=lambda: architectures.mlp((2,), 2),
        draw=lambda fake: plots.scatter(fake, mixture.samples[: len(fake)], modes=mixture.modes),
    )


_EMBEDDED: Mapping[str, Callable[[int], Task]] = {
    "digits": _digits,
    "grid": lambda batch_size: _mixture(datasets.grid, batch_size),
    "ring": lambda batch_size: _mixture(datasets.ring, batch_size),
}
