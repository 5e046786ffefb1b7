"""The notebooks of examples/notebooks run from top to bottom, and print nothing in the way."""

import pathlib
import re

import nbclient
import nbformat
import pytest

FOLDER = pathlib.Path(__file__).parents[1] / "examples" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# Of the libraries below Keras, as they are imported.
NOISE = re.compile(r"^(WARNING: All log|[IWE]\d{4} |To enable).*\n?", re.MULTILINE)

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def run(path, directory, *, epochs=None):
    """Cells of a notebook with what they put out."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if epochs is not None:
            cell.source = re.sub(r"\bepochs=\d+", f"epochs={epochs}", cell.source)
    resources = {"metadata": {"path": str(directory)}}
    nbclient.NotebookClient(notebook, timeout=900, resources=resources).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def words_of(cells, name):
    """What cells write to stdout or stderr."""
    outputs = [each for cell in cells for each in cell.outputs if each.output_type == "stream"]
    return NOISE.sub("", "".join(each.text for each in outputs if each.name == name))


def num_pictures(cells):
    outputs = [each for cell in cells for each in cell.outputs if "data" in each]
    return sum("image/png" in each.data for each in outputs)


@pytest.mark.backend("torch")
@pytest.mark.filterwarnings("ignore")
def test_the_first_notebook_runs_and_shows_pictures(tmp_path):
    cells = run(NOTEBOOKS[0], tmp_path, epochs=10)
    assert words_of(cells, "stderr") == ""
    assert re.fullmatch(r"Epoch 10/10 \(.*frechet_distance \d.*\n", words_of(cells, "stdout"))
    assert num_pictures(cells) == 4
    assert not cells[0].outputs


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@each_notebook
def test_a_notebook_runs_from_top_to_bottom(path, tmp_path):
    cells = run(path, tmp_path)
    assert num_pictures(cells) >= 1
    errors = words_of(cells, "stderr")
    assert "ipywidgets" not in errors
    assert ("Warning" in errors) == ("collapse" in path.stem)


@each_notebook
def test_a_notebook_is_small_and_installs_first(path):
    notebook = nbformat.read(path, as_version=4)
    assert path.stat().st_size < 200_000
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert "%pip install" in code[0]
    assert not any("%pip" in source for source in code[1:])
    assert notebook.cells[0].source.startswith("# ")
    numbers = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    is_cleared = not any(numbers)
    assert is_cleared or numbers == list(range(1, len(code) + 1)), "run it from top to bottom"
