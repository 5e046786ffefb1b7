"""The command `keras-gan-losses generate`."""

from pathlib import Path
from typing import Annotated

import typer

from keras_gan_losses_cli.checks import check_model
from keras_gan_losses_cli.options import Backend, Model
from keras_gan_losses_cli.surroundings import at_work, imports


def generate(
    model: Model,
    num: Annotated[int, typer.Option(min=1, help="Samples.")] = 64,
    out: Annotated[Path, typer.Option(help="Folder to be made.")] = Path("samples"),
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 0,
    condition: Annotated[
        str | None,
        typer.Option(help="Name or number of a class. Default: all."),
    ] = None,
    truncation: Annotated[
        float | None, typer.Option(help="Greatest absolute value of a latent, such as 1.0.")
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Samples made at once.")] = 128,
    format: Annotated[  # noqa: A002 (the name of the option)
        str | None, typer.Option(help="png, npy, csv or parquet. Default: what suits the samples.")
    ] = None,
    backend: Backend = None,
) -> None:
    """Write samples of a GAN in the form of the data that it was trained on, and a picture."""
    with at_work(backend):
        check_model(model)
        if out.exists():
            raise ValueError(f"{out} is there already. Name another folder by --out.")
        with imports():
            from keras_gan_losses.cli.generate import generate as work

        work(
            model,
            num=num,
            out=out,
            seed=seed,
            condition=condition,
            truncation=truncation,
            batch_size=batch_size,
            format=format,
        )
