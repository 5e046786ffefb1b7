import errno
import os
import pathlib
import shutil
import sys

import keras
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import keras_gan_losses as kgl
from keras_gan_losses.callbacks import SamplePictures
from tests import tiny
from tests.callbacks import training


class Brightness(keras.layers.Layer):
    """Images all pixels of which are one weight of the layer, or the label."""

    def build(self, input_shape=None):
        self.value = self.add_weight(shape=(), initializer="zeros", name="value")

    def call(self, inputs):
        if isinstance(inputs, list):
            latents, labels = inputs
            level = keras.ops.cast(labels, "float32")
        else:
            latents, level = inputs, 0.0
        shape = (keras.ops.shape(latents)[0], 1, 1, 1)
        level = keras.ops.reshape(level + 0.0 * latents[:, 0] + self.value, shape)
        return keras.ops.tile(level, (1, 4, 4, 1))


def image_gan(num_classes=None, activation=None):
    latents = keras.Input((2,))
    inputs = [latents, keras.Input((), dtype="int32")] if num_classes else latents
    images = keras.Input((4, 4, 1))
    scored = [images, keras.Input((), dtype="int32")] if num_classes else images
    hidden = keras.layers.Flatten()(images)
    gan = kgl.GAN(
        keras.Model(inputs, keras.layers.Activation(activation)(Brightness()(inputs))),
        keras.Model(scored, keras.layers.Dense(1)(hidden)),
        latent_dim=2,
    )
    gan.compile(optimizer=keras.optimizers.SGD(0.0))
    return gan


def fit_images(gan, *callbacks, labels=None, epochs=1):
    images = np.zeros((8, 4, 4, 1), "float32")
    gan.fit(images, labels, batch_size=4, epochs=epochs, verbose=0, callbacks=list(callbacks))


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def size_and_frames(path):
    with Image.open(path) as image:
        return image.size, image.n_frames


def pixels_of(path, mode="RGB"):
    with Image.open(path) as image:
        return np.asarray(image.convert(mode)).astype(int)


def grey_shares(path):
    """How much of a picture has each grey value, for the most frequent ones."""
    values, counts = np.unique(pixels_of(path, "L"), return_counts=True)
    return dict(zip(values.tolist(), (counts / counts.sum()).tolist(), strict=True))


def test_pictures_are_numbered_by_rounds_over_two_trainings(tmp_path):
    gan = image_gan()
    pictures = SamplePictures(tmp_path, num_samples=4, every=2)
    fit_images(gan, pictures, epochs=3)
    assert files(tmp_path) == ["round_00000004.png", "samples.gif"]
    fit_images(gan, pictures, epochs=2)
    assert files(tmp_path) == ["round_00000004.png", "round_00000010.png", "samples.gif"]
    # The titles differ, so that no frame is left out.
    assert size_and_frames(tmp_path / "samples.gif")[1] == 2


def test_images_have_the_brightness_of_their_range(tmp_path):
    gan = image_gan()
    gan.generator.layers[-2].value.assign(0.2)
    # 0.2 of [-1, 1] is 60 percent of white, of [0, 1] 20 percent.
    for value_range, grey in (((-1.0, 1.0), 0.6), ((0.0, 1.0), 0.2)):
        fit_images(gan, SamplePictures(tmp_path, value_range=value_range))
        newest = max(tmp_path.glob("*.png"))
        shares = grey_shares(newest)
        assert sum(shares.get(round(255 * grey) + near, 0.0) for near in (-1, 0, 1)) > 0.5


def test_black_of_a_generator_that_ends_in_a_sigmoid_is_its_lowest_value(tmp_path):
    gan = image_gan(activation="sigmoid")
    gan.generator.layers[-2].value.assign(-20.0)
    fit_images(gan, SamplePictures(tmp_path))
    shares = grey_shares(max(tmp_path.glob("*.png")))
    assert shares.get(0, 0.0) > 0.5


def test_a_conditional_generator_has_a_row_for_each_label(tmp_path):
    gan = image_gan(num_classes=2)
    pictures = SamplePictures(tmp_path, condition=[0, 1], num_samples=6, value_range=(0.0, 1.0))
    fit_images(gan, pictures, labels=np.zeros(8, "int32"))
    picture = pixels_of(max(tmp_path.glob("*.png")), "L")
    upper, lower = np.array_split(picture[40:], 2)
    assert (upper == 0).mean() > 0.5
    assert (lower == 255).mean() > 0.5


def test_classes_have_a_row_each_without_being_named(tmp_path):
    folders = [tmp_path / "named", tmp_path / "unnamed"]
    for folder, condition in zip(folders, ([0, 1, 2, 3], None), strict=True):
        keras.utils.set_random_seed(0)
        gan = kgl.GAN(*kgl.architectures.dcgan((8, 8, 1), 2, width=2, num_classes=4), latent_dim=2)
        gan.compile(run_eagerly=True)
        pictures = SamplePictures(folder, condition=condition, num_samples=8)
        gan.fit(np.zeros((4, 8, 8, 1)), np.arange(4), callbacks=[pictures], verbose=0)
    first, second = (pixels_of(max(folder.glob("*.png"))) for folder in folders)
    np.testing.assert_array_equal(first, second)


class Asked(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.rows = self.model.condition_examples(2)


def translating_gan():
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    gan = kgl.GAN(generator, tiny.networks()[1], condition_shape={"condition": (2,)})
    gan.compile(run_eagerly=True)
    return gan


def test_conditions_to_draw_come_from_the_data():
    gan, asked = translating_gan(), Asked()
    given, held_out = tiny.samples(8, seed=1), tiny.samples(8, seed=2)
    options = {"batch_size": 4, "shuffle": False, "verbose": 0, "callbacks": [asked]}
    assert gan.condition_examples() is None
    gan.fit(tiny.samples(8), given, **options)
    np.testing.assert_array_equal(asked.rows, given[:2])
    gan.fit(tiny.samples(8), given, validation_data=(tiny.samples(8), held_out), **options)
    np.testing.assert_array_equal(asked.rows, held_out[:2])
    assert gan.condition_examples() is None


def test_conditions_of_data_that_can_be_read_once_must_be_given(tmp_path):
    batches = ((tiny.samples(4), tiny.samples(4)) for _ in range(2))
    with pytest.raises(ValueError, match="is conditional: give what stands for"):
        translating_gan().fit(
            batches, steps_per_epoch=2, verbose=0, callbacks=[SamplePictures(tmp_path)]
        )


def orange_points(path):
    """How many pixels have the colour of generated points, below the title and over the legend."""
    pixels = pixels_of(path)[60:500]
    return int((pixels[..., 0] - pixels[..., 2] > 80).sum())


def test_points_are_drawn_over_real_ones_on_the_scale_of_the_data(tmp_path):
    ring = kgl.datasets.ring(200)
    gan = kgl.GAN(*kgl.architectures.mlp((2,), 2, hidden_units=(4,)), latent_dim=2)
    gan.compile(optimizer=keras.optimizers.SGD(0.0))
    pictures = SamplePictures(tmp_path, real=ring, num_samples=50)
    training.fit(gan, [pictures], epochs=1, samples=ring.samples[:16])
    inside = max(tmp_path.glob("*.png"))
    assert orange_points(inside) > 20
    gan.generator.weights[-1].assign([50.0, 0.0])
    training.fit(gan, [pictures], epochs=1, samples=ring.samples[:16])
    assert orange_points(max(tmp_path.glob("*.png"))) == 0
    assert size_and_frames(tmp_path / "samples.gif") == (size_and_frames(inside)[0], 2)


def test_the_same_latents_are_drawn_each_time_and_other_seeds_draw_others(tmp_path):
    gan = tiny.compiled_gan(optimizer=keras.optimizers.SGD(0.0))
    for name, seed in (("first", 0), ("second", 0), ("other", 1)):
        training.fit(gan, [SamplePictures(tmp_path / name, seed=seed, num_samples=9)], epochs=1)
    # The titles differ, which count rounds.
    first, second, other = (
        pixels_of(next((tmp_path / name).glob("*.png")))[60:]
        for name in ("first", "second", "other")
    )
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_pictures_are_written_for_tensorboard(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    gan = image_gan()
    pictures = SamplePictures(tmp_path / "pictures", log_directory=tmp_path / "board")
    fit_images(gan, pictures, epochs=2)
    fit_images(gan, pictures)
    written = []
    for path in (tmp_path / "board").iterdir():
        events = EventAccumulator(str(path))
        events.Reload()
        written += events.Images("samples")
    assert sorted(image.step for image in written) == [2, 4, 6]
    first = min(written, key=lambda image: image.step)
    picture = tmp_path / "pictures" / "round_00000002.png"
    assert first.encoded_image_string == picture.read_bytes()
    assert (first.width, first.height) == size_and_frames(picture)[0]


def test_training_is_left_alone_to_the_bit(tmp_path):
    training.assert_leaves_training_alone(lambda: [SamplePictures(tmp_path, num_samples=20)])
    assert len(files(tmp_path)) == 5


def refused(callback, gan, match, error=ValueError, **kwargs):
    before = tiny.state(gan)
    with pytest.raises(error, match=match):
        gan.fit(**{"x": tiny.samples(16), "verbose": 0, "callbacks": [callback], **kwargs})
    tiny.assert_same(before, tiny.state(gan))


def test_what_cannot_be_drawn_is_refused_before_training(tmp_path):
    line = kgl.GAN(*kgl.architectures.mlp((1,), 2, hidden_units=(4,)), latent_dim=2)
    line.compile()
    refused(SamplePictures(tmp_path), line, r"of shape \(1,\)", x=np.zeros((8, 1), "float32"))
    images = np.zeros((8, 4, 4, 1), "float32")
    refused(SamplePictures(tmp_path, real=images), image_gan(), "`real` is drawn", x=images)
    wrong_range = SamplePictures(tmp_path, value_range=(1.0, -1.0))
    refused(wrong_range, image_gan(), "`value_range`", x=images)
    wrong_points = SamplePictures(tmp_path, real=np.zeros((4, 3)))
    refused(wrong_points, tiny.compiled_gan(), r"`real` must have the shape \(n, 2\)")


def test_labels_that_do_not_suit_the_generator_are_refused_before_training(tmp_path):
    gan = tiny.compiled_gan()
    refused(SamplePictures(tmp_path, condition=[0, 1]), gan, "has none")
    gan = tiny.compiled_gan(num_classes=3)
    labels = np.zeros(16, "int32")
    uneven = SamplePictures(tmp_path, condition=[0, 1, 2], num_samples=7)
    refused(uneven, gan, r"num_samples=7 with 3 conditions. Use 24", y=labels)


def test_a_folder_that_cannot_be_written_to_is_refused_before_training(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    gan = tiny.compiled_gan()
    refused(SamplePictures(file), gan, "`directory` must be a folder")
    board = SamplePictures(tmp_path, log_directory=file)
    refused(board, gan, "`log_directory` must be a folder")


def test_a_missing_tensorboard_is_told_before_training(tmp_path, monkeypatch):
    module = "tensorboard.summary.writer.event_file_writer"
    monkeypatch.setitem(sys.modules, module, None)
    callback = SamplePictures(tmp_path, log_directory=tmp_path / "board")
    refused(callback, tiny.compiled_gan(), "pip install tensorboard", error=ImportError)


@pytest.mark.parametrize("name", ["num_samples", "every", "seed"])
def test_counts_that_are_none_are_refused(name):
    with pytest.raises(ValueError, match=rf"Received: {name}=-1"):
        SamplePictures(pathlib.Path("unused"), **{name: -1})
    assert not pathlib.Path("unused").exists()


def test_a_folder_that_is_deleted_costs_pictures_and_no_training(tmp_path):
    class Delete(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                shutil.rmtree(tmp_path / "pictures")

    gan, folder = image_gan(), tmp_path / "pictures"
    with pytest.warns(UserWarning, match=r"No such file.*Training goes on") as said:
        fit_images(gan, SamplePictures(folder), Delete(), epochs=3)
    assert gan.history.epoch == [0, 1, 2]
    assert sum("could not be written" in str(each.message) for each in said) == 2


def test_a_picture_that_a_full_disk_refuses_is_left_out_of_the_animation(tmp_path, monkeypatch):
    save, calls = Figure.savefig, []

    def save_unless_full(figure, path, **options):
        calls.append(path)
        if len(calls) == 2:
            pathlib.Path(path).write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        save(figure, path, **options)

    monkeypatch.setattr(Figure, "savefig", save_unless_full)
    with pytest.warns(UserWarning, match="No space left.*Make room"):
        fit_images(image_gan(), SamplePictures(tmp_path), epochs=3)
    assert len(files(tmp_path)) == 3
    assert size_and_frames(tmp_path / "samples.gif")[1] == 2
