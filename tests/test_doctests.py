import doctest
import importlib
import pkgutil

import pytest

import keras_gan_losses
import keras_gan_losses_cli

MODULES = [
    module.name
    for package in (keras_gan_losses, keras_gan_losses_cli)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    # The other backends' files, of which each needs its own library, have no examples.
    if not module.name.startswith("keras_gan_losses.backend.") and "__main__" not in module.name
]


def test_modules_of_every_floor_are_found():
    floors = {name.split(".")[1] for name in MODULES}
    assert {"losses", "penalties", "objectives", "models", "registration", "testing"} <= floors


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_give_what_they_say(name, tmp_path, monkeypatch, capsys):
    # Examples may write files.
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    result = doctest.testmod(module)
    assert result.failed == 0, capsys.readouterr().out
