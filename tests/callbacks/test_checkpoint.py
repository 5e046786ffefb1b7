"""Resumption to the bit, for each kind of data and setting."""

import contextlib
import errno
import os
import tempfile

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses import version
from keras_gan_losses.feeding.array_epochs import ArrayData
from keras_gan_losses.runs import checkpoint_files
from tests import tiny

NUM_EPOCHS = 2


class Interrupt(keras.callbacks.Callback):
    """Breaks off after some rounds of this process."""

    def __init__(self, num_rounds):
        super().__init__()
        # An argument's name: any other would be restored as the state of the run.
        self.num_rounds = num_rounds

    def on_train_batch_end(self, batch, logs=None):
        self.num_rounds -= 1
        if self.num_rounds == 0:
            raise KeyboardInterrupt


class Steps(keras.utils.PyDataset):
    """Batches of 4, in an order of its own that changes after each epoch."""

    def __init__(self):
        super().__init__()
        self.numbers = np.random.default_rng(5)
        self.order = np.arange(7)

    def __len__(self):
        return 7

    def __getitem__(self, index):
        place = self.order[index]
        return tiny.samples(27)[4 * place : 4 * place + 4]

    def on_epoch_end(self):
        self.order = self.numbers.permutation(7)


def tf_data():
    import tensorflow as tf

    samples = tf.data.Dataset.from_tensor_slices(tiny.samples(27))
    return samples.shuffle(27, seed=1, reshuffle_each_iteration=True).batch(4)


def train(directory, *callbacks, data=None, compile_arguments=None, num_classes=None, **kwargs):
    """State, history and epochs of a run, or None if it was interrupted."""
    keras.utils.set_random_seed(0)
    gan = tiny.compiled_gan(
        num_classes=num_classes,
        batch_normalization=True,
        **{
            "loss": "hinge",
            "discriminator_steps": 2,
            "optimizer": keras.optimizers.Adam(1e-2),
            "run_eagerly": keras.backend.backend() != "jax",
            **(compile_arguments or {}),
        },
    )
    if data is None:
        kwargs = {"x": tiny.samples(27), "batch_size": 4, **kwargs}
    else:
        kwargs = {"x": data(), **kwargs}
    checkpoint = kgl.callbacks.Checkpoint(directory, every=2)
    kwargs = {"epochs": NUM_EPOCHS, "verbose": 0, **kwargs}
    with contextlib.suppress(KeyboardInterrupt):
        history = gan.fit(callbacks=[checkpoint, *callbacks], **kwargs)
        return tiny.state(gan), history.history, history.epoch
    return None


def assert_same_run(one, other):
    tiny.assert_same(one[0], other[0])
    assert one[1] == other[1]
    assert one[2] == other[2]


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
        pytest.param(tf_data, marks=pytest.mark.backend("tensorflow")),
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


def test_another_order_of_a_tf_data_set_is_said(tmp_path):
    def unseeded():
        import tensorflow as tf

        samples = tf.data.Dataset.from_tensor_slices(tiny.samples(27))
        return samples.shuffle(27, seed=next(seeds)).batch(4)

    seeds = iter([1, 2])
    train(tmp_path, Interrupt(3), data=unseeded)
    with pytest.warns(UserWarning, match="in another order than before"):
        train(tmp_path, data=unseeded)


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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 8}, "batch_size was 4, and is 8 here"),
        # As many rounds in an epoch as before.
        ({"x": tiny.samples(28)}, "num_samples was 27, and is 28 here"),
        ({"shuffle": False}, "shuffle was True, and is False here"),
        ({"data": Steps}, "kind was 'ArraySource', and is 'PyDatasetSource' here"),
        ({"steps_per_epoch": 3}, "4 rounds in an epoch.*make 3"),
        ({"compile_arguments": {"optimizer": "sgd"}}, "is of another GAN"),
        ({"shuffle": "batch"}, "shuffle=True or False"),
    ],
)
def test_another_run_is_refused_and_the_checkpoint_is_kept(tmp_path, change, message):
    train(tmp_path, epochs=1)
    before = sorted(path.name for path in tmp_path.glob("*.npz"))
    with pytest.raises(ValueError, match=message):
        train(tmp_path, epochs=2, **change)
    assert sorted(path.name for path in tmp_path.glob("*.npz")) == before


def test_other_values_of_the_data_are_said(tmp_path):
    train(tmp_path, epochs=1)
    with pytest.warns(UserWarning, match="other data, as their first values tell"):
        train(tmp_path, x=tiny.samples(27, seed=1))


class Critic(keras.Model):
    """A discriminator that says nothing of its layers."""

    def __init__(self, activation, scale):
        super().__init__()
        self.scale = scale
        self.hidden = keras.layers.Dense(8, activation=activation)
        self.scores = keras.layers.Dense(1)

    def call(self, samples):
        return self.scores(self.hidden(samples))


def functional(activation, _):
    samples = keras.Input((2,))
    hidden = keras.layers.Dense(8, activation=activation)(samples)
    return keras.Model(samples, keras.layers.Dense(1)(hidden))


def go_on(directory, discriminator, epochs=1):
    gan = kgl.GAN(tiny.networks()[0], discriminator, latent_dim=4)
    gan.compile(run_eagerly=True)
    checkpoint = kgl.callbacks.Checkpoint(directory)
    return gan.fit(tiny.samples(8), epochs=epochs, callbacks=[checkpoint], verbose=0)


@contextlib.contextmanager
def in_half_precision():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("make", [functional, Critic])
def test_a_network_of_other_activations_or_precision_is_refused(tmp_path, make):
    go_on(tmp_path, make("tanh", object()))
    # Neither the numbers in names nor a call before the GAN's own make it another network.
    same = make("tanh", object())
    same(tiny.samples(3))
    assert go_on(tmp_path, same, epochs=2).epoch == [0, 1]
    with pytest.raises(ValueError, match=r"another discriminator.*layers, activations"):
        go_on(tmp_path, make("relu", object()), epochs=3)
    with in_half_precision():
        half = make("tanh", object())
    with pytest.raises(ValueError, match=r"another discriminator.*was float32, and is mixed_bf"):
        go_on(tmp_path, half, epochs=3)
    assert go_on(tmp_path, make("tanh", object()), epochs=3).epoch == [0, 1, 2]


def test_networks_are_not_compared_across_versions_that_may_tell_of_them_otherwise(
    tmp_path, monkeypatch
):
    go_on(tmp_path, functional("tanh", None))
    monkeypatch.setattr(version, "__version__", "0.0.1")
    with pytest.warns(UserWarning, match="other versions"):
        go_on(tmp_path, functional("relu", None), epochs=2)


def test_another_game_is_said(tmp_path):
    train(tmp_path, epochs=1)
    with pytest.warns(UserWarning, match=r"other rules.*\['loss'\]"):
        train(tmp_path, compile_arguments={"loss": "lsgan"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (keras.optimizers.SGD(0.1, momentum=0.9), keras.optimizers.RMSprop(0.1)),
        (keras.optimizers.Adagrad(0.1), keras.optimizers.SGD(0.1, momentum=0.9)),
        (keras.optimizers.AdamW(0.1), keras.optimizers.Adam(0.1)),
    ],
    ids=["momentum to rmsprop", "adagrad to momentum", "adamw to adam"],
)
def test_slots_of_another_kind_of_optimizer_are_refused(tmp_path, before, after):
    train(tmp_path, epochs=1, compile_arguments={"optimizer": before})
    names = f"{type(before).__name__}.*{type(after).__name__} here"
    with pytest.raises(ValueError, match=names):
        train(tmp_path, compile_arguments={"optimizer": after})


@pytest.mark.parametrize(
    ("settings", "changed"),
    [
        ({"learning_rate": 0.2}, r"\['generator_optimizer.learning_rate'"),
        ({"momentum": 0.5}, r"\['generator_optimizer.momentum'"),
    ],
)
def test_another_setting_of_an_optimizer_is_said(tmp_path, settings, changed):
    usual = {"learning_rate": 0.1, "momentum": 0.9}
    first, second = keras.optimizers.SGD(**usual), keras.optimizers.SGD(**{**usual, **settings})
    train(tmp_path, epochs=1, compile_arguments={"optimizer": first})
    with pytest.warns(UserWarning, match=f"other rules.*{changed}"):
        train(tmp_path, compile_arguments={"optimizer": second})


def test_two_callbacks_that_resume_are_refused(tmp_path):
    other = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(ValueError, match="Only one callback can resume"):
        train(tmp_path / "run", other)


def test_models_that_are_no_gan_are_refused(tmp_path):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(TypeError, match=r"Received: Sequential.*BackupAndRestore"):
        model.fit(np.ones((4, 1)), np.ones((4, 1)), callbacks=[kgl.callbacks.Checkpoint(tmp_path)])


def test_other_versions_are_said(tmp_path, monkeypatch):
    train(tmp_path, epochs=1)
    monkeypatch.setattr(version, "__version__", "0.0.1")
    with pytest.warns(UserWarning, match=r"other versions: keras_gan_losses .* → 0\.0\.1"):
        train(tmp_path, epochs=1)


def test_a_disk_that_is_full_for_a_while_costs_a_warning_and_nothing_else(tmp_path, monkeypatch):
    whole = train(tmp_path / "whole")
    write, calls = checkpoint_files._write_archive, []

    def write_unless_full(file, state):
        calls.append((state.epoch, state.round))
        if len(calls) in (3, 4):
            file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, state)

    monkeypatch.setattr(checkpoint_files, "_write_archive", write_unless_full)
    with pytest.warns(UserWarning, match=r"No space left.*Make room.*Training goes on"):
        assert train(tmp_path / "run", Interrupt(7)) is None
    assert calls == [(0, 0), (0, 2), (1, 0), (1, 2)]
    assert kgl.callbacks.Checkpoint(tmp_path / "run").position() == (0, 2)
    assert_same_run(whole, train(tmp_path / "run"))


def test_a_read_only_directory_is_said_before_training():
    gan = tiny.compiled_gan()
    before = tiny.state(gan)
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o555)
        message = r"Permission denied.*give write permission"
        with pytest.raises(OSError, match=message), as_nobody():
            gan.fit(tiny.samples(16), callbacks=[kgl.callbacks.Checkpoint(directory)], verbose=0)
    tiny.assert_same(before, tiny.state(gan))


@contextlib.contextmanager
def as_nobody():
    """Without the administrator's rights, to whom every directory is writable."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_weights_that_are_not_finite_are_never_written(tmp_path):
    class Destroy(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                kernel = self.model.generator.trainable_variables[0]
                kernel.assign(np.full(kernel.shape, np.nan))

    with pytest.warns(UserWarning, match=r"kernel.*holds NaN or infinite values.*stays the newest"):
        train(tmp_path, Destroy())
    # The last that was kept is from within the second epoch.
    assert kgl.callbacks.Checkpoint(tmp_path).position() == (1, 2)


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


def test_a_log_that_no_file_can_hold_is_said_and_costs_no_training(tmp_path):
    class Log(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["odd"] = object()

    with pytest.warns(UserWarning, match="'odd' is not kept with the run: object is no") as said:
        history = train(tmp_path, Log())[1]
    assert sum("'odd'" in str(each.message) for each in said) == 1
    assert len(history["odd"]) == NUM_EPOCHS


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


def test_a_folder_that_is_gone_for_a_moment_costs_a_warning_and_nothing_else(tmp_path):
    class Move(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            (tmp_path / "run").rename(tmp_path / "elsewhere")

        def on_epoch_end(self, epoch, logs=None):
            (tmp_path / "elsewhere").rename(tmp_path / "run")

    whole = train(tmp_path / "whole")
    with pytest.warns(UserWarning, match=r"No such file.*Training goes on.*there is none"):
        gone = train(tmp_path / "run", Move())
    assert_same_run(whole, gone)
    assert kgl.callbacks.Checkpoint(tmp_path / "run").position() == (2, 0)


def test_a_change_of_the_working_folder_does_not_split_the_run(tmp_path, monkeypatch):
    class Leave(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            os.chdir("elsewhere" if epoch == 0 else "..")

    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    train("run", Leave())
    assert not (tmp_path / "elsewhere" / "run").exists()
    assert kgl.callbacks.Checkpoint(tmp_path / "run").position() == (2, 0)


def test_a_second_fit_in_the_folder_is_refused(tmp_path):
    class Nest(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            train(tmp_path)

    with pytest.raises(BlockingIOError, match="Another run is writing"):
        train(tmp_path, Nest())
