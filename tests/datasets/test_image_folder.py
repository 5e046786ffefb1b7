import sys
import warnings

import numpy as np
import pytest
from PIL import Image

import keras_gan_losses as kgl
from keras_gan_losses.datasets import image_folder
from tests import tiny


def write(path, *, size=(8, 8), colour=(255, 0, 0), mode="RGB", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).convert(mode).save(path, **options)


def pixel(data, path):
    """The middle of the picture of a file."""
    row = data.paths.index(path)
    side = data.images.shape[1] // 2
    return data.images[row, side, side].tolist()


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "bmp", "tiff", "gif"])
def test_every_format_gives_its_pixels(tmp_path, ending):
    write(tmp_path / f"red.{ending}", size=(20, 14), colour=(200, 40, 90))
    data = image_folder(tmp_path, size=8)
    assert data.images.shape == (1, 8, 8, 3)
    np.testing.assert_allclose(data.images[0, 4, 4], (200, 40, 90), atol=4)


def test_batches_are_scaled_and_the_last_holds_what_is_left(tmp_path):
    for number in range(5):
        write(tmp_path / f"{number}.png", colour=(255, 0, 0))
    data = image_folder(tmp_path, batch_size=3)
    assert [len(data[index]) for index in range(data.num_batches)] == [3, 2]
    assert data[0].dtype == "float32"
    np.testing.assert_allclose(data[0][0, 0, 0], [1.0, -1.0, -1.0])


def test_grey_folders_have_one_channel_and_mixed_ones_three(tmp_path):
    write(tmp_path / "grey.png", colour=(100, 100, 100), mode="L")
    assert image_folder(tmp_path).image_shape == (8, 8, 1)
    assert image_folder(tmp_path, channels=3).image_shape == (8, 8, 3)
    write(tmp_path / "red.png")
    assert image_folder(tmp_path).image_shape == (8, 8, 3)
    assert image_folder(tmp_path, channels=1).image_shape == (8, 8, 1)


def test_transparency_is_put_on_white_and_palettes_are_colours(tmp_path):
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    write(tmp_path / "palette.png", colour=(0, 0, 255), mode="P")
    Image.new("P", (8, 8), 0).save(tmp_path / "clear.gif", transparency=0)
    data = image_folder(tmp_path)
    assert pixel(data, tmp_path / "clear.png") == [255, 255, 255]
    assert pixel(data, tmp_path / "clear.gif") == [255, 255, 255]
    assert pixel(data, tmp_path / "palette.png") == [0, 0, 255]


def test_16_bits_become_8(tmp_path):
    values = np.full((8, 8), 32768, "uint16")
    Image.fromarray(values).save(tmp_path / "deep.png")
    assert pixel(image_folder(tmp_path), tmp_path / "deep.png") == [128]


def test_pictures_are_turned_as_their_camera_was(tmp_path):
    picture = Image.new("RGB", (8, 4), "black")
    picture.paste("white", (0, 0, 4, 4))
    exif = Image.Exif()
    exif[0x0112] = 6  # To be turned by a quarter, clockwise: the left is then above.
    picture.save(tmp_path / "turned.png", exif=exif)
    data = image_folder(tmp_path, size=4, crops=False)
    assert data.images[0, 0].mean() > 250
    assert data.images[0, 3].mean() < 5


def test_long_pictures_are_cut_around_the_middle_or_squeezed(tmp_path):
    picture = Image.new("RGB", (24, 8), "black")
    picture.paste("white", (8, 0, 16, 8))
    picture.save(tmp_path / "long.png")
    assert image_folder(tmp_path, size=8).images.min() == 255
    squeezed = image_folder(tmp_path, size=8, crops=False).images
    assert squeezed[0, 4, 0].max() < 5
    assert squeezed[0, 4, 4].min() > 250


def test_folders_are_classes_however_deep_the_files_lie(tmp_path):
    write(tmp_path / "cats" / "old" / "a.png", colour=(1, 1, 1))
    write(tmp_path / "cats" / "b.png", colour=(1, 1, 1))
    write(tmp_path / "dogs" / "c.png", colour=(2, 2, 2))
    data = image_folder(tmp_path, with_labels=True)
    assert data.class_names == ["cats", "dogs"]
    images, labels = data[0]
    assert labels.dtype == "int32"
    np.testing.assert_array_equal(data.images[:, 0, 0, 0], data.labels + 1)
    np.testing.assert_allclose((images[:, 0, 0, 0] + 1.0) * 127.5, labels + 1, atol=1e-4)


def test_each_epoch_has_an_order_of_its_own_which_the_seed_decides(tmp_path):
    for number in range(20):
        write(tmp_path / f"{number:02}.png", colour=(number, 0, 0))

    def orders(seed):
        data = image_folder(tmp_path, batch_size=20, seed=seed)
        found = []
        for _ in range(2):
            found.append(((data[0][:, 0, 0, 0] + 1.0) * 127.5).round().tolist())
            data.on_epoch_end()
        return found

    first, second = orders(0)
    assert sorted(first) == sorted(second) == list(range(20))
    assert first != second
    assert orders(0) == [first, second] != orders(1)


def test_damaged_files_are_named_and_left_out_or_refused(tmp_path):
    for name in ("good", "cut"):
        noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), "uint8")
        Image.fromarray(noise).save(tmp_path / f"{name}.jpg")
    whole = (tmp_path / "cut.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.png").write_text("no picture at all")
    with pytest.warns(UserWarning, match=r"2 files are left out.*text\.png") as caught:
        data = image_folder(tmp_path, size=8)
    assert "cut.jpg" in str(caught[0].message)
    assert [path.name for path in data.paths] == ["good.jpg"]
    assert {path.name for path in data.damaged} == {"cut.jpg", "text.png"}
    with pytest.raises(ValueError, match=r"2 files cannot be used.*damaged='skip'"):
        image_folder(tmp_path, size=8, damaged="refuse")
    with pytest.raises(ValueError, match="Did you mean 'skip'"):
        image_folder(tmp_path, size=8, damaged="skp")


def test_labels_stay_with_their_pictures_when_files_are_left_out(tmp_path):
    write(tmp_path / "a" / "1.png", colour=(10, 10, 10))
    (tmp_path / "a" / "0.png").write_text("no picture")
    write(tmp_path / "b" / "1.png", colour=(20, 20, 20))
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        data = image_folder(tmp_path, with_labels=True)
    np.testing.assert_array_equal(data.images[:, 0, 0, 0], [10, 20])
    np.testing.assert_array_equal(data.labels, [0, 1])


@pytest.mark.parametrize(
    ("files", "arguments", "error", "message"),
    [
        ((), {}, ValueError, "has no pictures"),
        (("a.txt",), {}, ValueError, "has no pictures"),
        (("a.png",), {"with_labels": True}, ValueError, "a folder of its class"),
        (("a.png",), {"size": 0}, ValueError, "`size` must be"),
        (("a.png",), {"channels": 2}, ValueError, "1, 3 or None"),
        (("a.png",), {"batch_size": 0}, ValueError, "`batch_size` must be"),
        (("a.png",), {"with_labels": "yes"}, ValueError, "`with_labels` must be True or False"),
        (("a.png",), {"crops": None}, ValueError, "`crops` must be True or False"),
        (("a.png",), {"seed": "a"}, ValueError, "`seed` must be"),
    ],
)
def test_folders_and_arguments_that_do_not_serve_are_refused(
    tmp_path, files, arguments, error, message
):
    for name in files:
        if name.endswith(".png"):
            write(tmp_path / name)
        else:
            (tmp_path / name).write_text("text")
    with pytest.raises(error, match=message):
        image_folder(tmp_path, **arguments)


def test_mixed_sizes_need_one_to_be_told(tmp_path):
    write(tmp_path / "a.png", size=(8, 8))
    write(tmp_path / "b.png", size=(12, 8))
    with pytest.raises(ValueError, match=r"no squares of one size.*8×8.*size=64"):
        image_folder(tmp_path)


def test_a_folder_that_is_none_and_one_without_a_whole_picture_are_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        image_folder(tmp_path / "missing")
    (tmp_path / "only.png").write_text("text")
    with pytest.raises(ValueError, match=r"No file in .*only\.png \(no picture\)"):
        image_folder(tmp_path, size=8)


def test_what_does_not_fit_into_memory_lies_in_a_file(tmp_path, monkeypatch):
    write(tmp_path / "a.png", colour=(7, 7, 7))
    module = sys.modules["keras_gan_losses.datasets.sample_files"]
    monkeypatch.setattr(module, "_BYTES_IN_MEMORY", 10)
    data = image_folder(tmp_path)
    assert isinstance(data.images, np.memmap)
    assert pixel(data, tmp_path / "a.png") == [7, 7, 7]


@pytest.mark.backend("every")
def test_a_gan_is_trained_on_a_folder_and_resumed(tmp_path):
    for number in range(12):
        write(tmp_path / "pictures" / "ab"[number % 2] / f"{number}.png")
    data = image_folder(tmp_path / "pictures", batch_size=4, with_labels=True)
    pair = kgl.architectures.dcgan(data.image_shape, 4, width=2, num_classes=2)
    gan = kgl.GAN(*pair, latent_dim=4)
    gan.compile(run_eagerly=True)
    checkpoint = kgl.callbacks.Checkpoint(tmp_path / "run", every=1)
    gan.fit(data, epochs=1, callbacks=[checkpoint], verbose=0)
    gan.fit(data, epochs=2, callbacks=[checkpoint], verbose=0)
    assert int(tiny.values([gan.optimizer.iterations])[0]) == 6
