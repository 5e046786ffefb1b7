"""The command `keras-gan-losses train`."""

from pathlib import Path
from typing import Annotated

import typer

from keras_gan_losses_cli.checks import check_data, check_name, check_one, share_of
from keras_gan_losses_cli.names import AUGMENTATIONS, NETWORKS, OBJECTIVES
from keras_gan_losses_cli.options import Backend, DataDir, Length, ManualDir, Networks, Rate
from keras_gan_losses_cli.run_arguments import DEFAULTS
from keras_gan_losses_cli.surroundings import at_work, imports


def train(
    data: Annotated[
        str | None,
        typer.Option(
            help="A folder of pictures or sounds, an array (x.npy, x.npz), a table (x.csv, "
            "x.parquet), digits, ring, grid, or an image set: mnist … Default: digits."
        ),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(help="Objective: wgan_gp, hinge, lsgan … Default: non_saturating."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epoch at which to end.")] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Rounds to play, instead of epochs.")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Samples per update. Default: 64.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of all random numbers. Default: 0.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=8, help="Side of pictures. Default: theirs, or 64.")
    ] = None,
    crop: Annotated[
        bool | None, typer.Option(help="Cut pictures to squares, or squeeze them. Default: cut.")
    ] = None,
    length: Length = None,
    rate: Rate = None,
    mono: Annotated[
        bool | None, typer.Option("--mono", help="Average the channels of sounds.")
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(help="File with the labels of an array, or column with those of a table."),
    ] = None,
    conditional: Annotated[
        bool | None,
        typer.Option("--conditional", help="Learn the classes: folders of pictures, or labels."),
    ] = None,
    augment: Annotated[
        str | None, typer.Option(help="For few pictures: ada, diff_augment or instance_noise.")
    ] = None,
    average: Annotated[
        bool | None, typer.Option("--average", help="Sample from an average of the weights.")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="Of both players. Default: the objective's.")
    ] = None,
    latent_dim: Annotated[
        int | None, typer.Option(min=1, help="Number of latents. Default: what suits the data.")
    ] = None,
    networks: Networks = None,
    precision: Annotated[
        str | None, typer.Option(help="float32, mixed_bfloat16 or mixed_float16.")
    ] = None,
    validation: Annotated[
        str | None,
        typer.Option(
            help="What is measured on after each epoch, and not trained: a share, such as 0.1, or "
            "a path. Default with --metrics: a tenth, or the test split of an image set."
        ),
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(
            help="Measures for each row of history.csv, with commas: frechet_distance, "
            "precision_recall … Default with --validation: what suits the data."
        ),
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(
            help="What they compare: samples, spectrum, classifier, or a network of "
            "keras.applications. Default: samples, of sounds the spectrum."
        ),
    ] = None,
    checkpoint_every: Annotated[
        int, typer.Option(min=1, help="Rounds between two checkpoints.")
    ] = 500,
    out: Annotated[Path, typer.Option(help="Where results are written.")] = Path("out"),
    backend: Backend = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, as it was begun.")
    ] = False,
    data_dir: DataDir = None,
    manual_dir: ManualDir = None,
) -> None:
    """Train a GAN, and write samples, history, model and SavedModel."""
    told = dict(locals())
    asked_for = {name: told[name] for name in DEFAULTS}
    with at_work(backend):
        check_name("--loss", loss or DEFAULTS["loss"], OBJECTIVES)
        check_name("--augment", augment, AUGMENTATIONS)
        check_name("--networks", networks, NETWORKS)
        check_data(data or DEFAULTS["data"])
        if validation is not None:
            share_of(validation)
        check_one("--epochs", epochs, "--steps", steps)
        with imports():
            from keras_gan_losses.cli.train import train as work

        work(
            asked_for,
            epochs=epochs,
            steps=steps,
            checkpoint_every=checkpoint_every,
            out=out,
            resume=resume,
            data_dir=data_dir,
            manual_dir=manual_dir,
        )
