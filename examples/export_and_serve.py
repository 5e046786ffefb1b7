"""Exports a generator, and serves it where neither Keras nor this package can be imported.

    python examples/export_and_serve.py

trains briefly on digits, writes the folder `generator` as a SavedModel, and starts another
process that has nothing but TensorFlow. That process draws its own latents inside the model:
`sample_seeded` gives the same digits at each call, `sample` new ones. It should print that the
served digits equal those of `gan.generate`, and that two unseeded calls differ.

The TensorFlow and the JAX backend write SavedModels; torch cannot, and says so.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import keras
import numpy as np

from keras_gan_losses import GAN, architectures, datasets

SERVER = """
import sys

for module in ("keras", "keras_gan_losses"):
    sys.modules[module] = None  # importing it raises ImportError

import numpy as np
import tensorflow as tf

model = tf.saved_model.load(sys.argv[1])
generated = np.load(sys.argv[2])
served = model.sample_seeded(len(generated), 7)
print("Served digits equal generated ones:", np.allclose(served, generated, atol=1e-5))
print("Two unseeded calls differ:", not np.allclose(model.sample(4), model.sample(4)))
"""


def main():
    options = parse_options()
    keras.utils.set_random_seed(0)
    images, _ = datasets.digits()
    gan = GAN(*architectures.dcgan((8, 8, 1), 16, width=16), latent_dim=16)
    gan.compile(loss="non_saturating")
    gan.fit(images[: options.num_samples], epochs=options.epochs, batch_size=64, verbose=2)
    try:
        gan.export(options.out)
    except ValueError as error:
        sys.exit(f"No SavedModel was written. {error}")
    print(f"Wrote {options.out}")
    serve(options.out, gan.generate(8, seed=7))


def serve(saved_model, generated):
    """Loads the SavedModel in a process without Keras and compares its digits."""
    with tempfile.TemporaryDirectory() as directory:
        expected = pathlib.Path(directory) / "generated.npy"
        np.save(expected, generated)
        subprocess.run([sys.executable, "-c", SERVER, saved_model, str(expected)], check=True)


def parse_options():
    parser = argparse.ArgumentParser(description="Export a generator and serve it.")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--num-samples", type=int, default=None, help="default: all")
    parser.add_argument("--out", default="generator", help="folder of the SavedModel")
    return parser.parse_args()


if __name__ == "__main__":
    main()
