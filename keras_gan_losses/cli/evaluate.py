"""The command `keras-gan-losses evaluate`."""

import json
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from keras_gan_losses.cli.forms import form_of
from keras_gan_losses.cli.real_data import make_real_data
from keras_gan_losses.cli.saved_gan import load_gan, only_shape
from keras_gan_losses.cli.surroundings import errors_in_one_line, use_backend
from keras_gan_losses.metrics import DistributionMetric


class _Summary(TypedDict):
    """What is printed."""

    model: str
    data: str
    features: str
    num_real: int
    num_generated: int
    metrics: dict[str, float]


def evaluate(
    model: Annotated[Path, typer.Argument(help="File of a GAN: gan.keras")],
    data: Annotated[
        str,
        typer.Option(help="A folder of pictures, x.npy, digits, ring, grid, or mnist …"),
    ] = "digits",
    labels: Annotated[Path | None, typer.Option(help="Labels of the samples in a file.")] = None,
    features: Annotated[
        str | None,
        typer.Option(
            help="What is compared: samples, classifier (trained on the labels), or a network "
            "of keras.applications. Default: classifier for images with labels, else samples."
        ),
    ] = None,
    num_samples: Annotated[
        int | None, typer.Option(min=1, help="Generated samples. Default: as many as real ones.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    cache: Annotated[Path | None, typer.Option(help="Keep statistics of real data here.")] = None,
    backend: Annotated[str | None, typer.Option(help="tensorflow, jax or torch.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Prepared image sets.")] = None,
    manual_dir: Annotated[Path | None, typer.Option(help="Original files of the set.")] = None,
) -> None:
    """Measure how far a GAN's samples are from real ones."""
    use_backend(backend)
    with errors_in_one_line():
        gan = load_gan(model)
        shape = only_shape(gan)
        real = make_real_data(
            data,
            labels=labels,
            data_dir=data_dir,
            manual_dir=manual_dir,
            size=shape[0] if len(shape) == 3 else None,
            form=form_of(model.parent / "form.json", shape),
        )
        metrics = real.metrics(features, num_samples=num_samples, cache_directory=cache)
        values = gan.measure(
            real.samples,
            real.labels if gan.specification.is_conditional else None,
            metrics=metrics,
            shows_progress=not as_json,
        )
        summary: _Summary = {
            "model": str(model),
            "data": data,
            "features": real.features_name(features),
            "num_real": len(real.samples),
            "num_generated": num_samples or len(real.samples),
            "metrics": values,
        }
        if as_json:
            typer.echo(json.dumps(summary, indent=2))
        else:
            _print_table(summary, metrics)


def _print_table(summary: _Summary, metrics: list[DistributionMetric]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{summary['model']}: {summary['num_generated']:,} generated samples against "
        f"{summary['num_real']:,} of {summary['data']}, by {summary['features']}"
    )
    for column in ("metric", "value", "better"):
        table.add_column(column, justify="right" if column == "value" else "left")
    for metric in metrics:
        for name, is_higher_better in metric.directions.items():
            better = "higher" if is_higher_better else "lower"
            table.add_row(name, f"{summary['metrics'][name]:.4g}", better)
    Console().print(table)
