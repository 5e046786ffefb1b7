"""Data of every kind train alike, and what the networks cannot take is refused in every kind."""

import functools

import keras
import numpy as np
import pandas
import pytest
from scipy import sparse

import keras_gan_losses as kgl
from tests import tiny
from tests.feeding.kinds import KINDS, STREAMS, made

LABELS = np.arange(48) % 3
# Keras says so of each kind whose length it does not know.
ends_unknown = pytest.mark.filterwarnings("ignore:Your input ran out of data")


@functools.cache
def refusing_gan(num_classes=None):
    """One GAN for all fits that leave it as it was."""
    return tiny.compiled_gan(seed=0, num_classes=num_classes, run_eagerly=True)


def changed(values, index, value):
    values = values.copy()
    values[index] = value
    return values


def weights_after_training_on(kind):
    keras.utils.set_random_seed(0)
    gan = tiny.compiled_gan(seed=0, num_classes=3, discriminator_steps=2, loss="hinge")
    x, y = made(kind, tiny.samples(), LABELS)
    gan.fit(x, y, batch_size=8 if kind == "array" else None, shuffle=False, verbose=0)
    # Not the counts: on TensorFlow Keras begins a round that a stream then lacks the data for.
    return tiny.values(gan.trainable_variables)


@pytest.fixture(scope="module")
def weights_of_the_array():
    return weights_after_training_on("array")


@ends_unknown
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_trains_as_the_array_does_to_the_bit(kind, weights_of_the_array):
    tiny.assert_same(weights_after_training_on(kind), weights_of_the_array)


SAMPLES = tiny.samples()
FAULTS = {
    "not finite": (changed(SAMPLES, (3, 1), np.nan), None, "NaN or infinite"),
    "of another shape": (np.zeros((48, 3), "float32"), None, r"shape \(batch, 2\)"),
    "of another rank": (np.zeros((48, 2, 1), "float32"), None, r"shape \(batch, 2\)"),
    "a tree": ((SAMPLES, SAMPLES), None, r"one array, of shape \(batch, 2\)"),
    "complex": (SAMPLES.astype("complex64"), None, "complex numbers.*two channels"),
    "labelled in vain": (SAMPLES, LABELS, "Labels came with the data"),
}
CONDITIONAL_FAULTS = {
    "without labels": (SAMPLES, None, "no labels came"),
    "of class 3 of 3": (SAMPLES, changed(LABELS, 2, 3), r"from 0 to 2\. Received the label 3"),
    "of class -1": (SAMPLES, changed(LABELS, 2, -1), r"from 0 to 2\. Received the label -1"),
    "of class 0.5": (SAMPLES, changed(LABELS * 1.0, 2, 0.5), r"Received the label 0\.5"),
    "of class NaN": (SAMPLES, changed(LABELS * 1.0, 2, np.nan), "labels hold NaN"),
    "of one-hot labels": (SAMPLES, np.eye(3)[LABELS], r"shape \(\) each\..*argmax"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", [*FAULTS, *CONDITIONAL_FAULTS])
def test_data_that_the_networks_cannot_take_are_refused_and_change_nothing(kind, fault):
    samples, labels, message = {**FAULTS, **CONDITIONAL_FAULTS}[fault]
    gan = refusing_gan(3 if fault in CONDITIONAL_FAULTS else None)
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=message):
        gan.fit(*made(kind, samples, labels), verbose=0)
    tiny.assert_same(before, tiny.state(gan))


@pytest.mark.backend("every")
@pytest.mark.parametrize("num_updates", [1, 3])
def test_a_compiled_round_whose_data_fail_moves_nothing(num_updates):
    gan = tiny.compiled_gan(discriminator_steps=num_updates)
    before = tiny.state(gan)
    for kind in ("tf.data", "generator"):
        x, _ = made(kind, changed(tiny.samples(), (2, 0), np.nan))
        with pytest.raises(ValueError, match="In batch 1 of the data"):
            gan.fit(x, verbose=0)
        tiny.assert_same(before, tiny.state(gan))


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("num_updates", [1, 2])
def test_a_value_lost_in_the_middle_of_a_stream_stops_it_and_is_told_by_its_batch(
    kind, num_updates
):
    # Compiled where rounds are longer than batches.
    gan = tiny.compiled_gan(discriminator_steps=num_updates, run_eagerly=num_updates == 1)
    x, _ = made(kind, changed(tiny.samples(), (42, 0), np.nan))
    with pytest.raises(ValueError, match=r"In batch 6 of the data: .*NaN or infinite"):
        gan.fit(x, shuffle=False, verbose=0)
    assert all(np.isfinite(each).all() for each in tiny.state(gan))


@pytest.mark.parametrize("kind", KINDS)
def test_validation_data_are_looked_at_before_training(kind):
    gan = refusing_gan()
    before = tiny.state(gan)
    x, _ = made(kind, np.zeros((8, 3), "float32"))
    with pytest.raises(ValueError, match=r"shape \(batch, 2\)"):
        gan.evaluate(x, verbose=0)
    if kind in ("array", "tf.data", "PyDataset"):
        with pytest.raises(ValueError, match=r"validation data: |shape \(batch, 2\)"):
            gan.fit(tiny.samples(), validation_data=x, verbose=0)
        tiny.assert_same(before, tiny.state(gan))


@ends_unknown
@pytest.mark.parametrize("kind", KINDS)
def test_values_that_the_generator_cannot_make_are_warned_of_in_training_and_measuring(kind):
    latents, samples = keras.Input((2,)), keras.Input((2,))
    generator = keras.Model(latents, keras.layers.Dense(2, "tanh")(latents))
    discriminator = keras.Model(samples, keras.layers.Dense(1)(samples))
    values = np.full((16, 2), 200.0, "float32")
    for method in ("fit", "evaluate", "measure"):
        gan = kgl.GAN(generator, discriminator, latent_dim=2)
        gan.compile(run_eagerly=True)
        if method == "measure" and kind == "generator":
            continue
        options = {"metrics": ["sliced_wasserstein_distance"]} if method == "measure" else {}
        options |= {} if method == "measure" else {"verbose": 0}
        with pytest.warns(UserWarning, match=r"from 200 to 200.*tanh.*x / 127.5 - 1"):
            getattr(gan, method)(*made(kind, values), **options)


@pytest.mark.parametrize(
    ("activation", "low", "advice"),
    [
        ("sigmoid", -1.0, "End the generator in tanh"),
        ("relu", -1.0, "End the generator in tanh"),
        ("softplus", -1.0, "End the generator in tanh"),
        ("hard_sigmoid", -1.0, "End the generator in tanh"),
        ("silu", -1.0, "End the generator in tanh"),
        ("hard_tanh", -300.0, "Scale the data"),
        ("softmax", 0.0, None),
        ("elu", -1.0, None),
        ("leaky_relu", -300.0, None),
        ("linear", -300.0, None),
    ],
)
def test_what_each_activation_cannot_make_is_told(activation, low, advice, recwarn):
    latents, samples = keras.Input((2,)), keras.Input((2,))
    generator = keras.Model(latents, keras.layers.Dense(2, activation)(latents))
    discriminator = keras.Model(samples, keras.layers.Dense(1)(samples))
    gan = kgl.GAN(generator, discriminator, latent_dim=2)
    gan.compile(run_eagerly=True)
    values = np.array([[low, 1.0]] * 8, "float32")
    if advice is None:
        gan.fit(values, verbose=0)
    else:
        with pytest.warns(UserWarning, match=f"{activation}.*{advice}"):
            gan.fit(values, verbose=0)


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        (keras.layers.ReLU(), "relu"),
        (keras.layers.Activation(lambda x: keras.ops.sigmoid(x)), "<lambda>"),
        (keras.ops.sigmoid, "sigmoid"),
        (keras.layers.ReLU(negative_slope=0.1), None),
        (lambda x: keras.ops.sigmoid(x) * 2 - 1, None),
        (lambda x: keras.layers.BatchNormalization()(keras.ops.sigmoid(x)), None),
    ],
    ids=["layer", "function", "operation", "leaky", "scaled", "normalized"],
)
def test_what_a_last_layer_or_operation_cannot_make_is_told(ending, name):
    latents = keras.Input((2,))
    reach = kgl.game.reach.Reach.of(keras.Model(latents, ending(keras.layers.Dense(2)(latents))))
    assert (reach and (reach.activation, reach.lowest)) == (name and (name, 0.0))


def test_bytes_of_two_widths_are_scaled_by_their_own_range():
    reach = kgl.game.reach.Reach("tanh", -1.0, 1.0)
    assert "x / 127.5 - 1" in reach.misses(np.array([3], "uint8"))
    assert "x / 32767.5 - 1" in reach.misses(np.array([3], "uint16"))
    assert reach.misses(np.array([-1.0, 1.0])) is None


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (list(SAMPLES), r"np\.stack"),
        (tuple(SAMPLES), r"np\.stack"),
        (SAMPLES.tolist(), r"np\.stack"),
        ({"image": SAMPLES}, "the keys \\['image'\\]"),
        ("photographs/", "Load the files first"),
        (None, "Received: NoneType"),
        (np.array([["a", "b"]] * 8), "samples are texts"),
        (np.ma.masked_invalid(changed(SAMPLES, (0, 0), np.nan)), r"`filled\(…\)`"),
    ],
    ids=["list", "tuple", "lists", "dictionary", "path", "None", "texts", "masked"],
)
def test_what_is_no_data_is_refused_in_words(x, message):
    gan = refusing_gan()
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=message):
        gan.fit(x, verbose=0)
    tiny.assert_same(before, tiny.state(gan))


@ends_unknown
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["fit", "evaluate", "validation"])
def test_data_without_a_sample_are_refused_in_training_and_measuring(kind, method):
    gan = refusing_gan()
    before = tiny.state(gan)
    empty = made(kind, SAMPLES[:0])[0]
    call = {
        "fit": lambda: gan.fit(empty, verbose=0),
        "evaluate": lambda: gan.evaluate(empty, verbose=0),
        "validation": lambda: gan.fit(SAMPLES, validation_data=empty, verbose=0),
    }[method]
    with pytest.raises(ValueError, match="data are empty"):
        call()
    if (method, kind) != ("validation", "generator"):  # Only reading it tells.
        tiny.assert_same(before, tiny.state(gan))


@pytest.mark.parametrize("made_sparse", [sparse.csr_matrix, sparse.coo_array, "torch", "jax"])
@pytest.mark.parametrize("is_stream", [False, True])
def test_sparse_matrices_are_refused_in_arrays_and_in_streams(made_sparse, is_stream):
    gan = refusing_gan()
    if made_sparse == "torch":
        made_sparse = lambda x: pytest.importorskip("torch").from_numpy(x).to_sparse()  # noqa: E731
    elif made_sparse == "jax":
        made_sparse = pytest.importorskip("jax.experimental.sparse").BCOO.fromdense
    x = made_sparse(SAMPLES)
    with pytest.raises(ValueError, match=r"must be a dense array.*x\.toarray\(\)"):
        gan.fit(iter([x]) if is_stream else x, verbose=0)


@pytest.mark.parametrize("dtype", ["datetime64[D]", "timedelta64[s]"])
def test_times_are_refused_in_samples_and_in_labels(dtype):
    times = np.zeros((48, 2), dtype)
    with pytest.raises(ValueError, match="samples are times"):
        refusing_gan().fit(times, verbose=0)
    with pytest.raises(ValueError, match=r"In batch 1.*samples are times"):
        refusing_gan().fit(iter([times]), verbose=0)
    with pytest.raises(ValueError, match="labels are times"):
        refusing_gan(3).fit(SAMPLES, times[:, 0], verbose=0)


def test_infinities_of_both_signs_are_refused_without_a_warning():
    with pytest.raises(ValueError, match="NaN or infinite"):
        refusing_gan().fit(np.array([[np.inf, -np.inf]] * 8, "float32"), verbose=0)


def test_tables_with_holes_are_refused():
    gan = refusing_gan()
    with pytest.raises(ValueError, match="NaN or infinite"):
        gan.fit(pandas.DataFrame(changed(SAMPLES, (0, 0), np.nan)), verbose=0)


def test_a_table_and_its_series_train_as_their_arrays_do():
    states = []
    for x, y in ((SAMPLES, LABELS), (pandas.DataFrame(SAMPLES), pandas.Series(LABELS))):
        keras.utils.set_random_seed(0)
        gan = tiny.compiled_gan(seed=0, num_classes=3, run_eagerly=True)
        gan.fit(x, y, batch_size=16, verbose=0)
        states.append(tiny.state(gan))
    tiny.assert_same(*states)


@pytest.mark.parametrize("num_labels", [47, 49, 0])
def test_another_number_of_labels_than_of_samples_is_refused(num_labels):
    gan = refusing_gan(3)
    labels = np.zeros(num_labels, int)
    with pytest.raises(ValueError, match=f"48 samples and {num_labels} labels"):
        gan.fit(SAMPLES, labels, verbose=0)
    with pytest.raises(ValueError, match=f"validation data: .* 48 samples and {num_labels} labels"):
        gan.fit(SAMPLES, LABELS, validation_data=(SAMPLES, labels), verbose=0)


def test_texts_for_labels_are_refused_with_a_way_to_indices():
    with pytest.raises(ValueError, match=r"labels are texts.*class indices"):
        refusing_gan(3).fit(SAMPLES, np.array(["a", "b", "c"])[LABELS], verbose=0)


class Scaling(keras.Model):
    """A network without graph, whose embedding alone tells the number of classes."""

    def __init__(self, num_outputs):
        super().__init__()
        self.scales = keras.layers.Embedding(3, 4)
        self.hidden = keras.layers.Dense(4)
        self.last = keras.layers.Dense(num_outputs)

    def call(self, inputs):
        values, labels = inputs
        return self.last(self.hidden(values) * self.scales(labels))


def test_labels_in_a_column_train_a_subclassed_network_as_labels_in_a_row_do():
    states = []
    for labels in (LABELS, LABELS[:, None], LABELS.astype("float64"), LABELS.tolist()):
        keras.utils.set_random_seed(0)
        gan = kgl.GAN(Scaling(2), Scaling(1), latent_dim=4, condition_shape=(), seed=0)
        gan.compile(run_eagerly=True)
        gan.fit(SAMPLES, labels, batch_size=24, verbose=0)
        states.append(tiny.state(gan))
    for other in states[1:]:
        tiny.assert_same(states[0], other)
    with pytest.raises(ValueError, match="from 0 to 2"):
        gan.fit(SAMPLES, LABELS + 1, verbose=0)


def test_weights_are_refused_whatever_they_come_in():
    gan = refusing_gan(3)
    weights = np.ones(48)
    for kind in STREAMS:
        data = STREAMS[kind]((SAMPLES, LABELS, weights), 8)
        with pytest.raises(ValueError, match="`sample_weight`"):
            gan.fit(data, verbose=0)
    with pytest.raises(ValueError, match="`sample_weight`"):
        gan.fit(SAMPLES, LABELS, validation_data=(SAMPLES, LABELS, weights), verbose=0)


def test_labels_beside_data_that_hold_their_own_are_refused():
    data, _ = made("PyDataset", SAMPLES, LABELS)
    with pytest.raises(ValueError, match="holds the condition itself"):
        refusing_gan(3).fit(data, LABELS, verbose=0)


def test_channels_in_another_place_are_named():
    latents, images = keras.Input((2,)), keras.Input((4, 4, 1))
    outputs = keras.layers.Reshape((4, 4, 1))(keras.layers.Dense(16)(latents))
    scores = keras.layers.Dense(1)(keras.layers.Flatten()(images))
    gan = kgl.GAN(keras.Model(latents, outputs), keras.Model(images, scores), latent_dim=2)
    gan.compile(run_eagerly=True)
    for shape, advice in (((8, 1, 4, 4), "channels first"), ((8, 4, 4), r"x\[\.\.\., None\]")):
        with pytest.raises(ValueError, match=advice):
            gan.fit(*made("DataLoader", np.zeros(shape, "float32")), verbose=0)


@pytest.mark.parametrize("num_updates", [1, 3])
def test_shapes_that_tf_data_does_not_tell_are_those_of_the_networks(num_updates):
    import tensorflow as tf

    def image(number):
        (row,) = tf.numpy_function(lambda index: [SAMPLES[index]], [number], [tf.float32])
        return row

    known = tf.data.Dataset.from_tensor_slices(SAMPLES).batch(8)
    unknown = tf.data.Dataset.range(48).map(image).batch(8)
    assert unknown.element_spec.shape.rank is None
    states = []
    for data in (known, unknown):
        keras.utils.set_random_seed(0)
        gan = tiny.compiled_gan(seed=0, discriminator_steps=num_updates)
        gan.fit(data, verbose=0)
        states.append(tiny.state(gan))
    tiny.assert_same(*states)


def test_a_new_kind_needs_to_say_only_what_it_accepts_and_how_it_is_read():
    """All else that `fit` asks of data has an answer in the base class."""
    names = {"accepts", "read_by", "in_rounds"}
    assert kgl.feeding.source.Source.__abstractmethods__ == names
