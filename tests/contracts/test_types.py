"""Types agree with the code, and say more than that anything will do."""

import ast
import configparser
import fnmatch
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_gan_losses.types import Tensor

ROOT = pathlib.Path(__file__).parents[2]
PACKAGE = ROOT / "keras_gan_losses"


def _module(file):
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


SETTINGS = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg")
# Patterns of the modules that mypy passes over.
UNTYPED = [
    pattern
    for name, section in SETTINGS.items()
    if section.getboolean("ignore_errors", fallback=False)
    for pattern in name.removeprefix("mypy-").split(",")
]
FILES = [
    file
    for file in sorted([*PACKAGE.rglob("*.py"), *(ROOT / "keras_gan_losses_cli").rglob("*.py")])
    if not any(fnmatch.fnmatch(_module(file), pattern) for pattern in UNTYPED)
]
# Where anything will do, and how often.
ANYTHING = {
    # The form in which Keras dumps a lambda is its own.
    "fingerprint.py": 1,
    # Operands, indices and sizes of tensors; data of any library; what Keras can serialize; what
    # augmentations draw.
    "types.py": 29,
    # What is computed once: tensors, and dictionaries of them.
    "penalties/adversarial_batch.py": 1,
    # Values of any type are asked what they are.
    "runs/plain_values.py": 1,
    # A file that is only written to: what zipfile wants is more than it uses.
    "runs/run_state.py": 1,
    # Each metric says what statistics it compares.
    "metrics/distribution_metric.py": 2,
}


def test_types_agree_with_the_code():
    command = [sys.executable, "-m", "mypy"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_types_say_what_a_thing_is(file):
    tree = ast.parse(file.read_text())
    passed_on = _annotations_of_what_is_passed_on(tree)
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "Any" and node not in passed_on
    ]
    name = file.relative_to(ROOT).as_posix().removeprefix("keras_gan_losses/")
    assert len(lines) == ANYTHING.get(name, 0), lines


def _annotations_of_what_is_passed_on(tree):
    """Those of `*args` and `**kwargs`: another function names what it takes."""
    arguments = [node for node in ast.walk(tree) if isinstance(node, ast.arguments)]
    starred = [one for node in arguments for one in (node.vararg, node.kwarg) if one is not None]
    return {one.annotation for one in starred}


@pytest.mark.parametrize(
    "tensor",
    [np.ones((2, 3)), keras.ops.ones((2, 3)), keras.Variable(np.ones((2, 3)))],
    ids=["array", "tensor", "variable"],
)
def test_tensors_do_what_their_type_promises(tensor):
    promised = [name for name, member in vars(Tensor).items() if _is_promise(name, member)]
    assert "__matmul__" in promised
    assert [name for name in promised if not hasattr(tensor, name)] == []


def _is_promise(name, member):
    of_protocols = {"__init__", "__subclasshook__"}
    return name not in of_protocols and (callable(member) or isinstance(member, property))
