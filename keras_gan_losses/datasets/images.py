"""Image sets of tensorflow-datasets, as batches that `fit` takes on every backend."""

import contextlib
import difflib
import pathlib
import threading
import urllib.parse
from types import ModuleType
from typing import TYPE_CHECKING

import keras
import numpy as np

from keras_gan_losses.extras import needs_extra
from keras_gan_losses.types import PathLike, Tensor
from keras_gan_losses.validation import check_count

if TYPE_CHECKING:
    import tensorflow as tf
    import tensorflow_datasets as tfds

NETWORK_TIMEOUT = 5.0
SHUFFLE_BUFFER_BYTES = 256 * 1024**2
CATALOGUE = "https://www.tensorflow.org/datasets/catalog"


def images(
    name: str,
    *,
    split: str = "train",
    batch_size: int = 64,
    data_dir: PathLike | None = None,
    manual_dir: PathLike | None = None,
    with_labels: bool = False,
    image_size: int | None = None,
    seed: int | None = 0,
) -> "tf.data.Dataset":
    """Streams an image set of tensorflow-datasets in batches scaled to [−1, 1].

    Choose it for MNIST, Fashion-MNIST and the other image sets of the TFDS catalogue. What it
    returns goes straight into `fit`, on TensorFlow, JAX and torch alike. The first call
    downloads and prepares the set; later ones only read it.

    Without a network there are two ways: put the set's original files, downloaded elsewhere,
    into a folder and pass it as `manual_dir` (TFDS verifies their checksums), or copy an
    already prepared set into `data_dir`. If neither is there and the set's server does not
    answer, the error comes within seconds.

    Training splits, those whose name begins with "train", are shuffled anew for each epoch:
    completely where their images take no more than 256 MB, and otherwise within a buffer of
    that size. Other splits keep the order in which TFDS has stored them. TensorFlow is hidden
    from the GPUs on the other backends, where it would take the memory that they need.

    Args:
        name: Name in the catalogue: "mnist", "fashion_mnist", "cifar10" …
        split: Which part, in TFDS's notation: "train", "test", "train[:10%]" … Defaults to
            "train".
        batch_size: Images in a batch, at least 1; the last batch holds what is left. Defaults
            to 64.
        data_dir: Folder of prepared sets. Defaults to TFDS's own, `~/tensorflow_datasets`.
        manual_dir: Folder with the original files. It is not needed once the set is prepared.
            Defaults to None: they are downloaded.
        with_labels: Whether to yield `(images, labels)` instead of `images`. Defaults to
            False.
        image_size: Side in pixels, at least 1, to which images are brought: cut to a centred
            square, then resized with antialiasing. Sets of mixed sizes need it. Defaults to
            None: images keep their size.
        seed: Seed of the order, at least 0; with the same `keras.utils.set_random_seed` it
            gives the same order again. None keeps the stored order. Defaults to 0.

    Returns:
        A `tf.data.Dataset` of float32 batches `(batch, height, width, channels)` in [−1, 1],
        or of pairs with int32 labels `(batch,)`.

    Raises:
        ConnectionError: If the set is not prepared, files are missing, and their server does
            not answer.
        FileNotFoundError: If `manual_dir` is needed and is not a folder.
        ImportError: If tensorflow-datasets is not installed.
        ValueError: If the name is unknown, the set holds no such images or labels, or an
            argument is out of its range.

    Example:
    >>> dataset = images("mnist", batch_size=128)  # doctest: +SKIP
    >>> gan.fit(dataset, epochs=20, shuffle=False)  # doctest: +SKIP

    Source: https://www.tensorflow.org/datasets
    """
    check_count("batch_size", batch_size, advice="Use 64 if in doubt.")
    if image_size is not None:
        check_count("image_size", image_size, advice="Use None to keep the images' size.")
    if seed is not None:
        check_count("seed", seed, minimum=0, advice="Use None to keep the stored order.")
    _leave_gpus_to_backend()
    builder = _find_builder(name, data_dir)
    _check_features(builder, with_labels, image_size)
    _prepare(builder, manual_dir)
    return _pipeline(
        builder,
        split=split,
        batch_size=batch_size,
        with_labels=with_labels,
        image_size=image_size,
        seed=seed if split.startswith("train") else None,
    )


def _leave_gpus_to_backend() -> None:
    """Keeps TensorFlow, which only reads here, from reserving the GPU memory of JAX or torch."""
    if keras.backend.backend() == "tensorflow":
        return
    with needs_extra("datasets"):
        import tensorflow as tf

    # It can no longer be changed where TensorFlow has run before: then it is the caller's choice.
    with contextlib.suppress(RuntimeError):
        tf.config.set_visible_devices([], "GPU")


def _import_tensorflow_datasets() -> ModuleType:
    """Module `tensorflow_datasets`, or an error that tells how to install it."""
    with needs_extra("datasets"):
        # TFDS 4.9 needs it without declaring it, and fails without it long after the import.
        import importlib_resources  # noqa: F401
        import tensorflow_datasets as tfds

    return tfds


def _find_builder(name: str, data_dir: PathLike | None) -> "tfds.core.DatasetBuilder":
    """TFDS's builder of the set called `name`."""
    tfds = _import_tensorflow_datasets()
    try:
        return tfds.builder(name, data_dir=data_dir)
    except tfds.core.DatasetNotFoundError:
        known = tfds.list_builders(with_community_datasets=False)
        nearest = difflib.get_close_matches(name, known, n=3)
        suggestion = f" Did you mean {' or '.join(map(repr, nearest))}?" if nearest else ""
        raise ValueError(
            f"Unknown data set: {name!r}.{suggestion} All names: {CATALOGUE}"
        ) from None


def _check_features(
    builder: "tfds.core.DatasetBuilder", with_labels: bool, image_size: int | None
) -> None:
    """Raises unless the set holds 8-bit images, and labels where they are wanted."""
    tfds = _import_tensorflow_datasets()
    features = dict(builder.info.features)
    image = features.get("image")
    if not isinstance(image, tfds.features.Image) or image.np_dtype is not np.uint8:
        raise ValueError(
            f"`name` must be a set with 8-bit images under 'image'. Received: "
            f"name={builder.name!r}, which holds {sorted(features)}. Image sets: {CATALOGUE}"
        )
    if image_size is None and None in image.shape:
        raise ValueError(
            f"The images of {builder.name!r} differ in size and cannot be batched as they are. "
            f"Received: image_size=None. Pass the side wanted, `image_size=64` for example."
        )
    if with_labels and "label" not in features:
        raise ValueError(
            f"`with_labels` must be False for a set without 'label'. Received: "
            f"with_labels=True for {builder.name!r}, which holds {sorted(features)}."
        )


def _prepare(builder: "tfds.core.DatasetBuilder", manual_dir: PathLike | None) -> None:
    """Makes the set readable, and never starts a download that would only hang."""
    if builder.is_prepared():
        return
    folder = _existing_folder(manual_dir)
    missing = _missing_urls(builder, folder)
    # Only these can be asked; other kinds (gs://, ftp://) are left to TFDS.
    web = [url for url in missing if url.startswith("http")]
    if web and not _answers(web[0]):
        raise ConnectionError(_offline_advice(builder, folder, missing))
    tfds = _import_tensorflow_datasets()
    config = tfds.download.DownloadConfig(
        manual_dir=folder, extract_dir=_extraction_folder(builder)
    )
    builder.download_and_prepare(download_config=config)


def _extraction_folder(builder: "tfds.core.DatasetBuilder") -> pathlib.Path:
    """Where the set's archives are unpacked: a folder of its own.

    TFDS unpacks all sets into one folder, by file name. MNIST and Fashion-MNIST, whose files
    have the same names, then silently become the same data (tensorflow/datasets issue 2267).
    """
    name = builder.info.full_name
    root = builder.data_path.parents[name.count("/")]
    return root / "downloads" / "extracted" / name


def _existing_folder(manual_dir: PathLike | None) -> pathlib.Path | None:
    """`manual_dir` as a path that exists."""
    if manual_dir is None:
        return None
    folder = pathlib.Path(manual_dir).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"`manual_dir` must be a folder with the set's original files. Received: "
            f"manual_dir={str(manual_dir)!r}, which is no folder. Leave it out to download them."
        )
    return folder


def _missing_urls(builder: "tfds.core.DatasetBuilder", folder: pathlib.Path | None) -> list[str]:
    """Registered downloads of the set that `folder` does not hold."""
    return [
        url
        for url, file in builder.url_infos.items()
        if folder is None or not file.filename or not (folder / file.filename).exists()
    ]


def _answers(url: str) -> bool:
    """Whether the server of `url` answers within `NETWORK_TIMEOUT` seconds."""
    # TFDS downloads with it: what proxies and certificates allow is then the same for both.
    import requests

    answered = threading.Event()

    def ask() -> None:
        with contextlib.suppress(requests.RequestException):
            if requests.head(url, timeout=NETWORK_TIMEOUT).status_code < 500:
                answered.set()

    # A thread, since no time limit of `requests` covers the look-up of the server's name.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(NETWORK_TIMEOUT)
    return answered.is_set()


def _offline_advice(
    builder: "tfds.core.DatasetBuilder", folder: pathlib.Path | None, missing: list[str]
) -> str:
    """What to do without a network, with the addresses of the first few missing files."""
    server = urllib.parse.urlsplit(missing[0]).netloc
    shown = "\n".join(f"  {url}" for url in missing[:8])
    more = f"\n  and {len(missing) - 8} more" if len(missing) > 8 else ""
    lacking = "" if folder is None else f", `manual_dir` ({folder}) lacks files of it"
    return (
        f"{builder.name!r} is not prepared in {builder.data_path}{lacking}, and {server} does not "
        f"answer. Without a network, download these files elsewhere, put them into one folder "
        f"and pass it as `manual_dir`:\n{shown}{more}\n"
        f"Or copy a set prepared elsewhere into {builder.data_path}."
    )


def _pipeline(
    builder: "tfds.core.DatasetBuilder",
    *,
    split: str,
    batch_size: int,
    with_labels: bool,
    image_size: int | None,
    seed: int | None,
) -> "tf.data.Dataset":
    """Reads, cuts to size, shuffles, batches and scales, in that order.

    Images stay 8-bit until they are batched: the shuffle buffer then takes a quarter of the
    memory.
    """
    import tensorflow as tf

    def select(features: dict[str, Tensor]) -> tuple[Tensor, ...]:
        image = features["image"]
        image = image if image_size is None else _square(image, image_size)
        return (image, features["label"]) if with_labels else (image,)

    def scale(image: Tensor, *label: Tensor) -> Tensor | tuple[Tensor, ...]:
        scaled = tf.cast(image, "float32") / 127.5 - 1.0
        return (scaled, tf.cast(label[0], "int32")) if label else scaled

    dataset = builder.as_dataset(split=split).map(select, num_parallel_calls=tf.data.AUTOTUNE)
    if seed is not None:
        num_bytes = dataset.element_spec[0].shape.num_elements()
        num_images = builder.info.splits[split].num_examples
        num_buffered = max(1, min(num_images, SHUFFLE_BUFFER_BYTES // num_bytes))
        dataset = dataset.shuffle(num_buffered, seed=seed, reshuffle_each_iteration=True)
    dataset = dataset.batch(batch_size).map(scale, num_parallel_calls=tf.data.AUTOTUNE)
    return dataset.prefetch(tf.data.AUTOTUNE)


def _square(image: Tensor, size: int) -> Tensor:
    """Centred square of `image`, resized to `size`×`size` and still 8-bit."""
    import tensorflow as tf

    side = tf.reduce_min(tf.shape(image)[:2])
    image = tf.image.resize_with_crop_or_pad(image, side, side)
    resized = tf.image.resize(image, (size, size), antialias=True)
    return tf.cast(tf.round(resized), "uint8")
