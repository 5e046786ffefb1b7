"""Tries the ports on this backend: `python -m tests.ports` writes docs/coming_from.md."""

import functools
import importlib.util
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import keras
import numpy as np

import keras_gan_losses as kgl
from keras_gan_losses.game.network_inputs import part_of
from keras_gan_losses.trees import named_leaves, num_samples
from tests import tiny

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "docs" / "coming_from.md"
PORTS = (
    "pix2pix",
    "super_resolution",
    "inpainting",
    "vocoder",
    "semantic_synthesis",
    "autoencoder",
    "table",
    "cyclegan",
    "molecules",
    "cogan",
    "data_efficient",
    "semi_supervised",
    "adversarial_autoencoder",
    "infogan",
    "growing",
)
BACKENDS = ("tensorflow", "jax", "torch")
EXPORT, KILL = "`export` as a SavedModel", "`Checkpoint` after SIGKILL, to the bit"
# What stands in the page where a check fails, by port, check and backend.
REASONS = {
    (name, EXPORT, "torch"): "no: load the `.keras` file on TensorFlow and export there"
    for name in PORTS
}


@functools.cache
def example(name):
    """The module of a port."""
    path = ROOT / "examples" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"port_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_gan(name, *, seed=0, **rules):
    """The GAN of a port, of tiny networks."""
    keras.utils.set_random_seed(seed)
    # JAX runs nothing eagerly sooner than it compiles it.
    eagerly = keras.backend.backend() != "jax"
    return example(name).make_gan(width=4, run_eagerly=eagerly, **rules)


def make_data(name, num_samples=20):
    """Samples and condition; a condition of None where there is none."""
    data = example(name).make_data(num_samples)
    return data["sample"], data.get("condition")


def fit(gan, name, **kwargs):
    """An epoch, or more, of two rounds."""
    gan.fit(*make_data(name), batch_size=10, shuffle=False, verbose=0, **kwargs)


@functools.cache
def trained(name):
    """A GAN with all that the checks look at, and its weights before and after an epoch."""
    average = kgl.GeneratorAverage(half_life=100.0)
    leaf = next(iter(named_leaves(make_data(name)[0])))
    distance = kgl.metrics.SlicedWassersteinDistance(name="distance", on=leaf)
    gan = make_gan(name, average=average, metrics=[distance])
    before = _weights(gan)
    fit(gan, name)
    return gan, before, _weights(gan)


def _weights(gan):
    return [tiny.values(each.trainable_variables) for each in (gan.generator, gan.discriminator)]


def check_that_it_trains(name):
    """Both players have moved, to finite weights."""
    assert_moved(*trained(name)[1:])


def assert_moved(before, after):
    """Asserts that each player's weights are others than before, and finite."""
    for old, new in zip(before, after, strict=True):
        assert all(np.isfinite(value).all() for value in new)
        assert any((one != other).any() for one, other in zip(old, new, strict=True))


def check_that_it_goes_on_when_loaded(name):
    """A loaded GAN trains on as the one that was saved, to the bit."""
    gan = trained(name)[0]
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "gan.keras"
        gan.save(path)
        fit(gan, name)
        # Loading sets torch's own random numbers, from which its dropout draws, back as well.
        loaded = keras.saving.load_model(path)
        fit(loaded, name)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


class Kill(keras.callbacks.Callback):
    """Kills the process in the middle of the second epoch."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.optimizer.iterations == 3:
            os.kill(os.getpid(), signal.SIGKILL)


def be_killed(name, directory):
    """A run that does not come back."""
    checkpoint = kgl.callbacks.Checkpoint(directory, every=1)
    fit(make_gan(name), name, epochs=2, callbacks=[checkpoint, Kill()])


def check_that_it_survives_a_kill(name):
    """A run whose process was killed ends, started again, as one that was not, to the bit."""
    whole = make_gan(name)
    fit(whole, name, epochs=2)
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "tests.ports", name, directory]
        assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
        # All that it begins with is otherwise, so that it must come from the checkpoint.
        gan = make_gan(name, seed=1)
        fit(gan, name, epochs=2, callbacks=[kgl.callbacks.Checkpoint(directory, every=1)])
    assert gan.optimizer.iterations == 4
    tiny.assert_same(tiny.values(whole.trainable_variables), tiny.values(gan.trainable_variables))


def check_export(name):
    """What is read back without this package serves the samples of `predict`."""
    gan = trained(name)[0]
    sample, condition = make_data(name)
    taken, count = gan.specification.of_generator, num_samples(sample)
    draw = np.random.default_rng(0).normal
    latents = taken.latents(lambda shape, dtype: draw(size=(count, *shape)).astype(dtype))
    conditions = [part_of(condition, part) for part in taken.generator_inputs.parts]
    with tempfile.TemporaryDirectory() as directory:
        gan.export(directory)
        import tensorflow as tf

        loaded = tf.saved_model.load(directory)
        leaves = [] if latents is None else named_leaves(latents).values()
        served = loaded.serve(*leaves, *conditions)
    made = gan.predict(taken.generator_inputs(latents, condition), verbose=0)
    for one, other in zip(keras.tree.flatten(served), keras.tree.flatten(made), strict=True):
        assert np.isfinite(one).all()
        assert one.shape == other.shape
        # Gumbel noise of the table is another in each pass.
        if name != "table":
            np.testing.assert_allclose(one, other, atol=1e-5)


def check_that_it_is_measured(name):
    """`evaluate` has a distance, the same at each call."""
    gan = trained(name)[0]
    values = [
        gan.evaluate(*make_data(name), batch_size=10, verbose=0, return_dict=True)["distance"]
        for _ in range(2)
    ]
    assert np.isfinite(values).all()
    assert 0.0 < values[0] == values[1]


def check_that_samples_come_from_the_average(name):
    """What is generated changes when the average is given the weights of the generator."""
    gan = trained(name)[0]
    sample, condition = make_data(name)
    condition = gan.specification.of_generator.taken_from(condition)
    made = gan.generate(num_samples(sample), condition, seed=0)
    assert [each.shape for each in keras.tree.flatten(made)] == [
        each.shape for each in keras.tree.flatten(sample)
    ]
    gan.averaged_generator.set_weights(gan.generator.get_weights())
    other = gan.generate(num_samples(sample), condition, seed=0)
    pairs = zip(keras.tree.flatten(made), keras.tree.flatten(other), strict=True)
    assert all((one != two).any() for one, two in pairs)


def check_policy(name, policy):
    """Both players move under a policy, to finite weights, and compute as it says."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        gan = make_gan(name)
        weights = _weights(gan)
        # Float16 leaves out some rounds at first, until the scale of the loss suits its gradients.
        fit(gan, name, epochs=5)
    finally:
        keras.config.set_dtype_policy(before)
    assert_moved(weights, _weights(gan))
    computed = {layer.compute_dtype for layer in gan.generator.layers}
    assert policy.removeprefix("mixed_") in computed


CHECKS = {
    "trains": check_that_it_trains,
    "goes on when loaded, to the bit": check_that_it_goes_on_when_loaded,
    KILL: check_that_it_survives_a_kill,
    "`evaluate` with a metric": check_that_it_is_measured,
    "averaged generator": check_that_samples_come_from_the_average,
    EXPORT: check_export,
    "`mixed_bfloat16`": functools.partial(check_policy, policy="mixed_bfloat16"),
    "`mixed_float16`": functools.partial(check_policy, policy="mixed_float16"),
}


def cell(name, check):
    """Says "ok", or why the check fails, which must be known."""
    reason = REASONS.get((name, check, keras.backend.backend()))
    try:
        CHECKS[check](name)
    except Exception:
        if reason is None:
            raise
        return reason
    return "ok"


def row(name):
    """The row of a port on this backend."""
    cells = [*first_cells(name), *(cell(name, one) for one in CHECKS)]
    return f"| {' | '.join(cells)} |"


def first_cells(name):
    """What the row begins with."""
    return [f"[{name}](../examples/{name}.py)", keras.backend.backend()]


def said(page, name, check):
    """What a page says of a check."""
    start = f"| {' | '.join(first_cells(name))} | "
    (line,) = (line for line in page.splitlines() if line.startswith(start))
    return dict(zip(CHECKS, line.removeprefix(start).strip(" |").split(" | "), strict=True))[check]


def with_rows(text):
    """The page, with this backend's rows written anew."""
    begin, end = "<!-- ports: written by python -m tests.ports -->\n", "<!-- /ports -->"
    head, rest = text.split(begin)
    table, tail = rest.split(end)
    rows = dict(_keyed(line) for line in table.splitlines()[2:])
    rows |= dict(_keyed(row(name)) for name in PORTS)
    wanted = [rows[key] for name in PORTS for b in BACKENDS if (key := (name, b)) in rows]
    columns = ["port", "backend", *CHECKS]
    header = [f"| {' | '.join(columns)} |", "| " + " | ".join(["---"] * len(columns)) + " |"]
    return head + begin + "\n".join([*header, *wanted]) + "\n" + end + tail


def _keyed(line):
    name, backend = (part.strip() for part in line.split("|")[1:3])
    return (name[1:].partition("]")[0], backend), line


if __name__ == "__main__" and sys.argv[1:]:
    be_killed(*sys.argv[1:])
elif __name__ == "__main__":
    PAGE.write_text(with_rows(PAGE.read_text()))
