"""Kept runs on several devices or processes: `python … OUT LAYOUT begin|resume|measure`.

`begin` plays a run to its end, and another that an exception stops, and SIGKILL when it has been
resumed; `resume` plays what is left of that. `measure` trains with metrics.
Each process writes to the folder OUT what training leaves behind and logs.
"""

import contextlib
import json
import os
import pathlib
import signal
import sys

import keras
import numpy as np

import keras_gan_losses as kgl
from tests import tiny
from tests.integration.play_on_devices import BACKEND, BATCH_SIZE, RANK, connect, own_part
from tests.metrics.toy import FakeRange, MeanGap

ROUNDS_IN_EPOCH, NUM_EPOCHS, STEPS = 4, 3, 1
# In the middle of the first and second epoch, one round after a checkpoint.
STOP_AFTER, KILL_AFTER = 3, 2 + 3


class Stop(keras.callbacks.Callback):
    """Ends the run, or the process, after some rounds."""

    def __init__(self, num_rounds, kind):
        super().__init__()
        # Arguments' names: others would be restored as the state of the run.
        self.num_rounds, self.kind = num_rounds, kind

    def on_train_batch_end(self, batch, logs=None):
        self.num_rounds -= 1
        if self.num_rounds == 0 and self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.num_rounds == 0:
            raise KeyboardInterrupt


class Drawing(keras.callbacks.Callback):
    """Draws from NumPy's generator, which each process has for itself."""

    def __init__(self):
        super().__init__()
        self.drawn = []

    def on_train_batch_end(self, batch, logs=None):
        self.drawn.append(np.random.random())


def built(scope, *, is_normalized, **arguments):
    keras.utils.set_random_seed(0)
    with scope():
        gan = kgl.GAN(*tiny.networks(batch_normalization=is_normalized), latent_dim=4, seed=1)
        optimizer = keras.optimizers.Adam(1e-2, 0.5, 0.9, epsilon=1e-3)
        gan.compile(optimizer=optimizer, **arguments)
    return gan


def own_size(layout):
    return BATCH_SIZE // (2 if layout == "processes" and BACKEND != "tensorflow" else 1)


def run(directory, layout, scope, *callbacks):
    """State, history and draws of a run, or None if an exception has stopped it."""
    with scope():
        penalties = [kgl.penalties.LeCamPenalty(decay=0.9, every=2)]
    gan = built(
        scope,
        is_normalized=BACKEND != "torch",
        loss="rahinge",
        penalties=penalties,
        discriminator_steps=STEPS,
    )
    np.random.seed(RANK)
    drawing = Drawing()
    plateau = keras.callbacks.ReduceLROnPlateau(
        "generator_loss", mode="max", factor=0.5, patience=1, min_delta=0.01
    )
    checkpoint = kgl.callbacks.Checkpoint(directory, every=2)
    x = own_part(tiny.samples(BATCH_SIZE * STEPS * ROUNDS_IN_EPOCH), STEPS, layout)
    with contextlib.suppress(KeyboardInterrupt):
        history = gan.fit(
            x,
            batch_size=own_size(layout),
            epochs=NUM_EPOCHS,
            callbacks=[checkpoint, plateau, drawing, *callbacks],
            verbose=0,
        )
        logs = {f"log {name}": values for name, values in history.history.items()}
        state = {f"variable {index}": value for index, value in enumerate(tiny.state(gan))}
        return {**state, **logs, "epoch": history.epoch, "drawn": drawing.drawn}
    return None


def begin(folder, layout, scope):
    whole = run(folder / "whole", layout, scope)
    np.savez(folder / f"{RANK}_whole.npz", **whole)
    assert run(folder / "run", layout, scope, Stop(STOP_AFTER, "raise")) is None
    run(folder / "run", layout, scope, Stop(KILL_AFTER, "kill"))


def resume(folder, layout, scope):
    position = kgl.callbacks.Checkpoint(folder / "run").position()
    np.savez(folder / f"{RANK}_resumed.npz", **run(folder / "run", layout, scope))
    (folder / f"{RANK}_position.json").write_text(json.dumps(position))


def measure(folder, layout, scope):
    gan = built(
        scope,
        # Elsewhere each device normalises its own samples.
        is_normalized=BACKEND == "jax",
        loss="hinge",
        metrics=[MeanGap(), FakeRange(num_samples=50), kgl.metrics.FrechetDistance()],
    )
    data = own_part(tiny.samples(4 * BATCH_SIZE), 1, layout)
    validation = own_part(tiny.samples(8 * BATCH_SIZE, seed=1), 1, layout)
    size = own_size(layout)
    logs = gan.fit(
        data, batch_size=size, epochs=2, shuffle=False, validation_data=validation, verbose=0
    ).history
    evaluated = gan.evaluate(validation, batch_size=size, return_dict=True, verbose=0)
    logs |= {f"evaluated {name}": value for name, value in evaluated.items()}
    (folder / f"{RANK}.json").write_text(
        json.dumps({n: np.asarray(v, "float64").tolist() for n, v in logs.items()})
    )


if __name__ == "__main__":
    folder, layout, action = sys.argv[1:]
    {"begin": begin, "resume": resume, "measure": measure}[action](
        pathlib.Path(folder), layout, connect(layout)
    )
