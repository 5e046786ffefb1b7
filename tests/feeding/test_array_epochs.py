"""Arrays reach the model whole, in the documented order, and at no cost of their own."""

import keras
import numpy as np
import pytest

from keras_gan_losses.feeding import array_epochs

needs_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="only TensorFlow has a pipeline of arrays"
)


def rounds_of(feed):
    if isinstance(feed, keras.utils.PyDataset):
        return [np.asarray(feed[index][0]).tolist() for index in range(feed.num_batches)]
    return [samples.numpy().tolist() for (samples,) in feed]


@pytest.mark.parametrize("num_items", [10, 12])
def test_rounds_follow_the_orders_of_their_passes_over_all_blocks(num_items, monkeypatch):
    """Five rounds an epoch, where a pass has three, and blocks have two."""
    monkeypatch.setattr(array_epochs, "_ROUNDS_AT_ONCE", 2)
    data = array_epochs.ArrayData(
        (np.arange(num_items),), round_size=4, steps_per_epoch=5, shuffle=True, seed=7
    )
    orders = [np.random.default_rng((7, number)).permutation(num_items) for number in range(4)]
    expected = [order[first : first + 4].tolist() for order in orders for first in (0, 4, 8)]
    for epoch in range(2):
        data.begin_epoch(epoch)
        assert rounds_of(data.feed()) == expected[5 * epoch : 5 * epoch + 5]
    data.seek(1, 2)
    assert rounds_of(data.feed()) == expected[7:10]


@needs_tensorflow
@pytest.mark.parametrize(("num_items", "size"), [(12, 4), (10, None), (3, None)])
def test_a_size_that_all_rounds_have_is_known_to_the_graph(num_items, size):
    data = array_epochs.ArrayData(
        (np.zeros((num_items, 2)),), round_size=4, steps_per_epoch=None, shuffle=True, seed=0
    )
    (spec,) = data.feed_passes().element_spec
    assert spec.shape.as_list() == [size, 2]


def operations(dataset):
    import tensorflow as tf

    graph = tf.compat.v1.GraphDef()
    # External state may be left out: only the kinds of data set are looked at.
    serialized = tf.raw_ops.DatasetToGraphV2(
        input_dataset=tf.data.experimental.to_variant(dataset), external_state_policy=1
    )
    graph.ParseFromString(serialized.numpy())
    bodies = [graph.node, *(each.node_def for each in graph.library.function)]
    return {node.op for nodes in bodies for node in nodes}


@needs_tensorflow
def test_the_pipeline_is_no_generator_which_would_slow_down_the_allocation_of_all_tensors():
    """Under Python 3.11 and later such a data set calls `mallopt` for the whole process."""
    import tensorflow as tf

    data = array_epochs.ArrayData(
        (np.zeros((8, 2)),), round_size=4, steps_per_epoch=None, shuffle=True, seed=0
    )
    assert "GeneratorDataset" not in operations(data.feed_passes())
    spec = tf.TensorSpec((2,), tf.float32)
    generator = tf.data.Dataset.from_generator(lambda: iter(()), output_signature=spec)
    assert "GeneratorDataset" in operations(generator)
