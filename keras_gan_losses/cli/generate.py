"""The command `keras-gan-losses generate`."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import typer

from keras_gan_losses import GAN
from keras_gan_losses.cli.form import Form
from keras_gan_losses.cli.forms import form_of
from keras_gan_losses.cli.saved_gan import load_gan, only_shape
from keras_gan_losses.extras import check_extra
from keras_gan_losses.files import written_beside
from keras_gan_losses.latents import NormalLatents, TruncatedNormalLatents
from keras_gan_losses.registration import look_up

# Each part has a seed of its own, so that what is written does not depend on the batch size.
_AT_ONCE = 4096


def generate(
    model: Path,
    *,
    num: int,
    out: Path,
    seed: int,
    condition: str | None,
    truncation: float | None,
    batch_size: int,
    format: str | None,  # noqa: A002 (the name of the option)
) -> None:
    """Writes samples of a GAN, and a picture of some."""
    check_extra("plots", "matplotlib", "PIL")
    gan = load_gan(model)
    form = form_of(model.parent / "form.json", only_shape(gan))
    chosen = look_up(format or form.formats[0], {each: each for each in form.formats}, "format")
    if truncation is not None:
        _truncate(gan, truncation)
    classes = _classes(gan, form, num, condition)
    with written_beside(out) as beside:
        beside.mkdir(parents=True)
        parts = _parts(gan, form, num, classes, seed, batch_size)
        first = next(parts)
        form.write(itertools.chain([first], parts), num, beside, chosen)
        form.draw(first[: form.num_drawn]).savefig(beside / "picture.png")
    typer.echo(f"Wrote {num:,} samples and picture.png to {out}")


def _truncate(gan: GAN, threshold: float) -> None:
    if not isinstance(gan.latent_sampler, NormalLatents):
        raise ValueError(
            "Only normal latents can be truncated. The GAN has "
            f"{type(gan.latent_sampler).__name__}. Leave out --truncation."
        )
    gan.latent_sampler = TruncatedNormalLatents(gan.latent_sampler.shape, threshold=threshold)


def _classes(gan: GAN, form: Form, num: int, condition: str | None) -> np.ndarray | None:
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
        return np.full(num, form.class_number(condition))
    if part.num_classes is None:
        raise ValueError("The GAN does not tell how many classes it has. Name one by --condition.")
    return form.classes(num, part.num_classes)


def _parts(
    gan: GAN, form: Form, num: int, classes: np.ndarray | None, seed: int, batch_size: int
) -> Iterator[np.ndarray]:
    from rich.progress import track

    starts = range(0, num, _AT_ONCE)
    for index, start in enumerate(track(starts, "Generating", disable=len(starts) < 2)):
        rows = slice(start, min(start + _AT_ONCE, num))
        count = rows.stop - start
        known = None if classes is None else classes[rows]
        samples = gan.generate(
            count,
            known,
            seed=int(np.random.default_rng((seed, index)).integers(2**31)),
            batch_size=batch_size,
        )
        yield form.joined(samples, known)
