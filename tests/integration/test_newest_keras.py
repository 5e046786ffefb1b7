"""Whether the newest pre-release of Keras still trains a GAN, where the registry offers one."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

ROOT = Path(__file__).parents[2]
STEPS_PER_EXECUTION = {"tensorflow": 4, "jax": 4, "torch": 1}[keras.backend.backend()]

SCRIPT = f"""
import keras
import numpy as np
import keras_gan_losses as kgl
from tests import tiny

gan = tiny.compiled_gan(loss="r1", discriminator_steps=2, steps_per_execution={STEPS_PER_EXECUTION})
look = keras.callbacks.LambdaCallback(on_train_batch_end=lambda *_, **__: gan.generate(2))
x = tiny.samples(22 * 8)
logs = gan.fit(x, batch_size=8, epochs=2, verbose=0, callbacks=[look], validation_data=x).history
assert int(gan.optimizer.iterations) == 22
assert np.isfinite(list(logs.values())).all(), logs
gan.save("gan.keras")
assert keras.saving.load_model("gan.keras").generate(3).shape == (3, 2)
print(keras.__version__)
"""


@pytest.fixture(scope="session")
def newest(tmp_path_factory):
    """Folder with the newest Keras alone, beside which the installed packages serve."""
    folder = tmp_path_factory.mktemp("newest")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--pre", "--no-deps"]
    done = subprocess.run(
        [*command, "--target", folder, "keras-nightly"], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"The registry offers no keras-nightly: {done.stderr.strip()[-200:]}")
    return folder


@pytest.mark.slow
def test_the_newest_keras_trains_measures_and_saves(newest, tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (newest, ROOT)))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    if done.stdout.strip() == keras.__version__:
        pytest.skip("The registry offers no newer Keras than the installed one")
