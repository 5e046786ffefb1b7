"""Resumption to the bit, for each kind of data and setting."""

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.feeding.array_epochs import ArrayData
from tests import tiny
from tests.callbacks.resumption import Interrupt, Steps, assert_same_run, tf_data, train


def assert_resumes_exactly(tmp_path, make_callbacks=tuple, interruptions=(3,), **kwargs):
    whole = train(tmp_path / "whole", *make_callbacks(), **kwargs)
    for num_rounds in interruptions:
        callbacks = [*make_callbacks(), Interrupt(num_rounds)]
        assert train(tmp_path / "run", *callbacks, **kwargs) is None
    resumed = train(tmp_path / "run", *make_callbacks(), **kwargs)
    assert_same_run(whole, resumed)
    return whole


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({}, id="array", marks=pytest.mark.backend("every")),
        pytest.param(
            {"compile_arguments": {"penalties": ["lecam"]}},
            id="array and a penalty with a memory",
        ),
        pytest.param({"shuffle": False}, id="array in its own order"),
        pytest.param({"validation_split": 0.2}, id="array split for validation"),
        pytest.param(
            {"validation_data": tiny.samples(10, seed=1), "validation_freq": 2},
            id="validation in every second epoch",
        ),
        pytest.param({"steps_per_epoch": 3}, id="array in parts of a pass"),
        pytest.param({"y": np.arange(27) % 3, "num_classes": 3}, id="array with labels"),
        # Interrupted again in the second epoch, whose pass must be found.
        pytest.param({"data": tf_data, "interruptions": (3, 5)}, id="tf.data"),
        pytest.param({"data": tf_data, "steps_per_epoch": 3}, id="tf.data in parts of a pass"),
        pytest.param({"data": Steps, "interruptions": (3, 5)}, id="PyDataset"),
        pytest.param(
            {"data": Steps, "compile_arguments": {"discriminator_steps": 1}},
            id="PyDataset of rounds",
        ),
    ],
)
def test_a_run_of_each_kind_of_data_goes_on_to_the_bit(tmp_path, arguments):
    assert_resumes_exactly(tmp_path, **arguments)


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="Keras refuses several steps per execution on torch"
)
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, marks=pytest.mark.backend("jax")),
        pytest.param(tf_data, marks=pytest.mark.slow),
    ],
)
def test_several_rounds_per_execution_go_on_to_the_bit(tmp_path, data):
    # Three rounds in an epoch of arrays: the last execution is a short one.
    settings = {"run_eagerly": False, "steps_per_execution": 2, "discriminator_steps": 3}
    # The third execution of all, or the second epoch's first.
    assert_resumes_exactly(
        tmp_path, interruptions=(3,), data=data, compile_arguments=settings, epochs=2
    )


def test_orders_of_passes_come_from_the_seed_and_the_pass_alone(tmp_path):
    """The order is the one documented, and not that of a generator that goes on."""
    seen = []

    data = ArrayData((np.arange(10),), round_size=4, steps_per_epoch=None, shuffle=True, seed=7)
    for epoch in (1, 0):
        data.seek(epoch, 1)
        seen.append([data.round(index)[0].tolist() for index in range(2)])
    expected = [np.random.default_rng((7, epoch)).permutation(10) for epoch in (1, 0)]
    assert seen == [[order[4:8].tolist(), order[8:].tolist()] for order in expected]


def callbacks_with_memory():
    return [
        keras.callbacks.ReduceLROnPlateau(
            "generator_loss", mode="max", patience=1, min_delta=1e9, cooldown=1
        ),
        keras.callbacks.EarlyStopping(
            "loss", mode="min", patience=2, min_delta=1e9, restore_best_weights=True
        ),
    ]


def test_what_callbacks_have_learned_goes_on(tmp_path):
    whole = assert_resumes_exactly(tmp_path, callbacks_with_memory, (6, 5), epochs=9)
    # By the third epoch without an improvement it has stopped, also with interruptions between.
    assert whole[2] == [0, 1, 2]
    rates = whole[1]["learning_rate_generator_optimizer"]
    assert rates[0] > rates[-1]


def test_a_run_that_a_callback_has_ended_stays_ended_until_more_epochs_are_asked_for(tmp_path):
    def stopping():
        return keras.callbacks.EarlyStopping("loss", mode="min", patience=1, min_delta=1e9)

    whole = train(tmp_path, stopping(), epochs=9)
    assert whole[2] == [0, 1]
    assert_same_run(whole, train(tmp_path, stopping(), epochs=9))
    assert train(tmp_path, stopping(), epochs=10)[2] == [0, 1, 2]


def test_a_schedule_is_not_applied_twice_to_an_epoch_that_was_interrupted(tmp_path):
    def halved():
        return [keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)]

    whole = assert_resumes_exactly(tmp_path, halved)
    np.testing.assert_allclose(
        whole[1]["learning_rate_generator_optimizer"], [5e-3, 2.5e-3], rtol=1e-6
    )


def test_averaged_weights_of_an_optimizer_are_written_at_the_end_alone(tmp_path):
    # Keras writes them over the others at the end of every `fit`, of which a resumed run has two.
    optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
    assert_resumes_exactly(tmp_path, compile_arguments={"optimizer": optimizer})


def test_callbacks_see_the_batches_of_an_uninterrupted_run(tmp_path):
    class Remember(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.seen = []

        def on_train_begin(self, logs=None):
            self.seen.append("begin")

        def on_epoch_begin(self, epoch, logs=None):
            self.seen.append(f"epoch {epoch}")

        def on_train_batch_begin(self, batch, logs=None):
            self.seen.append(batch)

        def on_train_end(self, logs=None):
            self.seen.append("end")

    train(tmp_path, Interrupt(3))
    remember = Remember()
    train(tmp_path, remember, epochs=2)
    # What it saw before the interruption is not its own: that was another process's.
    assert remember.seen == ["begin", "epoch 0", 2, 3, "epoch 1", *range(4), "end"]


def test_the_same_line_again_after_the_end_changes_nothing_and_more_epochs_go_on(tmp_path):
    whole = train(tmp_path / "whole", epochs=2)
    first = train(tmp_path / "run", epochs=1)
    assert_same_run(first, train(tmp_path / "run", epochs=1))
    assert_same_run(whole, train(tmp_path / "run", epochs=2))


def test_training_that_is_stopped_in_mid_epoch_goes_on_there(tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                self.model.stop_training = True

    whole = train(tmp_path / "whole")
    assert train(tmp_path / "run", Stop())[2] == [0]
    assert kgl.callbacks.Checkpoint(tmp_path / "run").position() == (0, 3)
    assert_same_run(whole, train(tmp_path / "run"))


def test_an_epoch_left_by_another_callback_in_the_process_is_not_taken_over(tmp_path):
    gan = tiny.compiled_gan()
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup", delete_checkpoint=False)
    for _ in range(2):
        gan.fit(tiny.samples(16), epochs=2, callbacks=[backup], verbose=0)
    checkpoint = kgl.callbacks.Checkpoint(tmp_path / "run")
    history = gan.fit(tiny.samples(16), epochs=3, callbacks=[checkpoint], verbose=0)
    assert history.epoch == [0, 1, 2]


def test_generators_are_saved_at_the_ends_of_epochs_only(tmp_path):
    def batches():
        while True:
            yield (tiny.samples(4),)

    gan = tiny.compiled_gan()
    with pytest.raises(ValueError, match="cannot be resumed in the middle of an epoch"):
        gan.fit(
            batches(), steps_per_epoch=3, callbacks=[kgl.callbacks.Checkpoint(tmp_path, every=1)]
        )
    for epochs in (1, 2):
        checkpoint = kgl.callbacks.Checkpoint(tmp_path)
        history = tiny.compiled_gan().fit(
            batches(), epochs=epochs, steps_per_epoch=3, callbacks=[checkpoint], verbose=0
        )
        assert history.epoch == list(range(epochs))
        assert checkpoint.position() == (epochs, 0)


def test_data_without_a_length_are_refused(tmp_path):
    endless = tf_data().repeat()
    with pytest.raises(ValueError, match="Pass `steps_per_epoch`"):
        tiny.compiled_gan().fit(endless, callbacks=[kgl.callbacks.Checkpoint(tmp_path)], verbose=0)


def test_a_checkpoint_is_a_plain_archive_that_says_what_it_is(tmp_path):
    train(tmp_path, epochs=1)
    with np.load(sorted(tmp_path.glob("*.npz"))[-1], allow_pickle=False) as archive:
        assert any(archive[name].dtype == np.float32 for name in archive.files if "/" in name)
        assert b'"keras_gan_losses"' in archive["metadata.json"]


def test_logs_of_any_number_are_kept_with_their_type(tmp_path):
    class Log(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["number"] = np.float32(0.1) + epoch
            logs["count"] = np.int64(epoch)
            logs["shares"] = np.arange(3.0)

    whole = train(tmp_path / "whole", Log())
    train(tmp_path / "run", Log(), epochs=1)
    resumed = train(tmp_path / "run", Log())
    for name in ("number", "count"):
        assert resumed[1][name] == whole[1][name]
        assert [type(each) for each in resumed[1][name]] == [type(each) for each in whole[1][name]]
    np.testing.assert_array_equal(resumed[1]["shares"], [np.arange(3.0)] * 2)


def test_state_of_callbacks_comes_back_as_it_was(tmp_path):
    class Remember(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.best, self.seen, self.by_epoch = (0, "none"), set(), {}

        def on_epoch_end(self, epoch, logs=None):
            self.best, self.by_epoch[epoch] = (epoch, "now"), (logs["loss"],)
            self.seen.add(epoch)

    train(tmp_path, Remember(), epochs=2)
    remember = Remember()
    history = train(tmp_path, remember, epochs=2)[1]
    assert remember.best == (1, "now")
    assert remember.seen == {0, 1}
    assert remember.by_epoch == {epoch: (history["loss"][epoch],) for epoch in (0, 1)}
