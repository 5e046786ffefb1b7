"""The command line: `keras-gan-losses`."""

import typer

from keras_gan_losses.cli.compare import compare
from keras_gan_losses.cli.evaluate import evaluate
from keras_gan_losses.cli.generate import generate
from keras_gan_losses.cli.train import train

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def commands() -> None:
    """Train GANs with Keras, and choose their losses."""


for _command in (train, generate, evaluate, compare):
    app.command()(_command)


def main() -> None:
    """Runs the command line."""
    app()
