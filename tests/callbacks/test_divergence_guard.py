"""A guard that stops a diverged run or sets it back."""

import json

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.backend import backend
from keras_gan_losses.runs.run_state import is_weight
from tests import tiny


def compiled_gan(learning_rate=0.1, **kwargs):
    optimizer = keras.optimizers.SGD(learning_rate)
    eager = keras.backend.backend() == "tensorflow"
    return tiny.compiled_gan(loss="lsgan", optimizer=optimizer, run_eagerly=eager, **kwargs)


def fit(gan, *callbacks, epochs=4):
    return gan.fit(
        tiny.samples(32), batch_size=8, epochs=epochs, verbose=0, callbacks=list(callbacks)
    )


def learning_rates(gan):
    rates = [each.learning_rate for each in gan.optimizer.optimizers]
    return [float(keras.ops.convert_to_numpy(rate)) for rate in rates]


def lines(directory):
    return [json.loads(line) for line in (directory / "divergence.jsonl").read_text().splitlines()]


class Destroy(keras.callbacks.Callback):
    """Multiplies the discriminator's weights once an epoch has begun, a few times."""

    def __init__(self, epoch, factor, times=1):
        super().__init__()
        self.when, self.factor, self.times = epoch, factor, times

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.when and self.times > 0:
            self.times -= 1
            for variable in self.model.discriminator.trainable_variables:
                variable.assign(keras.ops.multiply(variable, self.factor))


@pytest.mark.parametrize("factor", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_stops_training(factor):
    gan = compiled_gan()
    with pytest.warns(UserWarning, match=r"diverged, \w+ is (nan|inf).*Training stops"):
        history = fit(gan, Destroy(1, factor), kgl.callbacks.DivergenceGuard(every=2))
    assert history.epoch == [0, 1]


def test_a_loss_that_explodes_stops_training():
    gan = compiled_gan(learning_rate=0.0)
    guard = kgl.callbacks.DivergenceGuard(every=1, max_growth=50.0)
    with pytest.warns(UserWarning, match="more than 50 times 1"):
        history = fit(gan, Destroy(2, 100.0), guard)
    assert history.epoch == [0, 1, 2]


def test_a_loss_of_usual_size_however_large_is_no_divergence():
    gan = compiled_gan(learning_rate=0.0)
    fit(gan, Destroy(0, 100.0), kgl.callbacks.DivergenceGuard(every=1, max_growth=5.0))
    assert not gan.stop_training


def test_a_measure_beyond_its_limit_is_a_collapse():
    class Measure(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["share_of_modes"] = [1.0, 0.9, 0.2, 0.1][epoch]

    guard = kgl.callbacks.DivergenceGuard(monitor="share_of_modes", minimum=0.5)
    with pytest.warns(UserWarning, match=r"epoch 2.*share_of_modes is 0\.2, outside of \[0\.5"):
        history = fit(compiled_gan(), Measure(), guard)
    assert history.epoch == [0, 1, 2]


def test_a_measure_that_is_missing_is_said():
    guard = kgl.callbacks.DivergenceGuard(monitor="share", minimum=0.5)
    with pytest.warns(UserWarning, match=r"'share', which is not in the logs.*generator_loss"):
        fit(compiled_gan(), guard, epochs=1)


def test_a_diverged_run_goes_back_and_on_with_smaller_steps(tmp_path):
    gan = compiled_gan()
    checkpoint = kgl.callbacks.Checkpoint(tmp_path, every=2)
    guard = kgl.callbacks.DivergenceGuard(every=2, max_rollbacks=2, learning_rate_factor=0.5)
    with pytest.warns(UserWarning, match=r"goes on from the newest checkpoint.*1 of at most 2"):
        history = fit(gan, checkpoint, guard, Destroy(1, np.nan))
    assert history.epoch == [0, 1, 2, 3]
    assert all(np.isfinite(values).all() for values in history.history.values())
    assert all(np.isfinite(values).all() for values in tiny.state(gan))
    assert learning_rates(gan) == pytest.approx([0.05, 0.05])
    assert int(keras.ops.convert_to_numpy(gan.optimizer.iterations)) == 16
    (line,) = lines(tmp_path)
    assert (line["epoch"], line["round"], line["action"]) == (1, 2, "roll back")
    assert "is nan" in line["reason"]


def test_rollbacks_are_bounded_and_the_last_good_checkpoint_stays(tmp_path):
    gan = compiled_gan()
    guard = kgl.callbacks.DivergenceGuard(every=2, max_rollbacks=2)
    with pytest.warns(UserWarning, match="has diverged|newest checkpoint again"):
        fit(gan, kgl.callbacks.Checkpoint(tmp_path, every=2), guard, Destroy(1, np.nan, times=9))
    assert [line["action"] for line in lines(tmp_path)] == ["roll back", "roll back", "stop"]
    state = kgl.callbacks.Checkpoint(tmp_path).latest()
    assert state.not_finite is None
    assert (state.epoch, state.round) == (1, 0)


def test_tries_are_counted_over_the_processes_of_a_run(tmp_path):
    def train(times):
        guard = kgl.callbacks.DivergenceGuard(every=2, max_rollbacks=1)
        checkpoint = kgl.callbacks.Checkpoint(tmp_path)
        return fit(compiled_gan(), checkpoint, guard, Destroy(1, np.nan, times=times))

    with pytest.warns(UserWarning, match="has diverged|newest checkpoint again"):
        train(times=2)
    with pytest.warns(UserWarning, match="has diverged|newest checkpoint again"):
        train(times=1)
    assert [line["action"] for line in lines(tmp_path)] == ["roll back", "stop", "stop"]


def test_rollbacks_without_checkpoints_are_refused():
    with pytest.raises(ValueError, match="needs checkpoints to go back to"):
        fit(compiled_gan(), kgl.callbacks.DivergenceGuard(max_rollbacks=1))


def test_rollbacks_with_a_schedule_in_the_optimizer_are_refused(tmp_path):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    guard = kgl.callbacks.DivergenceGuard(max_rollbacks=1)
    with pytest.raises(ValueError, match="follows a schedule of its own"):
        fit(compiled_gan(schedule), kgl.callbacks.Checkpoint(tmp_path), guard)


def fit_with_metric(gan, *callbacks):
    return gan.fit(
        tiny.samples(32),
        validation_data=tiny.samples(16, seed=1),
        batch_size=8,
        epochs=3,
        verbose=0,
        callbacks=list(callbacks),
    ).history


class DestroyGenerator(keras.callbacks.Callback):
    """Makes the generator's weights NaN in the last round of an epoch, once."""

    def __init__(self, epoch):
        super().__init__()
        self.when, self.times, self.now = epoch, 1, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.now == self.when and batch == 3 and self.times:
            self.times = 0
            for variable in self.model.generator.trainable_variables:
                variable.assign(keras.ops.full(variable.shape, np.nan))


def test_the_guard_has_its_turn_before_a_metric_refuses_what_has_diverged(tmp_path):
    gan = compiled_gan(metrics=["sliced_wasserstein_distance"])
    guard = kgl.callbacks.DivergenceGuard(max_rollbacks=1)
    with pytest.warns(UserWarning, match=r"not finite\. Training goes on from the newest"):
        history = fit_with_metric(
            gan, kgl.callbacks.Checkpoint(tmp_path), guard, DestroyGenerator(1)
        )
    assert np.isfinite(history["val_sliced_wasserstein_distance"]).all()
    assert len(history["val_sliced_wasserstein_distance"]) == 3
    values = gan.evaluate(tiny.samples(16), verbose=0, return_dict=True)
    assert np.isfinite(values["sliced_wasserstein_distance"])


def test_without_checkpoints_it_stops_and_the_metric_is_not_a_number():
    gan = compiled_gan(metrics=["sliced_wasserstein_distance"])
    guard = kgl.callbacks.DivergenceGuard()
    with pytest.warns(UserWarning, match=r"not finite\. Training stops"):
        history = fit_with_metric(gan, guard, DestroyGenerator(1))
    assert np.isnan(history["val_sliced_wasserstein_distance"]).tolist() == [False, True]


def test_the_gan_has_the_last_good_state_where_training_stops(tmp_path):
    gan = compiled_gan()
    checkpoint = kgl.callbacks.Checkpoint(tmp_path, every=2)
    guard = kgl.callbacks.DivergenceGuard(every=2)
    with pytest.warns(UserWarning, match="Training stops|newest checkpoint again") as said:
        history = fit(gan, checkpoint, guard, Destroy(1, np.nan))
    assert any("again, that of epoch 1 after 0 rounds" in str(each.message) for each in said)
    # What happened stays to be seen.
    assert history.epoch == [0, 1]
    assert np.isnan(history.history["discriminator_loss"][1])
    kept = checkpoint.latest().arrays
    weights = {f"variables/{name}": each for name, each in gan.state().items()}
    for name in filter(is_weight, weights):
        np.testing.assert_array_equal(tiny.values([weights[name]])[0], kept[name])


@pytest.mark.parametrize(
    "arguments",
    [
        {"every": 0},
        {"max_growth": 0.5},
        {"max_rollbacks": -1},
        {"learning_rate_factor": 0.0},
        {"monitor": "share"},
        {"minimum": 0.5},
    ],
)
def test_settings_out_of_range_are_refused(arguments):
    with pytest.raises(ValueError, match="Received"):
        kgl.callbacks.DivergenceGuard(**arguments)


@pytest.fixture(params=["float16", "mixed_float16"])
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("loss", ["wgan_gp", "r1"])
def test_half_precision_never_leaves_a_checkpoint_that_is_not_finite(tmp_path, policy, loss):
    """A learning rate at which half precision overflows: what is on the disk is good."""
    images, _ = kgl.datasets.digits()
    gan = kgl.GAN(*kgl.architectures.mlp((8, 8, 1), 4, hidden_units=(16,)), latent_dim=4)
    eager = keras.backend.backend() == "tensorflow"
    gan.compile(loss=loss, optimizer=keras.optimizers.SGD(1e3), run_eagerly=eager)
    fit_arguments = {
        "x": images[:160],
        "batch_size": 8,
        "epochs": 2,
        "verbose": 0,
        "callbacks": [kgl.callbacks.Checkpoint(tmp_path, every=1)],
    }
    if policy == "float16":
        with pytest.warns(UserWarning, match="holds NaN or infinite"):
            gan.fit(**fit_arguments)
        assert not all(np.isfinite(values).all() for values in tiny.values(gan.weights))
    else:
        # Scaled losses leave out updates that are not finite: the weights stay so.
        gan.fit(**fit_arguments)
    paths = sorted(tmp_path.glob("*.npz"))
    assert paths
    for path in reversed(paths):
        with np.load(path) as archive:
            weights = [archive[name] for name in archive.files if is_weight(name)]
        assert len(weights) == len(gan.variables) + len(gan.optimizer.variables)
        assert all(np.isfinite(values).all() for values in weights)


@pytest.mark.parametrize(("num_processes", "may_be_late"), [(1, True), (2, False)])
def test_processes_that_wait_for_each_other_stop_at_the_same_round(
    num_processes, may_be_late, monkeypatch
):
    monkeypatch.setattr(backend, "process", lambda model: (0, num_processes))
    guard, gan = kgl.callbacks.DivergenceGuard(), compiled_gan()
    guard.before_fit(gan)
    # Keras lets threads of its own tell callbacks of batches, if all of them allow it.
    is_threaded = keras.backend.backend() != "tensorflow"
    callbacks = keras.callbacks.CallbackList([guard], model=gan)
    assert callbacks._async_train == (may_be_late and is_threaded)
