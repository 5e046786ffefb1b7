import keras
import numpy as np
import pytest

from keras_gan_losses import metrics
from tests.metrics.toy import FakeRange, MeanGap

REAL = np.array([[0.0, 0.0], [2.0, 0.0], [4.0, 0.0]])
FAKE = np.array([[2.0, 3.0], [2.0, 5.0]])


def test_a_metric_is_called_as_any_metric_of_keras():
    metric = MeanGap()
    assert isinstance(metric, keras.metrics.Metric)
    assert metric(REAL, FAKE) == 4.0
    metric.reset_state()
    assert metric(REAL + 1.0, FAKE) == pytest.approx(np.hypot(1.0, 3.0), rel=1e-15)


def test_batches_of_any_size_add_up():
    metric = MeanGap()
    metric.update_state(REAL[:1])
    metric.update_state(None, FAKE[:1])
    metric.update_state(REAL[1:], FAKE[1:])
    assert metric.result() == 4.0


def test_tensors_of_the_backend_are_taken():
    assert MeanGap()(keras.ops.convert_to_tensor(REAL), keras.ops.convert_to_tensor(FAKE)) == 4.0


def test_values_are_in_double_precision_on_every_backend():
    # In single precision 1e8 + 1 is 1e8.
    assert MeanGap()(REAL[:2] * 0 + 1e8, REAL[:2] * 0 + 1e8 + 1.0) == pytest.approx(np.sqrt(2.0))


def test_several_values_have_their_own_names_and_directions():
    metric = FakeRange()
    assert metric.log_names == ["least", "greatest"]
    assert metric(None, FAKE) == {"least": 2.0, "greatest": 5.0}
    named = FakeRange(name="pixels")
    assert named(None, FAKE) == {"pixels_least": 2.0, "pixels_greatest": 5.0}
    assert FakeRange.from_config(named.get_config()).log_names == named.log_names
    assert FakeRange.from_config(metric.get_config()).log_names == metric.log_names


def test_too_few_samples_are_an_error():
    metric = MeanGap()
    with pytest.raises(ValueError, match=r"'mean_gap' needs at least 2 generated .* Received: 0"):
        metric.result()
    with pytest.raises(ValueError, match=r"at least 2 real samples. Received: 1"):
        metric(REAL[:1], FAKE)
    with pytest.raises(ValueError, match="`num_samples` must be a whole number of at least 2"):
        MeanGap(num_samples=1)


def test_weights_of_samples_are_refused():
    with pytest.raises(ValueError, match="takes no `sample_weight`"):
        MeanGap().update_state(REAL, FAKE, np.ones(3))


def test_a_tensor_without_value_is_refused():
    with pytest.raises(ValueError, match="works on arrays with values"):
        MeanGap().update_state(keras.KerasTensor((3, 2)))


def test_features_of_no_known_kind_are_refused():
    with pytest.raises(TypeError, match=r"must be a keras.Model.*Received: 'inception'"):
        MeanGap("inception")


def test_the_folder_of_the_cache_is_not_saved(tmp_path):
    metric = MeanGap(cache_directory=tmp_path, num_samples=7, name="gap")
    config = metric.get_config()
    assert config["cache_directory"] is None
    copy = MeanGap.from_config(config)
    assert (copy.num_samples, copy.name, copy.cache_directory) == (7, "gap", None)


def test_a_file_cannot_choose_a_folder_to_write_to(tmp_path):
    config = MeanGap().get_config() | {"cache_directory": str(tmp_path / "chosen")}
    assert MeanGap.from_config(config).cache_directory is None
    config = keras.saving.serialize_keras_object(metrics.FrechetDistance())
    config["config"]["cache_directory"] = str(tmp_path / "chosen")
    assert keras.saving.deserialize_keras_object(config).cache_directory is None


def test_names_and_objects_are_looked_up():
    metric = MeanGap()
    assert metrics.get(metric) is metric
    with pytest.raises(ValueError, match="Unknown metric: 'frechet_distanse'"):
        metrics.get("frechet_distanse")
    with pytest.raises(TypeError, match="compares each prediction with its target"):
        metrics.get(keras.metrics.MeanSquaredError())
