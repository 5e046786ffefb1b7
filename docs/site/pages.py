"""Pages of the site that are made: the first one, one for each objective, and the reference.

mkdocs calls the functions whose names begin with `on_`. What a page says of a name comes from its
docstring, so that nothing is written twice.
"""

import inspect
import re
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
# The tables are made there, and tests are not installed.
sys.path.insert(0, str(ROOT))

import keras_gan_losses  # noqa: E402
from keras_gan_losses import losses, metrics, objectives  # noqa: E402
from tests import page_tables  # noqa: E402

ROOMS = {
    name: getattr(keras_gan_losses, name)
    for name in keras_gan_losses.__all__
    if inspect.ismodule(getattr(keras_gan_losses, name))
} | {"losses.divergences": losses.divergences, "metrics.features": metrics.features}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Adds the generated pages to the navigation."""
    sections = {}
    for part in config.nav:
        sections |= part if isinstance(part, dict) else {}
    below = next(part["Objectives"] for part in sections["Choose"] if "Objectives" in part)
    below.extend({name: f"objectives/{name}.md"} for name in objectives.names())
    reference = [{name: f"reference/{name}.md"} for name in sorted(ROOMS)]
    sections["Look up"].append({"Reference": ["reference/index.md", *reference]})
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Makes the pages."""
    notes = _notes()
    made = {
        "index.md": _first_page(config),
        "reference/index.md": _reference_index(),
        **{
            f"objectives/{name}.md": _objective_page(name, notes[name])
            for name in objectives.names()
        },
        **{f"reference/{name}.md": _room_page(name) for name in ROOMS},
    }
    for path, text in made.items():
        files.append(File.generated(config, path, content=text))
    return files


def _first_page(config: MkDocsConfig) -> str:
    """The README, with links within the site."""
    text = (ROOT / "README.md").read_text()
    text = re.sub(rf"\]\({config.site_url}(\w+)/(#\w+)?\)", r"](\1.md\2)", text)
    text = text.replace(f"]({config.repo_url}/blob/main/docs/", "](")
    return re.sub(r"\]\(https://raw\.[^)]*/docs/", "](", text)


def _objective_page(name: str, notes: str) -> str:
    make, objective = objectives.maker(name), objectives.get(name)
    discriminator, generator = page_tables.minimised(name)
    paths = map(_public_path, map(type, _parts(objective)))
    return "\n".join(
        [
            f"# {name}\n",
            f"- **Discriminator**: {discriminator}",
            f"- **Generator**: {generator}",
            notes,
            *map(_described, dict.fromkeys([f"objectives.{make.__name__}", *paths])),
        ]
    )


def _parts(objective: objectives.Objective) -> list[object]:
    """What an objective is made of."""
    both = [objective.discriminator_loss, objective.generator_loss]
    constraint = objective.discriminator_constraint
    return [
        *both,
        *(
            each.divergence
            for each in both
            if isinstance(each, losses.FDivergenceDiscriminatorLoss)
        ),
        *objective.penalties,
        *([constraint] if constraint else []),
    ]


def _notes() -> dict[str, str]:
    """Sections of docs/objectives.md by name."""
    text = (ROOT / "docs" / "objectives.md").read_text()
    _, *parts = re.split(r"^## (\w+)\n\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _public_path(kind: type) -> str:
    for room, module in ROOMS.items():
        if kind.__name__ in module.__all__:
            return f"{room}.{kind.__name__}"
    return f"{kind.__module__.removeprefix('keras_gan_losses.')}.{kind.__name__}"


def _described(path: str) -> str:
    """What mkdocstrings puts its description in place of."""
    return f"\n::: keras_gan_losses.{path}\n"


def _reference_index() -> str:
    own = [n for n in keras_gan_losses.__all__ if n not in ROOMS and not n.startswith("_")]
    rows = [
        f"| [`{name}`]({name}.md) | {inspect.getdoc(module).splitlines()[0]} |"
        for name, module in sorted(ROOMS.items())
    ]
    head = "# Reference\n\n| module | what it has |\n| --- | --- |\n"
    return head + "\n".join(rows) + "\n" + "".join(map(_described, own))


def _room_page(name: str) -> str:
    module = ROOMS[name]
    public = [each for each in module.__all__ if not inspect.ismodule(getattr(module, each))]
    return f"# {name}\n\n{inspect.getdoc(module)}\n" + "".join(
        _described(f"{name}.{each}") for each in public
    )


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Leads from the notes on objectives to their pages, and from other files to the repository."""
    if page.file.src_uri == "objectives.md":
        head = markdown.partition(f"\n## {objectives.names()[0]}\n")[0]
        links = "\n".join(f"- [{name}](objectives/{name}.md)" for name in objectives.names())
        markdown = f"{head}\n{links}\n"
    markdown = re.sub(r"\]\(objectives\.md#(\w+)\)", r"](objectives/\1.md)", markdown)
    return re.sub(r"\]\(\.\./([\w./-]+)\)", rf"]({config.repo_url}/blob/main/\1)", markdown)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Sets the formulas of docstrings apart, with exponents and indices in their places."""
    return re.sub(r"<p>(Formulas?\b.*?)</p>", _formula, html, flags=re.DOTALL)


def _formula(match: re.Match[str]) -> str:
    text = re.sub(r"(?<=\S)\^\(([^()]*)\)", r"<sup>\1</sup>", match[1])
    text = re.sub(r"(?<=[\w)′‖])\^([\w½]+)", r"<sup>\1</sup>", text)
    # Longer ones are names, such as `real_margin`.
    text = re.sub(r"(?<=\w)_(\w{1,2})\b", r"<sub>\1</sub>", text)
    return f'<p class="formula">{text}</p>'
