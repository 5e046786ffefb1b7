"""Asks several devices for what they cannot do, and writes what they say: `python … OUT LAYOUT`."""

import json
import pathlib
import sys

import keras

import keras_gan_losses as kgl
from tests import tiny
from tests.integration.play_on_devices import BACKEND, RANK, connect


class ScalarLoss(keras.losses.Loss):
    """Gives one number for a batch."""

    def call(self, real_scores, fake_scores):
        return keras.ops.mean(fake_scores - real_scores)


def said_by(function):
    """Message of the error that a function raises; empty if it does not."""
    try:
        function()
    except ValueError as error:
        return str(error)
    return ""


def tf_data(size):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(tiny.samples(16)).batch(size)


def misplaced(scope):
    """What is said of variables that belong to no device or to too few."""
    if BACKEND == "jax":
        distribution = keras.distribution.distribution()
        keras.distribution.set_distribution(None)
        built = kgl.GAN(*tiny.networks(), latent_dim=4)
        compiled = tiny.compiled_gan()
        keras.distribution.set_distribution(distribution)
        return {
            "networks": said_by(built.compile),
            "fit": said_by(lambda: compiled.fit(tiny.samples(8), verbose=0)),
        }
    pair, objective = tiny.networks(), kgl.objectives.get("began")
    with scope():
        built = kgl.GAN(*tiny.networks(), latent_dim=4)
        elsewhere = kgl.GAN(*pair, latent_dim=4)
        networks = said_by(elsewhere.compile)
        state = said_by(lambda: built.compile(loss=objective))
    compiled = tiny.compiled_gan()
    with scope():
        fit = said_by(lambda: compiled.fit(tiny.samples(8), verbose=0))
    return {"compile": said_by(built.compile), "networks": networks, "state": state, "fit": fit}


def uneven(gan):
    """What is said of data that the devices cannot share evenly."""
    x = tiny.samples(16)
    return {
        "batch_size": said_by(lambda: gan.fit(x, batch_size=7, verbose=0)),
        "last_round": said_by(lambda: gan.fit(x[:11], batch_size=4, verbose=0)),
        "evaluate": said_by(lambda: gan.evaluate(x[:15], batch_size=4, verbose=0)),
        "validation": said_by(lambda: gan.fit(x, validation_data=x[:3], verbose=0)),
        "tf_data": said_by(lambda: gan.fit(tf_data(4), verbose=0)),
    }


def main(folder, layout):
    scope = connect(layout)
    with scope():
        gan = tiny.compiled_gan()
    start = tiny.state(gan)
    if layout == "devices":
        found = {**misplaced(scope), **uneven(gan)}
    else:
        found = {"sizes": said_by(lambda: gan.fit(tiny.samples(16 + 2 * RANK), verbose=0))}
    with scope():
        losses = {"generator": ScalarLoss(), "discriminator": ScalarLoss()}
        found["scalar"] = said_by(lambda: gan.compile(loss=losses))
    tiny.assert_same(start, tiny.state(gan))
    (folder / f"{RANK}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2])
