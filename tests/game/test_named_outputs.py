"""Generators and discriminators that give several things, and penalties that name them."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip
from tests import tiny

SAMPLES = tiny.samples(16)
CONDITION = tiny.samples(16, seed=1)


def condition_alone(outputs=lambda hidden: layers.Dense(2, name="made")(hidden)):
    inputs = keras.Input((2,))
    return keras.Model(inputs, outputs(layers.Dense(8, activation="tanh")(inputs)))


def with_a_cycle(hidden):
    sample = layers.Dense(2, name="made")(hidden)
    return {"sample": sample, "cycle": layers.Dense(2, name="back")(sample)}


def pair_of_heads():
    """A discriminator of two heads of different shapes, and of two layers of features."""
    inputs = keras.Input((2,))
    hidden = layers.Dense(8, activation="tanh")(inputs)
    scores = [layers.Dense(1, name="whole")(inputs), layers.Dense(3, name="parts")(hidden)]
    return keras.Model(inputs, {"scores": scores, "features": [inputs, hidden]})


def game(generator, discriminator=None, **kwargs):
    keras.utils.set_random_seed(0)
    discriminator = tiny.networks()[1] if discriminator is None else discriminator
    gan = kgl.GAN(generator, discriminator, seed=0)
    gan.compile(run_eagerly=keras.backend.backend() != "jax", **kwargs)
    return gan


def test_a_named_output_is_compared_logged_saved_and_trained(tmp_path):
    cycle = kgl.penalties.ReconstructionPenalty("cycle", "condition", weight=10.0, name="cycle")
    gan = game(condition_alone(with_a_cycle), penalties=[cycle])
    expected = gan.generator.predict(CONDITION, verbose=0)["cycle"]
    history = gan.fit(SAMPLES, CONDITION, batch_size=16, verbose=0).history
    distance = 10.0 * np.abs(expected - CONDITION).mean()
    np.testing.assert_allclose(history["cycle"], [distance], rtol=1e-5)
    assert gan.generate(3, CONDITION[:3]).shape == (3, 2)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for one in (gan, loaded):
        one.fit(SAMPLES, CONDITION, batch_size=8, shuffle=False, verbose=0)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


LOSSES = {
    "mae": lambda difference: np.abs(difference).mean(axis=1),
    "mse": lambda difference: np.square(difference).mean(axis=1),
    "Huber": lambda difference: np.where(
        np.abs(difference) < 1.0, 0.5 * difference**2, np.abs(difference) - 0.5
    ).mean(axis=1),
}


@pytest.mark.parametrize("loss", [*LOSSES, keras.losses.Huber()], ids=[*LOSSES, "object"])
def test_reconstruction_is_the_mean_of_any_loss_of_keras(loss):
    batch = kgl.penalties.AdversarialBatch(None, 2.0 * SAMPLES, CONDITION)
    values = kgl.penalties.ReconstructionPenalty("sample", "real", loss=loss, weight=3.0)(batch)
    formula = LOSSES[loss if isinstance(loss, str) else "Huber"]
    difference = CONDITION.astype("float64") - 2.0 * SAMPLES
    np.testing.assert_allclose(
        ops.convert_to_numpy(values), 3.0 * formula(difference), rtol=1e-5, atol=1e-6
    )


def test_perceptual_distance_is_that_of_the_networks_features(tmp_path):
    inputs = keras.Input((2,))
    network = keras.Model(inputs, [inputs, layers.Dense(3, use_bias=False)(inputs)])
    kernel = keras.ops.convert_to_numpy(network.weights[0]).astype("float64")
    penalty = kgl.penalties.PerceptualPenalty(network, weight=2.0)
    batch = kgl.penalties.AdversarialBatch(None, SAMPLES, CONDITION)
    difference = np.abs(CONDITION.astype("float64") - SAMPLES)
    seen = np.abs((CONDITION.astype("float64") - SAMPLES) @ kernel)
    expected = 2.0 * (difference.mean(axis=1) + seen.mean(axis=1))
    np.testing.assert_allclose(ops.convert_to_numpy(penalty(batch)), expected, rtol=1e-5)
    gan = game(condition_alone(), penalties=[penalty])
    gan.fit(SAMPLES, CONDITION, batch_size=16, verbose=0)
    np.testing.assert_array_equal(kernel, tiny.values(network.weights)[0])
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras").rules.penalties[0]
    tiny.assert_same(tiny.values(loaded.network.weights), tiny.values(network.weights))


def normalizing_network():
    """A network whose first layer computes with copies of its variables."""
    normalization = layers.Normalization()
    normalization.adapt(3.0 + 2.0 * SAMPLES)
    return keras.Sequential([keras.Input((2,)), normalization, layers.Dense(3)])


def test_a_loaded_perceptual_network_normalizes_as_the_saved_one(tmp_path):
    penalty = kgl.penalties.PerceptualPenalty(normalizing_network())
    gan = game(condition_alone(), penalties=[penalty])
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras").rules.penalties[0]
    expected, given = (ops.convert_to_numpy(each.network(SAMPLES)) for each in (penalty, loaded))
    np.testing.assert_array_equal(given, expected)


def test_an_averaged_generator_normalizes_as_the_generator():
    inputs = keras.Input((2,))
    gan = game(keras.Model(inputs, normalizing_network()(inputs)[:, :2]))
    gan.compile(average=kgl.GeneratorAverage())
    expected = gan.generator.predict(SAMPLES, verbose=0)
    np.testing.assert_array_equal(gan.generate(16, SAMPLES), expected)


def test_paired_features_are_compared_layer_by_layer():
    discriminator = pair_of_heads()
    batch = kgl.penalties.AdversarialBatch(discriminator, SAMPLES, CONDITION)
    outputs = [discriminator.predict(x, verbose=0)["features"] for x in (SAMPLES, CONDITION)]
    means = [np.abs(a.astype("float64") - b).mean(axis=1) for a, b in zip(*outputs, strict=True)]
    values = kgl.penalties.PairedFeatureMatchingPenalty()(batch)
    np.testing.assert_allclose(ops.convert_to_numpy(values), 10.0 * sum(means), rtol=1e-4)
    squares = [
        np.square(a.astype("float64").mean(axis=0) - b.mean(axis=0)).sum()
        for a, b in zip(*outputs, strict=True)
    ]
    values = kgl.penalties.FeatureMatchingPenalty()(batch)
    np.testing.assert_allclose(ops.convert_to_numpy(values), np.full(16, sum(squares)), rtol=1e-4)


def encoder(hidden):
    names = ("sample", "mean", "log_variance")
    return {name: layers.Dense(2, name=name)(hidden) for name in names}


def test_a_normal_code_is_drawn_to_the_standard_normal_distribution():
    penalty = kgl.penalties.NormalCodePenalty(weight=3.0, name="code")
    gan = game(condition_alone(encoder), penalties=[penalty], optimizer=keras.optimizers.SGD(0.05))
    outputs = gan.generator.predict(CONDITION, verbose=0)
    mean, log_variance = (outputs[n].astype("float64") for n in ("mean", "log_variance"))
    # KL(N(m, s²) ‖ N(0, 1)) = ½ (m² + s² − 1 − log s²) for each dimension.
    divergences = 0.5 * (mean**2 + np.exp(log_variance) - 1.0 - log_variance)
    history = gan.fit(SAMPLES, CONDITION, batch_size=16, epochs=30, verbose=0).history["code"]
    np.testing.assert_allclose(history[0], 3.0 * divergences.sum(axis=1).mean(), rtol=1e-4)
    assert history[-1] < 0.2 * history[0]


@pytest.mark.parametrize(
    ("penalty", "arguments"),
    [
        (kgl.penalties.NormalCodePenalty, {"mean_output": "m", "log_variance_output": "v"}),
        (kgl.penalties.ReconstructionPenalty, {"of": "cycle", "to": "condition", "loss": "mse"}),
        (kgl.penalties.PairedFeatureMatchingPenalty, {}),
    ],
)
def test_penalties_by_name_keep_every_argument(penalty, arguments):
    check_round_trip(penalty, {"weight": 3.0, **arguments}, common=SAVED_ARGUMENTS)


def test_the_loss_of_several_heads_is_the_sum_of_their_means():
    gan = game(condition_alone(), pair_of_heads(), loss="lsgan")
    fake = gan.predict(CONDITION, verbose=0)
    scores = [gan.discriminator.predict(x, verbose=0)["scores"] for x in (SAMPLES, fake)]
    expected = sum(
        0.5 * np.square(real.astype("float64") - 1.0).mean() + 0.5 * np.square(made).mean()
        for real, made in zip(*scores, strict=True)
    )
    logs = gan.evaluate(SAMPLES, CONDITION, batch_size=16, verbose=0, return_dict=True)
    np.testing.assert_allclose(logs["discriminator_loss"], expected, rtol=1e-5)
    history = gan.fit(SAMPLES, CONDITION, batch_size=16, verbose=0).history
    np.testing.assert_allclose(history["discriminator_loss"], [expected], rtol=1e-5)
    joined = np.concatenate([each.reshape(16, -1) for each in scores[0]], axis=1)
    np.testing.assert_allclose(history["real_score"], [joined.mean()], rtol=1e-4)


def test_a_gradient_penalty_of_heads_is_that_of_the_sum_of_their_scores():
    discriminator = pair_of_heads()
    batch = kgl.penalties.AdversarialBatch(discriminator, SAMPLES, CONDITION)

    def total(samples):
        outputs = discriminator.predict(samples.astype("float32"), verbose=0)["scores"]
        return sum(each.reshape(16, -1).sum(axis=1).astype("float64") for each in outputs)

    step = 1e-2 * np.eye(2)
    slopes = [(total(SAMPLES + h) - total(SAMPLES - h)) / 2e-2 for h in step]
    expected = 0.5 * 10.0 * sum(slope**2 for slope in slopes)
    values = ops.convert_to_numpy(kgl.penalties.R1Penalty(gamma=10.0)(batch))
    np.testing.assert_allclose(values, expected, rtol=2e-3)


@pytest.mark.parametrize("loss", ["wgan_gp", "hinge", "r3gan", "lecam"])
def test_heads_train_with_gradient_penalties_and_state(loss):
    penalties = [kgl.penalties.LeCamPenalty()] if loss == "lecam" else []
    gan = game(
        condition_alone(),
        pair_of_heads(),
        loss="hinge" if loss == "lecam" else loss,
        discriminator_steps=1,
        penalties=penalties,
    )
    before = tiny.values(gan.trainable_variables)
    gan.fit(SAMPLES, CONDITION, batch_size=8, verbose=0)
    after = tiny.values(gan.trainable_variables)
    assert all(np.isfinite(value).all() for value in after)
    assert any(not np.array_equal(*both) for both in zip(before, after, strict=True))


def test_shared_samples_serve_penalties_that_compare_samples():
    penalty = kgl.penalties.ReconstructionPenalty("sample", "real", weight=100.0, name="l1")
    weights = []
    for shares in (False, True):
        keras.utils.set_random_seed(0)
        gan = game(
            condition_alone(),
            loss="lsgan",
            penalties=[penalty],
            optimizer=keras.optimizers.SGD(1e-2),
            updates_simultaneously=True,
            reuses_fakes=shares,
        )
        gan.fit(SAMPLES, CONDITION, batch_size=8, shuffle=False, verbose=0)
        weights.append(tiny.values(gan.trainable_variables))
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_shared_samples_are_compared_with_a_named_condition():
    given, shown = keras.Input((2,), name="mask"), keras.Input((2,))
    gan = kgl.GAN(
        keras.Model({"mask": given}, layers.Dense(2)(given)),
        keras.Model(shown, layers.Dense(1)(shown)),
    )
    penalties = [
        kgl.penalties.ReconstructionPenalty("sample", to, name=to) for to in ("mask", "condition")
    ]
    gan.compile(penalties=penalties, reuses_fakes=True, optimizer=keras.optimizers.SGD(0.0))
    expected = np.abs(gan.predict({"mask": CONDITION}, verbose=0) - CONDITION).mean()
    for condition in (CONDITION, {"mask": CONDITION}):
        history = gan.fit(SAMPLES, condition, batch_size=8, verbose=0).history
        np.testing.assert_allclose([history["mask"], history["condition"]], expected, rtol=1e-5)


def test_what_nobody_makes_is_refused_by_name():
    penalty = kgl.penalties.ReconstructionPenalty("cycel", "condition")
    with pytest.raises(ValueError, match=r"compares 'cycel', which there is not.*'cycle'"):
        game(condition_alone(with_a_cycle), penalties=[penalty])


def test_things_of_two_shapes_are_refused_at_compile():
    penalty = kgl.penalties.ReconstructionPenalty("wide", "real")
    generator = condition_alone(lambda h: {"sample": layers.Dense(2)(h), "wide": h})
    with pytest.raises(ValueError, match=r"'wide' of shape \(2, 8\) and 'real' of shape \(2, 2\)"):
        game(generator, penalties=[penalty])


def test_a_penalty_that_runs_the_generator_is_refused_with_shared_samples():
    penalty = kgl.penalties.ReconstructionPenalty("cycle", "condition")
    with pytest.raises(ValueError, match="needs the generator to run in its own update"):
        game(condition_alone(with_a_cycle), penalties=[penalty], reuses_fakes=True)
