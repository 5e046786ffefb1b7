"""The command `keras-gan-losses card`."""

from pathlib import Path
from typing import Annotated

import typer

from keras_gan_losses_cli.checks import check_model
from keras_gan_losses_cli.options import Backend, Model
from keras_gan_losses_cli.surroundings import at_work, imports


def card(
    model: Model,
    data: Annotated[str | None, typer.Option(help="What it was trained on, in words.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to be made. Default: README.md beside the GAN.")
    ] = None,
    backend: Backend = None,
) -> None:
    """Write a model card: what a GAN makes, how it was trained, how it is loaded."""
    with at_work(backend):
        check_model(model)
        path = model.parent / "README.md" if out is None else out
        if path.exists():
            raise ValueError(f"{path} is there already. Name another file by --out.")
        with imports():
            from keras_gan_losses.cli.card import card as work

        work(model, path, data=data)
