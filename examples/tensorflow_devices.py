"""One process, several devices: TensorFlow's MirroredStrategy.

    python examples/tensorflow_devices.py

trains on all GPUs of this machine; without several it divides the CPU into two devices, to show
that it works. Networks, GAN and `compile` stand inside of the strategy's scope, which is all that
changes. `batch_size` is what all devices see together, so that the same settings train the same
model on any number of them; batch normalisation alone sees the samples of its own device. See
docs/distributed.md.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"


def main():
    import tensorflow as tf
    from helpers import digits_game

    options = digits_game.parse_options("Train a GAN on all devices of this machine.")
    strategy = tf.distribute.MirroredStrategy(devices())
    print(f"Training on {strategy.num_replicas_in_sync} devices")
    with strategy.scope():
        gan = digits_game.compiled_gan()
    digits_game.train(gan, options)
    digits_game.write(gan, options)


def devices():
    """All GPUs, or two halves of the CPU."""
    import tensorflow as tf

    if len(tf.config.list_physical_devices("GPU")) > 1:
        return None
    cpu = tf.config.list_physical_devices("CPU")[0]
    half = tf.config.LogicalDeviceConfiguration()
    tf.config.set_logical_device_configuration(cpu, [half, half])
    return ["CPU:0", "CPU:1"]


if __name__ == "__main__":
    main()
