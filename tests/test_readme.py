import configparser
import importlib.util
import pathlib
import re
import shlex

import keras
import pytest
from typer.testing import CliRunner

import keras_gan_losses_cli as cli
from keras_gan_losses import GAN, architectures, datasets, losses, objectives
from tests import page_tables

ROOT = pathlib.Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = sorted((ROOT / "docs").glob("*.md"))
# Code of the one needs several devices or processes; examples that it names are run instead. The
# other has a test of its own.
NOT_RUN = {"distributed.md", "first_gan.md"}
# Packages that are too large to be installed for the tests; where they are, their code runs.
OPTIONAL = re.compile(r"^import (mlflow|wandb)$", re.MULTILINE)


def python_blocks(text):
    """Code of the Python blocks of a page."""
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


SETTINGS = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg")
URLS = dict(line.split(" = ") for line in SETTINGS["metadata"]["project_urls"].strip().splitlines())
PICTURES = URLS["Repository"].replace("github.com", "raw.githubusercontent.com") + "/main/"
PYTHON_BLOCKS = python_blocks(README)
SHELL_BLOCKS = re.findall(r"^```bash\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run_blocks(blocks=PYTHON_BLOCKS, **given):
    """Runs Python blocks in order, and gives the names that they define."""
    namespace = {"__name__": "readme", **given}
    for number, block in enumerate(blocks):
        if not all(map(importlib.util.find_spec, OPTIONAL.findall(block))):
            continue
        # What they do does not change with the length of training, which is checked by eye.
        code = compile(re.sub(r"\bepochs=\d+", "epochs=1", block), f"block {number}", "exec")
        if ".export(" in block and keras.backend.backend() == "torch":
            with pytest.raises(ValueError, match="torch backend cannot write a SavedModel"):
                exec(code, namespace)
        else:
            exec(code, namespace)
    return namespace


# One test, because others could run in another process, without the names of earlier blocks.
def test_the_readme_s_program_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = run_blocks()
    assert {path.name for path in tmp_path.iterdir()} == {"digits.png", "digits.keras"}
    assert namespace["samples"].shape == (64, 8, 8, 1)


def test_the_first_page_does_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "first_gan.md").read_text()
    namespace = run_blocks(python_blocks(page))
    written = {"digits.png", "digits.keras", "log.csv", "pictures"}
    written |= {"curves.png", "scores.png", "losses.png"}
    if keras.backend.backend() != "torch":
        written.add("generator")
    assert {path.name for path in tmp_path.iterdir()} == written
    explained = set(re.findall(r"`(\w+)`", page.split("| log |")[1].split("\n\n")[0]))
    logs = {name for name in namespace["history"].history if not name.startswith("val_")}
    assert logs == explained


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if python_blocks(page.read_text()) and page.name not in NOT_RUN],
    ids=lambda page: page.name,
)
def test_the_python_blocks_of_a_page_run_in_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Validation every few epochs would never come in a single one.
    text = re.sub(r"\bvalidation_freq=\d+", "validation_freq=1", page.read_text())
    # What a page that begins in the middle takes for granted.
    images, labels = datasets.digits()
    gan = GAN(*architectures.dcgan((8, 8, 1), latent_dim=8, width=8), latent_dim=8)
    gan.compile()
    run_blocks(python_blocks(text), gan=gan, images=images, labels=labels)


def test_the_first_example_has_twelve_lines():
    assert PYTHON_BLOCKS[0].count("\n") == 12


def test_the_commands_name_what_exists():
    assert len(SHELL_BLOCKS) == 3
    first, own_data, last = SHELL_BLOCKS
    install, run_tests = ([part.strip() for part in block.split("&&")] for block in (first, last))
    assert install[2] == ".venv/bin/keras-gan-losses train"
    assert run_tests[2] == ".venv/bin/python -m tests"
    assert (ROOT / "tests" / "__main__.py").exists()
    for line in own_data.strip().splitlines():
        program, command, *arguments = shlex.split(line)
        assert program == "keras-gan-losses"
        told = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "200"}).stdout
        assert all(f"{each} " in told for each in arguments if each.startswith("--"))
    for block in (first, last):
        assert block.startswith("python -m venv .venv && .venv/bin/pip install ")
    assert "keras-gan-losses = keras_gan_losses_cli:main" in (ROOT / "setup.cfg").read_text()


@pytest.mark.backend("torch")
def test_the_installed_command_writes_what_the_readme_lists(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(SHELL_BLOCKS[0].split("&&")[2])[1:]
    result = CliRunner().invoke(cli.app, [*words, "--epochs", "1"])
    assert result.exit_code == 0, result.output
    listed = re.findall(r"^- `([\w.]+)`,", README, re.MULTILINE)
    assert len(listed) == 8
    if keras.backend.backend() == "torch":
        listed.remove("generator")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(listed)


def test_options_of_the_commands_exist():
    helps = [
        CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "200"}).stdout
        for command in ("train", "generate", "evaluate", "compare")
    ]
    options = set(re.findall(r"--[a-z-]+", " ".join(re.findall(r"`[^`\n]+`", README))))
    assert {"--data", "--loss", "--resume", "--epochs"} <= options
    for option in options:
        assert any(option in text for text in helps), option


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *PAGES],
    ids=lambda page: page.name,
)
def test_linked_files_exist(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert target.startswith("https://arxiv.org/abs/") or file_of(target, page).exists(), target


def file_of(target, page):
    """The file that a link leads to: one beside the page, or in the repository, or of the site."""
    for base in (URLS["Repository"] + "/blob/main/", PICTURES):
        if target.startswith(base):
            return ROOT / target.removeprefix(base)
    if target.startswith(URLS["Documentation"]):
        return ROOT / "docs" / (target.removeprefix(URLS["Documentation"]).strip("/") + ".md")
    return page.parent / target


# An index of packages shows the README, and has no other file of the repository.
def test_links_and_pictures_of_the_readme_are_absolute():
    targets = re.findall(r"\]\(([^)]+)\)", README)
    assert len(targets) > 5
    assert all(target.startswith("https://") for target in targets)


def test_the_readme_counts_the_objectives():
    assert f"… {len(objectives.names())} names" in PYTHON_BLOCKS[0]


def test_the_readme_is_short():
    assert README.count("\n") <= 150


def test_every_example_is_listed():
    for path in (ROOT / "examples").glob("*.py"):
        assert f"(../examples/{path.name})" in (ROOT / "docs" / "examples.md").read_text()


@pytest.mark.backend("torch")
def test_the_command_line_knows_every_name_before_the_package_is_imported():
    written = page_tables.NAMES.read_text()
    assert written == page_tables.names_file(), "Run `python -m tests.page_tables`."


@pytest.mark.parametrize("page", page_tables.PAGES, ids=lambda page: page.name)
def test_the_tables_are_as_the_docstrings_say(page):
    text = page.read_text()
    assert "written by python -m tests.page_tables" in text
    assert page_tables.with_tables(text) == text, "Run `python -m tests.page_tables`."


def test_every_objective_and_divergence_has_a_row():
    page = (ROOT / "docs" / "which_loss.md").read_text()
    assert all(f'\n| [`"{name}"`](' in page for name in objectives.names())
    assert all(f'\n| `"{name}"` |' in page for name in losses.divergences.names())


def test_a_formula_is_taken_from_its_docstring_whole():
    formula = page_tables.formula
    assert formula(losses.WassersteinDiscriminatorLoss) == "fake − real"
    assert formula(losses.MinimaxGeneratorLoss) == "−sp(fake)"
    smoothed = "(1 − s) sp(−real) + s sp(real) + sp(fake), s = label_smoothing"
    assert formula(losses.NonSaturatingDiscriminatorLoss) == smoothed
    with pytest.raises(ValueError, match="AdversarialLoss has no paragraph"):
        formula(losses.AdversarialLoss)
