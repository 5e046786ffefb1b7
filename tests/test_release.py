"""What is released is whole: versions agree, both archives hold what they should."""

import configparser
import pathlib
import re
import subprocess
import sys
import tarfile
import zipfile

import pytest
import yaml

from keras_gan_losses import __version__

ROOT = pathlib.Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_versions_agree():
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == __version__
    newest = re.search(r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest[1] == __version__


def test_addresses_agree():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    urls = dict(row.split(" = ") for row in settings["metadata"]["project_urls"].split("\n") if row)
    # The site's file names classes of Python in tags that only its own loader knows.
    site = re.findall(r"^(?:site|repo)_url: (.*)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    expected = [urls["Documentation"], urls["Repository"]]
    assert settings["metadata"]["url"] == urls["Repository"]
    assert site == expected
    assert [citation["url"], citation["repository-code"]] == expected


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_jobs_of_steps_that_do_something(path):
    workflow = yaml.safe_load(path.read_text())
    # YAML reads the key "on" as a truth value.
    assert True in workflow or "on" in workflow
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert all("uses" in step or "run" in step for step in job["steps"])


def test_workflows_name_extras_and_commands_that_exist():
    text = "\n".join(path.read_text() for path in WORKFLOWS)
    settings = (ROOT / "setup.cfg").read_text()
    extras = {name for names in re.findall(r"\.\[([\w,]+)\]", text) for name in names.split(",")}
    assert {"test", "docs"} <= extras
    assert all(re.search(rf"^{name} =$", settings, re.MULTILINE) for name in extras)


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    # The tree is not written to: what lies in it untracked is left out.
    tree = tmp_path_factory.mktemp("tree")
    for name in tracked():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(tree)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def tracked():
    """Files of the release, which in an unpacked archive are all that there are."""
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if found.returncode == 0:
        return found.stdout.splitlines()
    ignored = {".venv", "build", "dist", "__pycache__"}
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [path.as_posix() for path in paths if not ignored & set(path.parts)]


def test_the_source_has_tests_pages_and_examples(archives):
    with tarfile.open(archives[0]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    rooms = ("keras_gan_losses", "tests/", "docs/", "examples/", "benchmarks/")
    wanted = {name for name in tracked() if name.startswith(rooms)}
    assert len(wanted) > 500
    assert wanted <= held
    assert {"README.md", "LICENSE", "CHANGELOG.md", "mkdocs.yml", "setup.cfg"} <= held


def test_the_wheel_has_the_package_alone(archives):
    with zipfile.ZipFile(archives[1]) as archive:
        held = set(archive.namelist())
    code = {name for name in tracked() if name.startswith("keras_gan_losses")}
    assert code <= held
    others = {name for name in held - code if ".dist-info/" not in name}
    assert not others


def test_an_index_can_show_the_page(archives):
    told = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *map(str, archives)],
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.count("PASSED") == 2
