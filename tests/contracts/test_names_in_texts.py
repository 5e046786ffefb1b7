"""Names that messages, docstrings and pages recommend exist."""

import ast
import importlib
import pathlib
import re

import keras
import pytest

import keras_gan_losses as kgl

HOME = pathlib.Path(kgl.__file__).parent
ROOMS = sorted(path.parent.name for path in HOME.glob("*/__init__.py"))
FILE_ENDINGS = "csv|html|jinja|json|jsonl|md|png|py"
NAME = re.compile(
    r"(?<![\w./-])(?P<library>keras\.)?"
    rf"(?:(?:kgl|keras_gan_losses)\.)?(?P<room>{'|'.join(ROOMS)})"
    rf"\.(?!(?:{FILE_ENDINGS})\b)(?P<name>[A-Za-z_]\w*)"
)


def texts(path):
    """What the file says, other than its code."""
    if path.suffix != ".py":
        return [path.read_text()]
    nodes = ast.walk(ast.parse(path.read_text()))
    return [
        each.value for each in nodes if isinstance(each, ast.Constant) and type(each.value) is str
    ]


def names(text):
    return {(it["library"], it["room"], it["name"]) for it in NAME.finditer(text)}


def exists(library, room, name):
    place = getattr(keras, room) if library else importlib.import_module(f"keras_gan_losses.{room}")
    if hasattr(place, name):
        return True
    return not library and (HOME / room / f"{name}.py").exists()


FILES = [*HOME.rglob("*.py"), *HOME.parent.glob("docs/*.md"), HOME.parent / "README.md"]


def test_names_are_found_in_texts():
    assert names("use `layers.Packing` or keras.layers.Dense, not a/losses.py") == {
        (None, "layers", "Packing"),
        ("keras.", "layers", "Dense"),
    }
    assert not exists(None, "metrics", "Coverage")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOME.parent)))
def test_every_name_that_a_text_recommends_exists(path):
    found = {name for text in texts(path) for name in names(text)}
    missing = sorted(
        f"{room}.{name}" for library, room, name in found if not exists(library, room, name)
    )
    assert not missing
