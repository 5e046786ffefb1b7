"""Latents of several parts by name, of which penalties and users may ask for some."""

import keras
import numpy as np
import pytest
from keras import layers

import keras_gan_losses as kgl
from tests import tiny

SAMPLER = kgl.latents.NamedLatents(
    {
        "noise": kgl.latents.NormalLatents(4),
        "code": kgl.latents.CategoricalLatents(3),
        "style": kgl.latents.UniformLatents(1),
    }
)
LABELS = np.arange(24, dtype="int32") % 3


def networks(*, is_conditional=False):
    inputs = {name: keras.Input(shape, name=name) for name, shape in SAMPLER.shape.items()}
    joined = list(inputs.values())
    if is_conditional:
        inputs["label"] = keras.Input((), dtype="int32", name="label")
        joined.append(layers.Embedding(3, 2)(inputs["label"]))
    hidden = layers.Dense(8, activation="tanh")(layers.Concatenate()(joined))
    shown = keras.Input((2,))
    seen = layers.Dense(8, activation="tanh")(shown)
    outputs = {"scores": layers.Dense(1)(seen), "code_logits": layers.Dense(3)(seen)}
    outputs |= {name: layers.Dense(1)(seen) for name in ("style_mean", "style_log_variance")}
    return keras.Model(inputs, layers.Dense(2)(hidden)), keras.Model(shown, outputs)


def information():
    kinds = (kgl.penalties.CategoricalInformationPenalty, kgl.penalties.NormalInformationPenalty)
    return [each(player=player) for each in kinds for player in ("discriminator", "generator")]


def infogan(*, is_conditional=False, **rules):
    keras.utils.set_random_seed(0)
    pair = networks(is_conditional=is_conditional)
    gan = kgl.GAN(*pair, latent_sampler=SAMPLER, seed=0)
    gan.compile(
        **{
            "penalties": information(),
            "optimizer": "adam",
            "run_eagerly": keras.backend.backend() != "jax",
            **rules,
        }
    )
    return gan


def fit(gan, *labels):
    return gan.fit(tiny.samples(24), *labels, batch_size=8, shuffle=False, verbose=0).history


@pytest.mark.backend("every")
def test_both_players_learn_the_codes_and_a_loaded_gan_goes_on(tmp_path):
    gan = infogan(average=kgl.GeneratorAverage(half_life=10.0))
    history = fit(gan)
    for name in ("code_information", "style_information"):
        for whose in ("", "_generator"):
            assert np.isfinite(history[name + whose]).all()
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for each in (gan, loaded):
        fit(each)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))
    tiny.assert_same([gan.generate(3, seed=5)], [loaded.generate(3, seed=5)])


def test_the_logged_information_is_that_of_the_latents_that_were_drawn():
    gan = infogan(optimizer=keras.optimizers.SGD(0.0))
    source = keras.random.SeedGenerator(0)
    drawn = SAMPLER(8, source)
    made = gan.generator.predict({n: tiny.values([v])[0] for n, v in drawn.items()}, verbose=0)
    logits = gan.discriminator.predict(made, verbose=0)["code_logits"].astype("float64")
    log_shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    expected = -(tiny.values([drawn["code"]])[0] * log_shares).sum(axis=1).mean()
    history = gan.fit(tiny.samples(8), batch_size=8, verbose=0).history
    np.testing.assert_allclose(history["code_information"], [expected], rtol=1e-4)


def test_shared_samples_know_their_codes():
    assert np.isfinite(fit(infogan(reuses_fakes=True))["code_information"]).all()


def test_some_latents_may_be_given_and_the_others_are_drawn():
    gan = infogan(is_conditional=True)
    assert np.isfinite(fit(gan, LABELS)["code_information"]).all()
    code = np.eye(3, dtype="float32")
    one = gan.generate(3, 1, latents={"code": code[0]}, seed=2)
    each = gan.generate(3, 1, latents={"code": code[[0, 0, 0]]}, seed=2)
    np.testing.assert_array_equal(one, each)
    assert (gan.generate(3, 1, latents={"code": code[1]}, seed=2) != one).any()
    drawn = {name: tiny.values([value])[0] for name, value in SAMPLER(3, 2).items()}
    inputs = {**drawn, "code": code[[0, 0, 0]], "label": np.ones(3, "int32")}
    np.testing.assert_allclose(gan.predict(inputs, verbose=0), one, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(tiny.values([gan(inputs)])[0], one, rtol=1e-5, atol=1e-6)


def test_latents_without_names_may_be_given_too():
    gan = tiny.compiled_gan()
    latents = tiny.values([kgl.latents.NormalLatents(4)(3, 7)])[0]
    np.testing.assert_array_equal(gan.generate(3, latents=latents), gan.generate(3, seed=7))


def test_latents_that_the_generator_does_not_take_are_refused():
    gan = infogan()
    for given, message in (
        ({"kind": [1.0]}, r"takes the latents \['code', 'noise', 'style'\]. Received: \['kind'\]"),
        ({"code": [1.0, 0.0]}, r"'code' must be finite numbers of shape \(3, 3\)"),
        ({"style": np.nan * np.ones((3, 1))}, "'style' must be finite numbers"),
        (np.zeros((3, 4)), "Give a dictionary of some of them"),
    ):
        with pytest.raises(ValueError, match=message):
            gan.generate(3, latents=given)
    with pytest.raises(ValueError, match="takes latents without names"):
        tiny.compiled_gan().generate(3, latents={"code": [0.0]})


def test_networks_and_penalties_that_do_not_fit_named_latents_are_refused():
    generator, discriminator = networks()
    wide = {**SAMPLER.samplers, "noise": kgl.latents.NormalLatents(5)}
    sampler = kgl.latents.NamedLatents(wide)
    with pytest.raises(ValueError, match=r"latents 'noise' of shape \(4,\).*shape \(5,\)"):
        kgl.GAN(generator, discriminator, latent_sampler=sampler)
    with pytest.raises(ValueError, match="generator must take them by the same names"):
        kgl.GAN(tiny.networks()[0], discriminator, latent_sampler=SAMPLER)
    with pytest.raises(ValueError, match="compares 'kind', which there is not"):
        infogan(penalties=[kgl.penalties.CategoricalInformationPenalty("kind")])
    with pytest.raises(ValueError, match="mode_seeking_penalty' compares samples of different"):
        infogan(penalties=["mode_seeking"])
    with pytest.raises(ValueError, match="needs what samples were made from"):
        infogan(fake_pool=5)


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="torch writes no SavedModel")
def test_an_exported_generator_takes_latents_by_name_and_draws_them(tmp_path):
    import tensorflow as tf

    gan = infogan(is_conditional=True)
    gan.export(str(tmp_path / "generator"))
    signatures = tf.saved_model.load(str(tmp_path / "generator")).signatures
    drawn = {name: tiny.values([value])[0] for name, value in SAMPLER(3, 5).items()}
    label = np.array([0, 1, 2], "int32")
    expected = gan.generate(3, label, seed=5)
    values = {name: tf.constant(each) for name, each in {**drawn, "label": label}.items()}
    (served,) = signatures["serve"](**values).values()
    np.testing.assert_allclose(served, expected, atol=1e-6)
    (seeded,) = signatures["sample_seeded"](
        n=tf.constant(3), seed=tf.constant(5), label=values["label"]
    ).values()
    np.testing.assert_allclose(seeded, expected, atol=1e-6)
