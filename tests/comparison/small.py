"""A comparison whose runs last seconds, most of which the start of their process takes."""

import json
import re

import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.comparison import DiscriminatorUpdates

# Processes, files and clusters know nothing of backends, and each run loads a backend anew.
on_one_backend = pytest.mark.backend("torch")

TIMES = {"seconds", "seconds_per_round", "peak_memory"}


def settings(out, **changed):
    """Arguments of `compare`."""
    data = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    return {
        "build_networks": lambda: kgl.architectures.mlp((2,), 3, hidden_units=(8,)),
        "data": data,
        "objectives": {"lsgan": {"loss": "lsgan", "run_eagerly": True}},
        "latent_dim": 3,
        "seeds": 2,
        "budget": DiscriminatorUpdates(4),
        "batch_size": 8,
        "num_measurements": 2,
        "shows_progress": False,
        "out": out,
    } | changed


def without_times(directory):
    """All that a comparison has found, except for how long it took."""
    found = {}
    for path in sorted((directory / "runs").rglob("result.json")):
        result = {k: v for k, v in json.loads(path.read_text()).items() if k not in TIMES}
        rows = [{k: v for k, v in row.items() if k not in TIMES} for row in result["measurements"]]
        samples = np.load(path.with_name("samples.npy"))
        found[str(path.relative_to(directory))] = (
            result | {"measurements": rows},
            samples.tolist(),
        )
    page = (directory / "report.html").read_text()
    found["report.html"] = re.sub(r'<section id="cost">.*?</section>', "", page, flags=re.DOTALL)
    found["report.md"] = (directory / "report.md").read_text().split("## Cost")[0]
    return found


def result(objective, seed, values, *, status="completed", has_collapsed=False, measure="distance"):
    """A result as a run writes it."""
    rows = [
        {
            "measurement": index + 1,
            "round": 10 * (index + 1),
            "discriminator_updates": 10 * (index + 1),
            "seconds": 1.0,
            measure: value,
            "generator_loss": 1.0,
            "discriminator_loss": 1.0,
        }
        for index, value in enumerate(values)
    ]
    return {
        "objective": objective,
        "seed": seed,
        "status": status,
        "has_collapsed": has_collapsed,
        "num_rounds": 10 * len(rows),
        "seconds": 1.0,
        "seconds_per_round": 0.1,
        "peak_memory": 2**20,
        "versions": {"keras": "3"},
        "machine": "a machine",
        "measurements": rows,
    }
