"""The command `keras-gan-losses generate`."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from keras_gan_losses import GAN
from keras_gan_losses.cli.forms import form_of
from keras_gan_losses.cli.saved_gan import load_gan, only_shape
from keras_gan_losses.cli.surroundings import errors_in_one_line, use_backend
from keras_gan_losses.files import written_beside
from keras_gan_losses.latents import NormalLatents, TruncatedNormalLatents
from keras_gan_losses.registration import look_up

# Each part has a seed of its own, so that what is written does not depend on the batch size.
_AT_ONCE = 4096
_IN_PICTURE = 64


def generate(
    model: Annotated[Path, typer.Argument(help="File of a GAN: out/gan.keras")],
    num: Annotated[int, typer.Option(min=1, help="Samples.")] = 64,
    out: Annotated[Path, typer.Option(help="Folder to be made.")] = Path("samples"),
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 0,
    condition: Annotated[
        int | None, typer.Option(min=0, help="Number of a class. Default: all in turn.")
    ] = None,
    truncation: Annotated[
        float | None, typer.Option(help="Greatest absolute value of a latent, such as 1.0.")
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Samples made at once.")] = 128,
    format: Annotated[  # noqa: A002 (the name of the option)
        str | None, typer.Option(help="png, npy or csv. Default: what suits the samples.")
    ] = None,
    backend: Annotated[str | None, typer.Option(help="tensorflow, jax or torch.")] = None,
) -> None:
    """Write samples of a GAN in the form of the data that it was trained on, and a picture."""
    use_backend(backend)
    with errors_in_one_line():
        gan = load_gan(model)
        form = form_of(model.parent / "form.json", only_shape(gan))
        chosen = look_up(format or form.formats[0], {each: each for each in form.formats}, "format")
        if truncation is not None:
            _truncate(gan, truncation)
        classes = _classes(gan, num, condition)
        if out.exists():
            raise ValueError(f"{out} is there already. Name another folder by --out.")
        with written_beside(out) as beside:
            beside.mkdir(parents=True)
            parts = _parts(gan, num, classes, seed, batch_size)
            first = next(parts)
            form.write(itertools.chain([first], parts), num, beside, chosen)
            form.draw(first[:_IN_PICTURE]).savefig(beside / "picture.png")
    typer.echo(f"Wrote {num:,} samples and picture.png to {out}")


def _truncate(gan: GAN, threshold: float) -> None:
    if not isinstance(gan.latent_sampler, NormalLatents):
        raise ValueError(
            "Only normal latents can be truncated. The GAN has "
            f"{type(gan.latent_sampler).__name__}. Leave out --truncation."
        )
    gan.latent_sampler = TruncatedNormalLatents(gan.latent_sampler.shape, threshold=threshold)


def _classes(gan: GAN, num: int, condition: int | None) -> np.ndarray | None:
    part = gan.specification.only_part
    if part is None:
        if condition is not None and not gan.specification.is_conditional:
            raise ValueError("The GAN takes no condition. Leave out --condition.")
        if gan.specification.is_conditional:
            raise ValueError(
                "The command line generates of class numbers or without any condition. Use "
                "`gan.generate(num_samples, condition)` in Python for this GAN."
            )
        return None
    if condition is not None:
        return np.full(num, condition)
    if part.num_classes is None:
        raise ValueError("The GAN does not tell how many classes it has. Name one by --condition.")
    return np.arange(num) % part.num_classes


def _parts(
    gan: GAN, num: int, classes: np.ndarray | None, seed: int, batch_size: int
) -> Iterator[np.ndarray]:
    from rich.progress import track

    starts = range(0, num, _AT_ONCE)
    for index, start in enumerate(track(starts, "Generating", disable=len(starts) < 2)):
        rows = slice(start, min(start + _AT_ONCE, num))
        count = rows.stop - start
        yield gan.generate(
            count,
            None if classes is None else classes[rows],
            seed=int(np.random.default_rng((seed, index)).integers(2**31)),
            batch_size=batch_size,
        )
