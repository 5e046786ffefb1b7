"""The command line: `keras-gan-losses`.

It stands beside the package, because whatever imports that imports Keras and its backend, which
takes seconds: here only what a command does imports them, so that its help and what is wrong with
its arguments are said at once.
"""

try:
    import typer
except ModuleNotFoundError:
    raise SystemExit(
        'The command line needs typer. Run: pip install "keras-gan-losses[cli]"'
    ) from None

from keras_gan_losses_cli.card import card
from keras_gan_losses_cli.compare import compare
from keras_gan_losses_cli.evaluate import evaluate
from keras_gan_losses_cli.generate import generate
from keras_gan_losses_cli.train import train

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def commands() -> None:
    """Train GANs with Keras, and choose their losses."""


for _command in (train, generate, evaluate, compare, card):
    app.command()(_command)


def main() -> None:
    """Runs the command line."""
    app()
