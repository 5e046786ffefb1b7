"""The command `keras-gan-losses card`."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from keras_gan_losses.cli.run_folder import RunFolder
from keras_gan_losses.cli.saved_gan import load_gan


def card(model: Path, path: Path, *, data: str | None) -> None:
    """Writes a card of a GAN and of what `train` has left beside it."""
    run = RunFolder(model.parent)
    has_picture = run.samples.exists() and path.parent == model.parent
    load_gan(model).save_card(
        path,
        file=model.name,
        data=data,
        history=_columns(run.history) if run.history.exists() else None,
        picture=run.samples.name if has_picture else None,
    )
    typer.echo(f"Wrote {path}")


def _columns(path: Path) -> Mapping[str, Sequence[float]]:
    """Logs by name from the file in which `train` keeps them."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "epoch"] if rows else []
    # What Keras writes where an epoch has no such log.
    return {name: [float(row[name]) for row in rows if row[name] != "NA"] for name in names}
