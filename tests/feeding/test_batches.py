import keras
import numpy as np
import pytest

from keras_gan_losses.feeding.batches import Batches, Content
from keras_gan_losses.feeding.source import Source

SAMPLES = np.random.default_rng(0).normal(size=(7, 2)).astype("float32")
LABELS = np.arange(7)


class Pairs(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        rows = slice(3 * index, 3 * index + 3)
        return SAMPLES[rows], LABELS[rows]


def tensorflow_data():
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices((SAMPLES, LABELS)).batch(3)


def torch_data():
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.from_numpy(SAMPLES), torch.from_numpy(LABELS))
    return torch.utils.data.DataLoader(data, batch_size=3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Batches(Source.of(SAMPLES, LABELS, 3)),
        lambda: Batches(Source.of(keras.ops.convert_to_tensor(SAMPLES), LABELS, 3)),
        lambda: Batches(Source.of(Pairs())),
        lambda: Batches(Source.of(tensorflow_data())),
        lambda: Batches(Source.of(torch_data())),
    ],
    ids=["array", "tensor", "PyDataset", "tf.data", "DataLoader"],
)
def test_each_kind_of_data_is_passed_over_again_and_again(make):
    batches = make()
    for _ in range(2):
        samples, labels = zip(*batches, strict=True)
        assert [len(part) for part in samples] == [3, 3, 1]
        np.testing.assert_array_equal(np.concatenate(samples), SAMPLES)
        np.testing.assert_array_equal(np.concatenate(labels), LABELS)
    content = Content.of(batches)
    assert content.keys == Content.of(Batches(Source.of(SAMPLES))).keys
    assert content.count == 7
    np.testing.assert_array_equal(content.condition, LABELS)


def test_steps_end_a_pass():
    assert [len(samples) for samples, _ in Batches(Source.of(SAMPLES, batch_size=2), steps=2)] == [
        2,
        2,
    ]
    assert Content.of(Batches(Source.of(Pairs()), steps=1)).count == 3


def test_the_key_follows_values_order_and_shape():
    keys = {
        Content.of(Batches(Source.of(data))).keys[None]
        for data in (SAMPLES, SAMPLES[::-1], SAMPLES[:6], SAMPLES + 1.0, SAMPLES.reshape(7, 2, 1))
    }
    assert len(keys) == 5
    assert (
        Content.of(Batches(Source.of(SAMPLES.astype("float64")))).keys
        == Content.of(Batches(Source.of(SAMPLES))).keys
    )


def test_data_of_one_pass_or_none_are_refused():
    with pytest.raises(ValueError, match=r"can be read again. Received: list_iterator"):
        Batches(Source.of(iter([SAMPLES])))
    with pytest.raises(ValueError, match="The data are empty"):
        Content.of(Batches(Source.of(SAMPLES[:0])))
