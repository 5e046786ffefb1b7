import json
import pathlib
import re
import shutil

import numpy as np
import pytest

from keras_gan_losses.comparison import write_report
from keras_gan_losses.comparison.experiment import RunKey
from keras_gan_losses.comparison.files import (
    RunFiles,
    append_rows,
    write_json,
    write_real_samples,
)
from keras_gan_losses.comparison.findings import Findings
from tests.comparison import small

VALUES = {
    "good": [0.1, 0.12, 0.14, 0.16],
    "poor": [0.9, 0.8, 0.7, 0.6],
    "wild <b>": [0.5, 0.4, 0.3, 0.2],
}


@pytest.fixture
def directory(tmp_path):
    """A comparison as its runs leave it, of points in the plane."""
    description = {
        "class": "LeastSquares",
        "settings": {"target": 1.0},
        "discriminator_steps": 1,
        "generator_optimizer": "Adam(learning_rate=0.0002)",
        "discriminator_optimizer": "Adam(learning_rate=0.0002)",
    }
    settings = {
        "told": {},
        "title": "A comparison",
        "objectives": dict.fromkeys(VALUES, description),
        "seeds": [0, 1, 2, 3],
        "metrics": {"distance": False},
        "rank_by": "distance",
        "modes": [[0.0, 0.0], [1.0, 1.0]],
        "budget": "20 discriminator updates",
        "batch_size": 8,
        "num_measurements": 2,
        "num_samples": 1000,
        "sample_shape": [2],
        "num_reference": 100,
        "num_weights": [10, 20],
    }
    write_json(tmp_path / "comparison.json", settings)
    generator = np.random.default_rng(0)
    write_real_samples(tmp_path, generator.normal(size=(50, 2)))
    for name, values in VALUES.items():
        for seed, value in enumerate(values):
            write_run(tmp_path, small.result(name, seed, [1.0, value]))
    return tmp_path


def write_run(directory, result):
    files = RunFiles(directory, RunKey(result["objective"], result["seed"]))
    files.begin()
    seed = result["seed"]
    files.write_result(result, np.random.default_rng(seed).normal(size=(20, 2)))
    return files


def fail(directory, objective, seed, reason):
    files = RunFiles(directory, RunKey(objective, seed))
    (files.directory / "result.json").unlink()
    if reason:
        files.write_failure(reason)


def test_the_summary_names_the_best_and_says_what_is_sure(directory):
    said = Findings(directory).sentences()
    assert said[0] == (
        "Of 3 objectives, good ended with the lowest median distance: 0.13, with the middle half "
        "of its 4 runs between 0.115 and 0.145."
    )
    # H = 12/156 · (10² + 42² + 26²)/4 − 39 = 9.846, p = exp(−H/2) = 0.0073.
    assert "(Kruskal–Wallis test, p = 0.007)" in said[1]
    assert "But 4 seeds are too few to tell any two of 3 objectives apart" in said[1]
    assert "at least 5" in said[1]
    assert said[2] == "No run collapsed, diverged or failed."


def test_of_a_measure_that_should_be_high_the_highest_wins(directory):
    settings = Findings(directory).settings
    write_json(directory / "comparison.json", settings | {"metrics": {"distance": True}})
    said = Findings(directory).sentences()
    assert said[0].startswith("Of 3 objectives, poor ended with the highest median distance: 0.75,")


def test_the_summary_names_all_troubles(directory):
    write_run(directory, small.result("good", 0, [1.0, 0.1], has_collapsed=True))
    write_run(directory, small.result("good", 1, [1.0], status="diverged"))
    fail(directory, "poor", 2, "ValueError: spilled")
    fail(directory, "poor", 3, None)
    findings = Findings(directory)
    said = " ".join(findings.sentences())
    assert "missing from their samples: 1 of good." in said
    assert "not finite: 1 of good." in said
    assert "failed and are not counted: 1 of poor." in said
    assert "have not been played: 1 of poor." in said
    assert findings.counts("good") == {
        "completed": 2,
        "collapsed": 1,
        "diverged": 1,
        "failed": 0,
        "missing": 0,
    }
    page = write_report(directory).read_text()
    assert "ValueError: spilled" in page


def test_two_objectives_and_enough_seeds_give_a_clear_winner(directory):
    settings = Findings(directory).settings
    chosen = {name: settings["objectives"][name] for name in ("good", "poor")}
    write_json(directory / "comparison.json", settings | {"objectives": chosen})
    said = " ".join(Findings(directory).sentences())
    assert "good is better than poor by more than chance explains." in said


def test_few_runs_are_said_to_prove_nothing(directory):
    settings = Findings(directory).settings
    write_json(directory / "comparison.json", settings | {"seeds": [0]})
    said = Findings(directory).sentences()
    assert said[1].startswith("With 1 run of an objective nothing can be said about chance")


def test_the_objective_with_the_fewest_runs_says_what_can_be_known(directory):
    for seed in (1, 2, 3):
        fail(directory, "poor", seed, "It broke.")
    said = Findings(directory).sentences()
    assert said[1].startswith("With 1 run of an objective nothing can be said about chance")


def test_a_run_that_begins_forgets_its_failure(tmp_path):
    files = RunFiles(tmp_path, RunKey("lsgan", 0))
    files.begin()
    files.write_failure("It broke.")
    assert files.failure() == "It broke."
    files.begin()
    assert files.failure() is None


def test_rows_are_added_to_those_of_earlier_runs(tmp_path):
    for seed in (0, 1):
        append_rows(tmp_path, small.result("lsgan", seed, [1.0, float("nan")]))
    rows = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    assert [(row["seed"], row["distance"]) for row in rows] == [
        (0, 1.0),
        (0, None),
        (1, 1.0),
        (1, None),
    ]


def test_a_comparison_without_any_result_still_has_a_report(directory):
    for name, values in VALUES.items():
        for seed in range(len(values)):
            fail(directory, name, seed, "It broke.")
    assert "No run has a result" in write_report(directory).read_text()


def test_the_page_needs_nothing_else_and_escapes_names(directory):
    page = write_report(directory).read_text()
    outside = re.findall(r'(?:src|href)="(?!data:)[^"]*"|@import|url\(', page)
    assert outside == []
    assert "wild &lt;b&gt;" in page
    assert "wild <b>" not in page
    assert page.count("<img data-seed=") == 12
    markdown = (directory / "report.md").read_text()
    assert "| 1 | good | 0.13 | 0.115 to 0.145 | 4 |" in markdown


def test_the_same_findings_give_the_same_page(directory):
    first = write_report(directory).read_text()
    assert write_report(directory).read_text() == first


def test_images_are_shown_in_grids_and_other_shapes_not_at_all(directory):
    files = RunFiles(directory, RunKey("good", 0))
    result = files.result()
    files.write_result(result, np.zeros((4, 8, 8, 1)))
    files = RunFiles(directory, RunKey("poor", 0))
    files.write_result(files.result(), np.zeros((4, 3)))
    page = write_report(directory).read_text()
    assert page.count("<img data-seed=") == 11


CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def browser(tmp_path):
    """A browser without a window."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for flag in [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"]:
        options.add_argument(flag)
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.chrome.service.Service(DRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


@pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs Debian's packages chromium and chromium-driver"
)
def test_a_browser_sorts_tables_and_switches_runs(browser, directory):
    browser.get(pathlib.Path(write_report(directory)).as_uri())

    def names():
        cells = browser.find_elements("css selector", "#ranking tbody td:nth-child(2)")
        return [cell.text for cell in cells]

    def click(column):
        browser.find_element("css selector", f"#ranking th:nth-child({column}) button").click()

    assert names() == ["good", "wild <b>", "poor"]
    click(3)
    assert names() == ["good", "wild <b>", "poor"]
    click(3)
    assert names() == ["poor", "wild <b>", "good"]
    click(2)
    assert names() == ["good", "poor", "wild <b>"]

    def shown():
        images = browser.find_elements("css selector", ".gallery img")
        return [image.get_attribute("data-seed") for image in images if image.is_displayed()]

    def choose(selector, seed):
        select = browser.find_element("css selector", selector)
        select.find_element("css selector", f"option[value='{seed}']").click()

    assert shown() == ["0", "0", "0"]
    choose(".gallery:nth-child(2) select", 3)
    assert shown() == ["0", "3", "0"]
    choose("#all-seeds", 2)
    assert shown() == ["2", "2", "2"]
    wide = browser.execute_script(
        "return [...document.images].every(image => image.complete && image.naturalWidth > 0)"
    )
    assert wide, "a picture is broken"
    assert browser.get_log("browser") == []


@pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs Debian's packages chromium and chromium-driver"
)
def test_the_page_fits_a_phone_and_is_dark_where_asked(browser, directory):
    size = {"width": 360, "height": 700, "deviceScaleFactor": 1, "mobile": True}
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(pathlib.Path(write_report(directory)).as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    colour = "return getComputedStyle(document.body).backgroundColor"
    assert browser.execute_script(colour) == "rgb(255, 255, 255)"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    assert browser.execute_script(colour) == "rgb(20, 23, 26)"
