"""The command `keras-gan-losses evaluate`."""

import json
from pathlib import Path
from typing import TypedDict

import typer

from keras_gan_losses.cli.forms import form_of
from keras_gan_losses.cli.real_data import make_real_data
from keras_gan_losses.cli.saved_gan import load_gan, only_shape
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
    model: Path,
    *,
    data: str,
    labels: Path | None,
    target: str | None,
    features: str | None,
    num_samples: int | None,
    as_json: bool,
    cache: Path | None,
    data_dir: Path | None,
    manual_dir: Path | None,
) -> None:
    """Prints how far a GAN's samples are from real ones."""
    gan = load_gan(model)
    shape = only_shape(gan)
    form = form_of(model.parent / "form.json", shape)
    real = make_real_data(
        data,
        labels=labels,
        target=target,
        data_dir=data_dir,
        manual_dir=manual_dir,
        size=shape[0] if len(shape) == 3 else None,
        form=form,
    )
    metrics = real.metrics(features, num_samples=num_samples, cache_directory=cache)
    values = gan.measure(
        real.samples,
        real.labels_among(form.class_names) if gan.specification.is_conditional else None,
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
