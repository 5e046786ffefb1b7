"""The documentation's site is built strictly, names all that is public and fetches nothing."""

import html
import inspect
import os
import pathlib
import re
import subprocess
import sys

import pytest

import keras_gan_losses as kgl

ROOT = pathlib.Path(__file__).parents[1]
QUESTIONS = (ROOT / "docs" / "questions.md").read_text()


def build(folder, root=ROOT):
    """Builds the site, and gives what mkdocs said."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    told = build(folder)
    assert told.returncode == 0, told.stderr
    return folder


def public_names():
    for name in kgl.__all__:
        member = getattr(kgl, name)
        if not inspect.ismodule(member):
            yield "index", name
            continue
        for own in member.__all__:
            if not inspect.ismodule(getattr(member, own)):
                yield name, own


def headings(page):
    return set(re.findall(r'id="([^"]+)"', page.read_text()))


def test_every_public_name_has_its_place(site):
    anchors = {path.name: headings(path / "index.html") for path in (site / "reference").glob("*/")}
    anchors["index"] = headings(site / "reference" / "index.html")
    missing = [
        f"{room}.{name}"
        for room, name in public_names()
        if name != "__version__" and not any(a.endswith(f".{name}") for a in anchors[room])
    ]
    assert not missing


@pytest.mark.parametrize("name", kgl.objectives.names())
def test_every_objective_has_a_page_with_its_formulas_and_paper(site, name):
    page = html.unescape((site / "objectives" / name / "index.html").read_text())
    arxiv = re.search(r"arXiv:\d{4}\.\d{4,5}", inspect.getdoc(kgl.objectives.maker(name)))[0]
    assert arxiv in page
    assert page.count('<p class="formula">') >= 2
    assert "At the optimum" in page


def test_exponents_and_indices_stand_in_their_places(site):
    page = (site / "reference" / "metrics" / "index.html").read_text()
    assert "<sup>1/p</sup>" in page
    assert "π<sub>ij</sub>" in page


def test_examples_are_shown_as_code(site):
    page = (site / "reference" / "losses" / "index.html").read_text()
    assert "&gt;&gt;&gt; " in re.sub(r"</?span[^>]*>", "", page)
    assert "<blockquote>" not in page


def test_pages_fetch_nothing_from_elsewhere(site):
    for page in site.rglob("*.html"):
        fetched = re.findall(
            r'<(?:link|script|img)[^>]*(?:src|href)="(https?:[^"]+)"', page.read_text()
        )
        own = "https://keras-gan-losses.github.io/"
        assert not [address for address in fetched if not address.startswith(own)], page


# Each click is a link on the page before it; the first page has one to the questions.
def test_the_questions_of_a_stranger_are_two_clicks_away(site):
    first = (site / "index.html").read_text()
    assert 'href="questions/' in first
    rows = re.findall(r"^\| (.*?\?) \|.*?\]\(([\w./]+)", QUESTIONS, re.MULTILINE)
    assert len(rows) >= 10
    page = (site / "questions" / "index.html").read_text()
    for question, target in rows:
        assert question in html.unescape(page)
        assert f'href="../{target.removesuffix(".md")}/' in page


@pytest.mark.slow
def test_a_broken_link_is_an_error(tmp_path):
    for name in ("docs", "keras_gan_losses", "tests", "README.md", "mkdocs.yml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "docs").unlink()
    (tmp_path / "docs").mkdir()
    for path in (ROOT / "docs").iterdir():
        (tmp_path / "docs" / path.name).symlink_to(path)
    page = tmp_path / "docs" / "symptoms.md"
    page.unlink()
    page.write_text("# Symptoms\n\n[gone](gone.md)\n")
    told = build(tmp_path / "site", tmp_path)
    assert told.returncode != 0
    assert "gone.md" in told.stderr
