import subprocess
import sys

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny

SERVE = """
import sys
sys.modules["keras"] = sys.modules["keras_gan_losses"] = None
import numpy as np
import tensorflow as tf

directory = sys.argv[1]
inputs = dict(np.load(directory + "/inputs.npz"))
labels = [inputs["labels"]] if "labels" in inputs else []
model = tf.saved_model.load(directory + "/generator")
number = len(inputs["latents"])
np.savez(
    directory + "/outputs.npz",
    served=model.serve(inputs["latents"], *labels),
    one=model.serve(inputs["latents"][:1], *[part[:1] for part in labels]),
    seeded=model.sample_seeded(number, 3, *labels),
    first=model.sample(number, *labels),
    second=model.sample(number, *labels),
)
assert {"serve", "sample", "sample_seeded"} <= set(model.signatures)
"""

on_torch = keras.backend.backend() == "torch"


@pytest.mark.skipif(on_torch, reason="torch cannot write a SavedModel, which is tested below")
@pytest.mark.parametrize(
    "num_classes",
    [
        pytest.param(None, marks=pytest.mark.backend("tensorflow")),
        pytest.param(3, marks=pytest.mark.backend("jax")),
    ],
)
def test_a_saved_model_runs_without_keras_and_samples_as_generate_does(tmp_path, num_classes):
    keras.utils.set_random_seed(5)
    sampler = kgl.latents.UniformLatents(4)
    gan = kgl.GAN(*tiny.networks(num_classes=num_classes), latent_sampler=sampler)
    latents = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
    labels = {} if num_classes is None else {"labels": np.arange(6, dtype="int32") % num_classes}
    np.savez(tmp_path / "inputs.npz", latents=latents, **labels)
    gan.export(str(tmp_path / "generator"))
    subprocess.run([sys.executable, "-c", SERVE, str(tmp_path)], check=True)
    outputs = np.load(tmp_path / "outputs.npz")
    expected = gan.predict([latents, *labels.values()] if labels else latents, verbose=0)
    np.testing.assert_allclose(outputs["served"], expected, atol=1e-6)
    np.testing.assert_allclose(outputs["one"], expected[:1], atol=1e-6)
    generated = gan.generate(6, labels.get("labels"), seed=3)
    np.testing.assert_allclose(outputs["seeded"], generated, atol=1e-6)
    assert np.abs(outputs["first"] - outputs["second"]).max() > 1e-3


@pytest.mark.skipif(on_torch, reason="torch cannot write a SavedModel, which is tested below")
@pytest.mark.backend("tensorflow")
def test_a_saved_model_takes_conditions_by_their_names(tmp_path):
    import tensorflow as tf

    inputs = {name: keras.Input((2,), name=name) for name in ("latents", "text", "mask")}
    samples = keras.layers.Dense(2)(keras.layers.Concatenate()(list(inputs.values())))
    gan = kgl.GAN(keras.Model(inputs, samples), tiny.networks()[1], latent_dim=2)
    gan.export(str(tmp_path / "generator"))
    signatures = tf.saved_model.load(str(tmp_path / "generator")).signatures
    rows = {name: np.random.default_rng(0).normal(size=(3, 2)) for name in inputs}
    values = {name: tf.constant(each, "float32") for name, each in rows.items()}
    (served,) = signatures["serve"](**values).values()
    np.testing.assert_allclose(served, gan.predict(rows, verbose=0), atol=1e-6)
    conditions = {name: values[name] for name in ("text", "mask")}
    numbers = {"n": tf.constant(3), "seed": tf.constant(5)}
    (seeded,) = signatures["sample_seeded"](**numbers, **conditions).values()
    np.testing.assert_allclose(seeded, gan.generate(3, conditions, seed=5), atol=1e-6)


@pytest.mark.skipif(on_torch, reason="torch cannot write a SavedModel, which is tested below")
@pytest.mark.backend("jax")
def test_a_generator_of_a_condition_alone_serves(tmp_path):
    import tensorflow as tf

    image = keras.Input((2,))
    gan = kgl.GAN(keras.Model(image, keras.layers.Dense(2)(image)), tiny.networks()[1])
    gan.export(str(tmp_path / "generator"))
    loaded = tf.saved_model.load(str(tmp_path / "generator"))
    assert "sample" not in loaded.signatures
    np.testing.assert_allclose(
        loaded.serve(tiny.samples(3)), gan.predict(tiny.samples(3), verbose=0), atol=1e-6
    )


@pytest.mark.skipif(not on_torch, reason="only torch lacks the format")
def test_torch_says_how_to_write_a_saved_model(tmp_path):
    gan = kgl.GAN(*tiny.networks(), latent_dim=4)
    with pytest.raises(ValueError, match=r"KERAS_BACKEND=tensorflow.*format='onnx'"):
        gan.export(str(tmp_path / "generator"))


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="Keras writes both formats best on TensorFlow"
)
@pytest.mark.filterwarnings("ignore")
def test_onnx_and_litert_give_the_generators_values(tmp_path):
    import onnxruntime
    import tensorflow as tf

    gan = kgl.GAN(*tiny.networks(), latent_dim=4)
    latents = np.random.default_rng(0).normal(size=(1, 4)).astype("float32")
    expected = gan.predict(latents, verbose=0)

    gan.export(str(tmp_path / "generator.onnx"), format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(str(tmp_path / "generator.onnx"))
    (served,) = session.run(None, {session.get_inputs()[0].name: latents})
    np.testing.assert_allclose(served, expected, atol=1e-6)

    gan.export(str(tmp_path / "generator.tflite"), format="litert", verbose=False)
    interpreter = tf.lite.Interpreter(str(tmp_path / "generator.tflite"))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], latents)
    interpreter.invoke()
    served = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(served, expected, atol=1e-6)
