"""What is saved has names of its own, and is refused where it does not fit."""

import h5py
import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny


def gan_with(penalty=None, optimizer="adam", **kwargs):
    penalties = [] if penalty is None else [penalty]
    return tiny.compiled_gan(penalties=penalties, optimizer=optimizer, run_eagerly=True, **kwargs)


def train(gan):
    gan.fit(tiny.samples(16), batch_size=8, epochs=1, shuffle=False, verbose=0)


def everything(gan):
    return tiny.values(gan.state().values())


def test_names_and_their_order_do_not_depend_on_what_was_built_before():
    settings = {"average": kgl.GeneratorAverage(), "batch_normalization": True}
    first = gan_with("lecam", **settings)
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(2)])
    second = gan_with("lecam", **settings)
    assert first.generator.layers[1].name != second.generator.layers[1].name
    assert list(first.state()) == list(second.state())
    for name in (
        "generator/0/kernel",
        "average/0/samples_seen",
        "discriminator_penalty/le_cam_penalty/0/real_average",
        "optimizer/generator/2/momentum",
    ):
        assert name in first.state()


def test_every_variable_has_one_name():
    gan = gan_with("lecam", average=kgl.GeneratorAverage())
    expected = [*gan.variables, *gan.optimizer.variables, *gan.metrics_variables]
    found = list(gan.state().values())
    assert len(found) == len(expected)
    assert {id(variable) for variable in found} == {id(variable) for variable in expected}


def another_shape():
    generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6), keras.layers.Dense(2)])
    gan = kgl.GAN(generator, tiny.networks()[1], latent_dim=4)
    gan.compile(penalties=["lecam"], optimizer="adam")
    return gan


@pytest.mark.parametrize("ending", [".weights.h5", ".keras"])
@pytest.mark.parametrize(
    ("make_other", "message"),
    [
        (lambda: gan_with("path_length"), r"path_length_penalty/0/mean_length.*is missing in it"),
        (gan_with, r"le_cam_penalty/0/real_average.*there is none here"),
        (lambda: gan_with("lecam", optimizer="adamw"), r"was Adam, and is AdamW here"),
        (lambda: gan_with("lecam", average=kgl.GeneratorAverage()), r"average/0/samples_seen"),
        (another_shape, r"generator/0/kernel.*\(4, 8\) in it, and \(4, 6\) here"),
    ],
    ids=["other penalty", "no penalty", "other optimizer", "average", "shape"],
)
def test_weights_of_another_gan_are_refused_before_anything_changes(
    tmp_path, ending, make_other, message
):
    gan = gan_with("lecam")
    train(gan)
    path = tmp_path / f"gan{ending}"
    (gan.save_weights if ending == ".weights.h5" else gan.save)(path)
    other = make_other()
    before = everything(other)
    with pytest.raises(ValueError, match=f"of another GAN: .*{message}.*load before `compile`"):
        other.load_weights(path)
    tiny.assert_same(before, everything(other))


def test_networks_alone_are_taken_over_before_compile(tmp_path):
    gan = gan_with("lecam", average=kgl.GeneratorAverage())
    train(gan)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other = kgl.GAN(*tiny.networks(), latent_dim=4)
    with pytest.warns(UserWarning, match="not compiled"):
        other.load_weights(tmp_path / "gan.weights.h5")
    tiny.assert_same(
        tiny.values([*gan.generator.weights, *gan.discriminator.weights]),
        tiny.values(other.weights),
    )


def test_a_file_of_the_earlier_format_is_refused(tmp_path):
    path = tmp_path / "gan.weights.h5"
    gan = gan_with("lecam")
    gan.save_weights(path)
    with h5py.File(path, "a") as file:
        del file["vars/form"]
        file["vars/training_state_0"] = np.zeros(2)
    before = everything(gan)
    with pytest.raises(ValueError, match="has the format 1; this version reads 2"):
        gan.load_weights(path)
    tiny.assert_same(before, everything(gan))


@pytest.mark.parametrize("name", ["gan.h5", "gan.hdf5", "gan", "gan.weights.h5"])
def test_a_file_that_could_not_be_loaded_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"end in \.keras\. Received.*cannot be read again"):
        gan_with().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_an_interrupted_run_goes_on_in_the_same_process(tmp_path):
    """Where layers and optimizers have other numbers than at the first time."""

    def run(epochs, directory):
        keras.utils.set_random_seed(0)
        gan = gan_with(
            "lecam",
            generator_optimizer=keras.optimizers.Adam(1e-2),
            discriminator_optimizer=keras.optimizers.Adam(1e-2),
            optimizer=None,
            batch_normalization=True,
        )
        checkpoint = kgl.callbacks.Checkpoint(tmp_path / directory)
        gan.fit(tiny.samples(), batch_size=16, epochs=epochs, callbacks=[checkpoint], verbose=0)
        return gan

    # Another number of layers, so that the numbers differ in more than an offset.
    keras.layers.Dense(2)
    run(1, "parts")
    keras.layers.Dense(2)
    tiny.assert_same(everything(run(2, "parts")), everything(run(2, "whole")))
