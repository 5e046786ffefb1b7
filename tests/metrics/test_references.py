import numpy as np
import pytest

from keras_gan_losses.metrics.references import References
from tests.metrics.toy import CountingFeatures, MeanGap

SAMPLES = np.random.default_rng(0).normal(size=(6, 2))
FAKE = np.zeros((2, 2))


def provide(references, *metrics, key="data"):
    references.provide(metrics, {None: key}, lambda: np.split(SAMPLES, 2))


def test_metrics_with_the_same_features_share_one_pass():
    features = CountingFeatures()
    one, other = MeanGap(features), MeanGap(features, name="other")
    references = References()
    provide(references, one, other)
    assert features.sizes == [3, 3]
    expected = np.linalg.norm(SAMPLES.mean(axis=0))
    for metric in (one, other):
        metric.update_state(None, FAKE)
        assert metric.result() == pytest.approx(expected, rel=1e-12)
    one.reset_state()
    features.sizes.clear()
    provide(references, one, other)
    assert features.sizes == []
    provide(references, one, key="other data")
    assert features.sizes == [3, 3]


def test_a_file_serves_another_process(tmp_path):
    features = CountingFeatures()
    provide(References(), MeanGap(features, cache_directory=tmp_path / "new"))
    (file,) = (tmp_path / "new").iterdir()
    assert file.suffix == ".npz"
    features.sizes.clear()
    metric = MeanGap(features, cache_directory=tmp_path / "new")
    provide(References(), metric)
    assert features.sizes == []
    metric.update_state(None, FAKE)
    assert metric.result() == pytest.approx(np.linalg.norm(SAMPLES.mean(axis=0)), rel=1e-12)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:40], lambda data: b"", lambda data: b"x" * 9]
)
def test_a_damaged_file_is_written_anew(tmp_path, damage):
    features = CountingFeatures()
    provide(References(), MeanGap(features, cache_directory=tmp_path))
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    provide(References(), MeanGap(features, cache_directory=tmp_path))
    assert features.sizes == [3, 3] * 2
    assert file.stat().st_size == len(whole)


def test_memory_is_bounded():
    references = References()
    features = CountingFeatures()
    for index in range(30):
        provide(references, MeanGap(features), key=f"data {index}")
    features.sizes.clear()
    provide(references, MeanGap(features), key="data 0")
    assert features.sizes == [3, 3]
    provide(references, MeanGap(features), key="data 29")
    assert features.sizes == [3, 3]
