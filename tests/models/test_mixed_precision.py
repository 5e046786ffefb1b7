import inspect

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from tests import tiny
from tests.integration.play_rounds import classifying_networks

PENALTIES = {
    cls.__name__: cls
    for cls in (getattr(kgl.penalties, name) for name in kgl.penalties.__all__)
    if isinstance(cls, type)
    and issubclass(cls, kgl.penalties.Penalty)
    and not inspect.isabstract(cls)
}
FAMILIES = ["wgan_gp", "rasgan", "began", "kl_wgan", "dual_contrastive", "acgan", "sngan"]


@pytest.fixture(params=["mixed_float16", "mixed_bfloat16"])
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


@pytest.mark.backend("every")
def test_both_players_train_in_half_precision_each_with_its_own_loss_scale(policy, tmp_path):
    gan = tiny.compiled_gan(loss="r1")
    players = [gan.optimizer.generator_optimizer, gan.optimizer.discriminator_optimizer]
    scaled = [isinstance(p, keras.optimizers.LossScaleOptimizer) for p in players]
    assert scaled == [policy == "mixed_float16"] * 2
    before = tiny.values(gan.trainable_variables)
    history = gan.fit(tiny.samples(64), batch_size=8, epochs=2, verbose=0).history
    assert all(np.isfinite(value).all() for value in history.values())
    after = tiny.values(gan.trainable_variables)
    assert all(np.abs(one - two).max() > 0 for one, two in zip(before, after, strict=True))
    assert int(gan.optimizer.iterations) == 16

    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


def test_penalties_are_computed_in_single_precision(policy):
    gan = tiny.compiled_gan(loss="r1", optimizer=keras.optimizers.SGD(0.0))
    # γ/2 ‖g‖² of this size overflows in float16, whose largest number is 65,504.
    gan.discriminator.layers[-1].kernel.assign(np.full((8, 1), 60.0))
    gan.discriminator.layers[-2].kernel.assign(np.full((2, 8), 0.5))
    logs = gan.fit(0.01 * tiny.samples(8), batch_size=8, epochs=1, verbose=0).history
    # Near 0 the score is 60 · 8 · tanh(0.5 (x₁ + x₂)), so that ‖g‖² = 2 · 240².
    np.testing.assert_allclose(logs["r1_penalty"], [0.5 * 10.0 * 2 * 240.0**2], rtol=0.02)


@pytest.mark.backend("torch")
def test_convolutions_that_float16_cannot_differentiate_are_refused_by_their_name():
    images, last = keras.Input((8, 8, 2)), {"name": "last", "padding": "same"}

    def compiled(layer):
        generator = keras.Sequential([images, layer])
        discriminator = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
        discriminator.add(keras.layers.Dense(1, dtype="float32"))
        gan = kgl.GAN(generator, discriminator)
        gan.compile(run_eagerly=True)
        samples = np.zeros((2, 8, 8, 1), "float32")
        gan.fit(samples, np.zeros((2, 8, 8, 2), "float32"), verbose=0)

    if keras.backend.backend() == "torch":
        with pytest.raises(ValueError, match=r"convolution 'last' of 'sequential.*dtype='float32'"):
            compiled(keras.layers.Conv2D(1, 3, dtype="mixed_float16", **last))
    for layer in (
        keras.layers.Conv2D(1, 3, dtype="mixed_bfloat16", **last),
        keras.layers.Conv2D(1, 1, dtype="mixed_float16", **last),
        keras.layers.Conv2DTranspose(1, 3, dtype="mixed_float16", **last),
    ):
        compiled(layer)


def labelled_networks():
    """A generator of three classes, and a discriminator with every output."""
    generator, discriminator = classifying_networks()
    features, heads = discriminator.layers[1].output, discriminator.output
    outputs = {
        **heads,
        **dict.fromkeys(["features", "embedding", "proxy"], features),
        **dict.fromkeys(["code_logits", "style_mean", "style_log_variance"], heads["class_logits"]),
        "direction_scores": heads["scores"],
    }
    return generator, keras.Model(discriminator.input, outputs)


def make_penalty(name):
    features = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    needed = {
        "ConsistencyPenalty": {"augmentation": ops.negative},
        "NormalCodePenalty": {"mean_output": "sample", "log_variance_output": "sample"},
        "PerceptualPenalty": {"network": features},
    }
    return PENALTIES[name](**needed.get(name, {}))


@pytest.mark.parametrize("name", sorted(PENALTIES))
def test_every_penalty_is_finite_and_in_single_precision(name, policy):
    generator, discriminator = labelled_networks()
    labels, noise = ops.arange(6) % 3, ops.ones((6, 4))
    codes = ops.one_hot(labels, 3)
    is_named = "Information" in name
    latents = {"noise": noise, "code": codes, "style": codes} if is_named else noise
    batch = kgl.penalties.AdversarialBatch(
        discriminator,
        tiny.samples(6),
        None,
        generator=generator,
        latents=latents,
        condition=codes if name == "ClassificationPenalty" else labels,
        generator_inputs=lambda *inputs: [noise, labels],
        discriminator_inputs=lambda samples, condition: samples,
    )
    values = make_penalty(name)(batch)
    assert keras.backend.standardize_dtype(values.dtype) == "float32"
    assert np.isfinite(ops.convert_to_numpy(ops.stop_gradient(values))).all()


def check_training(loss, tmp_path):
    """Trains some rounds, and saves and loads."""
    networks, labels = tiny.networks(batch_normalization=True), None
    if loss == "acgan":
        networks, labels = classifying_networks(), np.arange(24) % 3
    gan = kgl.GAN(*networks, latent_dim=4, seed=0)
    # Step by step, because to compile each objective's step would take longer than to run it.
    gan.compile(loss=loss, discriminator_steps=1, run_eagerly=True)
    before = tiny.values(gan.trainable_variables)
    logs = gan.fit(tiny.samples(24), labels, batch_size=8, epochs=1, verbose=0).history
    assert all(np.isfinite(value).all() for value in logs.values())
    after = tiny.values(gan.trainable_variables)
    assert all(np.isfinite(value).all() for value in after)
    # The first steps of float16 may be left out, until the scale of the loss has fallen.
    assert any(np.abs(one - two).max() > 0 for one, two in zip(before, after, strict=True))
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


@pytest.mark.parametrize("loss", FAMILIES)
def test_a_family_of_objectives_trains_and_is_saved(loss, policy, tmp_path):
    check_training(loss, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("loss", sorted({*kgl.objectives.names()} - {*FAMILIES}))
def test_every_objective_trains_and_is_saved(loss, policy, tmp_path):
    check_training(loss, tmp_path)


def energy_distance(first, second):
    """2 E‖x − y‖ − E‖x − x'‖ − E‖y − y'‖, of samples as flat vectors (Székely and Rizzo, 2013)."""

    def mean_distance(one, other):
        return np.linalg.norm(one[:, None] - other[None], axis=2).mean()

    within = mean_distance(first, first) + mean_distance(second, second)
    return 2.0 * mean_distance(first, second) - within


def distance_after_training(loss, seed):
    """How far generated digits are from real ones, after a short training."""
    keras.utils.set_random_seed(seed)
    images, _ = kgl.datasets.digits()
    pair = kgl.architectures.mlp((8, 8, 1), latent_dim=16, output_activation="tanh")
    gan = kgl.GAN(*pair, latent_dim=16)
    adam = keras.optimizers.Adam(1e-3, 0.5, 0.9)
    gan.compile(loss=loss, optimizer=adam, discriminator_steps=2)
    logs = gan.fit(images[:1792], batch_size=64, epochs=40, verbose=0).history
    assert all(np.isfinite(value).all() for value in logs.values())
    assert all(np.isfinite(value).all() for value in tiny.state(gan))
    generated = gan.generate(500, seed=0).astype("float64").reshape(500, -1)
    return energy_distance(images[:500].astype("float64").reshape(500, -1), generated)


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["wgan_gp", "r1"])
def test_half_precision_ends_as_near_to_the_digits_as_single_precision(loss):
    """Within three standard deviations of runs in float32 that differ in nothing but the seed."""
    single = [distance_after_training(loss, seed) for seed in range(5)]
    keras.config.set_dtype_policy("mixed_float16")
    try:
        half = [distance_after_training(loss, seed) for seed in range(3)]
    finally:
        keras.config.set_dtype_policy("float32")
    print(f"{loss}: float32 {np.round(single, 3)}, float16 {np.round(half, 3)}")
    spread = np.std(single, ddof=1)
    assert np.abs(np.mean(half) - np.mean(single)) < 3.0 * spread
