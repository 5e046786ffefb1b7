import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from tests import tiny
from tests.models.own_round import make, train


def test_a_round_written_by_hand_trains_as_the_gan_that_it_describes():
    model = make()
    keras.utils.set_random_seed(0)
    gan = kgl.GAN(*tiny.networks(batch_normalization=True), latent_dim=4, seed=0)
    gan.compile(loss="non_saturating", optimizer=keras.optimizers.Adam(0.01, beta_1=0.5))
    ours, theirs = train(model), train(gan)
    for name in ("generator_loss", "discriminator_loss"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-5)
    for one, other in zip(
        tiny.values(model.trainable_variables),
        tiny.values([*gan.discriminator.trainable_variables, *gan.generator.trainable_variables]),
        strict=True,
    ):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


class Dirac(kgl.AdversarialModel):
    """Generator at theta, discriminator psi times x, data at 0, and losses that are linear."""

    def __init__(self, **kwargs):
        networks = {
            name: keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
            for name in ("psi", "theta")
        }
        super().__init__(networks, sample_shape=(1,), **kwargs)
        for network in networks.values():
            network.set_weights([np.ones((1, 1))])
        self.psi, self.theta = networks.values()

    def round(self, samples, condition):
        def score():
            return self.psi(self.theta(samples + 1.0))

        self.update("psi", lambda: {"score": score()})
        self.update("theta", lambda: -score())


def test_players_move_one_after_the_other():
    model = Dirac(logs=["score"])
    model.compile(optimizers={name: keras.optimizers.SGD(0.2) for name in ("psi", "theta")})
    history = model.fit(np.zeros((4, 1)), batch_size=1, shuffle=False, verbose=0).history
    psi = theta = 1.0
    scores = []
    for _ in range(4):
        scores.append(psi * theta)
        psi -= 0.2 * theta
        theta += 0.2 * psi
    found = [float(each[0, 0]) for each in tiny.values(model.trainable_variables)]
    np.testing.assert_allclose(found, [psi, theta], rtol=1e-5)
    np.testing.assert_allclose(history["score"], [np.mean(scores)], rtol=1e-5)
    np.testing.assert_allclose(history["psi_loss"], history["score"], rtol=1e-6)


@pytest.mark.backend("every")
def test_training_goes_on_from_a_file_as_if_it_had_never_stopped(tmp_path):
    model = make()
    train(model)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.rate == 0.0
    train(model)
    train(loaded)
    tiny.assert_same(tiny.state(model), tiny.state(loaded))


class Stop(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if self.model.optimizer.iterations == 4:
            raise InterruptedError


@pytest.mark.backend("every")
def test_an_interrupted_run_goes_on_from_its_checkpoint_to_the_bit(tmp_path):
    whole = make()
    train(whole)
    with pytest.raises(InterruptedError):
        train(make(), callbacks=[kgl.callbacks.Checkpoint(tmp_path, every=1), Stop()])
    resumed = make(seed=1)
    train(resumed, callbacks=[kgl.callbacks.Checkpoint(tmp_path, every=1)])
    tiny.assert_same(
        tiny.values(whole.trainable_variables), tiny.values(resumed.trainable_variables)
    )


def test_a_checkpoint_of_other_players_is_refused(tmp_path):
    train(make(), callbacks=[kgl.callbacks.Checkpoint(tmp_path)])
    gan = tiny.compiled_gan()
    with pytest.raises(ValueError, match="is of another GAN"):
        train(gan, callbacks=[kgl.callbacks.Checkpoint(tmp_path)])


def test_weights_of_another_model_are_refused(tmp_path):
    make().save_weights(tmp_path / "model.weights.h5")
    with pytest.raises(ValueError, match="is of another GAN"):
        tiny.compiled_gan().load_weights(tmp_path / "model.weights.h5")


def test_evaluation_gives_the_same_values_again_and_leaves_training_alone():
    model = make()
    train(model)
    before = tiny.state(model)
    values = [
        model.evaluate(tiny.samples(24), batch_size=8, verbose=0, return_dict=True)
        for _ in range(2)
    ]
    assert values[0] == values[1]
    assert list(values[0]) == ["distance"]
    assert model.evaluate(tiny.samples(24), batch_size=8, verbose=0) == [values[0]["distance"]]
    tiny.assert_same(before, tiny.state(model))


def test_validation_is_in_the_history():
    history = train(make(), validation_data=tiny.samples(16))
    assert sorted(history) == ["discriminator_loss", "generator_loss", "seen", "val_distance"]
    assert history["seen"] == [8.0, 8.0]


def test_the_state_of_penalties_among_the_attributes_is_saved(tmp_path):
    model = make()
    for variable in model.penalty.variables:
        variable.assign(3.0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert [float(each) for each in tiny.values(loaded.penalty.variables)] == [3.0] * 3


class Penalised(kgl.AdversarialModel):
    def __init__(self, network, **kwargs):
        super().__init__({"critic": network}, sample_shape=(2,), **kwargs)
        self.network = network
        self.flatness = kgl.penalties.R1Penalty(gamma=2.0)

    def round(self, samples, condition):
        def loss():
            batch = self.adversarial_batch(self.network, samples, samples)
            return self.flatness.mean(batch, 0)

        self.update("critic", loss)


def test_penalties_can_be_part_of_a_loss():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    network.set_weights([np.array([[1.0], [-2.0]])])
    model = Penalised(network)
    model.compile(optimizers=keras.optimizers.SGD(0.25))
    history = model.fit(tiny.samples(8), batch_size=8, verbose=0).history
    # gamma / 2 times the squared norm of the weights, whose gradient is twice the weights.
    np.testing.assert_allclose(history["critic_loss"], [5.0], rtol=1e-6)
    np.testing.assert_allclose(network.get_weights()[0], [[0.5], [-1.0]], rtol=1e-6)


def test_regularizers_of_a_players_networks_count_once_and_are_not_logged():
    dense = keras.layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(0.5))
    network = keras.Sequential([keras.Input((2,)), dense])
    network.set_weights([np.array([[1.0], [-2.0]])])

    class Idle(kgl.AdversarialModel):
        def round(self, samples, condition):
            self.update("player", lambda: 0.0 * (network(samples) + network(2.0 * samples)))

    model = Idle({"player": network}, sample_shape=(2,))
    model.compile(optimizers=keras.optimizers.SGD(0.25))
    history = model.fit(tiny.samples(8), batch_size=8, verbose=0).history
    assert history["player_loss"] == [0.0]
    np.testing.assert_allclose(network.get_weights()[0], [[0.75], [-1.5]], rtol=1e-6)


def test_a_network_may_belong_to_two_players():
    generator, discriminator = tiny.networks()
    model = kgl.AdversarialModel(
        {"first": [generator, discriminator], "second": discriminator}, sample_shape=(2,)
    )
    model.compile(optimizers="sgd")
    assert len(model.trainable_variables) == len(
        [*generator.trainable_variables, *discriminator.trainable_variables]
    )
    assert list(model.networks) == ["first/0", "first/1"]


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="Keras has it not on torch")
def test_several_rounds_in_one_call_train_as_single_ones():
    one, many = make(), make(steps_per_execution=3)
    train(one)
    train(many)
    for single, joined in zip(
        tiny.values(one.trainable_variables), tiny.values(many.trainable_variables), strict=True
    ):
        np.testing.assert_allclose(single, joined, rtol=1e-5, atol=1e-7)


def test_the_condition_arrives_by_name():
    seen = {}

    class Conditional(kgl.AdversarialModel):
        def round(self, samples, condition):
            seen.update({name: tuple(part.shape) for name, part in condition.items()})
            self.update("player", lambda: network(samples))

    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    shapes = {"label": (), "image": (3, 3, 1)}
    model = Conditional({"player": network}, sample_shape=(2,), condition_shape=shapes)
    model.compile(run_eagerly=keras.backend.backend() != "jax")
    condition = {"label": np.zeros(8, "int32"), "image": np.zeros((8, 3, 3, 1), "float32")}
    model.fit(tiny.samples(8), condition, batch_size=8, verbose=0)
    assert seen == {"label": (8,), "image": (8, 3, 3, 1)}
    with pytest.raises(ValueError, match="condition"):
        model.fit(tiny.samples(8), verbose=0)


def test_samples_may_be_trees():
    seen = {}

    class OfTrees(kgl.AdversarialModel):
        def round(self, samples, condition):
            seen.update({name: tuple(part.shape) for name, part in samples.items()})
            self.update("player", lambda: network(samples["x"]) * samples["y"][:, :1])
            self.log("seen", ops.shape(samples["y"])[0])

    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model = OfTrees({"player": network}, sample_shape={"y": (3,), "x": (2,)}, logs=["seen"])
    model.compile(run_eagerly=keras.backend.backend() != "jax")
    arrays = {"x": tiny.samples(10), "y": np.zeros((10, 3), "float32")}
    history = model.fit({"sample": arrays}, batch_size=5, verbose=0).history
    assert seen == {"x": (5, 2), "y": (5, 3)}
    assert history["seen"] == [5.0]
    with pytest.raises(ValueError, match="y"):
        model.fit({"sample": {"x": arrays["x"]}}, verbose=0)


def test_mixed_precision_scales_the_loss_and_moves_all_players():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = make()
    finally:
        keras.config.set_dtype_policy("float32")
    before = tiny.values(model.trainable_variables)
    train(model, epochs=8)
    after = tiny.values(model.trainable_variables)
    assert all(np.isfinite(each).all() for each in after)
    assert any((one != other).any() for one, other in zip(before, after, strict=True))


def test_layers_advance_once_in_each_update_of_their_player():
    fading = kgl.layers.FadeIn(8)
    inputs = keras.Input((2,))
    branches = [keras.layers.Dense(1)(inputs) for _ in range(2)]
    network = keras.Model(inputs, fading(branches))

    class Calling(kgl.AdversarialModel):
        def round(self, samples, condition):
            self.update("player", lambda: network(samples) + network(2.0 * samples))

    model = Calling({"player": network}, sample_shape=(2,))
    model.compile(run_eagerly=keras.backend.backend() != "jax")
    model.fit(tiny.samples(12), batch_size=4, verbose=0)
    assert float(tiny.values([fading.updates])[0]) == 3.0
