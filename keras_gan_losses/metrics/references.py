"""Statistics of real samples, computed once for the same data and features."""

import pathlib
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from keras_gan_losses.files import written_beside
from keras_gan_losses.fingerprint import digest
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.statistics import Statistics
from keras_gan_losses.trees import LeafName
from keras_gan_losses.types import Samples

# Those of one training and one test set under several metrics.
_CAPACITY = 8


class References:
    """Keeps statistics of real samples in memory, and on disk for metrics that name a folder.

    Metrics that gather the same statistics of the same features share them.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Statistics] = OrderedDict()

    def provide(
        self,
        metrics: Sequence[DistributionMetric],
        content_keys: Mapping[LeafName, str],
        batches: Callable[[], Iterable[Samples]],
    ) -> None:
        """Gives each metric its statistics of the real samples.

        Args:
            metrics: Those that use real samples.
            content_keys: Stand for the leaves of the samples.
            batches: Starts a pass over the samples; called only where something is missing.
        """
        keys = {metric: _key(metric, content_keys[metric.on]) for metric in metrics}
        for metric, key in keys.items():
            self._load(metric, key)
        missing = {key: metric for metric, key in keys.items() if key not in self._kept}
        if missing:
            self._gather(missing, batches)
        for metric, key in keys.items():
            self._kept.move_to_end(key)
            _store(metric, key, self._kept[key])
            metric.set_reference(self._kept[key])
        while len(self._kept) > max(_CAPACITY, len(keys)):
            self._kept.popitem(last=False)

    def _load(self, metric: DistributionMetric, key: str) -> None:
        path = _path(metric, key)
        if key in self._kept or path is None or not path.exists():
            return
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            self._kept[key] = type(metric.make_statistics()).from_arrays(arrays)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            # A damaged file is only a lost saving of time: it is written anew.
            path.unlink(missing_ok=True)

    def _gather(
        self, missing: dict[str, DistributionMetric], batches: Callable[[], Iterable[Samples]]
    ) -> None:
        gathered = {key: metric.make_statistics() for key, metric in missing.items()}
        groups = group_by_features(missing.values())
        for samples in batches():
            for see, members in groups:
                values = see(samples)
                for key, metric in missing.items():
                    if metric in members:
                        gathered[key].update(values)
        self._kept.update(gathered)


def group_by_features(
    metrics: Iterable[DistributionMetric],
) -> list[tuple[Callable[[Samples], np.ndarray], list[DistributionMetric]]]:
    """Metrics whose features of one leaf are the same, so that those are computed once."""
    groups: dict[tuple[LeafName, str], list[DistributionMetric]] = {}
    for metric in metrics:
        groups.setdefault((metric.on, metric.features.content_key()), []).append(metric)
    return [(members[0].see, members) for members in groups.values()]


def _key(metric: DistributionMetric, content_key: str) -> str:
    parts = (content_key, metric.features.content_key(), metric.make_statistics().kind)
    return digest(*parts)


def _path(metric: DistributionMetric, key: str) -> pathlib.Path | None:
    if metric.cache_directory is None:
        return None
    return pathlib.Path(metric.cache_directory).expanduser() / f"{key}.npz"


def _store(metric: DistributionMetric, key: str, statistics: Statistics) -> None:
    path = _path(metric, key)
    if path is None or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Another process may write the same file: each writes its own, and the last one stays.
    with written_beside(path) as beside:
        np.savez(beside, **statistics.arrays())  # type: ignore[arg-type]
