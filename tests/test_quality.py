"""What the protocols play is played, and the page says what was found."""

import dataclasses
import json

import keras
import numpy as np
import pytest

from benchmarks.quality import __main__ as command
from benchmarks.quality import images, mnist, pages, pictures, published, real, results
from benchmarks.quality.contestants import split
from benchmarks.quality.play import play
from benchmarks.quality.protocols import PROTOCOLS
from benchmarks.quality.stages import STAGES, best_rate, num_updates
from keras_gan_losses import GAN, metrics, objectives

# The grid's groups are the ring's with another layer, and clothes are played as digits are.
SLOW = ("grid", "fashion_mnist", "stacked_mnist", "digits")
GROUPS = [
    pytest.param(name, group, marks=[pytest.mark.slow] if name in SLOW else [])
    for name, protocol in PROTOCOLS.items()
    for group in protocol.groups
]


def read(name, part):
    """Images without files."""
    generator = np.random.default_rng(0)
    labels = generator.permutation(np.arange(40) % 10)
    return generator.uniform(-1.0, 1.0, (40, 28, 28, 1)).astype("float32"), labels


@pytest.fixture(autouse=True)
def no_files(monkeypatch):
    monkeypatch.setattr(images, "read", read)
    monkeypatch.setattr(images, "features", features)


def features(name):
    """Ten classes of images without training."""
    layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    network = keras.Sequential([keras.Input((28, 28, 1)), *layers])
    return metrics.features.ModelFeatures(network)


def few(metric):
    """The metric on fewer samples."""
    metric.num_samples = 20
    return metric


@pytest.mark.parametrize(("name", "group_name"), GROUPS)
def test_every_group_of_a_protocol_trains_and_is_measured(name, group_name):
    protocol = dataclasses.replace(PROTOCOLS[name], num_updates=10, rounds_per_call=1)
    group = protocol.groups[group_name]
    stage = "published" if group.objectives else "recipes"
    contestant = next(iter(STAGES[stage](protocol, group, []).values()))
    data = protocol.data()
    gan = GAN(*group.build_networks(), latent_dim=protocol.latent_dim)
    gan.compile(**contestant(), run_eagerly=True)
    before = gan.generator.get_weights()
    gan.fit(data.samples[:20], batch_size=4 * group.num_packed, verbose=0)
    after = gan.generator.get_weights()
    assert any(np.abs(new - old).max() > 0 for new, old in zip(after, before, strict=True))
    found = gan.measure(data.reference[:20], metrics=[few(m) for m in protocol.metrics()])
    assert np.isfinite(protocol.score(found))


RECIPES = [
    (name, group_name, recipe_name)
    for name, protocol in PROTOCOLS.items()
    for group_name, group in protocol.groups.items()
    for recipe_name in group.recipes
]


@pytest.mark.parametrize(("name", "group_name", "recipe_name"), RECIPES)
def test_a_recipe_ends_with_its_last_update(name, group_name, recipe_name):
    protocol = PROTOCOLS[name]
    group = protocol.groups[group_name]
    recipe = STAGES["recipes"](protocol, group, [])[recipe_name]()
    last = num_updates(protocol, group, "recipes")
    rate = recipe["optimizer"].get_config()["learning_rate"]["config"]
    assert (rate["decay_steps"], rate["alpha"]) == (last, 0.0)
    assert recipe_name.endswith(f"{rate['initial_learning_rate']:g}") or name == "ring_alpha"
    assert recipe["steps_per_execution"] == protocol.rounds_per_call
    falling = [p.schedule for p in recipe["loss"].penalties if p.schedule is not None]
    assert all(one.get_config()["decay_steps"] == last for one in falling)
    assert len(falling) == (2 if "gamma to" in recipe_name else 0)
    gan = GAN(*group.build_networks(), latent_dim=protocol.latent_dim)
    gan.compile(**recipe)


@pytest.mark.parametrize("name", ["ring", "grid", "digits"])
def test_dense_networks_are_played_by_every_objective_that_needs_no_labels(name):
    played = {name for group in PROTOCOLS[name].groups.values() for name in group.objectives}
    assert played == set(objectives.names()) - {"acgan"}


def line(objective, rate, seed, quality, *, stage="search"):
    measured = {
        "covered_modes": 8.0,
        "high_quality_share": quality,
        "reverse_divergence": 0.0,
        "sliced_wasserstein_distance": 0.5,
    }
    return {
        "stage": stage,
        "group": "plain",
        "contestant": f"{objective}, {rate:g}",
        "seed": seed,
        "status": "completed",
        "updates": 10,
        "versions": "keras 3",
        "seconds": 1.0,
        "last": measured,
    }


def test_the_rate_of_the_best_mean_score_is_chosen():
    ring = PROTOCOLS["ring"]
    scores = {0.001: (0.2, 0.9), 0.003: (0.6, 0.7), 0.01: (1.0, 0.0)}
    lines = [line("lsgan", rate, 7, s) for rate, pair in scores.items() for s in pair]
    packed = [{**line("lsgan", 0.01, 7, 1.0), "group": "packs of 2"} for _ in range(9)]
    lines += packed
    assert best_rate(ring, ring.groups["plain"], "lsgan", lines) == 0.003
    assert best_rate(ring, ring.groups["plain"], "hinge", lines) is None
    tuned = STAGES["tuned"](ring, ring.groups["plain"], lines)
    assert list(tuned) == ["lsgan, 0.003"]
    compiled = tuned["lsgan, 0.003"]()
    assert float(compiled["generator_optimizer"].learning_rate) == pytest.approx(0.003)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_what_the_page_calls_tuned_has_the_best_rate_of_its_search(name):
    protocol, lines = PROTOCOLS[name], results.read(results.DIRECTORY / f"{name}.jsonl")
    played = {(one["group"], one["contestant"]) for one in lines if one["stage"] == "tuned"}
    for group_name, contestant in played:
        objective, rate = split(contestant)
        assert float(rate) == best_rate(protocol, protocol.groups[group_name], objective, lines)


def test_a_tuned_rate_falls_to_nothing_by_the_last_update_of_each_player():
    ring = PROTOCOLS["ring"]
    lines = [line("wgan_gp", rate, 7, 0.5) for rate in ring.learning_rates]
    (make,) = STAGES["tuned"](ring, ring.groups["plain"], lines).values()
    compiled = make()
    generator, discriminator = (
        compiled[f"{player}_optimizer"].get_config()["learning_rate"]["config"]["decay_steps"]
        for player in ("generator", "discriminator")
    )
    assert (generator, discriminator) == (ring.num_updates // 5, ring.num_updates)


def test_a_better_median_comes_first_and_the_table_tells_the_middle_half():
    ring = PROTOCOLS["ring"]
    lines = [line("a", 0.01, seed, 0.1 * seed, stage="tuned") for seed in range(1, 6)]
    lines += [line("b", 0.01, seed, 0.9, stage="tuned") for seed in range(3)]
    rows = pages.stage_table(ring, lines).splitlines()
    assert rows[2].startswith("| `b`, 0.01 | 0.90 (0.90–0.90) |")
    assert rows[3].startswith("| `a`, 0.01 | 0.30 (0.20–0.40) | 8.0 (8.0–8.0) | 30.0 (20.0–40.0) |")


def test_a_score_that_is_a_measure_does_not_stand_twice():
    lines = [{**line("a", 0.01, seed, 0.5), "last": {"frechet_distance": 2.0}} for seed in (0, 1)]
    made = pages.stage_table(PROTOCOLS["digits"], lines).splitlines()
    assert made[0] == "|  | Fréchet distance | runs | s |"
    assert made[2] == "| `a`, 0.01 | 2.00 (2.00–2.00) | 2 | 1.0 |"


def test_real_samples_are_the_last_row():
    ring = PROTOCOLS["ring"]
    reals = [{**line("a", 0.01, seed, 0.9), "contestant": "real samples"} for seed in range(3)]
    rows = pages.stage_table(ring, [line("b", 0.01, 0, 0.5, stage="tuned")], reals).splitlines()
    assert rows[-1].startswith("| real samples | 0.90 (0.90–0.90) | 8.0 (8.0–8.0) | 90.0 ")
    assert rows[-1].endswith("| 3 | – |")


@pytest.mark.backend("any")
def test_real_samples_are_measured_as_generated_ones_are():
    found = real.measure(PROTOCOLS["ring"], seeds=[3, 4])
    # Of a normal distribution in the plane exp(−k²/2) lies farther out than k σ.
    expected = 1.0 - np.exp(-(3.0**2) / 2.0)
    for one, seed in zip(found, (3, 4), strict=True):
        assert one["seed"] == seed
        assert one["last"]["high_quality_share"] == pytest.approx(expected, abs=0.008)
        assert one["last"]["covered_modes"] == 8
    first, second = (one["last"]["sliced_wasserstein_distance"] for one in found)
    assert first != second


def test_costs_are_those_of_all_runs_of_a_protocol():
    lines = [{**line("a", 0.01, seed, 0.5), "seconds": 1800.0} for seed in range(4)]
    lines.append({**line("a", 0.01, 0, 0.5, stage="real"), "seconds": 9.0})
    made = pages.cost_table({"ring": lines, "grid": []}).splitlines()
    assert made[2:] == ["| `ring` | 4 | 0.00 | 2.00 | keras 3 |"]


def test_papers_figures_stand_beside_means_of_the_same_runs():
    rows = [published.Figures("theirs", "plain", "a", {"covered_modes": 6.3})]
    lines = [line("a", 0.01, seed, 0.5, stage="tuned") for seed in range(2)]
    lines[1]["last"]["covered_modes"] = 7.0
    others = [line("b", 0.01, 0, 0.5, stage="tuned"), line("a", 0.01, 0, 0.5, stage="search")]
    made = published.beside(published.Paper("Paper", rows), [*lines, *others])
    assert made.splitlines()[0] == "|  | modes: Paper / tuned |"
    assert made.splitlines()[2] == "| theirs | 6.3 / 7.5 |"


def test_a_mean_over_some_runs_only_is_not_given():
    rows = [published.Figures("theirs", "plain", "a", {"reverse_divergence": 0.4})]
    lines = [line("a", 0.01, seed, 0.5, stage="published") for seed in range(2)]
    lines[1]["last"]["reverse_divergence"] = None
    made = published.beside(published.Paper("Paper", rows), lines)
    assert made.splitlines()[2] == "| theirs | 0.40 / none |"


@pytest.mark.parametrize("paper", published.PAPERS)
def test_each_row_of_a_paper_is_a_run_of_the_protocol(paper):
    protocol = PROTOCOLS[paper]
    for row in published.PAPERS[paper].rows:
        assert row.objective in protocol.groups[row.group].objectives
        assert set(row.means) <= {name for m in protocol.metrics() for name in m.log_names}


@pytest.mark.parametrize("shape", [(20, 2), (20, 8, 8, 1), (20, 8, 8, 3)])
def test_samples_of_runs_are_drawn(shape, tmp_path, monkeypatch):
    lines = [line(name, 0.01, 0, 0.5, stage="tuned") for name in ("hinge", "lsgan")]
    results.write(tmp_path / "ring.jsonl", lines)
    monkeypatch.setattr(results, "DIRECTORY", tmp_path)
    picture = tmp_path / "picture.png"
    pictures.draw("ring", tmp_path, picture)
    assert not picture.exists()
    for one in lines:
        folder = tmp_path / "tuned" / "plain" / "runs" / one["contestant"] / "0"
        folder.mkdir(parents=True)
        np.save(folder / "samples.npy", np.random.default_rng(0).uniform(-1.0, 1.0, shape))
    pictures.draw("ring", tmp_path, picture)
    assert keras.utils.img_to_array(keras.utils.load_img(picture)).std() > 1.0


def test_what_has_no_run_is_named():
    ring = PROTOCOLS["ring"]
    played = [line(name, 0.01, 0, 0.5) for name in ring.groups["plain"].objectives[1:]]
    said = pages.not_played(ring, "tuned", played)
    assert said == (
        "\n\nNot run: `alpha_gan`; `began`; `ebgan`; `non_saturating`, packs of 2; "
        "`non_saturating`, packs of 4; `sngan`."
    )
    assert pages.not_played(ring, "tuned", []) == ""


def test_the_page_is_what_the_results_say():
    text = pages.PAGE.read_text()
    assert text == pages.written(text)


def test_lines_of_a_run_that_was_played_again_are_replaced(tmp_path):
    path = tmp_path / "results" / "ring.jsonl"
    assert results.read(path) == []
    results.write(path, results.merged([line("a", 0.1, 0, 0.1)], [line("a", 0.1, 0, 0.9)]))
    (read_again,) = results.read(path)
    assert read_again == line("a", 0.1, 0, 0.9)


def test_a_better_learning_rate_replaces_the_one_before_when_tuned_alone():
    for stage, num_kept in (("tuned", 1), ("search", 2)):
        old, new = (line("a", rate, 0, 0.5, stage=stage) for rate in (0.1, 0.2))
        kept = results.merged([old], [new])
        assert len(kept) == num_kept
        assert new in kept


def test_what_has_a_result_for_each_seed_is_not_played(tmp_path):
    ring = PROTOCOLS["ring"]
    known = [
        {**line(name, 0.01, seed, 0.5, stage="published"), "contestant": name}
        for name in ring.groups["plain"].objectives
        for seed in (0, 1)
    ]
    found = play(ring, "published", "plain", known, out=tmp_path, only=None, seeds=[0, 1])
    assert found == []
    assert not list(tmp_path.iterdir())


def test_real_samples_are_measured_once_for_each_seed(tmp_path, monkeypatch):
    results.write(tmp_path / "ring.jsonl", [line("a", 0.1, 0, 0.5, stage="real")])
    asked = []
    monkeypatch.setattr(real, "measure", lambda protocol, seeds: asked.append(list(seeds)) or [])
    for number in (1, 3):
        command.main(f"--protocol ring --stages real --seeds {number} --results {tmp_path}".split())
    assert asked == [[1, 2]]


def test_the_command_plays_the_groups_that_are_asked_for(tmp_path, monkeypatch):
    played = []
    monkeypatch.setattr(
        command, "play", lambda protocol, stage, group, known, **rest: played.append(group) or []
    )
    told = f"--protocol stacked_mnist --results {tmp_path} --stages published".split()
    command.main(told)
    command.main([*told, "--groups", "packs of 2"])
    assert played == ["plain", "packs of 2", "packs of 4", "packs of 2"]


@pytest.mark.parametrize(
    "told",
    [
        ["--groups", "packs"],
        ["--losses", "hing"],
        ["--groups", "packs of 2", "--losses", "hinge"],
    ],
)
def test_the_command_says_what_it_does_not_know(told, tmp_path, capsys):
    with pytest.raises(SystemExit):
        command.main(["--protocol", "stacked_mnist", "--results", str(tmp_path), *told])
    assert f"{told[-2]} must be of " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.backend("any")
def test_the_command_plays_all_stages(tmp_path, monkeypatch):
    group = dataclasses.replace(
        PROTOCOLS["mnist"].groups["plain"],
        build_networks=lambda: mnist.networks(share=32),
        recipes={"mine": lambda: {"loss": "hinge"}},
    )
    small = dataclasses.replace(
        PROTOCOLS["mnist"],
        groups={"plain": group},
        num_updates=2,
        batch_size=4,
        metrics=lambda: [few(metrics.SlicedWassersteinDistance())],
        score=lambda last: -last["sliced_wasserstein_distance"],
        learning_rates=(1e-3, 1e-2),
    )
    monkeypatch.setattr(command, "PROTOCOLS", {"small": small})
    told = f"--protocol small --losses lsgan mine --seeds 2 --search-seeds 1 --out {tmp_path}"
    told += f" --results {tmp_path / 'results'} --num-workers 1"
    command.main(told.split())
    rows = (tmp_path / "results" / "small.jsonl").read_text().splitlines()
    found = [json.loads(row) for row in rows]
    stages = [row["stage"] for row in found]
    assert {stage: stages.count(stage) for stage in sorted(set(stages))} == {
        "real": 2,
        "published": 2,
        "search": 2,
        "tuned": 2,
        "recipes": 2,
    }
    assert {row["status"] for row in found} == {"completed"}
    played = [row for row in found if row["stage"] != "real"]
    assert {row["updates"] for row in played} == {2}
