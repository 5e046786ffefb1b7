"""The command line, called within the process of the tests."""

import warnings

import keras
import typer.testing

import keras_gan_losses_cli as cli


def call(command, *arguments):
    """What a command answers."""
    # Whoever runs a command sees warnings; here they must not end it.
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        policy = keras.config.dtype_policy()
        try:
            return typer.testing.CliRunner().invoke(cli.app, [command, *map(str, arguments)])
        finally:
            keras.config.set_dtype_policy(policy)


def done(command, *arguments):
    """What a command prints that must end well."""
    result = call(command, *arguments)
    assert result.exit_code == 0, result.output
    return result.output
