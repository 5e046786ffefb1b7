"""Networks that a penalty or a loss has in an attribute: saved, restored and never trained."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from tests import tiny

pytestmark = pytest.mark.backend("every")


@keras.saving.register_keras_serializable(package="tests")
class PerceptualPenalty(kgl.penalties.Penalty):
    """Draws generated samples to real ones, as a network sees both."""

    player = "generator"

    def __init__(self, *, network, **kwargs):
        super().__init__(**kwargs)
        self.network = network

    def call(self, batch):
        difference = self.network(batch.fake) - self.network(batch.real)
        return ops.sum(ops.square(difference), axis=1)


@keras.saving.register_keras_serializable(package="tests")
class FilteredLoss(kgl.losses.FakeScoreGeneratorLoss):
    def __init__(self, *, layer, **kwargs):
        super().__init__(**kwargs)
        self.layer = layer

    def fake_losses(self, fake_scores):
        return -self.layer(fake_scores)


def dense():
    return keras.layers.Dense(3, activation="tanh")


def sequential():
    return keras.Sequential([keras.Input((2,)), dense()])


def functional():
    inputs = keras.Input((2,))
    return keras.Model(inputs, dense()(keras.layers.Dense(4)(inputs)))


def gan_with(network, **kwargs):
    penalties = [PerceptualPenalty(network=network)]
    return tiny.compiled_gan(optimizer="adam", penalties=penalties, run_eagerly=True, **kwargs)


def train(gan, **kwargs):
    gan.fit(tiny.samples(16), batch_size=8, shuffle=False, verbose=0, **kwargs)


def network_of(gan):
    return gan.rules.penalties[0].network


@pytest.mark.parametrize("make", [sequential, functional])
def test_a_held_network_is_restored_from_a_file_and_trained_by_nobody(make, tmp_path):
    network = make()
    first = tiny.values(network.variables)
    gan = gan_with(network)
    train(gan)
    tiny.assert_same(first, tiny.values(network.variables))
    assert {id(v) for v in gan.trainable_variables}.isdisjoint(map(id, network.variables))
    assert "generator_penalty/perceptual_penalty/0/kernel" in gan.state()
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    tiny.assert_same(first, tiny.values(network_of(loaded).variables))
    for each in (gan, loaded):
        train(each)
    tiny.assert_same(tiny.values(gan.state().values()), tiny.values(loaded.state().values()))


def test_weights_bring_a_held_network_with_them(tmp_path):
    gan, other = gan_with(sequential()), gan_with(sequential())
    gan.save_weights(tmp_path / "gan.weights.h5")
    other.load_weights(tmp_path / "gan.weights.h5")
    tiny.assert_same(
        tiny.values(network_of(gan).variables), tiny.values(network_of(other).variables)
    )


@pytest.mark.parametrize("make", [sequential, functional])
def test_a_resumed_run_has_the_held_network_of_the_first(make, tmp_path):
    def run(epochs, directory):
        keras.utils.set_random_seed(0)
        gan = gan_with(make())
        if epochs == 2:
            # What this process would draw by itself.
            network_of(gan).set_weights([w + 1.0 for w in network_of(gan).get_weights()])
        train(gan, epochs=epochs, callbacks=[kgl.callbacks.Checkpoint(tmp_path / directory)])
        return gan

    first = tiny.values(network_of(run(1, "run")).variables)
    tiny.assert_same(first, tiny.values(network_of(run(2, "run")).variables))


def test_one_network_of_two_penalties_is_restored_for_both(tmp_path):
    network = sequential()
    pair = [PerceptualPenalty(network=network, name=name) for name in ("one", "other")]
    gan = tiny.compiled_gan(penalties=pair, run_eagerly=True)
    gan.save(tmp_path / "gan.keras")
    for penalty in keras.saving.load_model(tmp_path / "gan.keras").rules.penalties:
        tiny.assert_same(tiny.values(network.variables), tiny.values(penalty.network.variables))


def test_a_network_that_is_not_built_is_refused():
    with pytest.raises(ValueError, match=r"'perceptual_penalty' has .* made in its first call"):
        gan_with(dense())


def test_a_network_of_the_gan_itself_is_refused():
    generator, discriminator = tiny.networks()
    gan = kgl.GAN(generator, discriminator, latent_dim=4)
    with pytest.raises(ValueError, match=r"a network of the GAN in an attribute.*clone_model"):
        gan.compile(penalties=[PerceptualPenalty(network=discriminator)])


def test_a_layer_that_a_loss_has_is_restored(tmp_path):
    layer = keras.layers.Dense(1)
    layer.build((None, 1))
    loss = kgl.losses.HingeDiscriminatorLoss()
    gan = tiny.compiled_gan(
        loss={"generator": FilteredLoss(layer=layer), "discriminator": loss}, run_eagerly=True
    )
    train(gan)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    restored = loaded.rules.objective.generator_loss.layer
    np.testing.assert_array_equal(*tiny.values([layer.kernel, restored.kernel]))


def test_variables_are_found_wherever_they_are_held():
    names = ("alone", "in_list", "in_dict")
    variables = [keras.Variable(0.0, name=name) for name in names]
    seed_generator = keras.random.SeedGenerator(0)
    layer = keras.layers.Dense(1)
    layer.build((None, 1))
    penalty = PerceptualPenalty(network=None)
    penalty.alone, penalty.inner = variables[0], ([variables[1]], {"key": variables[2]})
    penalty.again, penalty.chance, penalty.layers = variables[0], seed_generator, (layer,)
    penalty.loss = FilteredLoss(layer=layer)
    penalty.foreign = keras.losses.Loss()
    penalty.foreign.scale = keras.Variable(1.0, name="foreign")
    expected = [*variables, seed_generator.state, *layer.variables, penalty.foreign.scale]
    assert [id(each) for each in penalty.variables] == [id(each) for each in expected]
