"""Samples of several tensors: a molecule's adjacency and features, both sides of a CycleGAN."""

import keras
import numpy as np
import pytest
from keras import layers

import keras_gan_losses as kgl
from keras_gan_losses.feeding.source import Source
from tests import tiny
from tests.feeding import kinds

pytestmark = pytest.mark.backend("torch")
RANDOM = np.random.default_rng(0)
PAIR = (
    RANDOM.normal(size=(24, 3, 3)).astype("float32"),
    RANDOM.normal(size=(24, 2)).astype("float32"),
)
SIDES = {name: tiny.samples(24, seed) for seed, name in enumerate(("x", "y"))}
LABELS = np.arange(24, dtype="int32") % 3


def flat(*tensors):
    return layers.Concatenate()([layers.Flatten()(each) for each in tensors])


def pair_of(values):
    matrix = layers.Reshape((3, 3))(layers.Dense(9)(values))
    return [matrix, layers.Dense(2, activation="tanh")(values)]


def positional_networks():
    """A generator of a list of two tensors from latents, and a discriminator of such a list."""
    latents, leaves = keras.Input((4,)), [keras.Input((3, 3)), keras.Input((2,))]
    hidden = layers.Dense(8, activation="tanh")(flat(*leaves))
    return keras.Model(latents, pair_of(latents)), keras.Model(leaves, layers.Dense(1)(hidden))


def sides(names=("x", "y")):
    return {name: keras.Input((2,), name=name) for name in names}


def judged(inputs):
    """Scores of two discriminators, each of one side."""
    return [layers.Dense(1)(layers.Dense(8, activation="tanh")(value)) for value in inputs.values()]


def named_networks():
    """Two translators as one generator, and two discriminators as one."""
    given, judges = sides(), sides()
    to_x, to_y = layers.Dense(2, activation="tanh"), layers.Dense(2, activation="tanh")
    sample = {"x": to_x(given["y"]), "y": to_y(given["x"])}
    cycle = {"x": to_x(sample["y"]), "y": to_y(sample["x"])}
    generator = keras.Model(given, {"sample": sample, "cycle": cycle})
    return generator, keras.Model(judges, judged(judges))


def keyed_networks():
    """A dictionary without the key "sample", in another order than that of the discriminator."""
    latents, judges = keras.Input((4,)), sides()
    generator = keras.Model(latents, {name: layers.Dense(2)(latents) for name in ("y", "x")})
    return generator, keras.Model(judges, judged(judges))


def conditional_networks():
    """Samples and labels by name."""
    inputs = {"latents": keras.Input((4,), name="latents")}
    inputs["label"] = keras.Input((), dtype="int32", name="label")
    hidden = flat(inputs["latents"], layers.Embedding(3, 2)(inputs["label"]))
    generator = keras.Model(inputs, {name: layers.Dense(2)(hidden) for name in ("y", "x")})
    taken = {**sides(), "label": keras.Input((), dtype="int32", name="label")}
    joined = flat(taken["x"], taken["y"], layers.Embedding(3, 2)(taken["label"]))
    return generator, keras.Model(taken, layers.Dense(1)(joined))


class Split(keras.Model):
    """A network that tells nobody what it takes and gives."""

    def __init__(self):
        super().__init__()
        self.matrix, self.row = layers.Dense(9), layers.Dense(2)

    def call(self, inputs):
        return keras.ops.reshape(self.matrix(inputs), (-1, 3, 3)), self.row(inputs)


class Joined(keras.Model):
    """A discriminator that tells nobody, of a tuple."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, inputs):
        matrix, row = inputs
        return self.dense(keras.ops.concatenate([layers.Flatten()(matrix), row], axis=1))


def subclassed_networks():
    return Split(), Joined()


CYCLE = kgl.penalties.ReconstructionPenalty("cycle", "real", weight=10.0, name="cycle")
OWN_PENALTIES = {"by place": ["gradient_penalty"], "by name": [CYCLE]}
GAMES = {
    "by place": (positional_networks, 4, PAIR, None),
    "by name": (named_networks, None, SIDES, {"x": SIDES["x"], "y": SIDES["y"]}),
    "by key": (keyed_networks, 4, SIDES, None),
    "with labels": (conditional_networks, 4, SIDES, LABELS),
    "subclassed": (subclassed_networks, 4, PAIR, None),
}


def make(name, *, seed=0, **kwargs):
    networks, latent_dim, samples, condition = GAMES[name]
    keras.utils.set_random_seed(seed)
    gan = kgl.GAN(*networks(), latent_dim=latent_dim, seed=seed)
    kwargs.setdefault("run_eagerly", keras.backend.backend() != "jax")
    kwargs.setdefault("penalties", OWN_PENALTIES.get(name, []))
    gan.compile(**{"loss": "lsgan", **kwargs})
    return gan, samples, condition


@pytest.fixture(params=GAMES, ids=lambda name: name.replace(" ", "-"))
def game(request):
    return request.param


def shapes(tree):
    return keras.tree.map_structure(lambda leaf: tuple(leaf.shape), tree)


def first(tree, count):
    return keras.tree.map_structure(lambda leaf: leaf[:count], tree)


def test_trees_are_trained_evaluated_and_generated_in_their_structure(game):
    gan, samples, condition = make(game, discriminator_steps=2)
    before = tiny.values(gan.trainable_variables)
    history = gan.fit(
        samples, condition, batch_size=4, validation_split=1 / 3, epochs=2, verbose=0
    ).history
    assert np.isfinite(history["val_loss"]).all()
    for old, new in zip(before, tiny.values(gan.trainable_variables), strict=True):
        assert not np.array_equal(old, new)
    few = None if condition is None else first(condition, 3)
    made = gan.generate(3, few, seed=0)
    assert shapes(made) == shapes(first(samples, 3))
    given = gan._inputs(3, few, 0)
    for one in (gan.predict(given, verbose=0), gan(given)):
        tiny.assert_same(tiny.values(keras.tree.flatten(one)), keras.tree.flatten(made))
    logs = gan.evaluate(samples, condition, verbose=0, return_dict=True)
    on_batch = gan.test_on_batch(samples, condition, return_dict=True)
    assert np.isfinite([logs["loss"], on_batch["loss"]]).all()
    assert np.isfinite(gan.train_on_batch(samples, condition, return_dict=True)["loss"])


def test_a_game_of_trees_goes_on_to_the_bit_after_loading(game, tmp_path):
    if game == "subclassed":
        pytest.skip("Keras cannot save networks without a configuration.")
    gan, samples, condition = make(game)
    data = {"sample": samples, **({} if condition is None else {"condition": condition})}
    gan.fit(data, batch_size=8, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for one in (gan, loaded):
        one.fit(data, batch_size=8, shuffle=False, verbose=0)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


@pytest.mark.parametrize("is_joint", [False, True])
def test_shared_samples_are_differentiated_leaf_by_leaf(is_joint):
    pixels = kgl.penalties.ReconstructionPenalty("sample", "real", name="pixels")
    weights = []
    for shares in (False, True):
        gan, samples, condition = make(
            "by name",
            optimizer=keras.optimizers.SGD(1e-2),
            penalties=[pixels],
            updates_simultaneously=is_joint,
            reuses_fakes=shares,
        )
        gan.fit(samples, condition, batch_size=8, shuffle=False, verbose=0)
        weights.append(tiny.values(gan.trainable_variables))
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("num_updates", [1, 2])
@pytest.mark.parametrize("kind", kinds.STREAMS)
@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_every_kind_of_data_gives_trees_as_arrays_do(kind, num_updates):
    for name in ("by place", "with labels"):
        states = []
        for used in ("array", kind):
            gan, samples, condition = make(name, discriminator_steps=num_updates)
            data = kinds.made(used, samples, condition, batch_size=4)
            gan.fit(*data, batch_size=4 if used == "array" else None, shuffle=False, verbose=0)
            states.append(tiny.values(gan.trainable_variables))
        tiny.assert_same(*states)


@pytest.mark.parametrize("name", ["by place", "by key"])
def test_leaves_may_stand_alone_in_the_batches_of_a_stream(name):
    states = []
    for is_wrapped in (True, False):
        gan, samples, _ = make(name)
        gan.fit(kinds.Batched((samples,) if is_wrapped else samples, 8), shuffle=False, verbose=0)
        states.append(tiny.state(gan))
    tiny.assert_same(*states)


def test_rows_of_leaves_stay_together_when_shuffled():
    numbers = np.arange(24, dtype="float32")
    source = Source.of({"x": numbers[:, None], "y": -numbers[:, None]}, batch_size=8)
    epoch = source.epochs(steps_per_epoch=None, shuffle=True, steps_per_execution=1, seed=0)
    rounds = [keras.tree.map_structure(np.asarray, epoch.round(index)[0]) for index in range(3)]
    order = np.concatenate([each["x"][:, 0] for each in rounds])
    assert sorted(order) == list(numbers) != list(order)
    for each in rounds:
        np.testing.assert_array_equal(each["x"], -each["y"])


def test_measures_look_at_the_leaf_that_they_name():
    metrics = [kgl.metrics.FrechetDistance(on=name, name=f"distance_{name}") for name in ("x", "y")]
    gan, samples, _ = make("by key", metrics=metrics)
    logs = gan.evaluate(samples, batch_size=8, verbose=0, return_dict=True)
    (made,) = gan.evaluation_samples(24, None)
    for name, leaf in samples.items():
        expected = kgl.metrics.frechet_distance(leaf, made[name])
        assert logs[f"distance_{name}"] == pytest.approx(expected, rel=1e-6)
        alone = kgl.metrics.FrechetDistance(on=name)
        assert alone(samples, made) == pytest.approx(expected, rel=1e-6)
    history = gan.fit(samples, validation_data=samples, verbose=0).history
    assert np.isfinite(history["val_distance_x"]).all()
    copy = kgl.metrics.FrechetDistance.from_config(metrics[1].get_config())
    assert copy.on == "y"


@pytest.mark.parametrize("on", [None, "z"])
def test_a_measure_of_no_leaf_is_refused(on):
    metric = kgl.metrics.FrechetDistance(on=on)
    message = r"'frechet_distance' looks at one tensor.*leaves \['x', 'y'\]\. .*on='x'"
    with pytest.raises(ValueError, match=message):
        make("by key", metrics=[metric])
    gan, samples, _ = make("by key")
    with pytest.raises(ValueError, match=message):
        gan.measure(samples, metrics=[metric])
    with pytest.raises(ValueError, match=r"are one tensor\. Leave out `on`"):
        tiny.compiled_gan(metrics=[kgl.metrics.FrechetDistance(on="x")])


def test_callbacks_look_at_the_leaf_that_they_name(tmp_path):
    gan, samples, _ = make("by key")
    history = gan.fit(
        samples,
        batch_size=8,
        verbose=0,
        callbacks=[
            kgl.callbacks.SamplePictures(tmp_path, on="y", real=samples["y"]),
            kgl.callbacks.CollapseMonitor(samples, on="x"),
            kgl.callbacks.EquilibriumMonitor(samples),
        ],
    ).history
    assert (tmp_path / "round_00000003.png").exists()
    made = gan.generate(24, seed=0)["x"]
    spread = [np.linalg.norm(a[:, None] - a, axis=-1).mean() for a in (made, samples["x"])]
    assert history["diversity"][-1] == pytest.approx(spread[0] / spread[1], rel=1e-5)
    assert np.isfinite(history["generator_gradient_norm"]).all()
    for callback in (
        kgl.callbacks.SamplePictures(tmp_path),
        kgl.callbacks.CollapseMonitor(samples),
    ):
        with pytest.raises(ValueError, match=r"looks at one tensor .* on='x'"):
            gan.fit(samples, verbose=0, callbacks=[callback])


def test_a_run_of_trees_goes_on_from_a_checkpoint(tmp_path):
    states = []
    for folder in (None, tmp_path):
        gan, samples, _ = make("by key")
        for epochs in (2,) if folder is None else (1, 2):
            kept = [] if folder is None else [kgl.callbacks.Checkpoint(folder)]
            gan.fit(samples, batch_size=8, epochs=epochs, shuffle=False, verbose=0, callbacks=kept)
        states.append(tiny.values(gan.trainable_variables))
    tiny.assert_same(*states)


@pytest.mark.backend("tensorflow")
@pytest.mark.skipif(keras.backend.backend() == "torch", reason="torch writes no SavedModel")
@pytest.mark.parametrize("name", ["by place", "with labels"])
def test_an_exported_generator_gives_the_tree(name, tmp_path):
    import tensorflow as tf

    gan, _, condition = make(name)
    gan.export(str(tmp_path / "generator"))
    loaded = tf.saved_model.load(str(tmp_path / "generator"))
    labels = [] if condition is None else [tf.constant(condition[:3])]
    made = loaded.sample_seeded(tf.constant(3), tf.constant(0), *labels)
    few = None if condition is None else condition[:3]
    expected = gan.generate(3, few, seed=0)
    for one, other in zip(keras.tree.flatten(made), keras.tree.flatten(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def taking(names):
    def network():
        judges = sides(names)
        return keras.Model(judges, judged(judges))

    return network


def listing():
    judges = sides()
    return keras.Model(list(judges.values()), judged(judges))


def giving(outputs):
    def network():
        latents = keras.Input((4,))
        return keras.Model(latents, outputs(layers.Dense(2)(latents)))

    return network


NETWORK_FAULTS = {
    "one tensor taken": (giving(pair_of), tiny.networks, r"2 leaves, 0, 1\. .*\(None, 2\)"),
    "another name": (giving(lambda h: {"x": h, "z": h}), taking("xy"), "leaves, 'x', 'z'"),
    "names and places": (giving(lambda h: {"x": h, "y": h}), listing, "by the same names, or in"),
    "leaves in leaves": (giving(lambda h: {"x": [h, h], "y": h}), taking("xy"), "with several"),
    "one leaf": (giving(lambda h: {"sample": {"x": h}}), taking("x"), "give one tensor alone"),
    "another shape": (
        giving(lambda h: {"x": h, "y": h[:, :1]}),
        taking("xy"),
        r"cannot take the leaf 'y' of shape \(None, 1\), but of shape \(None, 2\)",
    ),
}


@pytest.mark.parametrize("fault", NETWORK_FAULTS)
def test_networks_that_do_not_fit_leaf_by_leaf_are_refused(fault):
    generator, discriminator, message = NETWORK_FAULTS[fault]
    judge = discriminator()
    with pytest.raises(ValueError, match=message):
        kgl.GAN(generator(), judge[1] if isinstance(judge, tuple) else judge, latent_dim=4)
