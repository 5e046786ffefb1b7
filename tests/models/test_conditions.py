"""Games of every shape of input: conditions alone, several by name, of one network only."""

import keras
import numpy as np
import pytest
from keras import layers

import keras_gan_losses as kgl
from tests import tiny
from tests.feeding import kinds

SHAPE = (8, 8, 1)
SAMPLES = np.random.default_rng(0).uniform(-1, 1, (24, *SHAPE)).astype("float32")
MASKS = (SAMPLES > 0.0).astype("float32")
LABELS = np.arange(24, dtype="int32") % 3


def translator(condition_shape=SHAPE):
    """A generator that takes an image alone."""
    image = keras.Input(condition_shape)
    return keras.Model(image, layers.Conv2D(1, 3, padding="same", activation="tanh")(image))


def scored(*images):
    joined = layers.Concatenate()(list(images)) if len(images) > 1 else images[0]
    return layers.Conv2D(1, 3, strides=2)(layers.Conv2D(4, 3, strides=2, activation="relu")(joined))


def paired_discriminator():
    images = [keras.Input(SHAPE), keras.Input(SHAPE)]
    return keras.Model(images, scored(*images))


def of_labels(labels):
    return layers.Reshape(SHAPE)(layers.Embedding(3, 64)(labels))


def named_networks():
    """A generator from latents, a mask and a class, and a discriminator of sample and mask."""
    inputs = {
        "latents": keras.Input((4,), name="latents"),
        "mask": keras.Input(SHAPE, name="mask"),
        "label": keras.Input((), dtype="int32", name="label"),
    }
    noise = layers.Reshape(SHAPE)(layers.Dense(64)(inputs["latents"]))
    joined = layers.Concatenate()([noise, inputs["mask"], of_labels(inputs["label"])])
    generator = keras.Model(inputs, layers.Conv2D(1, 3, padding="same")(joined))
    judged = {name: keras.Input(SHAPE, name=name) for name in ("sample", "mask")}
    return generator, keras.Model(judged, scored(*judged.values()))


def translating_gan(**kwargs):
    keras.utils.set_random_seed(0)
    gan = kgl.GAN(translator(), paired_discriminator(), seed=0)
    gan.compile(loss="lsgan", **kwargs)
    return gan


def named_gan(**kwargs):
    keras.utils.set_random_seed(0)
    gan = kgl.GAN(*named_networks(), latent_dim=4, seed=0)
    gan.compile(loss="lsgan", **kwargs)
    return gan


NAMED = {"mask": MASKS, "label": LABELS}
GAMES = {"a condition alone": (translating_gan, MASKS), "conditions by name": (named_gan, NAMED)}


@pytest.fixture(params=GAMES, ids=lambda name: name.replace(" ", "-"))
def game(request):
    return GAMES[request.param]


def fit(gan, condition, **kwargs):
    return gan.fit(SAMPLES, condition, batch_size=8, verbose=0, **kwargs)


def test_a_game_trains_and_goes_on_to_the_bit_after_loading(game, tmp_path):
    make, condition = game
    gan = make(run_eagerly=keras.backend.backend() != "jax")
    before = tiny.values(gan.trainable_variables)
    fit(gan, condition, shuffle=False)
    for old, new in zip(before, tiny.values(gan.trainable_variables), strict=True):
        assert not np.array_equal(old, new)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for one in (gan, loaded):
        fit(one, condition, shuffle=False)
    tiny.assert_same(tiny.state(gan), tiny.state(loaded))


def test_the_generator_sees_its_condition_and_metrics_have_samples_of_it(game):
    make, condition = game
    gan = make(metrics=[kgl.metrics.FrechetDistance(name="distance")], run_eagerly=True)
    first = keras.tree.map_structure(lambda part: part[:5], condition)
    samples = gan.generate(5, first, seed=0)
    assert samples.shape == (5, *SHAPE)
    other = keras.tree.map_structure(lambda part: part[5:10], condition)
    assert not np.array_equal(samples, gan.generate(5, other, seed=0))
    logs = gan.evaluate(SAMPLES, condition, batch_size=8, verbose=0, return_dict=True)
    assert np.isfinite(logs["distance"])
    measured = gan.measure(SAMPLES, condition, metrics=[kgl.metrics.FrechetDistance()])
    assert measured["frechet_distance"] == pytest.approx(logs["distance"], rel=1e-5)


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_of_data_gives_named_conditions(kind):
    gan = named_gan(run_eagerly=True)
    # Of some kinds only reading tells how long they are.
    data = kinds.made(kind, SAMPLES, NAMED)
    gan.fit(*data, batch_size=8, steps_per_epoch=3, verbose=0, shuffle=False)
    other = named_gan(run_eagerly=True)
    fit(other, NAMED, shuffle=False)
    tiny.assert_same(tiny.state(gan), tiny.state(other))


def test_samples_and_condition_may_be_told_in_words():
    gans = [translating_gan(run_eagerly=True) for _ in range(2)]
    fit(gans[0], MASKS, shuffle=False)
    words = {"sample": SAMPLES, "condition": MASKS}
    gans[1].fit(words, batch_size=8, verbose=0, shuffle=False)
    tiny.assert_same(*map(tiny.state, gans))


@pytest.mark.backend("any")
def test_fit_says_once_which_of_two_images_it_took_for_what(capsys):
    gan = translating_gan(run_eagerly=True)
    for _ in range(2):
        gan.fit(SAMPLES, MASKS, batch_size=24, verbose=2)
    assert capsys.readouterr().out.count("x is what the generator imitates") == 1
    gan = translating_gan(run_eagerly=True)
    gan.fit({"sample": SAMPLES, "condition": MASKS}, batch_size=24, verbose=2)
    fit(gan, MASKS)
    assert "imitates" not in capsys.readouterr().out


def test_one_network_may_be_conditional_alone():
    conditional, judging = tiny.networks(num_classes=3)
    generator, discriminator = tiny.networks()
    samples, labels = tiny.samples(24), LABELS
    for pair in ((conditional, discriminator), (generator, judging)):
        gan = kgl.GAN(*pair, latent_dim=4)
        gan.compile(run_eagerly=True)
        gan.fit(samples, labels, verbose=0)
        assert np.isfinite(gan.evaluate(samples, labels, verbose=0)).all()
    assert kgl.GAN(conditional, discriminator, latent_dim=4).generate(2, 1).shape == (2, 2)
    assert gan.generate(2).shape == (2, 2)
    with pytest.raises(ValueError, match="takes no condition"):
        gan.generate(2, 1)


def test_an_input_without_a_name_is_called_as_the_other_network_calls_it():
    mask = keras.Input(SHAPE)
    generator = keras.Model(mask, layers.Conv2D(1, 3, padding="same")(mask))
    judged = {name: keras.Input(SHAPE, name=name) for name in ("sample", "mask")}
    gan = kgl.GAN(generator, keras.Model(judged, scored(*judged.values())))
    assert list(gan.specification.parts) == ["mask"]


def test_several_positional_conditions_are_called_by_their_inputs_names():
    mask, label = keras.Input(SHAPE, name="mask"), keras.Input((), dtype="int32", name="label")
    joined = layers.Concatenate()([mask, of_labels(label)])
    generator = keras.Model([mask, label], layers.Conv2D(1, 3, padding="same")(joined))
    gan = kgl.GAN(generator, keras.Sequential([keras.Input(SHAPE), layers.Conv2D(1, 8)]))
    gan.compile(run_eagerly=True)
    fit(gan, NAMED)
    assert gan.generate(3, {"mask": MASKS[:3], "label": 0}).shape == (3, *SHAPE)


class Subclassed(keras.Model):
    """Takes what it is given, and tells nobody."""

    def __init__(self, called, **kwargs):
        super().__init__(**kwargs)
        self.called = called
        self.convolution = layers.Conv2D(1, 3, padding="same")

    def call(self, inputs):
        return self.convolution(self.called(inputs))


def test_subclassed_networks_take_what_is_told():
    generator = Subclassed(lambda inputs: inputs["mask"])
    discriminator = Subclassed(lambda inputs: inputs["sample"] * inputs["mask"])
    gan = kgl.GAN(generator, discriminator, condition_shape={"mask": SHAPE})
    gan.compile(run_eagerly=True)
    fit(gan, {"mask": MASKS})
    assert gan.generate(2, {"mask": MASKS[:2]}).shape == (2, *SHAPE)


def test_a_part_that_no_network_takes_serves_penalties(tmp_path):
    penalty = kgl.penalties.ReconstructionPenalty("sample", "target", name="pixels")
    gan = kgl.GAN(translator(), paired_discriminator(), condition_shape={"target": SHAPE})
    gan.compile(penalties=[penalty], run_eagerly=keras.backend.backend() != "jax")
    condition = {"condition": MASKS, "target": 2.0 * SAMPLES}
    expected = np.abs(gan.predict(MASKS, verbose=0) - 2.0 * SAMPLES).mean()
    history = gan.fit(SAMPLES, condition, batch_size=24, verbose=0).history
    np.testing.assert_allclose(history["pixels"], [expected], rtol=1e-4)
    assert gan.generate(2, MASKS[:2]).shape == (2, *SHAPE)
    gan.save(tmp_path / "gan.keras")
    fit(keras.saving.load_model(tmp_path / "gan.keras"), condition)
    with pytest.raises(ValueError, match=r"parts \['condition', 'target'\]"):
        fit(gan, {"condition": MASKS})


FAULTS = {
    "a part is missing": ({"mask": MASKS}, r"parts \['label', 'mask'\]. Received: \['mask'\]"),
    "a part is unknown": ({**NAMED, "text": LABELS}, r"Received: \['label', 'mask', 'text'\]"),
    "one tensor": (MASKS, r"several conditions: 'mask' .* Give a dictionary"),
    "a tuple": ((MASKS, LABELS), "Several arrays came where one was expected"),
    "fewer rows": ({"mask": MASKS[:9], "label": LABELS}, "'mask': .*one condition for each sample"),
    "another shape": ({"mask": MASKS[:, 1:], "label": LABELS}, r"'mask': .*\(8, 8, 1\) each"),
    "no such class": ({"mask": MASKS, "label": LABELS + 1}, "'label': .*Received the label 3"),
    "not finite": ({"mask": MASKS * np.nan, "label": LABELS}, "'mask': .*NaN or infinite"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_conditions_are_refused_by_name_and_change_nothing(fault):
    condition, message = FAULTS[fault]
    gan = named_gan(run_eagerly=True)
    before = tiny.state(gan)
    with pytest.raises(ValueError, match=message):
        fit(gan, condition)
    tiny.assert_same(before, tiny.state(gan))


def test_networks_that_disagree_about_a_part_are_refused():
    _, discriminator = named_networks()
    image = {"mask": keras.Input((4, 4, 1), name="mask")}
    generator = keras.Model(image, layers.UpSampling2D()(image["mask"]))
    with pytest.raises(ValueError, match=r"'mask', so it must have one shape.*\(4, 4, 1\) in the"):
        kgl.GAN(generator, discriminator)


def test_a_penalty_on_latents_is_refused_where_there_are_none():
    with pytest.raises(ValueError, match="'mode_seeking_penalty' compares samples of different"):
        translating_gan(penalties=[kgl.penalties.ModeSeekingPenalty()])


@pytest.mark.backend("any")
def test_pictures_and_monitors_take_images_as_conditions(tmp_path):
    gan = translating_gan(run_eagerly=True)
    pictures = kgl.callbacks.SamplePictures(tmp_path, condition=MASKS[:2])
    monitor = kgl.callbacks.CollapseMonitor(SAMPLES, condition=MASKS)
    history = fit(gan, MASKS, callbacks=[pictures, monitor]).history
    assert (tmp_path / "round_00000003.png").exists()
    assert history["diversity"][0] > 0.0


@pytest.mark.backend("any")
def test_an_averaged_generator_of_a_condition_makes_the_samples():
    gan = translating_gan(average=kgl.GeneratorAverage(half_life=10.0), run_eagerly=True)
    fit(gan, MASKS)
    expected = gan.averaged_generator.predict(MASKS[:2], verbose=0)
    np.testing.assert_array_equal(gan.generate(2, MASKS[:2]), expected)
