"""Several devices of one or several processes: JAX with Keras's DataParallel.

    python examples/jax_devices.py

starts two processes on this machine, of one device each, and waits for them; with `--processes 1`
it starts one, which divides the CPU into two devices. On a cluster, start the script on each
machine with Keras's own variables set, KERAS_DISTRIBUTION_PROCESS_ID and so on, and it becomes
that process: see docs/distributed.md. Each process is handed samples of its own, and its share of
the batch size.
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "jax"


def main():
    if "KERAS_DISTRIBUTION_PROCESS_ID" in os.environ:
        train()
    else:
        start_processes()


def train():
    import keras

    num_processes = int(os.environ["KERAS_DISTRIBUTION_NUM_PROCESSES"])
    part = int(os.environ["KERAS_DISTRIBUTION_PROCESS_ID"])
    if num_processes > 1:
        keras.distribution.initialize()
    # Before any layer or optimizer is made: their variables belong to all devices.
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))

    from helpers import digits_game

    options = digits_game.parse_options("Train a GAN on several devices.")
    gan = digits_game.compiled_gan()
    digits_game.train(gan, options, part=part, num_parts=num_processes)
    digits_game.write(gan, options, is_chief=part == 0)


def start_processes():
    from helpers.local_processes import free_ports, run_together

    num_processes = 2
    if "--processes" in sys.argv:
        position = sys.argv.index("--processes")
        num_processes = int(sys.argv[position + 1])
        del sys.argv[position : position + 2]
    (port,) = free_ports(1)
    common = {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{port}",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": str(num_processes),
        "JAX_CPU_COLLECTIVES_IMPLEMENTATION": "gloo",
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={2 // num_processes}",
    }
    ids = [{"KERAS_DISTRIBUTION_PROCESS_ID": str(index)} for index in range(num_processes)]
    run_together([sys.executable, *sys.argv], [{**common, **each} for each in ids], seconds=3600)


if __name__ == "__main__":
    main()
