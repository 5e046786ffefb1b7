"""What callbacks, interruptions and other threads may do while a GAN is trained."""

import signal
import threading

import keras
import numpy as np
import pytest

from tests import tiny

HOOKS = [
    "on_train_begin",
    "on_epoch_begin",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_begin",
    "on_test_batch_begin",
    "on_test_batch_end",
    "on_test_end",
    "on_epoch_end",
    "on_train_end",
]


class Calls(keras.callbacks.Callback):
    """Calls a function at one hook: before the first batch, or in the middle of an epoch."""

    def __init__(self, hook, function):
        super().__init__()
        self.results, self.count = [], 0
        at = 2 if hook.endswith("batch_end") else 1
        setattr(self, hook, lambda *args, **kwargs: self.act(function, at))

    def act(self, function, at):
        self.count += 1
        if self.count == at:
            self.results.append(function())


def fit(gan, *callbacks, **kwargs):
    arguments = {"batch_size": 8, "epochs": 2, "verbose": 0, **kwargs}
    return gan.fit(
        tiny.samples(24), validation_data=tiny.samples(16), callbacks=list(callbacks), **arguments
    ).history


@pytest.fixture(scope="module")
def gan():
    """One for all tests that leave it whole, compiled where values may be lost in that."""
    keras.utils.set_random_seed(0)
    return tiny.compiled_gan(
        loss="hinge",
        metrics=["frechet_distance"],
        run_eagerly=keras.backend.backend() != "jax",
    )


def assert_whole(gan):
    for value in tiny.state(gan):
        assert np.isfinite(value).all()
    rounds = int(gan.optimizer.iterations)
    fit(gan, epochs=1)
    assert int(gan.optimizer.iterations) == rounds + 3


@pytest.mark.parametrize("hook", HOOKS)
def test_an_interruption_in_any_hook_leaves_the_gan_whole(gan, hook):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(gan, Calls(hook, interrupt))
    assert_whole(gan)


@pytest.fixture
def interrupts():
    """Lets Ctrl-C interrupt, which a shell turns off in what it runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
@pytest.mark.parametrize("steps_per_execution", [1, 3])
def test_an_interruption_while_data_are_read_leaves_the_gan_whole(gan, steps_per_execution):
    if keras.backend.backend() == "torch" and steps_per_execution > 1:
        pytest.skip("Keras refuses it")

    def batches():
        for index in range(9):
            if index == 4:
                signal.raise_signal(signal.SIGINT)
            yield (tiny.samples(8, seed=index),)

    gan.steps_per_execution = steps_per_execution
    gan.train_function = None
    try:
        with pytest.raises(KeyboardInterrupt):
            gan.fit(batches(), steps_per_epoch=9, verbose=0)
        assert_whole(gan)
    finally:
        gan.steps_per_execution = 1
        gan.train_function = None


@pytest.mark.usefixtures("interrupts")
def test_a_signal_inside_of_a_step_leaves_the_gan_whole():
    gan = tiny.compiled_gan(loss="hinge", run_eagerly=True)
    score, count = gan.discriminator.call, []

    def interrupted(*args, **kwargs):
        count.append(1)
        if len(count) == 5:
            signal.raise_signal(signal.SIGINT)
        return score(*args, **kwargs)

    gan.discriminator.call = interrupted
    with pytest.raises(KeyboardInterrupt):
        fit(gan)
    assert_whole(gan)


@pytest.mark.parametrize("hook", HOOKS)
def test_callbacks_may_generate_evaluate_measure_and_save_anywhere(gan, hook, tmp_path):
    x = tiny.samples(16)

    def look():
        gan.save(tmp_path / "gan.keras")
        return (
            gan.generate(4, seed=0),
            gan.evaluate(x, verbose=0, return_dict=True),
            gan.measure(x, metrics=["frechet_distance"]),
            keras.ops.convert_to_numpy(gan(np.zeros((2, 4), "float32"))),
        )

    keras.utils.set_random_seed(0)
    start = tiny.state(gan)
    expected = fit(gan)
    trained = tiny.state(gan)
    for variable, value in zip([*gan.variables, *gan.optimizer.variables], start, strict=True):
        variable.assign(value)
    keras.utils.set_random_seed(0)
    callback = Calls(hook, look)
    history = fit(gan, callback)
    for value in keras.tree.flatten(callback.results):
        assert np.isfinite(value).all()
    # To the bit as without the callback, the means of the epoch in the logs included.
    tiny.assert_same(trained, tiny.state(gan))
    assert history == expected
    assert keras.saving.load_model(tmp_path / "gan.keras").generate(2).shape == (2, 2)


@pytest.mark.parametrize("hook", ["on_train_batch_end", "on_epoch_end"])
@pytest.mark.parametrize("method", ["compile", "fit"], ids=lambda method: method)
def test_what_would_break_the_training_is_refused_and_it_goes_on(gan, hook, method):
    arguments = {"fit": [tiny.samples(8)]}.get(method, [])

    def call():
        with pytest.raises(RuntimeError, match=f"`{method}` was called while `fit` runs"):
            getattr(gan, method)(*arguments)

    callback = Calls(hook, call)
    assert len(fit(gan, callback)["loss"]) == 2
    assert callback.count >= 2
    assert_whole(gan)


def test_a_second_thread_may_generate_and_is_refused_what_would_break_the_training(gan):
    results, errors = [], []
    is_training, is_done = threading.Event(), threading.Event()

    def second():
        is_training.wait()
        for call in (
            lambda: gan.fit(tiny.samples(8)),
            lambda: gan.evaluate(tiny.samples(8)),
            lambda: gan.compile(),
        ):
            try:
                call()
            except RuntimeError as error:
                errors.append(str(error))
        while not is_done.is_set():
            results.append(gan.generate(4))

    thread = threading.Thread(target=second)
    thread.start()
    try:
        fit(gan, Calls("on_train_batch_end", is_training.set), epochs=6)
    finally:
        is_training.set()
        is_done.set()
        thread.join()
    assert len(errors) == 3
    assert results
    assert np.isfinite(results).all()
    assert_whole(gan)


def test_weights_that_a_callback_changes_between_rounds_are_trained_on(gan):
    (bias,) = [v for v in gan.generator.trainable_variables if v.shape == (2,)]
    shift = Calls("on_train_batch_end", lambda: bias.assign(np.full((2,), 50.0, "float32")))
    fit(gan, shift, epochs=1)
    assert (tiny.values([bias])[0] > 45).all()
