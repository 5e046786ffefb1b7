"""Every picture of the documentation is small, opaque, and made by the command beside it."""

import pathlib
import re

import numpy as np
import pytest
from matplotlib.image import imread

ROOT = pathlib.Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
SECTIONS = {
    (page.name, picture): (page, section)
    for page in PAGES
    for section in re.split(r"^(?=#+ )", page.read_text(), flags=re.MULTILINE)
    for picture in re.findall(r"!\[[^\]]+\]\((?:https://[^)]*/main/)?([^)]+)\)", section)
}
COMMANDS = re.compile(r"python examples/(\w+\.py)|(?:python -m [\w.]+|keras-gan-losses) (?:--)?\w+")

picture_of_a_page = pytest.mark.parametrize(
    ("page", "picture"), sorted(SECTIONS), ids=lambda name: pathlib.Path(name).name
)


def test_pictures_are_found():
    assert {("README.md", "docs/images/digits.png")} < set(SECTIONS)


def test_no_picture_is_left_over():
    shown = {(page.parent / picture).resolve() for (_, picture), (page, _) in SECTIONS.items()}
    assert set((ROOT / "docs" / "images").iterdir()) == shown


@picture_of_a_page
def test_a_picture_is_small_and_opaque(page, picture):
    path = SECTIONS[page, picture][0].parent / picture
    assert path.stat().st_size < 120_000
    pixels = imread(path)
    assert pixels.shape[2] == 3 or np.all(pixels[..., 3] == 1.0)


@picture_of_a_page
def test_a_picture_names_the_command_that_makes_it(page, picture):
    section = SECTIONS[page, picture][1]
    commands = list(COMMANDS.finditer(section))
    assert commands, "no command in the section"
    examples = [ROOT / "examples" / command[1] for command in commands if command[1]]
    if examples:
        # A comparison writes one page; its pictures show parts of it.
        name = pathlib.Path(picture).name
        made = "report.html" if name.startswith("comparison_") else f'"{name}"'
        assert any(made in example.read_text() for example in examples)
