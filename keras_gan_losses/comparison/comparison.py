"""The comparison of objectives on one's own networks and data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import keras
import numpy as np

from keras_gan_losses.comparison import files as files_module
from keras_gan_losses.comparison.budget import Budget, DiscriminatorUpdates
from keras_gan_losses.comparison.checks import (
    check_directory,
    named_objectives,
    seed_numbers,
)
from keras_gan_losses.comparison.directory_lock import only_comparison_in
from keras_gan_losses.comparison.experiment import Contestant, Experiment, Metrics, PlayRun, RunKey
from keras_gan_losses.comparison.files import RunFiles
from keras_gan_losses.comparison.records import Result, Settings
from keras_gan_losses.comparison.sameness import check_same
from keras_gan_losses.comparison.settings import settings_of
from keras_gan_losses.extras import check_extra
from keras_gan_losses.types import ArrayLike, PathLike

# So many real samples are kept for the pictures of the report.
_NUM_SHOWN = 500
_USUAL_BUDGET = DiscriminatorUpdates(2000)


@dataclass(frozen=True)
class ComparedRuns:
    """Holds what `compare` found.

    Args:
        results: Results of the runs that have one, as in their `result.json`.
        failures: Reasons why others have none, by objective and seed.
        directory: Where everything lies; `report.html` is the file to open.

    Example:
    >>> ComparedRuns(results=[], failures={}, directory=Path("comparison")).report.name
    'report.html'
    """

    results: list[Result]
    failures: dict[tuple[str, int], str]
    directory: Path

    @property
    def report(self) -> Path:
        """The file to open."""
        return self.directory / "report.html"


class _Place(TypedDict):
    """Where runs are played."""

    name: str
    address: str | None
    num_workers: int | None


def compare(
    build_networks: Callable[[], tuple[keras.Model, keras.Model]],
    data: ArrayLike,
    objectives: Sequence[str] | Mapping[str, Contestant],
    *,
    latent_dim: int | Sequence[int],
    out: PathLike,
    labels: ArrayLike | None = None,
    reference: ArrayLike | None = None,
    reference_labels: ArrayLike | None = None,
    seeds: int | Sequence[int] = 5,
    metrics: Metrics | Callable[[], Metrics] = ("sliced_wasserstein_distance",),
    rank_by: str | None = None,
    budget: Budget = _USUAL_BUDGET,
    batch_size: int = 64,
    num_measurements: int = 10,
    executor: str = "processes",
    address: str | None = None,
    num_workers: int | None = None,
    title: str = "Comparison of GAN objectives",
    shows_progress: bool = True,
) -> ComparedRuns:
    """Trains each objective with each seed on equal budgets, and writes a report.

    Choose it to decide for an objective on your own networks and data by more than one lucky run.
    Each run has a process, a seed, a thread and a directory of its own; one that fails is
    reported, and the rest go on. Runs of one seed begin with the same networks and see the same
    real samples in the same order, whatever the objective, the number of workers and the
    executor. Called again with the same settings, it plays only what has no result yet: runs
    that were interrupted, which go on from their last checkpoint, that failed, or of objectives
    and seeds that are new.

    Args:
        build_networks: Makes a generator and a discriminator. It may be a lambda: it is sent to
            other processes by cloudpickle.
        data: Real samples, an array of shape `(n, …)`.
        objectives: Names of objectives; or a dictionary of names of your own and what `loss` in
            `GAN.compile` may be, whole dictionaries of arguments of `GAN.compile`, or functions
            that make either, as losses of your own need.
        latent_dim: Shape of one sample's latents.
        out: Directory of this comparison; with a cluster one that all its workers share.
        labels: Labels of `data`, for conditional networks. Defaults to None.
        reference: Real samples to measure by, best held out of `data`. Defaults to `data`.
        reference_labels: Labels of `reference`. Defaults to None.
        seeds: How many, or which.
        metrics: Names or objects of `keras_gan_losses.metrics`, or a function that makes them.
        rank_by: Name in the logs of the measure that ranks. Defaults to the first.
        budget: What each run may spend: `DiscriminatorUpdates` or `TrainingSeconds`.
        batch_size: Samples in one discriminator update.
        num_measurements: How often each run is measured, at equal shares of its budget.
        executor: Where runs are played: "processes" (here, one for each run), "workers" (here,
            in processes that play one run after another: quicker for runs of seconds, but one
            that is killed ends the comparison until it is called again; one worker is this
            process, with as many threads as it has), "dask" or "ray".
        address: Of a Dask scheduler or a Ray head, for these. Defaults to None.
        num_workers: Runs at once. Defaults to None: one for each core.
        title: Title of the report.
        shows_progress: Whether progress is shown.

    Returns:
        A `ComparedRuns`.

    Raises:
        ValueError: Before the first run, if anything does not fit, or `out` holds a comparison
            of other settings.
        BlockingIOError: Before the first run, if another comparison goes on in `out`.
        OSError: Before the first run, if `out` cannot be written to or a cluster not be reached.
        ImportError: If a package that comparing needs, or the cluster's library, is not installed.

    Example:
    >>> import keras_gan_losses as kgl
    >>> build = lambda: kgl.architectures.mlp((2,), 2)
    >>> samples = kgl.datasets.ring(64).samples
    >>> compare(build, samples, ["lsgan"], latent_dim=2, out="out", seeds=0)
    ... # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: `seeds` must be a whole number of at least 1. Received: seeds=0. Use 5 for ...
    """
    check_extra("compare", "cloudpickle", "jinja2", "joblib", "matplotlib", "scipy")
    samples = _array("data", data)
    known = None if labels is None else _array("labels", labels, len(samples))
    measured = samples if reference is None else _array("reference", reference)
    if reference is None:
        reference_labels = known
    experiment = Experiment(
        build_networks=build_networks,
        samples=samples,
        labels=known,
        reference=measured,
        reference_labels=None if reference_labels is None else np.asarray(reference_labels),
        objectives=named_objectives(objectives),
        latent_dim=latent_dim,
        metrics=metrics,
        budget=budget,
        batch_size=batch_size,
        num_measurements=num_measurements,
    )
    numbers, directory = seed_numbers(seeds), Path(out).absolute()
    payload = _pickled(experiment)
    settings = settings_of(experiment, rank_by)
    keys = [RunKey(name, seed) for seed in numbers for name in experiment.objectives]
    where: _Place = {"name": executor, "address": address, "num_workers": num_workers}
    check_directory(directory)
    with only_comparison_in(directory):
        earlier = files_module.read_settings(directory)
        check_same(directory, earlier and earlier["told"], settings["told"])
        files_module.write_real_samples(directory, experiment.reference[:_NUM_SHOWN])
        _play_missing(keys, payload, directory, where, settings | {"title": title}, shows_progress)
        return _gathered(keys, directory)


def _play_missing(
    keys: Sequence[RunKey],
    payload: np.ndarray,
    directory: Path,
    where: _Place,
    settings: Settings,
    shows_progress: bool,
) -> None:
    from keras_gan_losses.comparison.executors import executor
    from keras_gan_losses.comparison.progress import progress
    from keras_gan_losses.comparison.report import write_report

    finished = {key: RunFiles(directory, key).result() for key in keys}
    waiting = [key for key in keys if finished[key] is None]
    done = [key for key in keys if finished[key] is not None]
    with executor(**where, experiment=payload) as play:
        _write_settings(keys, directory, settings)
        for key in waiting:
            RunFiles(directory, key).begin()
        files_module.write_tables(directory, [one for one in finished.values() if one is not None])
        with progress(waiting, done, shows_progress=shows_progress) as report:
            for key in _ended(waiting, play, payload, directory):
                result = RunFiles(directory, key).result()
                if result is not None:
                    files_module.append_rows(directory, result)
                report(key, "failed" if result is None else result["status"])
    results = [RunFiles(directory, key).result() for key in _in_order(keys)]
    files_module.write_tables(directory, [result for result in results if result is not None])
    write_report(directory)


def _ended(
    keys: Sequence[RunKey], play: PlayRun, payload: np.ndarray, directory: Path
) -> Iterator[RunKey]:
    """The runs, as they end."""
    import joblib

    from keras_gan_losses.comparison.run import process_environment

    environment = process_environment()
    waiting = list(keys)
    while waiting:
        # Not all executors tell of each run when it ends.
        calls = (joblib.delayed(play)(payload, key, str(directory), environment) for key in waiting)
        ended = []
        try:
            for key in joblib.Parallel(return_as=_earliest(), batch_size=1, pre_dispatch="all")(
                calls
            ):
                ended.append(key)
                yield key
        except Exception as error:
            # A cluster gave up one run: the rest must not suffer.
            lost = [key for key in waiting if key not in ended and _is_missing(key, directory)]
            if not lost:
                raise
            RunFiles(directory, lost[0]).write_failure(f"{type(error).__name__}: {error}")
            yield lost[0]
            ended.append(lost[0])
        waiting = [key for key in waiting if key not in ended]


def _earliest() -> str:
    import joblib

    backend, _ = joblib.parallel.get_active_backend()
    return "generator_unordered" if backend.supports_return_generator else "list"


def _is_missing(key: RunKey, directory: Path) -> bool:
    files = RunFiles(directory, key)
    return files.result() is None and files.failure() is None


def _write_settings(keys: Sequence[RunKey], directory: Path, settings: Settings) -> None:
    """Keeps the settings, joined to those of objectives and seeds compared before."""
    earlier = files_module.read_settings(directory) or {**settings, "seeds": []}
    told = settings["told"]
    written = {
        **settings,
        "objectives": {**earlier["objectives"], **settings["objectives"]},
        "told": {**told, "objectives": {**earlier["told"]["objectives"], **told["objectives"]}},
        "seeds": sorted({*earlier["seeds"], *(key.seed for key in keys)}),
    }
    files_module.write_json(directory / files_module.SETTINGS, written)


def _in_order(keys: Sequence[RunKey]) -> list[RunKey]:
    names = list(dict.fromkeys(key.objective for key in keys))
    return sorted(keys, key=lambda key: (names.index(key.objective), key.seed))


def _gathered(keys: Sequence[RunKey], directory: Path) -> ComparedRuns:
    results, failures = [], {}
    for key in _in_order(keys):
        files = RunFiles(directory, key)
        result = files.result()
        if result is None:
            failures[key.objective, key.seed] = files.failure() or "It was not played."
        else:
            results.append(result)
    return ComparedRuns(results, failures, directory)


def _array(name: str, values: ArrayLike, count: int | None = None) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype == object or array.ndim == 0 or len(array) == 0:
        raise ValueError(
            f"`{name}` must be an array with at least one sample. Received: "
            f"{type(values).__name__} of shape {array.shape}. Join the batches of a "
            "tf.data.Dataset by numpy.concatenate(list(dataset.as_numpy_iterator()))."
        )
    if count is not None and len(array) != count:
        raise ValueError(
            f"`{name}` must hold one entry for each sample. Received: {len(array)} for {count}."
        )
    return array


def _pickled(experiment: Experiment) -> np.ndarray:
    """The experiment as bytes, tried before a process depends on it.

    Raises:
        ValueError: If it cannot be sent to another process.
    """
    import pickle

    import cloudpickle

    try:
        content = cloudpickle.dumps(experiment)
        pickle.loads(content)
    except Exception as error:
        raise ValueError(
            "Networks, objectives and metrics must be fit to be sent to other processes. "
            f"Pickling said: {type(error).__name__}: {error}. Make models and open files inside of "
            "`build_networks`, and give metrics and losses of your own by functions."
        ) from error
    return np.frombuffer(content, "uint8")
