"""Writes the tables of pages, from the docstrings, and the names that the command line knows before
it imports the package.

Command: `python -m tests.page_tables`.
"""

import inspect
import pathlib
import re

from keras_gan_losses import augmentation, objectives, penalties
from keras_gan_losses.cli.own_data import PICTURE_NETWORKS
from keras_gan_losses.losses import divergences, relativistic
from keras_gan_losses.registration import constructor_arguments
from tests.dirac_tables import linearised_table, published_table
from tests.markdown import code, table

ROOT = pathlib.Path(__file__).parents[1]
PAGES = [
    ROOT / "docs" / name
    for name in ("which_loss.md", "penalties.md", "augmentation.md", "convergence.md")
]
NAMES = ROOT / "keras_gan_losses_cli" / "names.py"
# Said once, above the table: arguments of every penalty or image augmentation, and signs.
COMMON = ("name", "every", "fraction", "schedule")
OF_IMAGES = ("data_format",)
LEGEND = ("sp = softplus", "E the mean over the batch")


def paragraphs(cls):
    """Paragraphs of a class's docstring, each in one line."""
    return [" ".join(part.split()) for part in inspect.getdoc(cls).split("\n\n")]


def first_line(cls):
    """What a class is, without the name and the full stop at the end."""
    return re.sub(r"(: `\".*)?\.$", "", paragraphs(cls)[0])


def formula(cls):
    """The formula of a loss or penalty, as its docstring says it, with what its signs mean."""
    found = [text for text in paragraphs(cls) if text.startswith("Formula, per ")]
    if not found:
        raise ValueError(f"The docstring of {cls.__name__} has no paragraph 'Formula, per sample'.")
    pattern = (
        r"Formula, per \w+(?: i)?(?P<given>,[^:]*)?: (?P<formula>.*?)(\.(\s|$)|, which|, with T|;)"
    )
    match = re.match(pattern, found[0])
    given = re.sub(r"^, (with )?", "", match["given"] or "")
    explained = [
        part for part in re.split(r" and (?=\S+ = |E )", given) if part and part not in LEGEND
    ]
    return ", ".join([match["formula"], *explained])


def loss_formula(loss, upper, lower):
    """The formula of an objective's loss; of a relativistic one that of its cost and comparison."""
    if not isinstance(loss, relativistic.RelativisticLoss):
        return formula(type(loss))
    parts = (relativistic.COMPARISONS[loss.comparison], relativistic.COSTS[loss.cost])
    comparison, cost = (inspect.getdoc(part).split(": ")[0] for part in parts)
    sides = {"upper": upper, "lower": lower}
    text = re.sub("upper|lower", lambda match: sides[match[0]], comparison)
    text = re.sub(r"cost\((.*?)\)", lambda match: cost.replace("lead", f"({match[1]})"), text)
    return f"scale · [{text}]" if loss.comparison == "average" else text


def call(make):
    """Python code that calls a function with its defaults."""
    parameters = inspect.signature(make).parameters.values()
    settings = ", ".join(f"{one.name}={one.default!r}" for one in parameters)
    return f"{make.__name__}({settings})"


def construction(made):
    """Python code that makes an object with the settings it has, save those that are None."""
    names = [name for name in constructor_arguments(type(made)) if name not in COMMON]
    values = {name: getattr(made, name) for name in names}
    settings = [f"{name}={_literal(v)}" for name, v in values.items() if v is not None]
    return f"{type(made).__name__}({', '.join(settings)})"


def settings_of(cls, left_out=COMMON):
    """Python code that makes an object with the defaults, an ellipsis where there are none."""
    defaults = {}
    for base in reversed(cls.__mro__):
        for name, parameter in inspect.signature(base.__init__).parameters.items():
            has_none = parameter.default is inspect.Parameter.empty
            defaults[name] = "…" if has_none else repr(parameter.default)
    names = [name for name in constructor_arguments(cls) if name not in left_out]
    return f"{cls.__name__}({', '.join(f'{name}={defaults[name]}' for name in names)})"


def _literal(value):
    return repr(value) if isinstance(value, (int, float, str)) else construction(value)


def arxiv_link(cls):
    """The first paper that a docstring refers to."""
    number = re.search(r"arXiv:(\d{4}\.\d{4,5})", inspect.getdoc(cls))[1]
    return f"[{number}](https://arxiv.org/abs/{number})"


def objectives_table():
    """One row for each name that `compile` takes as `loss`."""
    return table(
        ["`loss=`", "game", "discriminator minimises", "generator minimises", "function", "paper"],
        [_objective_row(name) for name in objectives.names()],
    )


def _objective_row(name):
    make = objectives.maker(name)
    return [
        f'[`"{name}"`](objectives.md#{name})',
        first_line(make),
        *minimised(name),
        code(call(make)),
        arxiv_link(make),
    ]


def minimised(name):
    """What the discriminator and what the generator of an objective minimises."""
    objective = objectives.get(name)
    generator = [code(loss_formula(objective.generator_loss, "fake", "real"))]
    discriminator = [code(loss_formula(objective.discriminator_loss, "real", "fake"))]
    for penalty in objective.penalties:
        player = {"generator": generator, "discriminator": discriminator}[penalty.player]
        player.append(f"+ {code(construction(penalty))}")
    if objective.discriminator_constraint:
        discriminator.append(f"with {code(construction(objective.discriminator_constraint))}")
    return " ".join(discriminator), " ".join(generator)


def penalties_table():
    """One row for each public penalty."""
    public = [getattr(penalties, name) for name in penalties.__all__]
    kinds = [k for k in public if inspect.isclass(k) and issubclass(k, penalties.Penalty)]
    return table(
        ["penalty", "effect", "formula", "paper"],
        [
            [code(settings_of(kind)), first_line(kind), code(formula(kind)), arxiv_link(kind)]
            for kind in kinds
            if not inspect.isabstract(kind)
        ],
    )


def augmentations_table():
    """One row for each public augmentation of a paper."""
    public = [getattr(augmentation, name) for name in augmentation.__all__]
    kinds = [k for k in public if inspect.isclass(k) and issubclass(k, augmentation.Augmentation)]
    of_papers = [k for k in [*kinds, augmentation.diff_augment] if "arXiv:" in inspect.getdoc(k)]
    calls = [
        settings_of(each, OF_IMAGES) if inspect.isclass(each) else f"{each.__name__}()"
        for each in of_papers
    ]
    rows = zip(
        map(code, calls), map(first_line, of_papers), map(arxiv_link, of_papers), strict=True
    )
    return table(["augmentation", "effect", "paper"], list(rows))


def divergences_table():
    """One row for each divergence of the f-GAN."""
    kinds = {name: type(divergences.get(name)) for name in divergences.names()}
    definitions = {
        name: next(text for text in paragraphs(kind) if text.startswith("f(u) = "))
        for name, kind in kinds.items()
    }
    return table(
        ["divergence", "effect", "definition"],
        [
            [code(f'"{name}"'), first_line(kind), code(re.split(r"\.\s|\.$", definitions[name])[0])]
            for name, kind in kinds.items()
        ],
    )


def start_table():
    """What to begin with, as the README tells."""
    text = (ROOT / "README.md").read_text()
    return re.search(r"^\| you have \|.*?(?=\n\n)", text, re.MULTILINE | re.DOTALL)[0]


TABLES = {
    "start": start_table,
    "objectives": objectives_table,
    "penalties": penalties_table,
    "augmentations": augmentations_table,
    "divergences": divergences_table,
    "linearised": linearised_table,
    "published": published_table,
}


def with_tables(text):
    """The text, each table between its two markers written anew."""
    for name, make in TABLES.items():
        begin, end = (
            f"<!-- {name}: written by python -m tests.page_tables -->",
            f"<!-- /{name} -->",
        )
        if begin in text:
            head, rest = text.split(begin)
            text = f"{head}{begin}\n{make()}\n{end}{rest.split(end)[1]}"
    return text


def names_file():
    """A module of the names that options take."""
    known = {
        "OBJECTIVES": [*objectives.names(), *objectives.aliases()],
        "AUGMENTATIONS": augmentation.names(),
        "NETWORKS": PICTURE_NETWORKS,
    }
    rows = {kind: "".join(f'    "{name}",\n' for name in names) for kind, names in known.items()}
    return "\n".join(
        [
            '"""Names that options take. Written by `python -m tests.page_tables`."""\n',
            *(f"{kind} = (\n{lines})" for kind, lines in rows.items()),
            "",
        ]
    )


if __name__ == "__main__":
    NAMES.write_text(names_file())
    for page in PAGES:
        page.write_text(with_tables(page.read_text()))
