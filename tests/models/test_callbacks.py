import csv

import keras
import numpy as np
import pytest

from keras_gan_losses import GAN
from tests import tiny


def fit(gan, callbacks, epochs=3, **kwargs):
    return gan.fit(
        tiny.samples(), batch_size=16, epochs=epochs, verbose=0, callbacks=callbacks, **kwargs
    )


def learning_rates(gan):
    return [float(np.asarray(tiny.values([o.learning_rate])[0])) for o in gan.optimizer.optimizers]


class Movement(keras.callbacks.Callback):
    """Largest change of each network's weights in an epoch."""

    def __init__(self):
        super().__init__()
        self.movements = []

    def _weights(self):
        networks = (self.model.generator, self.model.discriminator)
        return [np.concatenate([v.ravel() for v in tiny.values(n.weights)]) for n in networks]

    def on_epoch_begin(self, epoch, logs=None):
        self.before = self._weights()

    def on_epoch_end(self, epoch, logs=None):
        pairs = zip(self._weights(), self.before, strict=True)
        self.movements.append([np.abs(after - before).max() for after, before in pairs])


def test_a_schedule_callback_changes_the_size_of_both_players_updates():
    gan = tiny.compiled_gan(optimizer=keras.optimizers.SGD(0.1))
    movement = Movement()
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: [0.1, 1e-4][epoch])
    fit(gan, [schedule, movement], epochs=2)
    large, small = np.asarray(movement.movements)
    assert (small < 0.05 * large).all()
    assert (small > 0.0).all()


def test_a_plateau_callback_changes_the_size_of_both_players_updates():
    gan = tiny.compiled_gan(optimizer=keras.optimizers.SGD(0.1))
    movement = Movement()
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="discriminator_loss", mode="max", factor=1e-3, patience=1, min_delta=1e9
    )
    fit(gan, [plateau, movement], epochs=3)
    assert learning_rates(gan) == pytest.approx([1e-7, 1e-7], rel=1e-4)
    assert (np.asarray(movement.movements[2]) < 0.05 * np.asarray(movement.movements[0])).all()


def test_learning_rates_of_both_players_are_logged_under_two_names():
    gan = tiny.compiled_gan(generator_optimizer="adam", discriminator_optimizer="adam")
    history = fit(gan, [keras.callbacks.LearningRateScheduler(lambda epoch: 1e-3)], epochs=1)
    assert "learning_rate_generator_optimizer" in history.history
    assert "learning_rate_discriminator_optimizer" in history.history


def test_model_checkpoint_keeps_the_best_model_by_our_logs(tmp_path):
    gan = tiny.compiled_gan()
    path = tmp_path / "best.keras"
    checkpoint = keras.callbacks.ModelCheckpoint(
        path, monitor="val_generator_loss", mode="min", save_best_only=True
    )
    history = fit(gan, [checkpoint], validation_data=tiny.samples(20)).history
    best = keras.saving.load_model(path)
    logs = best.evaluate(tiny.samples(20), batch_size=16, return_dict=True, verbose=0)
    assert logs["generator_loss"] == pytest.approx(min(history["val_generator_loss"]), rel=1e-4)


def test_model_checkpoint_writes_weights_alone(tmp_path):
    gan = tiny.compiled_gan()
    path = tmp_path / "gan.weights.h5"
    fit(gan, [keras.callbacks.ModelCheckpoint(path, save_weights_only=True)])
    other = tiny.compiled_gan()
    other.load_weights(path)
    tiny.assert_same(tiny.state(gan), tiny.state(other))


def test_backup_and_restore_goes_on_after_an_interrupted_epoch(tmp_path):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    def train(gan, *callbacks):
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        fit(gan, [backup, *callbacks], epochs=4, shuffle=False)

    whole = tiny.compiled_gan(seed=1, optimizer="adam")
    start = tmp_path / "start.weights.h5"
    whole.save_weights(start)
    fit(whole, [], epochs=4, shuffle=False)

    interrupted = tiny.compiled_gan(seed=1, optimizer="adam")
    interrupted.load_weights(start)
    with pytest.raises(KeyboardInterrupt):
        train(interrupted, Interrupt())
    resumed = tiny.compiled_gan(seed=1, optimizer="adam")
    train(resumed)
    tiny.assert_same(tiny.state(whole), tiny.state(resumed))


def test_early_stopping_restores_the_best_weights():
    gan = tiny.compiled_gan()
    stopping = keras.callbacks.EarlyStopping(
        monitor="discriminator_loss",
        mode="min",
        patience=1,
        min_delta=1e9,
        restore_best_weights=True,
        start_from_epoch=0,
    )
    weights = []
    remember = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: weights.append(tiny.values(gan.weights))
    )
    history = fit(gan, [remember, stopping], epochs=9)
    assert len(history.epoch) == 2
    tiny.assert_same(weights[0], tiny.values(gan.weights))


def test_csv_and_tensorboard_loggers_write_our_logs(tmp_path):
    gan = tiny.compiled_gan(loss="r1")
    callbacks = [
        keras.callbacks.CSVLogger(tmp_path / "history.csv"),
        keras.callbacks.TensorBoard(tmp_path / "board"),
    ]
    history = fit(gan, callbacks, epochs=2).history
    with open(tmp_path / "history.csv") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["r1_penalty"]) for row in rows] == pytest.approx(history["r1_penalty"])
    written = b"".join(p.read_bytes() for p in (tmp_path / "board").rglob("events*"))
    assert b"epoch_discriminator_loss" in written


def test_terminate_on_nan_stops_a_diverged_game():
    gan = tiny.compiled_gan(optimizer=keras.optimizers.SGD(1e30), loss="lsgan")
    history = fit(gan, [keras.callbacks.TerminateOnNaN()], epochs=20)
    assert len(history.epoch) < 20
    assert not gan.stop_training or np.isnan(history.history.get("loss", [np.nan])[-1])


def test_swapped_averages_are_used_by_evaluation_and_survive_the_end_of_fit():
    generator, discriminator = tiny.networks()
    gan = GAN(generator, discriminator, latent_dim=4)
    gan.compile(
        generator_optimizer=keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.9),
        discriminator_optimizer=keras.optimizers.SGD(0.5),
    )
    averages = []
    expected = []

    class Follow(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if keras.backend.backend() == "jax":
                gan.jax_state_sync()
            moved = tiny.values(generator.trainable_variables)
            # Keras's average starts at the weights after the first update.
            pairs = zip(expected[-1] if expected else moved, moved, strict=True)
            expected.append([0.9 * average + 0.1 * new for average, new in pairs])

        def on_test_end(self, logs=None):
            averages.append(tiny.values(generator.trainable_variables))

    callbacks = [Follow(), keras.callbacks.SwapEMAWeights()]
    fit(gan, callbacks, epochs=1, validation_data=tiny.samples(20))
    for average, wanted in zip(averages[0], expected[-1], strict=True):
        np.testing.assert_allclose(average, wanted, rtol=1e-4, atol=1e-6)


class HoldBack(keras.callbacks.Callback):
    """Does something to the discriminator at the begin of the second epoch or of each batch."""

    def __init__(self, hold, *, each_batch=False):
        super().__init__()
        self.hold, self.each_batch = hold, each_batch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1 and not self.each_batch:
            self.hold(self.model)

    def on_train_batch_begin(self, batch, logs=None):
        if self.each_batch:
            self.hold(self.model)


def freeze(model):
    model.discriminator.trainable = False


@pytest.mark.backend("every")
@pytest.mark.parametrize("each_batch", [False, True])
def test_freezing_a_player_in_a_callback_is_refused_with_the_way_that_works(each_batch):
    gan = tiny.compiled_gan(run_eagerly=True)
    with pytest.raises(ValueError, match=r"discriminator_optimizer\.learning_rate = 0\.0"):
        fit(gan, [HoldBack(freeze, each_batch=each_batch)])
    assert all(np.isfinite(each).all() for each in tiny.values(gan.variables))
    gan.discriminator.trainable = True
    fit(gan, [], epochs=1)


@pytest.mark.backend("every")
def test_a_player_is_held_back_by_a_learning_rate_of_0():
    def hold(model):
        model.optimizer.discriminator_optimizer.learning_rate = 0.0

    gan = tiny.compiled_gan(jit_compile=keras.backend.backend() == "jax")
    movement = Movement()
    fit(gan, [HoldBack(hold), movement], epochs=2)
    generator, discriminator = zip(*movement.movements, strict=True)
    assert min(generator) > 0
    assert discriminator[0] > 0
    assert discriminator[1] == 0
