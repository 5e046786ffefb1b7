"""The command `keras-gan-losses evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from keras_gan_losses_cli.checks import check_data, check_model
from keras_gan_losses_cli.options import Backend, DataDir, ManualDir, RealData
from keras_gan_losses_cli.surroundings import at_work, imports


def evaluate(
    model: Annotated[Path, typer.Argument(help="File of a GAN: gan.keras")],
    data: RealData = "digits",
    labels: Annotated[Path | None, typer.Option(help="Labels of the samples in a file.")] = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="Column of a table that a model shall tell from the others, trained on generated "
            "rows and on real ones."
        ),
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(
            help="What is compared: samples, spectrum (of signals), classifier (trained on the "
            "labels), or a network of keras.applications. Default: classifier for images with "
            "labels, spectrum for sounds, else samples."
        ),
    ] = None,
    num_samples: Annotated[
        int | None, typer.Option(min=1, help="Generated samples. Default: as many as real ones.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    cache: Annotated[Path | None, typer.Option(help="Keep statistics of real data here.")] = None,
    backend: Backend = None,
    data_dir: DataDir = None,
    manual_dir: ManualDir = None,
) -> None:
    """Measure how far a GAN's samples are from real ones."""
    with at_work(backend):
        check_model(model)
        check_data(data)
        with imports():
            from keras_gan_losses.cli.evaluate import evaluate as work

        work(
            model,
            data=data,
            labels=labels,
            target=target,
            features=features,
            num_samples=num_samples,
            as_json=as_json,
            cache=cache,
            data_dir=data_dir,
            manual_dir=manual_dir,
        )
