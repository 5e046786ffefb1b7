"""Penalties of samples that are trees: one norm, one weight and one sum over all leaves."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses import penalties
from tests import tiny

RANDOM = np.random.default_rng(0)
KERNELS = (RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(2, 3)))


def trees(scale=1.0):
    """Samples of a matrix and a row."""
    shapes = {"matrix": (5, 2, 2), "row": (5, 2)}
    return {name: (scale * RANDOM.normal(size=s)).astype("float32") for name, s in shapes.items()}


REAL, FAKE = trees(), trees(2.0)


def scores(samples):
    """A score in NumPy, float64, of which no leaf's part is linear or its own."""
    matrix, row = (samples[name].reshape(5, -1).astype("float64") for name in ("matrix", "row"))
    return np.tanh(matrix @ KERNELS[0] + row @ KERNELS[1]).sum(axis=1) + matrix[:, 0] * row[:, 1]


def discriminator(samples, training):
    matrix, row = ops.reshape(samples["matrix"], (-1, 4)), samples["row"]
    kernels = [ops.cast(kernel, "float32") for kernel in KERNELS]
    hidden = ops.tanh(ops.matmul(matrix, kernels[0]) + ops.matmul(row, kernels[1]))
    return ops.sum(hidden, axis=1) + matrix[:, 0] * row[:, 1]


def squared_norms(samples, step=1e-5):
    """Of the gradient by all numbers of a sample, by central differences."""
    total = np.zeros(5)
    for name, leaf in samples.items():
        for place in np.ndindex(leaf.shape[1:]):
            moved = [{n: each.astype("float64") for n, each in samples.items()} for _ in range(2)]
            for one, sign in zip(moved, (1.0, -1.0), strict=True):
                one[name][:, *place] += sign * step
            total += ((scores(moved[0]) - scores(moved[1])) / (2.0 * step)) ** 2
    return total


def batch():
    source = keras.random.SeedGenerator(3)
    return penalties.AdversarialBatch(discriminator, REAL, FAKE, seed_generator=source)


def values(penalty):
    return ops.convert_to_numpy(penalty(batch()))


def network():
    return keras.Sequential([keras.Input((2,)), layers.Dense(3, use_bias=False)])


def test_gradients_at_samples_have_one_norm_over_all_leaves():
    for penalty, samples in ((penalties.R1Penalty(), REAL), (penalties.R2Penalty(), FAKE)):
        np.testing.assert_allclose(values(penalty), 5.0 * squared_norms(samples), rtol=2e-4)


def test_a_gradient_penalty_has_one_point_between_for_all_leaves():
    share = ops.convert_to_numpy(keras.random.uniform((5,), seed=keras.random.SeedGenerator(3)))
    between = {
        name: FAKE[name] + share.reshape(5, *[1] * (leaf.ndim - 1)) * (leaf - FAKE[name])
        for name, leaf in REAL.items()
    }
    expected = 10.0 * (np.sqrt(squared_norms(between)) - 1.0) ** 2
    np.testing.assert_allclose(values(penalties.GradientPenalty()), expected, rtol=1e-3)


def test_differences_are_taken_in_one_direction_of_all_leaves():
    source = keras.random.SeedGenerator(3)
    # In the order of their names, as Keras walks through them.
    steps = {n: 1e-2 * keras.random.normal(REAL[n].shape, seed=source) for n in sorted(REAL)}
    moved = {n: REAL[n] + ops.convert_to_numpy(steps[n]).astype("float64") for n in REAL}
    expected = 5.0 * ((scores(moved) - scores(REAL)) / 1e-2) ** 2
    np.testing.assert_allclose(values(penalties.R1Penalty(step=1e-2)), expected, rtol=5e-3)


def test_points_near_samples_are_moved_by_the_deviation_of_each_leaf():
    noise, source = penalties.UniformNoise(scale=1.0), keras.random.SeedGenerator(3)
    sizes = {"matrix": 10.0, "row": 1.0}
    wide = {n: RANDOM.normal(scale=s, size=(4000, 1)).astype("float32") for n, s in sizes.items()}
    moved = noise(keras.tree.map_structure(ops.convert_to_tensor, wide), source)
    steps = {name: ops.convert_to_numpy(moved[name]) - wide[name] for name in sizes}
    for name, size in sizes.items():
        assert steps[name].mean() == pytest.approx(size / 4.0, rel=0.1)
    # One α of a sample: its steps are long together.
    assert np.corrcoef(steps["matrix"][:, 0], steps["row"][:, 0])[0, 1] > 0.3


def test_reconstruction_is_the_sum_over_leaves():
    penalty = penalties.ReconstructionPenalty("sample", "real", weight=3.0)
    means = [np.abs(REAL[n] - FAKE[n]).reshape(5, -1).mean(axis=1) for n in REAL]
    np.testing.assert_allclose(values(penalty), 3.0 * sum(means), rtol=1e-5)


def test_the_perceptual_distance_is_that_of_one_leaf():
    seen = network()
    kernel = ops.convert_to_numpy(seen.weights[0]).astype("float64")
    expected = np.abs((FAKE["row"] - REAL["row"]).astype("float64") @ kernel).mean(axis=1)
    penalty = penalties.PerceptualPenalty(seen, on="row")
    np.testing.assert_allclose(values(penalty), expected, rtol=1e-5)


def test_an_augmentation_changes_one_leaf():
    halved = penalties.ConsistencyPenalty(augmentation=lambda x: 0.5 * x, on="row", weight=1.0)
    expected = (scores(REAL) - scores({**REAL, "row": 0.5 * REAL["row"]})) ** 2
    np.testing.assert_allclose(values(halved), expected, rtol=1e-3, atol=1e-6)


def test_a_share_of_a_batch_is_one_of_every_leaf():
    penalty = penalties.R1Penalty(fraction=0.5)
    mean = ops.convert_to_numpy(penalty.mean(batch(), 0))
    assert mean == pytest.approx(5.0 * squared_norms(REAL)[:3].mean(), rel=2e-4)


def test_penalties_that_make_samples_compare_all_leaves():
    def generator(latents, training):
        return {"matrix": 2.0 * latents[:, :, None], "row": latents}

    latents = RANDOM.normal(size=(5, 2)).astype("float32")
    made = penalties.AdversarialBatch(
        None,
        REAL,
        generator=generator,
        latents=latents,
        seed_generator=keras.random.SeedGenerator(3),
    )
    # Distances of the matrix are twice those of the latents, those of the row the same.
    found = ops.convert_to_numpy(penalties.ModeSeekingPenalty()(made))
    np.testing.assert_allclose(found, np.full(5, 1 / 3), rtol=1e-3)
    found = ops.convert_to_numpy(penalties.LatentDiversityPenalty(weight=1.0)(made))
    drawn = keras.random.normal((5, 2), seed=keras.random.SeedGenerator(3))
    steps = 0.03 * ops.convert_to_numpy(drawn).astype("float64")
    np.testing.assert_allclose(found, -5.0 * (steps**2).sum(axis=1), rtol=1e-2)


GAMES = {
    "wgan_gp": {"loss": "wgan_gp", "discriminator_steps": 2},
    "dragan": {"loss": "dragan"},
    "r3gan": {"loss": "r3gan"},
    "lecam": {"loss": "hinge", "penalties": ["lecam", "mode_seeking", "path_length"]},
    "shared": {"loss": "lsgan", "reuses_fakes": True},
    "joint": {"loss": "lsgan", "reuses_fakes": True, "updates_simultaneously": True},
    "several": {"loss": "hinge", "fakes_per_real": 2, "penalties": ["gradient_penalty"]},
    "pool": {"loss": "lsgan", "fake_pool": 5},
}


def game(**kwargs):
    keras.utils.set_random_seed(0)
    latents, judges = keras.Input((4,)), {"matrix": keras.Input((2, 2), name="matrix")}
    judges["row"] = keras.Input((2,), name="row")
    matrix = layers.Reshape((2, 2))(layers.Dense(4)(latents))
    generator = keras.Model(latents, {"row": layers.Dense(2)(latents), "matrix": matrix})
    joined = layers.concatenate([layers.Flatten()(judges["matrix"]), judges["row"]])
    judge = keras.Model(judges, layers.Dense(1)(layers.Dense(4, activation="tanh")(joined)))
    gan = kgl.GAN(generator, judge, latent_dim=4, seed=0)
    gan.compile(run_eagerly=keras.backend.backend() != "jax", **kwargs)
    return gan


@pytest.mark.backend("torch")
@pytest.mark.parametrize("name", GAMES)
def test_games_with_penalties_train_on_trees(name):
    gan = game(**GAMES[name])
    history = gan.fit(REAL, batch_size=5, epochs=2, verbose=0).history
    assert all(np.isfinite(each).all() for each in history.values())


@pytest.mark.parametrize(
    ("penalty", "message"),
    [
        (lambda net: penalties.PerceptualPenalty(net), r"'perceptual_penalty' looks at one tensor"),
        (
            lambda net: penalties.PerceptualPenalty(net, on="raw"),
            r"on='raw', .*\['matrix', 'row'\]",
        ),
        (
            lambda net: penalties.ConsistencyPenalty(augmentation=layers.GaussianNoise(0.1)),
            "'consistency_penalty' looks at one tensor",
        ),
    ],
)
def test_penalties_of_one_tensor_are_refused_without_the_leafs_name(penalty, message):
    network = keras.Sequential([keras.Input((2,)), layers.Dense(3)])
    with pytest.raises(ValueError, match=message):
        game(penalties=[penalty(network)])


def test_an_augmentation_of_all_that_is_seen_is_refused():
    with pytest.raises(ValueError, match=r"samples of the leaves \['matrix', 'row'\]"):
        game(augmentation="instance_noise")


def test_the_name_of_a_leaf_is_refused_where_there_are_none():
    network = keras.Sequential([keras.Input((2,)), layers.Dense(3)])

    with pytest.raises(ValueError, match=r"are one tensor\. Leave out `on`"):
        tiny.compiled_gan(penalties=[penalties.PerceptualPenalty(network, on="row")])
