"""What the discriminator sees is augmented, and nothing else."""

import contextlib
import re

import keras
import numpy as np
import pytest
from keras import layers, ops

import keras_gan_losses as kgl
from keras_gan_losses import augmentation as aug
from keras_gan_losses.game.augmentation_checks import check_augmentation
from tests import tiny

SHAPE = (4, 4, 1)
IMAGES = np.random.default_rng(0).uniform(-1, 1, (32, *SHAPE)).astype("float32")


def networks():
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(16, activation="tanh"), layers.Reshape(SHAPE)]
    )
    discriminator = keras.Sequential(
        [keras.Input(SHAPE), layers.Flatten(), layers.Dense(8, activation="tanh"), layers.Dense(1)]
    )
    return generator, discriminator


def image_gan(**kwargs):
    keras.utils.set_random_seed(0)
    gan = kgl.GAN(*networks(), latent_dim=3, seed=1)
    gan.compile(**{"loss": "non_saturating", "run_eagerly": True, **kwargs})
    return gan


def train(gan, epochs=1):
    return gan.fit(IMAGES, batch_size=8, epochs=epochs, shuffle=False, verbose=0).history


def adaptive(**kwargs):
    return aug.Adaptive(**{"num_samples": 100, "every": 2, "start": 0.5, **kwargs})


@pytest.mark.backend("every")
def test_a_game_with_everything_goes_on_to_the_bit_after_loading(tmp_path):
    rules = {
        "penalties": [kgl.penalties.R1Penalty(gamma=0.1)],
        "augmentation": [
            adaptive(),
            aug.InstanceNoise(schedule=keras.optimizers.schedules.ExponentialDecay(1.0, 2, 0.5)),
        ],
        "run_eagerly": keras.backend.backend() != "jax",
    }
    gan = image_gan(**rules)
    history = train(gan)
    assert 0.0 < history["augmentation_probability"][0] < 1.0
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for each in (gan, loaded):
        train(each)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))
    assert float(gan.state()["augmentation/4/num_updates"]) == 8


@keras.saving.register_keras_serializable(package="tests")
class Raised(aug.Augmentation):
    """Adds a number of each row's own, from 1 to 2."""

    def draw(self, shape, seed_generator):
        return keras.random.uniform((shape[0],), 1.0, 2.0, seed=seed_generator)

    def call(self, samples, drawn):
        return samples + ops.reshape(drawn, (-1,) + (1,) * (len(samples.shape) - 1))


def identity(samples):
    return samples


def mean_scores(samples, training):
    """The mean of each sample as its score: what an augmentation has added can be read from it."""
    return ops.mean(samples, axis=(1, 2, 3))[:, None]


def added(batch, real, fake):
    """What was added to each real sample, and to each generated one."""
    given = [ops.mean(each, axis=(1, 2, 3))[:, None] for each in (real, fake)]
    pairs = zip((batch.real_scores, batch.fake_scores), given, strict=True)
    return [ops.convert_to_numpy(scores - own)[:, 0] for scores, own in pairs]


def batch_of(augmentation, *samples, discriminator=mean_scores, **kwargs):
    seed = keras.random.SeedGenerator(0)
    samples = map(ops.convert_to_tensor, samples)
    return kgl.penalties.AdversarialBatch(
        discriminator, *samples, seed_generator=seed, augmentation=augmentation, **kwargs
    )


def test_real_and_generated_samples_of_a_row_are_changed_in_one_way():
    real, fake = IMAGES[:8], IMAGES[8:16]
    batch = batch_of(Raised(), real, fake)
    of_real, of_fake = added(batch, real, fake)
    assert np.all((of_real >= 1.0) & (of_real < 2.0))
    assert len(np.unique(of_real)) == 8
    np.testing.assert_allclose(of_real, of_fake, atol=1e-6)
    # And so are whatever other samples a penalty asks about, of a part of the batch too.
    again = ops.convert_to_numpy(batch.score(ops.zeros((8, *SHAPE))))[:, 0]
    np.testing.assert_allclose(again, of_real, atol=1e-6)
    part = batch.afresh(0.5)
    np.testing.assert_allclose(added(part, real[:4], fake[:4])[0], of_real[:4], atol=1e-6)


def test_several_generated_samples_of_a_row_have_numbers_of_their_own():
    real, fake = IMAGES[:4], IMAGES[8:16]
    of_real, of_fake = added(batch_of(Raised(), real, fake), real, fake)
    assert len(np.unique(of_fake.round(5))) == 8
    np.testing.assert_allclose(of_real, of_fake[::2], atol=1e-6)


# As in the authors' code of StyleGAN2-ADA, training/loss.py: r1_grads are by real_img_tmp, and
# the scores are those of augment_pipe(real_img_tmp).
def test_r1_is_the_gradient_by_the_samples_before_augmentation():
    def doubled(samples):
        return 2.0 * samples

    def squares(samples, training):
        return ops.sum(ops.square(samples), axis=(1, 2, 3))[:, None]

    batch = batch_of(aug.get(doubled), IMAGES[:4], discriminator=squares)
    values = ops.convert_to_numpy(kgl.penalties.R1Penalty(gamma=2.0)(batch))
    # D(T(x)) = Σ (2x)², whose gradient by x is 8x.
    expected = np.sum(np.square(8.0 * IMAGES[:4].astype("float64")), axis=(1, 2, 3))
    np.testing.assert_allclose(values, expected, rtol=1e-5)


def test_differences_of_scores_have_one_augmentation():
    batch = batch_of(aug.InstanceNoise(standard_deviation=5.0), IMAGES[:4], IMAGES[4:8])
    values = ops.convert_to_numpy(kgl.penalties.R1Penalty(gamma=2.0, step=0.01)(batch))
    # The slope of a mean of 16 numbers is N(0, 1/16): five deviations of it. With noise between the
    # two scores it would be 10⁴ times as much.
    assert np.all(values < 25.0 / 16)
    unchanged = kgl.penalties.ConsistencyPenalty(augmentation=identity)(batch)
    np.testing.assert_allclose(ops.convert_to_numpy(unchanged), np.zeros(4), atol=1e-6)


def test_penalties_of_samples_see_them_as_they_were():
    batch = batch_of(Raised(), IMAGES[:4], IMAGES[4:8])
    values = ops.convert_to_numpy(kgl.penalties.ReconstructionPenalty()(batch))
    expected = np.abs(IMAGES[:4] - IMAGES[4:8]).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(values, expected, rtol=1e-5)


def test_each_update_draws_anew_for_both_players():
    seen = []

    class Watched(Raised):
        def draw(self, shape, seed_generator):
            drawn = super().draw(shape, seed_generator)
            seen.append(ops.convert_to_numpy(drawn).tolist())
            return drawn

    gan = image_gan(augmentation=Watched(), discriminator_steps=2)
    seen.clear()
    for update in (gan.adversarial_step,) * (keras.backend.backend() != "jax"):
        update(IMAGES[:8])
        assert [len(each) for each in seen] == [4, 4, 4]
        assert len({value for each in seen for value in each}) == 12


def test_the_generator_learns_through_it():
    def doubled(samples):
        return 2.0 * samples

    def step(augmentation):
        keras.utils.set_random_seed(0)
        linear = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(1)])
        gan = kgl.GAN(networks()[0], linear, latent_dim=3, seed=1)
        sgd = keras.optimizers.SGD
        gan.compile(
            loss="wgan",
            discriminator_steps=1,
            generator_optimizer=sgd(1.0),
            discriminator_optimizer=sgd(0.0),
            augmentation=augmentation,
            run_eagerly=True,
        )
        before = tiny.values(gan.generator.trainable_variables)
        gan.train_on_batch(IMAGES[:8])
        after = tiny.values(gan.generator.trainable_variables)
        return [new - old for old, new in zip(before, after, strict=True)]

    for own, twice in zip(step(None), step(doubled), strict=True):
        assert np.any(own != 0.0)
        np.testing.assert_allclose(twice, 2.0 * own, rtol=1e-3, atol=1e-6)


def test_an_augmentation_that_changes_nothing_changes_nothing():
    plain = image_gan(penalties=["r1"])
    augmented = image_gan(penalties=["r1"], augmentation=identity)
    assert train(plain) == train(augmented)
    tiny.assert_same(tiny.state(plain), tiny.state(augmented))


@pytest.mark.parametrize(
    "rules",
    [
        {"reuses_fakes": True},
        {"reuses_fakes": True, "updates_simultaneously": True},
        {"fakes_per_real": 2, "penalties": [kgl.penalties.R1Penalty(every=2, fraction=0.5)]},
        {"loss": "wgan_gp", "discriminator_steps": 2},
    ],
    ids=lambda rules: "-".join(rules),
)
def test_every_schedule_plays_with_augmentation(rules):
    gan = image_gan(augmentation=adaptive(compares_pairs=True), **rules)
    before = tiny.values(gan.trainable_variables)
    history = train(gan)
    assert all(np.isfinite(values[0]) for values in history.values())
    for old, new in zip(before, tiny.values(gan.trainable_variables), strict=True):
        assert np.all(np.isfinite(new))
        assert np.any(old != new) or old.shape == (1,)


def test_measuring_does_without():
    gan = image_gan(augmentation=[Raised(), aug.Adaptive(start=1.0)], run_eagerly=True)
    plain = image_gan()
    logs = [each.evaluate(IMAGES, verbose=0, return_dict=True) for each in (gan, plain)]
    assert logs[0] == logs[1]
    assert "augmentation_probability" not in logs[0]


def test_names_layers_and_lists_are_understood_and_saved():
    for told in ("instance_noise", layers.RandomFlip(seed=1), [Raised(), identity]):
        gan = image_gan(augmentation=told)
        config = gan.get_compile_config()["augmentation"]
        assert isinstance(gan.rules.augmentation, aug.Augmentation)
        assert config["class_name"] == type(gan.rules.augmentation).__name__
    assert image_gan().get_compile_config()["augmentation"] is None


def test_a_run_is_that_of_the_same_augmentation():
    first, same, other = (
        image_gan(augmentation=aug.InstanceNoise(standard_deviation=size)).rules.description
        for size in (0.1, 0.1, 0.2)
    )
    assert first == same
    assert [name for name in first if first[name] != other[name]] == ["augmentation"]


def test_what_does_not_suit_is_refused_before_anything_changes():
    gan = image_gan(loss="hinge")
    rules = gan.rules
    cases = [
        (aug.Translation(ratio=0.1), ValueError, "Translation with ratio=0.1 is less than half"),
        (ops.round, ValueError, "round cannot be an augmentation on the "),
        (3, TypeError, "must be an object of keras_gan_losses.augmentation"),
        ("adda", ValueError, "Unknown augmentation: 'adda'. Did you mean 'ada'"),
    ]
    for told, kind, words in cases:
        with pytest.raises(kind, match=re.escape(words)):
            gan.compile(augmentation=told)
    assert gan.rules is rules
    with pytest.raises(ValueError, match=r"Flip augments images .*Received samples of shape \(2,"):
        tiny.compiled_gan(augmentation=aug.Flip())


# Where the discriminator is at its best if it cannot tell samples apart: at a sigmoid of ½, in the
# middle of hinges, and, of f-GAN's outputs, where the derivative of f at 1 is: 0 by definition of
# the divergence or by its activation, but 1 for the KL divergence. Squares of 1 and 0 meet at ½.
WITH_ZERO = {
    "acgan",
    "alpha_gan",
    "dragan",
    "hinge",
    "minimax",
    "non_saturating",
    "r1",
    "sngan",
} | {
    f"fgan_{name}"
    for name in ("gan", "jeffrey", "jensen_shannon", "neyman", "pearson", "reverse_kl")
}
WITH_ZERO |= {"fgan_squared_hellinger"}


def test_adaptive_asks_for_scores_whose_sign_tells():
    zero = aug.Adaptive(aug.InstanceNoise())
    pairs = aug.Adaptive(aug.InstanceNoise(), compares_pairs=True)
    specification = tiny.compiled_gan().specification
    for name in kgl.objectives.names():
        objective = kgl.objectives.get(name)
        check_augmentation(pairs, objective, specification)
        refused = pytest.raises(ValueError, match=r"do not change sign there.*compares_pairs=True")
        with contextlib.nullcontext() if name in WITH_ZERO else refused:
            check_augmentation(zero, objective, specification)
    smoothed = {
        "generator": kgl.losses.NonSaturatingGeneratorLoss(),
        "discriminator": kgl.losses.NonSaturatingDiscriminatorLoss(label_smoothing=0.1),
    }
    check_augmentation(zero, kgl.objectives.get(smoothed), specification)


def test_an_image_beside_the_sample_forbids_to_move_its_pixels():
    images = [keras.Input((8, 8, 1)), keras.Input((8, 8, 1))]
    scores = layers.Conv2D(1, 3)(layers.Concatenate()(images))
    gan = kgl.GAN(
        keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(1, 3, padding="same")]),
        keras.Model(images, scores),
    )
    for moving in (aug.Flip(), [aug.Cutout(), identity], aug.Adaptive()):
        with pytest.raises(
            ValueError, match=r"the condition 'condition', an image, .*moves pixels"
        ):
            gan.compile(augmentation=moving)
    gan.compile(augmentation=[aug.Cutout(), aug.Brightness(), aug.InstanceNoise()])
    # A class beside the sample fits it wherever its pixels are.
    conditional = kgl.GAN(
        *kgl.architectures.dcgan((8, 8, 1), latent_dim=4, width=2, num_classes=3), latent_dim=4
    )
    conditional.compile(augmentation=aug.Flip())
