"""Plays games on one device, several devices or several processes: `python … OUT LAYOUT GAMES`.

The layouts are `one`, `devices` (two in one process) and `processes` (two, each of which is told
its number in RANK, and the first one's address in ADDRESS). Every layout sees the same global
batches, and writes to the folder OUT what training leaves behind and logs.
"""

import contextlib
import os
import pathlib
import sys
import time

import keras
import numpy as np
from keras import layers, ops
from keras.optimizers.schedules import ExponentialDecay

import keras_gan_losses as kgl
from tests import tiny

NUM_DEVICES, BATCH_SIZE, NUM_ROUNDS = 2, 8, 2
BACKEND = keras.backend.backend()
RANK = int(os.environ.get("RANK", "0"))


def connect(layout):
    """Function that gives the context in which models are built for the layout."""
    if layout == "one":
        return contextlib.nullcontext
    if BACKEND == "tensorflow":
        return _tensorflow_strategy(layout).scope
    if BACKEND == "torch":
        import torch.distributed

        address = f"tcp://{os.environ['ADDRESS']}"
        torch.distributed.init_process_group(
            "gloo", init_method=address, rank=RANK, world_size=NUM_DEVICES
        )
        return contextlib.nullcontext
    if layout == "processes":
        keras.distribution.initialize(os.environ["ADDRESS"], NUM_DEVICES, RANK)
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    return contextlib.nullcontext


def _tensorflow_strategy(layout):
    import tensorflow as tf

    if layout == "processes":
        return tf.distribute.MultiWorkerMirroredStrategy()
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0],
        [tf.config.LogicalDeviceConfiguration()] * NUM_DEVICES,
    )
    return tf.distribute.MirroredStrategy([f"CPU:{index}" for index in range(NUM_DEVICES)])


def networks(labels, *, is_normalized):
    """A generator and a discriminator with all the outputs that penalties ask for."""
    latents = keras.Input((4,))
    inputs, joined = latents, latents
    if labels is not None:
        classes = keras.Input((), dtype="int32")
        inputs = [latents, classes]
        joined = layers.Concatenate()([latents, layers.Embedding(3, 3)(classes)])
    hidden = layers.Dense(8, activation="tanh")(joined)
    if is_normalized:
        hidden = layers.BatchNormalization(synchronized=BACKEND == "tensorflow")(hidden)
    samples = keras.Input((2,))
    dense = layers.Dense(8, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.01))
    features = kgl.layers.SpectralNormalization(dense)(samples)
    outputs = {"scores": layers.Dense(1)(features), "features": features}
    if labels is not None:
        outputs["class_logits"] = layers.Dense(3)(features)
    made = layers.Dense(2, name="made")(hidden)
    return keras.Model(inputs, made), keras.Model(samples, outputs)


def losses(generator, discriminator):
    return {"loss": {"generator": generator, "discriminator": discriminator}}


def game(name):
    """Arguments of `compile`."""
    p = kgl.penalties
    every_penalty = [
        p.GradientPenalty(),
        p.R1Penalty(gamma=1.0, every=2),
        p.R2Penalty(gamma=1.0),
        p.LeCamPenalty(decay=0.9, every=2),
        p.DraganPenalty(),
        p.DraganPenalty(noise="symmetric", every=2, name="symmetric"),
        p.DraganPenalty(noise="normal", name="normal"),
        p.LatentConsistencyPenalty(),
        p.LatentDiversityPenalty(),
        p.FeatureMatchingPenalty(),
        p.MaximumMeanDiscrepancyPenalty(bandwidths=[0.5, 1.0]),
        p.ModeSeekingPenalty(weight=0.1),
        p.PathLengthPenalty(),
        p.PullingAwayPenalty(weight=10.0),
    ]
    own = {
        "normalized": {"loss": "hinge"},
        "every_penalty": {"loss": "hinge", "penalties": every_penalty},
        # Statistics of the whole batch, turns, a moving state and past samples in one.
        "of_all_kinds": {
            "loss": "rasgan",
            "discriminator_steps": 2,
            "fake_pool": 10,
            "augmentation": [
                kgl.augmentation.Adaptive(
                    kgl.augmentation.InstanceNoise(),
                    start=0.5,
                    num_samples=100,
                    every=1,
                    compares_pairs=True,
                ),
                kgl.augmentation.InstanceNoise(schedule=ExponentialDecay(1.0, 2, 0.5)),
            ],
            "penalties": [p.R1Penalty(gamma=1.0, every=2), p.LeCamPenalty(decay=0.9)],
        },
        "two_updates": {"loss": "wgan_gp", "discriminator_steps": 2},
        "simultaneous": {"loss": "rahinge", "updates_simultaneously": True},
        "more_fakes": {"loss": "hinge", "fakes_per_real": 2},
        "adaptive": {
            "loss": "hinge",
            "penalties": [p.FeatureMatchingPenalty(name="matching"), p.LatentDiversityPenalty()],
            "adversarial_weight": kgl.AdaptiveWeight(layer="made", of="matching"),
        },
        "sum": losses(
            kgl.losses.HingeGeneratorLoss(reduction="sum"),
            kgl.losses.HingeDiscriminatorLoss(reduction="sum"),
        ),
        "top_k": losses(
            kgl.losses.TopKGeneratorLoss(kgl.losses.HingeGeneratorLoss(), decay=0.7),
            kgl.losses.HingeDiscriminatorLoss(),
        ),
    }
    return {"discriminator_steps": 1, **own.get(name, {"loss": name})}


def own_part(values, steps, layout):
    """What this process hands to `fit`, so that every update sees the same samples anywhere."""
    if layout == "one" or values is None:
        return values
    size, shape = BATCH_SIZE // NUM_DEVICES, values.shape[1:]
    by_device = values.reshape((-1, steps, NUM_DEVICES, size, *shape)).swapaxes(1, 2)
    if layout == "processes" and BACKEND != "tensorflow":
        by_device = by_device[:, RANK]
    return by_device.reshape((-1, *shape))


def play(name, layout, scope):
    """A trained GAN, and its state and logs after some rounds."""
    keras.utils.set_random_seed(0)
    with scope():
        arguments = game(name)
    steps = arguments["discriminator_steps"]
    num_samples = BATCH_SIZE * steps * NUM_ROUNDS
    samples = tiny.samples(num_samples)
    labels = np.arange(num_samples) % 3 if name == "acgan" else None
    with scope():
        # On torch batch normalisation sees its own process's samples alone.
        is_normalized = BACKEND != "torch" or name == "normalized"
        gan = kgl.GAN(*networks(labels, is_normalized=is_normalized), latent_dim=4, seed=1)
        optimizer = keras.optimizers.Adam(1e-2, 0.5, 0.9, epsilon=1e-3)
        gan.compile(optimizer=optimizer, **arguments)
    x, y = own_part(samples, steps, layout), own_part(labels, steps, layout)
    size = BATCH_SIZE * len(x) // num_samples
    fitted = gan.fit(x, y, batch_size=size, shuffle=False, verbose=0)
    x, y = own_part(samples, 1, layout), own_part(labels, 1, layout)
    logs = gan.evaluate(x, y, batch_size=size, return_dict=True, verbose=0)
    results = {f"variable {index}": value for index, value in enumerate(tiny.state(gan))}
    results |= {f"log {key}": value[0] for key, value in fitted.history.items()}
    results |= {f"evaluation {key}": value for key, value in logs.items()}
    return gan, results | {"generated": gan.generate(5, None if y is None else 0, seed=0)}


def save_and_load(gan, folder, scope):
    """State after loading what the chief saved, where every process asked to save."""
    saved, weights, mark = (folder / name for name in ("gan.keras", "gan.weights.h5", "saved"))
    own = folder / f"by_{RANK}.keras"
    gan.save(own)
    gan.save(saved)
    gan.save_weights(weights)
    if RANK == 0:
        mark.touch()
    end = time.monotonic() + 60.0
    while not mark.exists() and time.monotonic() < end:
        time.sleep(0.1)
    with scope():
        loaded = keras.saving.load_model(saved)
        state = tiny.state(loaded)
        loaded.seed_generator.state.assign([0, 0])
        loaded.generator.trainable_variables[0].assign(ops.zeros((4, 8)))
        loaded.load_weights(weights)
    return {"whole": state, "weights": tiny.state(loaded), "is_saved": own.exists()}


def main(folder, layout, *names):
    scope = connect(layout)
    everything = {}
    for name in names:
        gan, results = play(name, layout, scope)
        everything |= {f"{name}/{key}": ops.convert_to_numpy(v) for key, v in results.items()}
    loaded = save_and_load(gan, folder, scope)
    for kind in ("whole", "weights"):
        tiny.assert_same(loaded[kind], tiny.state(gan))
    np.savez(folder / f"{RANK}.npz", is_saved=loaded["is_saved"], **everything)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), *sys.argv[2:])
