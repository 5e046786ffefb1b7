import contextlib
import os
import pathlib
import re
import runpy
import signal
import subprocess
import sys

import keras
import pytest

ROOT = pathlib.Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
MNIST = ROOT.parent / "shared" / "data" / "mnist"
SMALL = ["--epochs", "1", "--num-samples", "128"]

on_torch = keras.backend.backend() == "torch"


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """Runs an example in a directory of its own, and gives what it and its processes print."""

    def run_example(name, *arguments, small=SMALL):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.argv", [name, *small, *arguments])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return capfd.readouterr().out

    return run_example


def written(directory):
    return {path.name for path in directory.iterdir()}


def test_quickstart_writes_its_picture(run, tmp_path):
    run("quickstart_digits.py")
    assert written(tmp_path) == {"digits.png"}


def test_conditional_digits_writes_its_picture_and_measures_the_spread(run, tmp_path):
    output = run("conditional_digits.py")
    assert written(tmp_path) == {"conditional.png"}
    assert "Spread in a class: generated 0." in output


def test_custom_loss_is_checked_trained_with_and_loaded(run, tmp_path):
    output = run("custom_loss.py")
    assert written(tmp_path) == {"ring.keras", "ring.png"}
    assert "drift_penalty" in output
    assert "Loaded again: SquaredHingeDiscriminatorLoss(margin=1.0)" in output


def test_callbacks_log_a_measure_and_keep_the_best_model(run, tmp_path):
    output = run("callbacks.py")
    assert written(tmp_path / "callbacks") == {"best.keras", "log.csv"}
    header = (tmp_path / "callbacks" / "log.csv").read_text().splitlines()[0].split(",")
    assert {"share_near_modes", "learning_rate_generator_optimizer"} <= set(header)
    assert "Best model:" in output


def test_watched_training_draws_pictures_and_says_how_the_game_stands(run, tmp_path):
    output = run("watch_training.py")
    assert written(tmp_path / "watched") == {"round_00000001.png", "samples.gif"}
    assert "Epoch 1/1 (" in output
    assert "mode_share" in output
    assert "Averaged: " in output


def test_losses_are_interpreted_in_pictures_and_numbers(run, tmp_path):
    output = run("interpret_losses.py")
    pictures = {"divergences.png", "generator_gradients.png", "loss_landscape.png"}
    assert written(tmp_path) == pictures
    for name in ("minimax: gradient norm", "wgan_gp: gradient norm", "Wasserstein-1: [0. "):
        assert name in output


def test_games_of_two_numbers_are_drawn_and_judged(run, tmp_path):
    output = run("dirac_gan.py", small=["--rounds", "5"])
    assert written(tmp_path) == {"dirac_trajectories.png"}
    assert "r1, γ = 1.0: damping 1.00, critical 1.00" in output
    assert "non_saturating: damping 0.00, critical 1.00" in output


def test_mode_collapse_is_drawn_and_counted(run, tmp_path):
    output = run("mode_collapse.py", "--num-seeds", "1")
    pictures = {"discriminator_surface.png", "mode_collapse.png", "training_curves.png"}
    assert written(tmp_path) == pictures
    for game in ("plain", "β₁ = 0.5", "packs of 4", "r3gan", "mode seeking"):
        assert re.search(rf"^{re.escape(game)}: \d modes, \d+%$", output, re.MULTILINE)


def test_pix2pix_draws_masks_and_what_became_of_them(run, tmp_path):
    assert " l1: " in run("pix2pix.py")
    assert written(tmp_path) == {"pix2pix.png"}


def test_cyclegan_draws_both_sides_and_what_became_of_them(run, tmp_path):
    output = run("cyclegan.py", "--num-samples", "16")
    assert " cycle: " in output
    assert " identity: " in output
    assert written(tmp_path) == {"cyclegan.png"}


def test_molecules_counts_its_graphs(run):
    output = run("molecules.py")
    assert re.search(r"^Of 500 generated graphs \d+% are rings$", output, re.MULTILINE)


def test_cogan_draws_both_images_of_a_latent(run, tmp_path):
    run("cogan.py")
    assert written(tmp_path) == {"cogan.png"}


def test_super_resolution_compares_its_error_with_that_of_the_coarse_image(run, tmp_path):
    output = run("super_resolution.py")
    assert " perceptual: " in output
    assert re.search(r"^Mean error of a pixel: coarse 0\.\d+, generated \d", output, re.MULTILINE)
    assert written(tmp_path) == {"super_resolution.png"}


def test_inpainting_leaves_what_is_known_and_measures_the_rest(run, tmp_path):
    output = run("inpainting.py")
    assert re.search(r"^Mean error in the holes: grey 0\.\d+, generated \d", output, re.MULTILINE)
    assert written(tmp_path) == {"inpainting.png"}


def test_signals_are_drawn_and_measured_by_what_is_true_of_chirps(run, tmp_path):
    output = run("signals.py", "--width", "2")
    assert written(tmp_path) == {"signals.png"}
    assert "real: a chirp explains 1.000, generated: " in output
    assert float(re.search(r"Spectral distance: ([\d.]+) dB", output)[1]) > 1.0


def test_the_vocoder_draws_tones_and_compares_spectra(run, tmp_path):
    output = run("vocoder.py")
    assert " paired_feature_matching_penalty: " in output
    assert "Mean error of a band: " in output
    assert written(tmp_path) == {"vocoder.png"}


def test_semantic_synthesis_draws_several_images_of_each_mask(run, tmp_path):
    run("semantic_synthesis.py")
    assert written(tmp_path) == {"semantic_synthesis.png"}


def test_the_autoencoder_draws_digits_and_gives_codes(run, tmp_path):
    assert "Codes of shape (8, 2, 2, 2)" in run("autoencoder.py")
    assert written(tmp_path) == {"autoencoder.png"}


def test_data_efficient_digits_are_measured_and_drawn(run, tmp_path):
    output = run("data_efficient.py")
    assert " augmentation_probability: " in output
    assert re.search(r"^Probability 0\.\d\d, kernel distance \d", output, re.MULTILINE)
    assert written(tmp_path) == {"data_efficient.png"}


def test_an_adversarial_autoencoder_draws_digits_and_describes_its_codes(run, tmp_path):
    assert "Codes: means [" in run("adversarial_autoencoder.py")
    assert written(tmp_path) == {"adversarial_autoencoder.png"}


def test_a_classifier_of_few_labels_is_compared_with_one_trained_alone(run):
    output = run("semi_supervised.py")
    assert "Classified right: 0." in output
    assert "Without the game: 0." in output


def test_infogan_draws_a_row_for_each_category_and_compares_them_with_classes(run, tmp_path):
    assert "most usual in their category: 0." in run("infogan.py")
    assert written(tmp_path) == {"infogan.png"}


def test_a_table_is_imitated_and_compared_column_by_column(run):
    output = run("table.py")
    for column in ("age", "sex", "target", "class", "pairs"):
        assert re.search(rf"^{column} +\d\.\d\d\d +0\.\d\d\d$", output, re.MULTILINE)
    assert "R² of the progress: learned from generated rows" in output


def test_growing_carries_layers_over_and_draws_both_stages(run, tmp_path):
    assert "Carried over: generator/start, generator/block_4" in run("growing.py")
    assert written(tmp_path) == {"growing.png"}


def test_bigan_draws_digits_and_what_their_codes_say(run, tmp_path):
    assert "{'reconstruction_error': 0." in run("bigan.py")
    assert written(tmp_path) == {"bigan.png"}


@pytest.mark.slow
@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason="each run loads its backend anew, and one is tested on each elsewhere",
)
def test_losses_are_compared_on_networks_and_data_of_ones_own(run, tmp_path):
    output = run("compare_losses.py", "--seeds", "1")
    assert "Failed" not in output
    assert "4 of 4" in output
    page = (tmp_path / "comparison" / "report.html").read_text()
    assert "Of 4 objectives, " in page
    assert page.count("<img data-seed=") == 4


@pytest.mark.backend("tensorflow")
@pytest.mark.skipif(on_torch, reason="torch cannot write a SavedModel, which is tested below")
def test_an_exported_generator_serves_the_same_digits_without_keras(run):
    output = run("export_and_serve.py")
    assert "Served digits equal generated ones: True" in output
    assert "Two unseeded calls differ: True" in output


@pytest.mark.skipif(not on_torch, reason="the other backends write SavedModels")
def test_the_export_example_says_that_torch_cannot(run):
    with pytest.raises(SystemExit, match=r"No SavedModel was written\. The torch backend cannot"):
        run("export_and_serve.py")


def run_apart(name, directory, *arguments):
    """What an example prints that starts processes of its own, all of which end with it."""
    command = [sys.executable, str(EXAMPLES / name), *SMALL, *arguments]
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(
        command,
        cwd=directory,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=600)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0
    return output


DISTRIBUTED = [
    ("tensorflow", "tensorflow_devices.py", []),
    ("tensorflow", "tensorflow_workers.py", []),
    ("jax", "jax_devices.py", ["--processes", "1"]),
    ("jax", "jax_devices.py", []),
    ("torch", "torch_processes.py", []),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "arguments"),
    [case[1:] for case in DISTRIBUTED if case[0] == keras.backend.backend()],
)
def test_several_devices_and_processes_train_and_one_of_them_writes(name, arguments, tmp_path):
    output = run_apart(name, tmp_path, *arguments)
    assert written(tmp_path) == {"digits.keras", "digits.png"}
    assert output.count("Wrote digits.keras and digits.png") == 1


@pytest.mark.backend("torch")
@pytest.mark.skipif(
    not MNIST.is_dir(), reason="the original files of MNIST are not in ../shared/data/mnist"
)
def test_mnist_is_read_from_its_original_files(run, tmp_path, pytestconfig):
    # The folder that the tests of the data sets use too: preparing MNIST takes half a minute.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "only")
    prepared = f"tensorflow_datasets_{keras.backend.backend()}_{worker}"
    folders = ["--data-dir", str(pytestconfig.cache.mkdir(prepared)), "--manual-dir", str(MNIST)]
    run("mnist_wgan_gp.py", "--width", "4", *folders)
    assert written(tmp_path) == {"mnist.png"}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_short_and_says_how_to_run_it(path):
    text = path.read_text()
    assert text.count("\n") <= 120
    assert f"\n    python examples/{path.name}\n" in text
    assert path.name in pathlib.Path(__file__).read_text(), "no test runs it"
