"""Every public class is tested, documented and listed."""

import inspect
import pathlib
import re

import pytest

import keras_gan_losses as kgl

ROOT = pathlib.Path(__file__).parents[2]
TESTS = "\n".join(
    file.read_text() for file in (ROOT / "tests").rglob("test_*.py") if file.parent != "contracts"
)
LABELS = ["At the optimum", "Gradient", "Elsewhere", "Source"]
CLASSES = {
    cls.__name__: cls
    for module in (
        kgl.losses,
        kgl.losses.divergences,
        kgl.penalties,
        kgl.augmentation,
        kgl.objectives,
        kgl.layers,
    )
    for cls in (getattr(module, name) for name in module.__all__)
    if inspect.isclass(cls)
}
METRICS = [
    cls
    for cls in (getattr(kgl.metrics, name) for name in kgl.metrics.__all__)
    if inspect.isclass(cls) and issubclass(cls, kgl.metrics.DistributionMetric)
]
FEATURES = [getattr(kgl.metrics.features, name) for name in kgl.metrics.features.__all__]
CLASSES |= {cls.__name__: cls for cls in [*METRICS, *filter(inspect.isclass, FEATURES)]}
FINAL = {name: cls for name, cls in CLASSES.items() if not inspect.isabstract(cls)}
DIVERGENCES = {
    name.removeprefix("fgan_"): kgl.objectives.get(name).discriminator_loss.divergence
    for name in kgl.objectives.names()
    if name.startswith("fgan_")
}
# What only joins, holds or mends has no paper of its own.
WITHOUT_PAPER = {
    "AdversarialBatch",
    "BatchScores",
    "FlattenedFeatures",
    "IdentityFeatures",
    "LayerNormalization",
    "MarginalJensenShannonDivergence",
    "MarginalKullbackLeiblerDivergence",
    "ModelFeatures",
    "Objective",
    "Pipeline",
    "SymmetricNoise",
    "Wrapped",
}


@pytest.mark.parametrize("name", sorted(FINAL))
def test_every_final_class_is_tested_by_name(name):
    # The divergences are tested by the names in their table, each against its own formula.
    names = [name, *(key for key in DIVERGENCES if type(DIVERGENCES[key]).__name__ == name)]
    assert any(re.search(rf"\b{known}\b", TESTS) for known in names)


@pytest.mark.parametrize("name", sorted(FINAL))
def test_every_final_class_says_where_it_comes_from(name):
    # What a family has in common, its paper too, may stand in its base class.
    bases = [cls for cls in FINAL[name].__mro__ if cls.__module__.startswith("keras_gan_losses")]
    docs = "\n".join(inspect.getdoc(base) or "" for base in bases)
    assert re.search(r"arXiv:\d{4}\.\d{4,5}", docs) or name in WITHOUT_PAPER


@pytest.mark.parametrize("name", sorted(FINAL))
def test_every_loss_and_penalty_states_its_formula(name):
    cls = FINAL[name]
    if issubclass(cls, (kgl.losses.AdversarialLoss, kgl.penalties.Penalty)):
        assert "Formula, per " in inspect.getdoc(cls)


@pytest.mark.parametrize("name", kgl.objectives.names())
def test_every_objective_has_all_its_entries_in_the_docs(name):
    text = (ROOT / "docs" / "objectives.md").read_text()
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"docs/objectives.md has no section {name!r}"
    assert re.findall(r"^- \*\*(.+?)\*\*: \S", section[1], re.MULTILINE) == LABELS
    papers = set(re.findall(r"arXiv:(\d{4}\.\d{4,5})", section[1]))
    make = kgl.objectives.maker(name)
    assert papers & set(re.findall(r"arXiv:(\d{4}\.\d{4,5})", inspect.getdoc(make)))


def test_the_docs_have_no_section_for_what_is_gone():
    text = (ROOT / "docs" / "objectives.md").read_text()
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == kgl.objectives.names()


@pytest.mark.parametrize(
    "name", sorted(name for name, cls in FINAL.items() if issubclass(cls, kgl.penalties.Penalty))
)
def test_every_penalty_has_a_row_in_the_docs(name):
    page = (ROOT / "docs" / "penalties.md").read_text()
    assert re.search(rf"^\|.*\b{name}\b.*\|", page, re.MULTILINE)


@pytest.mark.parametrize("name", [cls.__name__ for cls in METRICS if not inspect.isabstract(cls)])
def test_every_metric_has_a_row_in_the_docs_and_a_direction(name):
    page = (ROOT / "docs" / "metrics.md").read_text()
    assert re.search(rf"^\|.*`{name}`.*\|", page, re.MULTILINE)
    better = FINAL[name].higher_is_better
    directions = [better] if isinstance(better, bool) else list(better.values())
    assert directions
    assert all(isinstance(direction, bool) for direction in directions)
