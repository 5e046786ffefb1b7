import warnings

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from tests import tiny

# The rules are the same on each; what is skipped elsewhere is not.
pytestmark = pytest.mark.backend("any")

on_tensorflow = keras.backend.backend() == "tensorflow"


def images_gan(*discriminator_layers):
    latents = keras.Input((3,))
    images = layers.Reshape((4, 4, 1))(layers.Dense(16)(latents))
    return kgl.GAN(
        keras.Model(latents, images, name="generator"),
        keras.Sequential(
            [keras.Input((4, 4, 1)), *discriminator_layers, layers.Flatten(), layers.Dense(1)],
            name="discriminator",
        ),
        latent_dim=3,
    )


class Severed(kgl.penalties.Penalty):
    """A penalty whose gradient is cut off."""

    def call(self, batch):
        return ops.stop_gradient(ops.square(batch.real_scores)[:, 0])


def test_a_penalty_that_reaches_no_variable_is_refused_and_nothing_changes():
    gan = tiny.compiled_gan(loss="hinge")
    before = tiny.state(gan)
    with pytest.raises(ValueError, match="'severed' reaches none of the variables"):
        gan.compile(loss="hinge", penalties=[Severed()])
    tiny.assert_same(before, tiny.state(gan))
    assert gan.get_compile_config()["penalties"] == []


@pytest.mark.skipif(not on_tensorflow, reason="only TensorFlow loses this gradient")
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_a_resizing_layer_that_loses_the_penaltys_gradient_is_named(interpolation):
    gan = images_gan(layers.UpSampling2D(2, interpolation=interpolation))
    with pytest.raises(ValueError, match=r"cannot differentiate UpSampling2D twice: replace it"):
        gan.compile(loss="r1")
    gan.compile(loss="hinge")


@pytest.mark.backend("every")
@pytest.mark.parametrize(
    "layer",
    [lambda: layers.UpSampling2D(2, interpolation="bilinear"), layers.LayerNormalization],
    ids=["resizing", "normalisation"],
)
def test_differences_train_through_layers_that_have_no_second_derivative(layer):
    kinds = (kgl.penalties.R1Penalty, kgl.penalties.R2Penalty)
    gan = images_gan(layers.Conv2D(2, 3), layer(), layers.Conv2D(1, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        penalties = [kind(step=0.01) for kind in kinds]
        gan.compile(loss="hinge", penalties=penalties, run_eagerly=True)
    x = np.random.default_rng(0).normal(size=(8, 4, 4, 1)).astype("float32")
    history = gan.fit(x, batch_size=4, verbose=0).history
    assert history["r1_penalty"][0] > 0.0
    assert history["r2_penalty"][0] > 0.0


@pytest.mark.skipif(not on_tensorflow, reason="only TensorFlow loses this gradient")
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic"])
def test_a_resizing_behind_weights_that_loses_a_part_of_the_gradient_is_named(interpolation):
    resize = layers.Resizing(8, 8, interpolation=interpolation)
    gan = images_gan(layers.Conv2D(2, 3), layers.LeakyReLU(), resize, layers.Conv2D(2, 3))
    with pytest.raises(
        ValueError, match=r"cannot differentiate Resizing twice.* nearest-neighbour"
    ):
        gan.compile(loss="wgan_gp")
    images_gan(layers.Conv2D(2, 3), layers.LeakyReLU(), layers.UpSampling2D(2)).compile(loss="r1")


def test_a_resizing_before_the_discriminators_weights_does_not_concern_the_generator():
    latents = keras.Input((3,))
    images = layers.Reshape((2, 2, 1))(layers.Dense(4)(latents))
    images = layers.UpSampling2D(2, interpolation="bilinear")(images)
    discriminator = images_gan().discriminator
    gan = kgl.GAN(keras.Model(latents, images), discriminator, latent_dim=3)
    gan.compile(loss="wgan_gp")


def cannot_learn(kind):
    latents = keras.Input((4,))
    values = layers.Dense(6)(latents)
    if kind == "argmax":
        tokens = layers.Reshape((2, 3))(values)
        values = ops.cast(ops.argmax(tokens, axis=-1), "float32")
    if kind == "round":
        values = ops.round(values)
    samples = keras.Input(values.shape[1:])
    hidden = layers.Embedding(5, 3)(samples) if kind == "embedding" else samples
    scores = layers.Dense(1, kernel_initializer="zeros")(layers.Flatten()(hidden))
    networks = keras.Model(latents, values), keras.Model(samples, scores)
    return kgl.GAN(*networks, latent_dim=4)


@pytest.mark.parametrize("kind", ["argmax", "round", "embedding"])
def test_a_generator_that_cannot_learn_is_refused(kind):
    gan = cannot_learn(kind)
    with pytest.raises(ValueError, match=r"reaches none of the variables .* could not learn"):
        gan.compile(loss="non_saturating")
    assert not gan.compiled
    # Frozen on purpose, it need not learn.
    gan.generator.trainable = False
    with pytest.warns(UserWarning, match="never learns"):
        gan.compile(loss="non_saturating")


def test_a_last_layer_of_zeros_is_no_reason_to_refuse():
    cannot_learn(None).compile(loss="wasserstein")


@pytest.mark.parametrize("player", ["generator", "discriminator"])
@pytest.mark.parametrize("loss", ["wgan_gp", "hinge"])
def test_a_player_frozen_as_a_whole_stays_while_the_other_trains(player, loss):
    gan = kgl.GAN(*tiny.networks(), latent_dim=4)
    frozen = getattr(gan, player)
    frozen.trainable = False
    (other,) = {gan.generator, gan.discriminator} - {frozen}
    with pytest.warns(UserWarning, match=f"{frozen.name!r} never learns, because it was frozen"):
        gan.compile(loss=loss, run_eagerly=True)
    before = tiny.values(frozen.variables), tiny.values(other.variables)
    gan.fit(tiny.samples(16), batch_size=8, verbose=0)
    tiny.assert_same(before[0], tiny.values(frozen.variables))
    assert (before[1][0] != tiny.values(other.variables)[0]).any()


@pytest.mark.parametrize(
    "attention",
    [layers.MultiHeadAttention(2, 3), layers.GroupQueryAttention(3, 2, 1)],
    ids=lambda layer: type(layer).__name__,
)
def test_a_gradient_penalty_goes_through_attention(attention):
    latents = keras.Input((3,))
    sequences = layers.Reshape((4, 2))(layers.Dense(8)(latents))
    inputs = keras.Input((4, 2))
    scores = layers.Dense(1)(layers.Flatten()(attention(inputs, inputs)))
    gan = kgl.GAN(keras.Model(latents, sequences), keras.Model(inputs, scores), latent_dim=3)
    gan.compile(loss="wgan_gp", run_eagerly=True, discriminator_steps=1)
    x = np.random.default_rng(0).normal(size=(8, 4, 2)).astype("float32")
    assert np.isfinite(gan.fit(x, batch_size=4, verbose=0).history["loss"][0])


def test_kerass_spectral_normalisation_is_refused_where_it_fails():
    gan = images_gan(layers.SpectralNormalization(layers.Dense(4)))
    if keras.backend.backend() == "torch":
        with pytest.raises(ValueError, match=r"Use keras_gan_losses\.layers\.SpectralNormaliz"):
            gan.compile(loss="hinge")
    else:
        gan.compile(loss="hinge")


@pytest.mark.parametrize("loss", ["wgan_gp", "wgan_lp", "r1"])
def test_penalties_are_accepted_where_their_gradient_arrives(loss):
    gan = images_gan(layers.UpSampling2D(2), layers.Conv2D(2, 3), layers.LeakyReLU())
    before = tiny.values(gan.variables)
    gan.compile(loss=loss)
    # The trial leaves no trace, in random generators neither.
    tiny.assert_same(before, tiny.values(gan.variables))


@pytest.mark.backend("every")
@pytest.mark.parametrize(
    "layer",
    [layers.LayerNormalization, lambda: layers.GroupNormalization(1), layers.BatchNormalization],
)
def test_an_inexact_normalisation_under_a_gradient_penalty_is_warned_of(layer):
    def compile_quietly(gan, loss):
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            gan.compile(loss=loss)

    gan = images_gan(layer())
    compile_quietly(gan, "hinge")
    if on_tensorflow:
        with pytest.warns(UserWarning, match=r"keras_gan_losses\.layers\.LayerNormalization"):
            gan.compile(loss="wgan_gp")
    else:
        compile_quietly(gan, "wgan_gp")
    compile_quietly(images_gan(kgl.layers.LayerNormalization()), "wgan_gp")


def test_spectral_normalisation_advances_once_an_update_and_trains_with_a_penalty():
    dense = kgl.layers.SpectralNormalization(layers.Dense(4))
    advances = []
    before_update = dense.before_update

    def counted():
        advances.append(1)
        before_update()

    gan = images_gan(layers.Flatten(), dense)
    dense.before_update = counted
    gan.compile(loss="wgan_gp", discriminator_steps=2, run_eagerly=True)
    x = np.random.default_rng(0).normal(size=(12, 4, 4, 1)).astype("float32")
    history = gan.fit(x, batch_size=2, epochs=1, verbose=0).history
    assert len(advances) == 6
    assert np.isfinite(history["loss"][0])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"generator_steps": 3}, 6),
        ({"reuses_fakes": True}, 2),
        ({"reuses_fakes": True, "updates_simultaneously": True}, 2),
        ({"updates_simultaneously": True, "discriminator_steps": 1}, 2),
    ],
)
def test_spectral_normalisation_of_the_generator_advances_once_an_update(arguments, expected):
    dense = kgl.layers.SpectralNormalization(layers.Dense(2))
    generator = keras.Sequential([keras.Input((4,)), dense])
    gan = kgl.GAN(generator, tiny.networks()[1], latent_dim=4)
    advances, before_update = [], dense.before_update
    dense.before_update = lambda: (advances.append(1), before_update())
    gan.compile(loss="hinge", run_eagerly=True, **arguments)
    gan.fit(tiny.samples(16), batch_size=8, verbose=0)
    assert len(advances) == expected


def test_several_generator_steps_take_as_many_updates_and_fresh_latents():
    gan = tiny.compiled_gan(loss="hinge", generator_steps=3)
    gan.fit(tiny.samples(16), batch_size=8, epochs=1, verbose=0)
    assert int(gan.optimizer.generator_optimizer.iterations) == 6
    assert int(gan.optimizer.discriminator_optimizer.iterations) == 2
    with pytest.raises(ValueError, match="one step each"):
        gan.compile(generator_steps=2, updates_simultaneously=True)


def test_a_discriminator_may_see_more_generated_than_real_samples():
    gan = tiny.compiled_gan(
        loss="wgan_gp", fakes_per_real=3, discriminator_steps=1, optimizer=keras.optimizers.SGD(0.0)
    )
    sizes = []
    score = gan.discriminator.call
    gan.discriminator.call = lambda inputs, **kwargs: (
        sizes.append(inputs.shape[0]) or score(inputs, **kwargs)
    )
    gan.run_eagerly = True
    logs = gan.fit(tiny.samples(8), batch_size=4, epochs=1, verbose=0).history
    # Between the samples, real, generated; then the generator's update.
    assert sizes[:4] == [4, 4, 12, 4]
    difference = logs["fake_score"][0] - logs["real_score"][0]
    np.testing.assert_allclose(logs["discriminator_loss"][0], difference, rtol=1e-4, atol=1e-6)
    with pytest.raises(ValueError, match="compares pairs"):
        gan.compile(loss="rsgan", fakes_per_real=2)


def test_more_generated_samples_train_in_a_graph_too():
    gan = tiny.compiled_gan(loss="hinge", fakes_per_real=2)
    assert np.isfinite(gan.fit(tiny.samples(20), batch_size=8, verbose=0).history["loss"][0])


def test_each_player_follows_a_schedule_of_its_own():
    halving = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=1, decay_rate=0.5)
    gan = tiny.compiled_gan(
        loss="hinge",
        generator_optimizer=keras.optimizers.SGD(halving),
        discriminator_optimizer=keras.optimizers.SGD(0.1),
        discriminator_steps=2,
    )
    gan.fit(tiny.samples(24), batch_size=4, epochs=1, verbose=0)
    rates = [tiny.values([o.learning_rate])[0] for o in gan.optimizer.optimizers]
    np.testing.assert_allclose(rates, [0.1 * 0.5**3, 0.1], rtol=1e-5)


def test_a_discriminator_may_give_further_outputs_by_name():
    inputs = keras.Input((2,))
    features = layers.Dense(3)(inputs)
    outputs = {"scores": layers.Dense(1)(features), "features": features}
    generator, _ = tiny.networks()
    gan = kgl.GAN(generator, keras.Model(inputs, outputs), latent_dim=4)
    gan.compile(loss="r1")
    history = gan.fit(tiny.samples(), verbose=0, validation_data=tiny.samples()).history
    assert np.isfinite(history["val_loss"][0])
    assert "r1_penalty" in history

    class NeedsClasses(kgl.penalties.Penalty):
        required_outputs = ("class_logits",)

        def call(self, batch):
            return batch.real_outputs["class_logits"][:, 0]

    with pytest.raises(ValueError, match=r"needs a discriminator with the output 'class_logits'"):
        gan.compile(penalties=[NeedsClasses()])


@pytest.mark.parametrize("player", ["generator_optimizer", "discriminator_optimizer"])
def test_an_optimizer_of_another_gan_is_refused(player):
    optimizer = keras.optimizers.Adam(1e-3)
    first = tiny.compiled_gan(**{player: optimizer})
    first.compile(**{player: optimizer})
    with pytest.raises(ValueError, match="holds the state of other variables"):
        tiny.compiled_gan(**{player: optimizer})
