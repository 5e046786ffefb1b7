"""Real data to measure a GAN by, with metrics that suit them: what the command line compares."""

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import keras
import numpy as np

from keras_gan_losses import datasets, metrics
from keras_gan_losses.cli.form import Form
from keras_gan_losses.cli.forms import MIXTURES
from keras_gan_losses.cli.numbers import Numbers
from keras_gan_losses.cli.own_data import holds_signals, read_arrays, to_range
from keras_gan_losses.cli.rows import Rows
from keras_gan_losses.cli.waves import Waves
from keras_gan_losses.datasets.image_files import find_image_files
from keras_gan_losses.datasets.signal_files import find_signal_files
from keras_gan_losses.datasets.table_files import TABLES, read_table
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.metrics import features as features_module
from keras_gan_losses.registration import look_up
from keras_gan_losses.types import PathLike, Tree
from keras_gan_losses_cli.checks import is_path

# Of larger sets so many are drawn.
_MAX_NUM_SAMPLES = 50_000
_MAX_NUM_TRAINING = 20_000

_FEATURES: Mapping[str, Callable[[], features_module.Features]] = {
    "samples": features_module.FlattenedFeatures,
    "spectrum": functools.partial(features_module.SpectrogramFeatures, is_averaged=True),
}

Labelled = tuple[np.ndarray, np.ndarray | None]


class _Shared(TypedDict):
    """Arguments of every metric."""

    num_samples: int | None
    cache_directory: PathLike | None


class _Folders(TypedDict):
    """Where image sets lie."""

    data_dir: Path | None
    manual_dir: Path | None


@dataclass(frozen=True, kw_only=True)
class RealData:
    """Samples that a generator should resemble.

    Args:
        samples: Array of shape `(n, …)`.
        labels: Their classes, or None.
        class_names: What numbers of classes stand for; empty where labels stand for themselves.
        training: Gives samples and labels from which a classifier learns; by default these.
        mixture: The mixture that they were drawn from, where there is one.
        sizes: Of the columns, where they are rows of a table.
        target: Place in `sizes` of what shall be told from the other columns, or None.
        is_sound: Whether they are signals of which any phase is as good.
    """

    samples: np.ndarray
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    training: Callable[[], Labelled] | None = None
    mixture: datasets.GaussianMixture | None = None
    sizes: tuple[int, ...] = ()
    target: int | None = None
    is_sound: bool = False

    def features_name(self, name: str | None) -> str:
        """What is compared if `name` was asked for; None chooses.

        Example:
        >>> make_real_data("ring").features_name(None)
        'samples'
        """
        is_labelled = self.labels is not None and self.samples.ndim == 4
        usual = "spectrum" if self.is_sound else "classifier" if is_labelled else "samples"
        return name or usual

    def metrics(
        self,
        features: str | None = None,
        *,
        num_samples: int | None = None,
        cache_directory: PathLike | None = None,
    ) -> list[DistributionMetric]:
        """Metrics that suit these samples.

        Args:
            features: "samples", "spectrum", "classifier", or a network of keras.applications; None
                chooses.
            num_samples: How many samples are generated; None is as many as there are real ones.
            cache_directory: Where statistics of the real samples are kept.

        Raises:
            ValueError: If a classifier is asked for without labels, or `features` is unknown.

        Example:
        >>> [metric.name for metric in make_real_data("ring").metrics()][-1]
        'mode_coverage'
        """
        extractor = self._features(self.features_name(features))
        shared: _Shared = {"num_samples": num_samples, "cache_directory": cache_directory}
        if self.sizes:
            return [*self._metrics_of_rows(shared), metrics.PrecisionRecall(extractor, **shared)]
        subset_size = min(1000, len(self.samples), num_samples or len(self.samples))
        chosen: list[DistributionMetric] = [
            metrics.FrechetDistance(extractor, **shared),
            metrics.KernelDistance(extractor, subset_size=subset_size, **shared),
            metrics.PrecisionRecall(extractor, **shared),
            metrics.SlicedWassersteinDistance(extractor, **shared),
        ]
        if self.samples.ndim == 3:
            chosen.append(metrics.SpectralDistance(**shared))
        if self.mixture is not None:
            mixture = self.mixture
            chosen.append(metrics.ModeCoverage(mixture.modes, mixture.standard_deviation, **shared))
        return chosen

    def chosen_metrics(
        self, names: list[str] | None, features: str | None
    ) -> list[DistributionMetric]:
        """Metrics of these names; by default those that are cheap enough to repeat.

        Args:
            names: Of those that `metrics` gives, or None.
            features: As in `metrics`.

        Raises:
            ValueError: If one does not suit these samples.

        Example:
        >>> [metric.name for metric in make_real_data("ring").chosen_metrics(None, None)]
        ['sliced_wasserstein_distance', 'mode_coverage', 'precision_recall']
        """
        offered = {metric.name: metric for metric in self.metrics(features)}
        if names is None:
            first = "frechet_distance"
            if self.features_name(features) == "samples":
                first = "sliced_wasserstein_distance"
            if "column_distance" in offered:
                first = "column_distance"
            if self.is_sound:
                first = "spectral_distance"
            usual = (first, "association_difference", "mode_coverage", "precision_recall")
            return [offered[name] for name in usual if name in offered]
        if "mode_coverage" in names and "mode_coverage" not in offered:
            raise ValueError(
                "The measure 'mode_coverage' needs data whose modes are known: ring or grid. Use "
                f"one of {sorted(offered)} for others."
            )
        return [look_up(name, offered, "measure") for name in names]

    def labels_among(self, learned: Sequence[str]) -> np.ndarray | None:
        """Numbers of the classes as a GAN has learned them, which may have seen more classes.

        Args:
            learned: Names of its classes; empty if they are not known.

        Raises:
            ValueError: If it has not learned a class.
        """
        if self.labels is None or not learned:
            return self.labels
        own = [self.class_names[each] if self.class_names else str(each) for each in self.labels]
        unknown = sorted(set(own) - set(learned))
        if unknown:
            raise ValueError(
                f"Classes that were not learned: {', '.join(unknown)}. Learned were: "
                f"{', '.join(learned)}."
            )
        return np.array([list(learned).index(each) for each in own], "int32")

    def _metrics_of_rows(self, shared: _Shared) -> list[DistributionMetric]:
        measures: list[DistributionMetric] = [
            metrics.ColumnDistance(self.sizes, **shared),
            metrics.AssociationDifference(self.sizes, **shared),
        ]
        if self.target is not None:
            measures.append(metrics.SyntheticTraining(self.sizes, self.target, **shared))
        return measures

    def _features(self, name: str) -> features_module.Features:
        if name in _FEATURES:
            return _FEATURES[name]()
        if name != "classifier":
            return features_module.ApplicationFeatures(name)
        samples, labels = self.training() if self.training else (self.samples, self.labels)
        if labels is None:
            raise ValueError(
                "A classifier needs labels, and these data have none. Give labels, or compare the "
                "samples themselves or the features of a network of keras.applications."
            )
        return features_module.classifier_features(samples, labels)


def make_real_data(
    name: str,
    *,
    labels: Path | None = None,
    target: str | None = None,
    data_dir: Path | None = None,
    manual_dir: Path | None = None,
    size: int | None = None,
    form: Form | None = None,
) -> RealData:
    """Real data of a name or of a path.

    Args:
        name: `"digits"`, `"ring"` or `"grid"`; the path of a folder of pictures or of an array or
            a table in a file; or an image set of tensorflow-datasets, whose test split is taken.
        labels: Path of the labels of an array.
        target: Column of a table that shall be told from the others.
        data_dir: Where tensorflow-datasets keeps prepared data.
        manual_dir: Where the original files of an image set lie.
        size: Side to which the pictures of a folder are brought.
        form: How the GAN that is measured has learned an array or a table.

    Raises:
        ValueError: If there are no such data, or labels do not fit.

    Example:
    >>> make_real_data("digits").samples.shape
    (1797, 8, 8, 1)
    """
    path = Path(name)
    if path.suffix.lower() in TABLES and path.is_file():
        return _rows(path, labels, target, form)
    if target is not None:
        raise ValueError(f"--target names a column of a table. Received: --data {name}.")
    if is_path(name) or path.exists():
        return _own(path, labels, size, form)
    if labels is not None:
        raise ValueError(f"Labels belong to data in a file (x.npy). Received data={name!r}.")
    if name == "digits":
        images, classes = datasets.digits()
        return RealData(samples=images, labels=classes)
    if name in MIXTURES:
        # As many as the published protocol has, and others than those that are trained on.
        mixture = MIXTURES[name](2500, seed=1)
        return RealData(samples=mixture.samples, mixture=mixture)
    return _image_set(name, {"data_dir": data_dir, "manual_dir": manual_dir})


def _rows(path: Path, labels: Path | None, target: str | None, form: Form | None) -> RealData:
    """Rows of a table, in the form in which they were learned."""
    if not isinstance(form, Rows) or labels is not None:
        raise ValueError(
            f"By the table {path} a GAN is measured that was trained on one: form.json beside it "
            "tells the columns and the labels. Name such a model, and leave out --labels."
        )
    frame = read_table(path)
    encoding = form.encoding
    return RealData(
        samples=encoding.encode(frame),
        labels=encoding.encode_condition(frame),
        class_names=tuple(encoding.class_names),
        sizes=encoding.sizes,
        target=None if target is None else encoding.place(target),
    )


def _own(path: Path, labels: Path | None, size: int | None, form: Form | None) -> RealData:
    if not path.is_dir():
        samples, classes = read_arrays(path, labels)
        if isinstance(form, Numbers):
            samples = form.forth(samples)
        elif samples.ndim == 4:
            samples = to_range(samples)
        return RealData(samples=samples.astype("float32", copy=False), labels=classes)
    if holds_signals(path):
        return _sounds(path, form)
    has_classes = all(file.class_name for file in find_image_files(path))
    images = datasets.image_folder(path, size=size, with_labels=has_classes)
    rows = slice(_MAX_NUM_SAMPLES)
    return RealData(
        samples=to_range(images.images[rows]),
        labels=None if images.labels is None else images.labels[rows],
        class_names=tuple(images.class_names) if has_classes else (),
    )


def _sounds(path: Path, form: Form | None) -> RealData:
    """Windows of sounds, in the form in which they were learned."""
    if not isinstance(form, Waves):
        raise ValueError(
            f"By the sounds in {path} a GAN is measured that was trained on sounds: form.json "
            "beside it tells their rate. Name such a model."
        )
    signals = datasets.signal_folder(
        path,
        length=form.length,
        rate=form.rate,
        is_mono=len(form.mean) == 1,
        with_labels=all(file.class_name for file in find_signal_files(path)),
    )
    if signals.signal_shape[1] != len(form.mean):
        raise ValueError(
            f"The GAN makes {len(form.mean)} channels, and the sounds in {path} have "
            f"{signals.signal_shape[1]}. Give others."
        )
    rows = slice(_MAX_NUM_SAMPLES)
    return RealData(
        samples=form.forth(signals.signals[rows]),
        labels=None if signals.labels is None else signals.labels[rows],
        class_names=() if signals.labels is None else tuple(signals.class_names),
        is_sound=True,
    )


def _image_set(name: str, folders: _Folders) -> RealData:
    images = datasets.images(name, split="test", **folders)
    try:
        images = datasets.images(name, split="test", with_labels=True, **folders)
    except ValueError:
        return RealData(samples=_joined(images, _MAX_NUM_SAMPLES)[0])

    def training() -> Labelled:
        return _joined(datasets.images(name, with_labels=True, **folders), _MAX_NUM_TRAINING)

    samples, labels = _joined(images, _MAX_NUM_SAMPLES)
    return RealData(samples=samples, labels=labels, training=training)


def _joined(dataset: Iterable[Tree], max_num_samples: int) -> Labelled:
    size = keras.tree.flatten(next(iter(dataset)))[0].shape[0]
    batches = itertools.islice(dataset, -(-max_num_samples // size))
    pairs = [keras.utils.unpack_x_y_sample_weight(batch)[:2] for batch in batches]
    samples, labels = zip(*pairs, strict=True)
    return np.concatenate(samples), None if labels[0] is None else np.concatenate(labels)
