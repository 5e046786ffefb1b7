import csv

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses.models import measurement
from tests import tiny
from tests.metrics.toy import CountingFeatures, FakeRange, MeanGap


def feature_network():
    keras.utils.set_random_seed(7)
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="features")])


def fit(gan, *callbacks, validation_data=None, epochs=3, **kwargs):
    data = tiny.samples(20, seed=1) if validation_data is None else validation_data
    return gan.fit(
        tiny.samples(),
        batch_size=16,
        epochs=epochs,
        verbose=0,
        validation_data=data,
        callbacks=list(callbacks),
        **kwargs,
    ).history


def gap_by_hand(gan, features, real, num_samples):
    """The toy metric, computed on samples from the evaluation's seed without any of our code."""
    seed = int(keras.ops.convert_to_numpy(gan.evaluation_seed_generator.state)[0])
    latents = keras.random.normal((num_samples, 4), seed=seed)
    fake = keras.ops.convert_to_numpy(gan.generator(latents, training=False))
    means = [features.predict(samples, verbose=0).mean(axis=0) for samples in (real, fake)]
    return np.linalg.norm(means[0] - means[1])


def test_a_metric_is_computed_at_each_validation_on_real_and_generated_samples():
    network = feature_network()
    gan = tiny.compiled_gan(metrics=[MeanGap(network, num_samples=33)])
    expected = []
    after_each = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: expected.append(
            gap_by_hand(gan, network, tiny.samples(20, seed=1), 33)
        )
    )
    history = fit(gan, after_each)
    assert history["val_mean_gap"] == pytest.approx(expected, rel=1e-4)
    assert len(set(history["val_mean_gap"])) == 3


def test_it_is_computed_only_when_fit_validates():
    gan = tiny.compiled_gan(metrics=[MeanGap()])
    history = fit(gan, epochs=4, validation_freq=2)
    assert len(history["val_mean_gap"]) == 2


@pytest.mark.backend("any")
def test_fit_says_once_that_nothing_is_measured_without_validation_data(capsys):
    gan = tiny.compiled_gan(metrics=[MeanGap()], run_eagerly=True)
    gan.fit(tiny.samples(), verbose=0)
    gan.fit(tiny.samples(), validation_data=tiny.samples(20), verbose=2)
    assert "mean_gap: measured on" not in capsys.readouterr().out
    for _ in range(2):
        gan.fit(tiny.samples(), verbose=2)
    assert capsys.readouterr().out.count("mean_gap: measured on `validation_data`") == 1
    gan = tiny.compiled_gan(run_eagerly=True)
    gan.fit(tiny.samples(), verbose=2)
    assert "measured on" not in capsys.readouterr().out


def test_evaluate_gives_it_as_a_dictionary_and_as_a_list():
    gan = tiny.compiled_gan(metrics=[MeanGap(), FakeRange()])
    logs = gan.evaluate(tiny.samples(20), return_dict=True, verbose=0)
    assert list(logs)[-3:] == ["mean_gap", "least", "greatest"]
    values = gan.evaluate(tiny.samples(20), verbose=0)
    assert values[-3:] == [logs["mean_gap"], logs["least"], logs["greatest"]]
    assert values[:3] == [logs[name] for name in ("loss", "generator_loss", "discriminator_loss")]
    assert gan.evaluate(tiny.samples(20), batch_size=3, return_dict=True, verbose=0)[
        "mean_gap"
    ] == pytest.approx(logs["mean_gap"], rel=1e-6)


def trained(**kwargs):
    keras.utils.set_random_seed(0)
    gan = tiny.compiled_gan(loss="wgan_gp", optimizer="adam", discriminator_steps=2, **kwargs)
    history = fit(gan)
    return gan, history


def test_training_with_and_without_metrics_gives_the_same_weights_to_the_bit():
    plain, _ = trained()
    network = feature_network()
    measured, history = trained(metrics=[MeanGap(network), FakeRange(num_samples=7)])
    assert "val_least" in history
    tiny.assert_same(tiny.state(plain), tiny.state(measured))


def test_each_kind_of_validation_data_gives_the_same_value():
    real = tiny.samples(20, seed=1)
    values = []
    for data in validation_kinds(real):
        keras.utils.set_random_seed(0)
        history = fit(
            tiny.compiled_gan(seed=3, metrics=[MeanGap()]), validation_data=data, epochs=1
        )
        values.append(history["val_mean_gap"][0])
    assert values == pytest.approx([values[0]] * len(values), rel=1e-5)


def validation_kinds(real):
    import tensorflow as tf
    import torch

    class Rows(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            return real[5 * index : 5 * index + 5]

    yield real
    yield tf.data.Dataset.from_tensor_slices(real).batch(6)
    yield Rows()
    tensors = torch.utils.data.TensorDataset(torch.from_numpy(real))
    yield torch.utils.data.DataLoader(tensors, batch_size=8)


def test_a_validation_split_is_measured():
    gan = tiny.compiled_gan(metrics=[MeanGap()])
    history = gan.fit(tiny.samples(40), batch_size=8, verbose=0, validation_split=0.5).history
    real = tiny.samples(40)[20:]
    metric = MeanGap()
    metric.update_state(real, np.concatenate(list(gan.evaluation_samples(20, None))))
    assert history["val_mean_gap"] == pytest.approx([metric.result()], rel=1e-6)


def test_real_samples_go_through_the_features_once_in_a_fit():
    features = CountingFeatures()
    gan = tiny.compiled_gan(metrics=[MeanGap(features, num_samples=2)])
    fit(gan, epochs=3)
    assert features.sizes == [16, 4, 2, 2, 2]
    features.sizes.clear()
    gan.evaluate(tiny.samples(20, seed=1), verbose=0)
    assert features.sizes == [2]
    gan.evaluate(tiny.samples(20, seed=2), verbose=0)
    assert features.sizes == [2, 20, 2]


@pytest.mark.parametrize(
    "arguments", [{"validation_data": tiny.samples(20, seed=1)}, {"validation_split": 0.5}]
)
def test_real_samples_are_read_once_in_a_fit(monkeypatch, arguments):
    reads = []
    read = measurement.Content.of
    monkeypatch.setattr(
        measurement.Content, "of", lambda batches: reads.append(batches) or read(batches)
    )
    gan = tiny.compiled_gan(metrics=[MeanGap()])
    gan.fit(tiny.samples(40), batch_size=8, epochs=3, verbose=0, **arguments)
    assert len(reads) == 1


def test_data_that_were_changed_in_place_are_looked_at_again():
    gan = tiny.compiled_gan(metrics=[MeanGap()])
    real = tiny.samples(20)
    before = gan.evaluate(real, return_dict=True, verbose=0)["mean_gap"]
    real += 100.0
    assert gan.evaluate(real, return_dict=True, verbose=0)["mean_gap"] > before + 100.0


def test_labels_of_a_conditional_gan_follow_the_data():
    seen = []

    class Recording(kgl.metrics.features.Features):
        def __call__(self, samples):
            seen.append(samples)
            return samples

    gan = tiny.compiled_gan(num_classes=3, metrics=[FakeRange(Recording(), num_samples=300)])
    labels = np.repeat([0, 2], [25, 75])
    gan.evaluate(tiny.samples(100), labels, verbose=0)
    (fake,) = seen
    seed = gan.evaluation_seed_generator.state
    latents = keras.random.normal((300, 4), seed=int(keras.ops.convert_to_numpy(seed)[0]))
    of_class = [
        keras.ops.convert_to_numpy(gan.generator([latents, all_labels], training=False))
        for all_labels in (keras.ops.full((300,), label, "int32") for label in range(3))
    ]
    counts = [np.isclose(fake, samples, atol=1e-5).all(axis=1).sum() for samples in of_class]
    assert counts == [75, 0, 225]


def test_the_best_checkpoint_is_chosen_by_a_metric(tmp_path):
    gan = tiny.compiled_gan(metrics=[MeanGap(feature_network())], optimizer="adam")
    path = tmp_path / "best.keras"
    checkpoint = keras.callbacks.ModelCheckpoint(
        path, monitor="val_mean_gap", mode="min", save_best_only=True
    )
    history = fit(gan, checkpoint)
    best = keras.saving.load_model(path)
    logs = best.evaluate(tiny.samples(20, seed=1), return_dict=True, verbose=0)
    assert logs["mean_gap"] == pytest.approx(min(history["val_mean_gap"]), rel=1e-5)


def test_early_stopping_and_loggers_see_a_metric(tmp_path):
    gan = tiny.compiled_gan(metrics=[MeanGap()])
    history = fit(
        gan,
        keras.callbacks.EarlyStopping(monitor="val_mean_gap", mode="min", min_delta=1e9),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        keras.callbacks.TensorBoard(tmp_path / "board"),
        epochs=9,
    )
    assert len(history["val_mean_gap"]) == 2
    with open(tmp_path / "log.csv") as file:
        rows = [float(row["val_mean_gap"]) for row in csv.DictReader(file)]
    assert rows == pytest.approx(history["val_mean_gap"])
    written = b"".join(path.read_bytes() for path in (tmp_path / "board").rglob("events*"))
    assert b"epoch_mean_gap" in written
    assert b"evaluation_mean_gap_vs_iterations" in written


def test_callbacks_of_an_evaluation_see_a_metric():
    seen = []
    gan = tiny.compiled_gan(metrics=[MeanGap()])
    remember = keras.callbacks.LambdaCallback(on_test_end=lambda logs: seen.append(logs))
    logs = gan.evaluate(tiny.samples(20), verbose=0, return_dict=True, callbacks=[remember])
    assert seen[0]["mean_gap"] == logs["mean_gap"]


def test_metrics_and_the_weights_of_their_features_are_saved(tmp_path):
    gan = tiny.compiled_gan(metrics=[MeanGap(feature_network(), num_samples=9)])
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    logs = [one.evaluate(tiny.samples(20), return_dict=True, verbose=0) for one in (gan, loaded)]
    assert logs[0]["mean_gap"] == pytest.approx(logs[1]["mean_gap"], rel=1e-6)
    assert loaded.distribution_metrics[0].num_samples == 9


def test_weights_are_exchanged_between_gans_with_and_without_metrics(tmp_path):
    plain, measured = tiny.compiled_gan(), tiny.compiled_gan(metrics=[MeanGap(feature_network())])
    before = measured.distribution_metrics[0].features.content_key()
    for source, target in ((plain, measured), (measured, plain)):
        source.save_weights(tmp_path / "gan.weights.h5")
        target.load_weights(tmp_path / "gan.weights.h5")
        tiny.assert_same(tiny.state(source), tiny.state(target))
    assert measured.distribution_metrics[0].features.content_key() == before


def test_what_does_not_fit_is_said_before_training():
    narrow = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    gan = tiny.compiled_gan(metrics=[MeanGap(narrow)])
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=r"take samples of shape \(3,\)"):
        fit(gan)
    gan.compile(metrics=[MeanGap()])
    with pytest.raises(ValueError, match=r"at least 2 real samples. Received: 1"):
        fit(gan, validation_data=tiny.samples(1))
    with pytest.raises(ValueError, match=r"can be read again. Received: generator"):
        fit(gan, validation_data=(tiny.samples(4) for _ in range(9)), validation_steps=1)
    gan.compile(metrics=[FakeRange(narrow)])
    with pytest.raises(ValueError, match=r"take samples of shape \(3,\)"):
        fit(gan)
    gan.compile(metrics=[kgl.metrics.ModeCoverage(np.eye(3), 0.1)])
    with pytest.raises(ValueError, match="samples of 2 numbers each, modes of 3"):
        fit(gan)
    tiny.assert_same(before[:6], tiny.state(gan)[:6])


def test_two_values_with_one_name_are_refused():
    with pytest.raises(ValueError, match="Two values would be logged as 'mean_gap'"):
        tiny.compiled_gan(metrics=[MeanGap(), MeanGap(num_samples=3)])
    with pytest.raises(ValueError, match="Two values would be logged as 'generator_loss'"):
        tiny.compiled_gan(metrics=[MeanGap(name="generator_loss")])
    with pytest.raises(TypeError, match="A metric of Keras compares"):
        tiny.compiled_gan(metrics=[keras.metrics.MeanSquaredError()])


def test_generated_samples_come_in_parts_and_do_not_depend_on_them(monkeypatch):
    gan = tiny.compiled_gan()
    whole = np.concatenate(list(gan.evaluation_samples(10, None)))
    monkeypatch.setattr("keras_gan_losses.models.sampling._NUM_SAMPLES_AT_ONCE", 4)
    pieces = list(gan.evaluation_samples(10, None))
    assert [len(piece) for piece in pieces] == [4, 4, 2]
    np.testing.assert_allclose(np.concatenate(pieces), whole, rtol=1e-5, atol=1e-6)


def test_samples_of_a_generator_in_half_precision_are_measured():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = tiny.compiled_gan(metrics=[MeanGap()])
        logs = gan.evaluate(tiny.samples(20), return_dict=True, verbose=0)
        (fake,) = gan.evaluation_samples(20, None)
    finally:
        keras.config.set_dtype_policy(policy)
    assert fake.dtype == "float32"
    expected = np.linalg.norm(tiny.samples(20).mean(axis=0) - fake.mean(axis=0))
    assert logs["mean_gap"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("verbose", "is_shown"), [(1, True), (0, False)])
def test_progress_is_shown_in_a_terminal_unless_it_is_not_wanted(
    monkeypatch, capsys, verbose, is_shown
):
    monkeypatch.setenv("FORCE_COLOR", "1")
    gan = tiny.compiled_gan(metrics=[MeanGap()])
    gan.evaluate(tiny.samples(20), verbose=verbose)
    assert ("Measuring" in capsys.readouterr().out) == is_shown
    fit(gan, epochs=1)
    assert "Measuring" not in capsys.readouterr().out
