"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[Path, typer.Argument(help="File of a GAN: out/gan.keras")]
RealData = Annotated[
    str,
    typer.Option(
        help="A folder of pictures or sounds, x.npy, x.csv, digits, ring, grid, or mnist …"
    ),
]
Length = Annotated[
    int | None, typer.Option(min=8, help="Steps in a window of sounds. Default: what they fill.")
]
Rate = Annotated[
    int | None, typer.Option(min=1, help="Steps of sounds in a second. Default: theirs.")
]
Networks = Annotated[
    str | None, typer.Option(help="For pictures: dcgan, resnet or r3gan. Default: dcgan.")
]
Backend = Annotated[str | None, typer.Option(help="tensorflow, jax or torch.")]
DataDir = Annotated[Path | None, typer.Option(help="Prepared image sets.")]
ManualDir = Annotated[Path | None, typer.Option(help="Original files of the set.")]
