import importlib.util
import pathlib

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from tests import tiny

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "growing.py"


def networks(*, hidden=("first",)):
    """Networks whose layers are called after their place."""

    def network(name, num_inputs, num_outputs):
        stack = [layers.Dense(8, activation="tanh", name=f"{name}_{each}") for each in hidden]
        last = layers.Dense(num_outputs, name=f"{name}_last")
        return keras.Sequential([keras.Input((num_inputs,)), *stack, last], name=name)

    return network("generator", 4, 2), network("discriminator", 2, 1)


def make(*, hidden=("first",), seed=0, **rules):
    keras.utils.set_random_seed(seed)
    gan = kgl.GAN(*networks(hidden=hidden), latent_dim=4, seed=seed)
    gan.compile(**{"loss": "non_saturating", "optimizer": keras.optimizers.Adam(0.01), **rules})
    return gan


def train(gan, num_samples=24):
    gan.fit(tiny.samples(num_samples), batch_size=8, epochs=1, shuffle=False, verbose=0)


def trained_state(gan):
    return tiny.values([*gan.trainable_variables, *gan.optimizer.variables[1:]])


@pytest.mark.backend("every")
def test_equal_networks_go_on_as_if_they_were_the_trained_ones():
    trained, twin = make(), make(seed=1)
    train(trained)
    kgl.carry_over(trained, twin)
    twin.seed_generator.state.assign(ops.convert_to_numpy(trained.seed_generator.state).copy())
    train(trained)
    train(twin)
    tiny.assert_same(trained_state(trained), trained_state(twin))


def test_what_a_larger_network_adds_stays_as_it_was_and_all_else_comes_along():
    trained, grown = make(), make(hidden=("first", "second"), seed=1)
    train(trained)
    added = grown.generator.get_layer("generator_second").get_weights()
    names = kgl.carry_over(trained, grown)
    assert names == [
        "generator/generator_first",
        "generator/generator_last",
        "discriminator/discriminator_first",
        "discriminator/discriminator_last",
    ]
    tiny.assert_same(added, grown.generator.get_layer("generator_second").get_weights())
    for player in ("generator", "discriminator"):
        old, new = (gan.optimizer.players[player] for gan in (trained, grown))
        for place in ("first", "last"):
            for kind in ("momentum", "velocity"):
                found = [
                    [
                        ops.convert_to_numpy(each)
                        for each in optimizer.variables
                        if f"{player}_{place}_" in each.name and each.name.endswith(kind)
                    ]
                    for optimizer in (old, new)
                ]
                assert len(found[0]) == 2
                assert any(value.any() for value in found[0])
                tiny.assert_same(*found)
        second = [each for each in new.variables if f"{player}_second_" in each.name]
        assert len(second) == 4
        assert not any(ops.convert_to_numpy(each).any() for each in second)
        assert int(new.iterations) == 0 < int(old.iterations)
    train(grown)


def test_the_average_of_the_weights_comes_along():
    average = kgl.GeneratorAverage(half_life=10.0)
    trained, grown = (make(seed=seed, average=average) for seed in (0, 1))
    train(trained)
    kgl.carry_over(trained, grown)
    tiny.assert_same(
        trained.averaged_generator.get_weights(), grown.averaged_generator.get_weights()
    )


def test_layers_that_are_the_same_objects_hand_over_their_slots():
    pair = networks()
    gans = [kgl.GAN(*pair, latent_dim=4) for _ in range(2)]
    for gan in gans:
        gan.compile(optimizer=keras.optimizers.Adam(0.01))
    train(gans[0])
    kgl.carry_over(*gans)
    tiny.assert_same(*(tiny.values(gan.optimizer.generator_optimizer.variables) for gan in gans))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"hidden": ("other",), "loss": "lsgan"}, None),
        ({"optimizer": "sgd"}, "no slots in common"),
    ],
)
def test_optimizers_of_other_kinds_are_refused(other, message):
    trained, grown = make(), make(seed=1, **other)
    before = trained_state(grown)
    if message is None:
        assert len(kgl.carry_over(trained, grown)) == 2
        return
    with pytest.raises(ValueError, match=message):
        kgl.carry_over(trained, grown)
    tiny.assert_same(before, trained_state(grown))


def test_networks_without_a_common_name_are_refused():
    trained = make()
    grown = tiny.compiled_gan(optimizer=keras.optimizers.Adam(0.01))
    with pytest.raises(ValueError, match="no layer of one name and shape in common"):
        kgl.carry_over(trained, grown)


def test_a_gan_that_is_not_compiled_is_refused():
    with pytest.raises(ValueError, match="Compile both GANs"):
        kgl.carry_over(make(), kgl.GAN(*networks(), latent_dim=4))


@pytest.fixture(scope="module")
def growing():
    spec = importlib.util.spec_from_file_location("growing", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_grown_game_begins_where_the_small_one_ended(growing):
    small, large = (growing.make_gan(size, width=4) for size in growing.SIZES)
    small.fit(growing.make_data(32, 4), batch_size=8, verbose=0)
    kgl.carry_over(small, large)
    enlarged = small.generate(4, seed=0).repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_allclose(large.generate(4, seed=0), enlarged, atol=1e-6)
    images, shrunk = (growing.make_data(8, size)["sample"] for size in (8, 4))
    scores = [
        ops.convert_to_numpy(gan.discriminator(data))
        for gan, data in ((large, images), (small, shrunk))
    ]
    np.testing.assert_allclose(*scores, atol=1e-5)


def test_a_block_fades_in_with_its_players_updates(growing):
    gan = growing.make_gan(8, width=4, fade_rounds=8, discriminator_steps=2)
    gan.fit(growing.make_data(32, 8), batch_size=8, verbose=0)
    counts = [float(each.get_layer("fade_8").updates) for each in gan.networks.values()]
    assert counts == [2.0, 4.0]


@pytest.mark.backend("any")
@pytest.mark.parametrize("other", [None, kgl.GAN])
def test_what_is_no_gan_is_refused(other):
    with pytest.raises(TypeError, match="takes a GAN that was trained"):
        kgl.carry_over(make(), other)
