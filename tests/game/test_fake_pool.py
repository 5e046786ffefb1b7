"""Past generated samples, which the discriminator sees in the place of some new ones."""

import keras
import numpy as np
import pytest
from keras import layers

import keras_gan_losses as kgl
from keras_gan_losses.game.fake_pool import FakePool
from keras_gan_losses.game.players import NetworkSpecification, PartSpecification
from tests import tiny
from tests.callbacks.resumption import Interrupt, assert_same_run, train

CONDITION = np.arange(48, dtype="float32")[:, None]
SAMPLES = np.zeros((48, 1), "float32")


def in_turn(batches, size, seed):
    """What CycleGAN's authors do, one sample after the other."""
    source, pool, seen = keras.random.SeedGenerator(seed), [], []
    for batch in batches:
        number = len(batch)
        draws = keras.ops.convert_to_numpy(keras.random.uniform((number,), seed=source))
        places = keras.ops.convert_to_numpy(keras.random.randint((number,), 0, size, seed=source))
        for sample, draw, place in zip(batch, draws, places, strict=True):
            if len(pool) < size:
                pool.append(sample)
                seen.append(sample)
            elif draw < 0.5:
                seen.append(pool[place])
                pool[place] = sample
            else:
                seen.append(sample)
    return np.array(seen), np.array(pool)


@pytest.mark.parametrize(("size", "batch_size"), [(5, 3), (3, 8)])
def test_samples_pass_the_pool_one_after_the_other(size, batch_size):
    specification = NetworkSpecification((4,), (2,), {"label": PartSpecification((), "int32")})
    pool, source = FakePool(size, specification), keras.random.SeedGenerator(7)
    batches = np.split(np.arange(8 * batch_size), 8)
    seen = []
    for numbers in batches:
        samples = np.stack([numbers, -numbers], axis=1).astype("float32")
        past, labels = pool.exchange(*map(keras.ops.convert_to_tensor, (samples, numbers)), source)
        past, labels = map(keras.ops.convert_to_numpy, (past, labels))
        np.testing.assert_array_equal(past, np.stack([labels, -labels], axis=1))
        seen.extend(labels)
    expected_seen, expected_pool = in_turn(batches, size, 7)
    np.testing.assert_array_equal(seen, expected_seen)
    kept = tiny.values(pool.variables)
    np.testing.assert_array_equal(kept[1][: len(expected_pool)], expected_pool)


def still_gan(**kwargs):
    """Players that stand still: a copy of the condition, scored by its distance from it."""
    given = keras.Input((1,))
    copies = layers.Dense(1, use_bias=False, kernel_initializer="ones")
    shown = keras.Input((1,))
    distance = layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(3.0))
    gan = kgl.GAN(
        keras.Model(given, copies(given)),
        keras.Model([shown, given], distance(layers.subtract([shown, given]))),
        seed=0,
    )
    gan.compile(
        loss={
            "generator": kgl.losses.WassersteinGeneratorLoss(),
            "discriminator": kgl.losses.WassersteinDiscriminatorLoss(),
        },
        optimizer=keras.optimizers.SGD(0.0),
        **kwargs,
    )
    return gan


@pytest.mark.parametrize("fake_pool", [0, 5])
def test_each_generated_sample_is_judged_with_its_own_condition(fake_pool):
    gan = still_gan(fake_pool=fake_pool, fakes_per_real=2)
    history = gan.fit(SAMPLES, CONDITION, batch_size=4, verbose=0, shuffle=False).history
    assert history["fake_score"] == [0.0]
    # Real samples are 0, and so is the score of each minus 3 times its condition.
    np.testing.assert_allclose(history["real_score"], [-3.0 * CONDITION.mean()], rtol=1e-5)


def copying_gan(**kwargs):
    """A generator that hands on its condition, and a discriminator that scores as it is told."""
    given, shown = keras.Input((1,)), keras.Input((1,))
    ones = {"use_bias": False, "kernel_initializer": "ones"}
    made, scores = layers.Dense(1, **ones)(given), layers.Dense(1, **ones)(shown)
    gan = kgl.GAN(keras.Model(given, made), keras.Model(shown, scores), seed=0)
    gan.compile(loss="hinge", optimizer=keras.optimizers.SGD(0.0), **kwargs)
    return gan


@pytest.mark.backend("any")
@pytest.mark.parametrize(
    "rules", [{}, {"reuses_fakes": True}, {"reuses_fakes": True, "updates_simultaneously": True}]
)
def test_the_discriminator_sees_past_samples_and_the_generator_new_ones(rules):
    gan = copying_gan(fake_pool=6, **rules)
    gan.fit(SAMPLES, CONDITION, batch_size=4, shuffle=False, verbose=0)
    kept, of_condition, count = tiny.values(gan.game.fake_pool.variables)
    np.testing.assert_array_equal(kept, of_condition)
    assert len(np.unique(kept)) == count == 6
    logs = gan.train_on_batch(SAMPLES[:4], CONDITION[:4] + 1000.0, return_dict=True)
    assert logs["generator_loss"] == pytest.approx(-1001.5)
    assert logs["fake_score"] < 1000.0
    gan = copying_gan(**rules)
    gan.fit(SAMPLES, CONDITION, batch_size=4, shuffle=False, verbose=0)
    logs = gan.train_on_batch(SAMPLES[:4], CONDITION[:4] + 1000.0, return_dict=True)
    assert logs["fake_score"] == pytest.approx(1001.5)


def conditional_gan(**kwargs):
    return tiny.compiled_gan(seed=1, num_classes=3, fake_pool=7, loss="hinge", **kwargs)


LABELS = np.arange(24, dtype="int32") % 3


def test_a_loaded_gan_goes_on_with_its_pool(tmp_path):
    keras.utils.set_random_seed(0)
    gan = conditional_gan()
    gan.fit(tiny.samples(24), LABELS, batch_size=6, verbose=0)
    gan.save(tmp_path / "gan.keras")
    gan.save_weights(tmp_path / "gan.weights.h5")
    loaded, other = keras.saving.load_model(tmp_path / "gan.keras"), conditional_gan()
    other.load_weights(tmp_path / "gan.weights.h5")
    pools = [tiny.values(each.game.fake_pool.variables) for each in (gan, loaded, other)]
    assert pools[0][-1] == 7
    for each in (gan, loaded, other):
        each.fit(tiny.samples(24), LABELS, batch_size=6, verbose=0, shuffle=False)
    for each, pool in zip((loaded, other), pools[1:], strict=True):
        tiny.assert_same(pools[0], pool)
        tiny.assert_same(tiny.state(gan), tiny.state(each))
    assert (tiny.values(gan.game.fake_pool.variables)[1] != pools[0][1]).any()


@pytest.mark.backend("any")
def test_a_run_with_a_pool_goes_on_after_a_stop(tmp_path):
    kwargs = {"compile_arguments": {"fake_pool": 7}}
    assert train(tmp_path / "stopped", Interrupt(5), **kwargs) is None
    resumed = train(tmp_path / "stopped", **kwargs)
    assert_same_run(resumed, train(tmp_path / "whole", **kwargs))


@pytest.mark.backend("any")
def test_what_past_samples_cannot_serve_is_refused():
    gan = tiny.compiled_gan()
    with pytest.raises(ValueError, match=r"`fake_pool` must be .* at least 0.*CycleGAN has 50"):
        gan.compile(fake_pool=-1)
    with pytest.raises(ValueError, match=r"latent_consistency_penalty' needs what .* made from"):
        gan.compile(fake_pool=5, penalties=["latent_consistency"])
    with pytest.raises(ValueError, match=r"gradient_penalty' needs samples of one condition"):
        conditional_gan(penalties=["gradient_penalty"])
    gan.compile(fake_pool=5, penalties=["gradient_penalty", "latent_diversity"])
    shown = keras.Input((None, 1))
    scores = layers.Dense(1)(layers.GlobalAveragePooling1D()(shown))
    grown = keras.Sequential([keras.Input((None, 1)), layers.Dense(1)])
    gan = kgl.GAN(grown, keras.Model(shown, scores))
    with pytest.raises(ValueError, match="keeps samples of one size"):
        gan.compile(fake_pool=5)
