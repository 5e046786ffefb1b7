import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny


class ArrayBatches(keras.utils.PyDataset):
    def __init__(self, x, batch_size):
        super().__init__()
        self.x, self.batch_size = x, batch_size

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, index):
        return (self.x[index * self.batch_size : (index + 1) * self.batch_size],)


def tf_data(x, batch_size):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(x).batch(batch_size)


def data_loader(x, batch_size):
    import torch

    dataset = torch.utils.data.TensorDataset(torch.as_tensor(x))
    return torch.utils.data.DataLoader(dataset, batch_size=batch_size)


def generator(x, batch_size):
    return ((x[start : start + batch_size],) for start in range(0, len(x), batch_size))


class ScoresSeen(kgl.losses.SeparableDiscriminatorLoss):
    """A loss that records the real scores of every discriminator update."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seen = []

    def real_losses(self, real_scores):
        self.seen.append(keras.ops.convert_to_numpy(keras.ops.stop_gradient(real_scores))[:, 0])
        return -real_scores

    def fake_losses(self, fake_scores):
        return fake_scores


def gan_that_records(discriminator_steps):
    """A GAN whose discriminator is the first coordinate, and the loss that saw the scores."""
    generator_network, _ = tiny.networks()
    inputs = keras.Input((2,))
    scores = keras.layers.Dense(
        1, use_bias=False, kernel_initializer=lambda shape, dtype: keras.ops.array([[1.0], [0.0]])
    )(inputs)
    gan = kgl.GAN(generator_network, keras.Model(inputs, scores), latent_dim=4)
    loss = ScoresSeen()
    gan.compile(
        loss={"generator": kgl.losses.WassersteinGeneratorLoss(), "discriminator": loss},
        optimizer=keras.optimizers.SGD(0.0),
        discriminator_steps=discriminator_steps,
        run_eagerly=True,
    )
    return gan, loss


def test_discriminator_steps_take_disjoint_batches_and_an_epoch_is_one_pass():
    gan, loss = gan_that_records(discriminator_steps=5)
    x = np.stack([np.arange(107.0), np.zeros(107)], axis=1).astype("float32")
    gan.fit(x, batch_size=4, epochs=1, shuffle=False, verbose=0)
    np.testing.assert_array_equal(np.concatenate(loss.seen), np.arange(107.0))
    assert [len(batch) for batch in loss.seen[:25]] == [4] * 25
    assert int(gan.optimizer.discriminator_optimizer.iterations) == 30
    assert int(gan.optimizer.generator_optimizer.iterations) == 6
    assert int(gan.optimizer.iterations) == 6


def test_each_epoch_shuffles_an_array_anew_and_the_seed_decides_how():
    def orders():
        keras.utils.set_random_seed(4)
        gan, loss = gan_that_records(discriminator_steps=1)
        x = np.stack([np.arange(34.0), np.zeros(34)], axis=1).astype("float32")
        gan.fit(x, batch_size=8, epochs=2, verbose=0)
        return np.concatenate(loss.seen).reshape(2, 34)

    first, second = orders()
    np.testing.assert_array_equal(np.sort(first), np.arange(34.0))
    np.testing.assert_array_equal(np.sort(second), np.arange(34.0))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, np.arange(34.0))
    np.testing.assert_array_equal(orders(), [first, second])


def test_a_validation_split_takes_the_last_samples_and_trains_on_the_others():
    gan, loss = gan_that_records(discriminator_steps=1)
    x = np.stack([np.arange(20.0), np.zeros(20)], axis=1)
    logs = gan.fit(x, batch_size=4, validation_split=0.25, verbose=0, shuffle=False).history
    trained, validated = np.concatenate(loss.seen)[:15], np.concatenate(loss.seen)[15:]
    np.testing.assert_array_equal(trained, np.arange(15.0))
    np.testing.assert_array_equal(validated, np.arange(15.0, 20.0))
    assert logs["val_real_score"][0] == pytest.approx(17.0)


@pytest.mark.parametrize("make", [ArrayBatches, tf_data, data_loader, generator])
@pytest.mark.parametrize("steps", [1, 3])
def test_every_kind_of_data_is_passed_over_once(make, steps):
    gan, loss = gan_that_records(discriminator_steps=steps)
    x = np.stack([np.arange(34.0), np.zeros(34)], axis=1).astype("float32")
    num_rounds = -(-34 // (4 * steps))
    # Without a number of steps Keras warns when a generator ends.
    steps_per_epoch = num_rounds if make is generator else None
    gan.fit(make(x, 4), epochs=1, steps_per_epoch=steps_per_epoch, verbose=0)
    np.testing.assert_array_equal(np.sort(np.concatenate(loss.seen)), np.arange(34.0))
    assert int(gan.optimizer.discriminator_optimizer.iterations) == steps * num_rounds


@pytest.mark.parametrize(("make", "num_rounds"), [(ArrayBatches, 2), (tf_data, 3)])
def test_a_last_round_of_too_few_samples_is_left_out_or_filled_up(make, num_rounds):
    gan, loss = gan_that_records(discriminator_steps=3)
    x = np.stack([np.arange(25.0), np.zeros(25)], axis=1).astype("float32")
    gan.fit(make(x, 4), epochs=1, verbose=0)
    assert len(loss.seen) == 3 * num_rounds
    assert min(map(len, loss.seen)) >= 1
    wanted = {2: np.arange(24.0), 3: np.arange(25.0)}[num_rounds]
    np.testing.assert_array_equal(np.unique(np.concatenate(loss.seen)), wanted)


def test_logs_are_means_over_the_epoch_and_name_every_part():
    gan = tiny.compiled_gan(loss="wgan_gp", optimizer=keras.optimizers.SGD(0.0))
    x = tiny.samples(50)
    history = gan.fit(x, batch_size=4, epochs=1, verbose=0).history
    assert sorted(history) == [
        "discriminator_accuracy",
        "discriminator_loss",
        "fake_score",
        "generator_loss",
        "gradient_penalty",
        "loss",
        "real_score",
    ]
    # Nothing moves, so that the epoch's mean is the mean over all the data.
    scores = keras.ops.convert_to_numpy(gan.discriminator(x))
    np.testing.assert_allclose(history["real_score"], [scores.mean()], rtol=1e-5)
    loss, discriminator_loss = history["loss"][0], history["discriminator_loss"][0]
    np.testing.assert_allclose(loss, discriminator_loss + history["gradient_penalty"][0], rtol=1e-5)
    np.testing.assert_allclose(
        discriminator_loss, history["fake_score"][0] - history["real_score"][0], rtol=1e-5
    )


def test_accuracy_is_one_for_a_winning_discriminator_and_half_for_an_undecided_one():
    gan, _ = gan_that_records(discriminator_steps=1)
    winning = gan.evaluate(tiny.samples() + 1e3, return_dict=True, verbose=0)
    assert winning["discriminator_accuracy"] == 1.0
    gan.discriminator.set_weights([np.zeros((2, 1))])
    undecided = gan.evaluate(tiny.samples(), return_dict=True, verbose=0)
    assert undecided["discriminator_accuracy"] == 0.5


@pytest.mark.backend("every")
def test_evaluation_repeats_itself_and_leaves_training_untouched():
    gan = tiny.compiled_gan(loss="hinge")
    x = tiny.samples()
    before = tiny.state(gan)
    first = gan.evaluate(x, return_dict=True, verbose=0)
    second = gan.evaluate(x, return_dict=True, verbose=0)
    assert first == second
    tiny.assert_same(before, tiny.state(gan))


def test_validation_logs_do_not_change_training():
    x = tiny.samples()

    def train(**kwargs):
        keras.utils.set_random_seed(1)
        gan = tiny.compiled_gan(loss="non_saturating", seed=3)
        history = gan.fit(x, batch_size=16, epochs=2, shuffle=False, verbose=0, **kwargs)
        return tiny.state(gan), history.history

    plain, _ = train()
    validated, history = train(validation_data=x[:20])
    tiny.assert_same(plain, validated)
    assert len(history["val_discriminator_loss"]) == 2
    assert "val_generator_loss" in history


@pytest.mark.backend("every")
def test_conditional_networks_train_evaluate_and_generate_with_labels():
    gan = tiny.compiled_gan(loss="wgan_gp", discriminator_steps=2, num_classes=3)
    x, y = tiny.samples(32), np.arange(32) % 3
    history = gan.fit(x, y, batch_size=8, epochs=1, verbose=0, validation_data=(x, y))
    assert np.isfinite(history.history["val_loss"][0])
    chosen = gan.generate(3, condition=[0, 1, 2], seed=0)
    one_class = gan.generate(3, condition=1, seed=0)
    assert chosen.shape == one_class.shape == (3, 2)
    np.testing.assert_allclose(chosen[1], one_class[1], rtol=1e-6)
    assert np.abs(chosen[0] - one_class[0]).max() > 1e-6


def test_generated_samples_depend_on_the_seed_but_not_on_the_batch_size():
    gan = tiny.compiled_gan()
    np.testing.assert_allclose(
        gan.generate(7, seed=1, batch_size=3), gan.generate(7, seed=1), rtol=1e-5
    )
    assert np.abs(gan.generate(7, seed=1) - gan.generate(7, seed=2)).max() > 1e-3
    assert np.abs(gan.generate(7) - gan.generate(7)).max() > 1e-3


def test_generate_equals_the_generator_applied_to_the_sampler():
    gan = tiny.compiled_gan()
    latents = kgl.latents.NormalLatents(4)(5, seed=2)
    expected = keras.ops.convert_to_numpy(gan.generator(latents))
    np.testing.assert_allclose(gan.generate(5, seed=2), expected, rtol=1e-5)
    np.testing.assert_allclose(
        gan.predict(keras.ops.convert_to_numpy(latents), verbose=0), expected, rtol=1e-5
    )


@pytest.mark.backend("every")
def test_simultaneous_and_alternating_updates_differ_as_the_mathematics_says():
    """One SGD round by hand: d(x) = a·x, g(z) = b with one weight each, Wasserstein losses."""

    def train(updates_simultaneously):
        latents = keras.Input((1,))
        constant = keras.layers.Dense(1, kernel_initializer="zeros", bias_initializer="ones")
        samples = keras.Input((1,))
        linear = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
        gan = kgl.GAN(
            keras.Model(latents, constant(latents)),
            keras.Model(samples, linear(samples)),
            latent_dim=1,
        )
        gan.compile(
            loss={
                "generator": kgl.losses.WassersteinGeneratorLoss(),
                "discriminator": kgl.losses.WassersteinDiscriminatorLoss(),
            },
            optimizer=keras.optimizers.SGD(0.1),
            updates_simultaneously=updates_simultaneously,
        )
        gan.fit(np.full((4, 1), 3.0, "float32"), batch_size=4, epochs=1, verbose=0)
        return [value.item() for value in tiny.values([linear.kernel, constant.bias])]

    # a ← a + 0.1 (x − b) = 1 + 0.1 (3 − 1) = 1.2; b ← b + 0.1 a, with the new or the old a.
    assert train(False) == pytest.approx([1.2, 1.12], rel=1e-6)
    assert train(True) == pytest.approx([1.2, 1.1], rel=1e-6)


@pytest.mark.backend("every")
def test_weight_clipping_bounds_every_weight_of_the_discriminator():
    gan = tiny.compiled_gan(loss=kgl.objectives.wgan(weight_limit=0.02))
    gan.fit(tiny.samples(20), batch_size=4, epochs=1, verbose=0)
    largest = max(np.abs(value).max() for value in tiny.values(gan.discriminator.weights))
    assert 0.0195 < largest <= np.float32(0.02)
    assert max(np.abs(value).max() for value in tiny.values(gan.generator.weights)) > 0.02


def test_weight_regularisation_adds_to_the_loss_of_its_network():
    generator_network, _ = tiny.networks()
    inputs = keras.Input((2,))
    dense = keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(0.5))
    gan = kgl.GAN(generator_network, keras.Model(inputs, dense(inputs)), latent_dim=4)
    gan.compile(loss="hinge", optimizer=keras.optimizers.SGD(0.0))
    logs = gan.fit(tiny.samples(), batch_size=48, epochs=1, verbose=0).history
    expected = 0.5 * np.square(tiny.values([dense.kernel])[0]).sum()
    difference = logs["loss"][0] - logs["discriminator_loss"][0]
    np.testing.assert_allclose(difference, expected, rtol=1e-4)


@pytest.mark.parametrize("kind", ["subclassed", "sequential"])
def test_networks_may_be_of_any_kind(kind):
    class Subclassed(keras.Model):
        def __init__(self, units):
            super().__init__()
            self.dense = keras.layers.Dense(units)

        def call(self, inputs, training=False):
            return self.dense(inputs)

    def network(units):
        if kind == "subclassed":
            return Subclassed(units)
        return keras.Sequential([keras.layers.Dense(units)])

    gan = kgl.GAN(network(2), network(1), latent_dim=3)
    gan.compile(loss="lsgan")
    before = tiny.values(gan.trainable_variables)
    gan.fit(tiny.samples(16), batch_size=8, epochs=1, verbose=0)
    after = tiny.values(gan.trainable_variables)
    assert all(np.abs(one - other).max() > 0 for one, other in zip(before, after, strict=True))


def test_latents_may_have_any_shape_and_any_sampler():
    class Ones(kgl.latents.LatentSampler):
        def __call__(self, num_samples, seed):
            return keras.ops.ones((num_samples, *self.shape))

    latents = keras.Input((2, 3))
    outputs = keras.layers.Dense(2)(keras.layers.Flatten()(latents))
    _, discriminator = tiny.networks()
    gan = kgl.GAN(keras.Model(latents, outputs), discriminator, latent_sampler=Ones((2, 3)))
    gan.compile()
    gan.fit(tiny.samples(16), batch_size=8, epochs=1, verbose=0)
    generated = gan.generate(3)
    np.testing.assert_allclose(generated, generated[:1].repeat(3, axis=0), rtol=1e-6)


def test_patch_maps_are_averaged_per_sample():
    inputs = keras.Input((8, 8, 1))
    patches = keras.Model(inputs, keras.layers.Conv2D(1, 3, strides=2)(inputs))
    latents = keras.Input((4,))
    images = keras.layers.Reshape((8, 8, 1))(keras.layers.Dense(64)(latents))
    gan = kgl.GAN(keras.Model(latents, images), patches, latent_dim=4)
    gan.compile(loss="wgan_gp", discriminator_steps=1, optimizer=keras.optimizers.SGD(0.0))
    x = np.random.default_rng(0).normal(size=(6, 8, 8, 1)).astype("float32")
    logs = gan.fit(x, batch_size=6, epochs=1, verbose=0).history
    np.testing.assert_allclose(
        logs["real_score"], [keras.ops.convert_to_numpy(patches(x)).mean()], rtol=1e-4
    )


def test_steps_per_execution_and_xla_run_the_same_game():
    if keras.backend.backend() == "torch":
        gan = tiny.compiled_gan(steps_per_execution=2)
        with pytest.raises(ValueError, match="steps_per_execution"):
            gan.fit(tiny.samples(), verbose=0)
        return
    x = tiny.samples(32)
    results = []
    for options in ({}, {"steps_per_execution": 2}):
        keras.utils.set_random_seed(2)
        gan = tiny.compiled_gan(loss="r1", seed=1, **options)
        gan.fit(x, batch_size=8, epochs=1, shuffle=False, verbose=0)
        results.append(tiny.values(gan.trainable_variables))
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_summary_counts_both_networks(capsys):
    gan = tiny.compiled_gan()
    gan.summary()
    printed = capsys.readouterr().out
    assert "generator" in printed
    assert "discriminator" in printed
    assert gan.count_params() == gan.generator.count_params() + gan.discriminator.count_params()


def test_a_gradient_penalty_meets_rounds_of_unequal_size():
    gan = tiny.compiled_gan(loss="wgan_gp", discriminator_steps=2)
    history = gan.fit(tiny.samples(40), batch_size=8, verbose=0).history
    assert np.isfinite(history["gradient_penalty"]).all()


def test_a_conditional_game_can_be_run_eagerly():
    gan = tiny.compiled_gan(num_classes=3, run_eagerly=True, discriminator_steps=2)
    before = tiny.values(gan.generator.trainable_variables)
    gan.fit(tiny.samples(16), np.arange(16) % 3, batch_size=4, verbose=0)
    moved = tiny.values(gan.generator.trainable_variables)
    assert all(np.abs(one - other).max() > 0.0 for one, other in zip(before, moved, strict=True))
