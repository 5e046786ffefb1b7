"""Reads a folder of pictures by `datasets.image_folder` and by Keras, in turns.

    python -m benchmarks.image_folder

writes 20,000 JPEG files of mixed size into a temporary folder, and prints the seconds of the first
epoch (with what comes before it) and of a later one, those of the processor in the first, which
other programs change less, and the memory that each has taken.
"""

import argparse
import multiprocessing
import pathlib
import resource
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.queues import Queue

import numpy as np

SIDE, BATCH_SIZE = 64, 64


def write_pictures(folder: pathlib.Path, count: int) -> None:
    """Writes smooth pictures of 64 to 256 pixels a side."""
    from PIL import Image

    generator = np.random.default_rng(0)
    for number in range(count):
        noise = Image.fromarray(generator.integers(0, 255, (8, 8, 3), "uint8"))
        width, height = generator.integers(64, 256, 2)
        noise.resize((int(width), int(height)), Image.Resampling.BICUBIC).save(
            folder / f"{number:05}.jpg"
        )


def ours(folder: str) -> Iterator[Iterator[np.ndarray]]:
    """Batches of `datasets.image_folder`, pass after pass."""
    from keras_gan_losses.datasets import image_folder

    data = image_folder(folder, size=SIDE, batch_size=BATCH_SIZE)
    while True:
        yield (data[index] for index in range(data.num_batches))
        data.on_epoch_end()


def of_keras(folder: str) -> Iterator[Iterator[np.ndarray]]:
    """Batches of Keras's reader, scaled, pass after pass."""
    import keras

    data = keras.utils.image_dataset_from_directory(
        folder,
        labels=None,
        image_size=(SIDE, SIDE),
        batch_size=BATCH_SIZE,
        crop_to_aspect_ratio=True,
        verbose=False,
    ).map(lambda images: images / 127.5 - 1.0)
    while True:
        yield iter(data)


READERS = {"datasets.image_folder": ours, "keras.utils": of_keras}


def measure(name: str, folder: str, results: Queue) -> None:
    """Seconds of both epochs, those of the processor, and the greatest memory, in a process."""
    import keras  # noqa: F401 (loading a backend is no part of reading)

    seconds = []
    busy = time.process_time()
    start = time.perf_counter()
    for _, batches in zip(range(2), READERS[name](folder), strict=False):
        count = sum(len(batch) for batch in batches)
        seconds.append(time.perf_counter() - start)
        if len(seconds) == 1:
            busy = time.process_time() - busy
        start = time.perf_counter()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results.put((count, *seconds, busy, megabytes))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Compare two readers of a folder.")
    parser.add_argument("--num-images", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    results = processes.Queue()
    with tempfile.TemporaryDirectory() as directory:
        write_pictures(pathlib.Path(directory), options.num_images)
        print(
            "| reader | pictures | first epoch, s | of processors | later epoch, s | memory, MB |"
        )
        print("| --- | --- | --- | --- | --- | --- |")
        for _ in range(options.repeats):
            for name in READERS:
                process = processes.Process(target=measure, args=(name, directory, results))
                process.start()
                count, first, later, busy, megabytes = results.get()
                process.join()
                times = f"{first:.1f} | {busy:.1f} | {later:.2f}"
                print(f"| {name} | {count:,} | {times} | {megabytes:,.0f} |")


if __name__ == "__main__":
    main()
