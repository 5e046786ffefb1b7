"""Data with networks that fit them, by name or from a path: what the command line trains on."""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan_losses import architectures, datasets
from keras_gan_losses.cli.form import Form
from keras_gan_losses.cli.forms import MIXTURES, Pictures, Points
from keras_gan_losses.cli.own import OwnData
from keras_gan_losses.cli.own_data import own_data, picture_networks
from keras_gan_losses.datasets.image_folder import FolderImages
from keras_gan_losses.types import Tensor
from keras_gan_losses_cli.checks import is_path

Networks = tuple[keras.Model, keras.Model]
Data = np.ndarray | Iterable[Tensor]
"""An array, or batches of it."""

# So many rounds a small set of one's own is trained for, unless told otherwise.
_USUAL_ROUNDS = 20_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Task:
    """Data, networks for them, and the form of samples.

    Args:
        data: What `GAN.fit` takes as `x`.
        labels: Number of the class of each sample, where they are learned and in an array.
        class_names: What they stand for.
        num_batches: Batches in one pass over the data.
        latent_dim: Number of latents that the generator takes.
        num_epochs: Passes that give a first good result.
        build_networks: Makes the generator and the discriminator.
        form: How samples are drawn and written.
        found: What the data are and which networks were chosen, for data of one's own.
        side: Side of the pictures of a folder; None for other data.
    """

    data: Data
    labels: np.ndarray | None = None
    class_names: list[str] = dataclasses.field(default_factory=list)
    num_batches: int
    latent_dim: int
    num_epochs: int
    build_networks: Callable[[], Networks]
    form: Form
    found: tuple[str, ...] = ()
    side: int | None = None


def make_task(
    name: str,
    *,
    batch_size: int,
    data_dir: Path | None = None,
    manual_dir: Path | None = None,
    latent_dim: int | None = None,
    is_conditional: bool = False,
    networks: str | None = None,
    **reading: Any,
) -> Task:
    """Task of a name or of a path.

    Args:
        name: `"digits"`, `"ring"` or `"grid"`, which are at hand; the path of a folder of pictures
            or sounds, or of an array or a table in a file; or an image set of tensorflow-datasets,
            such as `"mnist"`.
        batch_size: What one discriminator update sees.
        data_dir: Where tensorflow-datasets keeps prepared data.
        manual_dir: Where the original files of an image set lie.
        latent_dim: Number of latents; None for what suits the data.
        is_conditional: Whether classes of data of one's own are learned.
        networks: Name of networks for pictures; None chooses what suits the data.
        **reading: Of `own_data`: labels, size, crops, length, rate, is_mono.

    Raises:
        ValueError: If there are no such data.

    Example:
    >>> make_task("digits", batch_size=64).num_batches
    29
    """
    if name in _EMBEDDED and not Path(name).exists():
        if networks is not None:
            raise ValueError(
                f"The networks for {name} are fixed. Received: --networks {networks}. Leave that "
                "out, or give pictures of your own."
            )
        task = _EMBEDDED[name](batch_size, latent_dim)
    elif Path(name).exists() or is_path(name):
        own = own_data(
            Path(name),
            batch_size=batch_size,
            with_labels=is_conditional,
            networks=networks,
            **reading,
        )
        return _own(own, batch_size, latent_dim or 64, is_conditional=is_conditional)
    else:
        make = picture_networks(networks)
        task = _image_set(name, batch_size, latent_dim or 64, data_dir, manual_dir, make)
    if is_conditional:
        raise ValueError(
            "Classes are learned from data of your own: folders of pictures, or an array with "
            f"labels. Received: --conditional with --data {name}."
        )
    return task


def _own(own: OwnData, batch_size: int, latent_dim: int, *, is_conditional: bool) -> Task:
    num_batches = -(-own.num_samples // batch_size)
    num_classes = len(own.class_names) if is_conditional else None
    classes = f", conditional on {num_classes} classes" if is_conditional else ""
    return Task(
        data=own.samples,
        labels=own.labels if isinstance(own.samples, np.ndarray) else None,
        class_names=own.class_names,
        num_batches=num_batches,
        latent_dim=latent_dim,
        num_epochs=max(_USUAL_ROUNDS // num_batches, 1),
        build_networks=lambda: own.build(latent_dim, num_classes),
        form=dataclasses.replace(own.form, class_names=tuple(own.class_names)),
        side=own.samples.image_shape[0] if isinstance(own.samples, FolderImages) else None,
        found=(f"Found {own.found}.", f"Chose {own.chosen}, {latent_dim} latents{classes}."),
    )


def _image_set(
    name: str,
    batch_size: int,
    latent_dim: int,
    data_dir: Path | None,
    manual_dir: Path | None,
    make: Callable[..., Networks],
) -> Task:
    images = datasets.images(name, batch_size=batch_size, data_dir=data_dir, manual_dir=manual_dir)
    shape = tuple(images.element_spec.shape[1:])
    return Task(
        data=images,
        num_batches=int(images.cardinality()),
        latent_dim=latent_dim,
        num_epochs=5,
        build_networks=lambda: make(shape, latent_dim),
        form=Pictures(),
    )


def _digits(batch_size: int, latent_dim: int | None) -> Task:
    images, _ = datasets.digits()
    latent_dim = latent_dim or 32
    return Task(
        data=images,
        num_batches=-(-len(images) // batch_size),
        latent_dim=latent_dim,
        num_epochs=100,
        build_networks=lambda: architectures.dcgan(images.shape[1:], latent_dim, width=32),
        form=Pictures(),
    )


def _mixture(name: str, batch_size: int, latent_dim: int | None) -> Task:
    mixture = MIXTURES[name](20_000)
    latent_dim = latent_dim or 2
    return Task(
        data=mixture.samples,
        num_batches=-(-len(mixture.samples) // batch_size),
        latent_dim=latent_dim,
        num_epochs=40,
        build_networks=lambda: architectures.mlp((2,), latent_dim),
        form=Points(name),
    )


_EMBEDDED: Mapping[str, Callable[[int, int | None], Task]] = {
    "digits": _digits,
    **{name: functools.partial(_mixture, name) for name in MIXTURES},
}
