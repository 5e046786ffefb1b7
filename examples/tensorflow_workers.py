"""Several processes: TensorFlow's MultiWorkerMirroredStrategy.

    python examples/tensorflow_workers.py

starts two workers on this machine and waits for them. On a cluster, start the script on each
machine with TF_CONFIG set, and it becomes the worker that TF_CONFIG says: see docs/distributed.md.
Every worker is handed the same data, in the same order, and takes its share of each batch.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"


def main():
    if "TF_CONFIG" in os.environ:
        work()
    else:
        start_two_workers()


def work():
    import tensorflow as tf
    from helpers import digits_game

    # Before anything else of TensorFlow, which must not have touched its devices yet.
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    options = digits_game.parse_options("Train a GAN on several workers.")
    is_chief = strategy.cluster_resolver.task_id == 0
    with strategy.scope():
        gan = digits_game.compiled_gan()
    digits_game.train(gan, options)
    digits_game.write(gan, options, is_chief=is_chief)


def start_two_workers():
    from helpers.local_processes import free_ports, run_together

    workers = [f"127.0.0.1:{port}" for port in free_ports(2)]
    tasks = [{"type": "worker", "index": index} for index in range(2)]
    configurations = [{"cluster": {"worker": workers}, "task": task} for task in tasks]
    environments = [{"TF_CONFIG": json.dumps(each)} for each in configurations]
    run_together([sys.executable, *sys.argv], environments, seconds=3600)


if __name__ == "__main__":
    main()
