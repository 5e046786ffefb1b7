"""Where runs are played: processes here, or the workers of a cluster."""

import contextlib
import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from types import ModuleType

import joblib
import numpy as np

from keras_gan_losses.comparison.experiment import PlayRun
from keras_gan_losses.comparison.run import process_environment
from keras_gan_losses.comparison.run_process import run_here, run_in_process
from keras_gan_losses.registration import look_up

# Joblib counts cores as the container allows; a run has one thread.
_ALL = -1
_SECONDS_TO_CONNECT = 30


def executor(
    name: str, *, address: str | None, num_workers: int | None, experiment: np.ndarray
) -> AbstractContextManager[PlayRun]:
    """Context in which joblib sends runs to where the name says, and what plays one there.

    Args:
        name: "processes", "workers", "dask" or "ray".
        address: Of the cluster, for the latter two.
        num_workers: Runs that are played at once; None is one for each core, here or there.
        experiment: What each run needs, which is sent to a cluster's workers once.

    Raises:
        ValueError: If there is no such executor, or an address is missing or unwanted.
        ImportError: If the cluster's library is not installed.
        OSError: If the cluster cannot be reached.
    """
    make = look_up(name, _EXECUTORS, "executor")
    is_here = name in _HERE
    if (address is None) != is_here:
        expected = "works here and takes no" if is_here else "needs an"
        raise ValueError(
            f"The executor {name!r} {expected} address. Received: address={address!r}. "
            'Use executor="dask", address="tcp://host:8786" for a cluster of Dask.'
        )
    return make(address, num_workers or _ALL, experiment)


@contextlib.contextmanager
def _processes(address: None, num_workers: int, experiment: np.ndarray) -> Iterator[PlayRun]:
    # Each run starts a process of its own, for which a thread waits: were joblib's workers the
    # runs' processes, one that is killed would take the others with it.
    with joblib.parallel_config(backend="threading", n_jobs=num_workers):
        yield run_in_process


@contextlib.contextmanager
def _workers(address: None, num_workers: int, experiment: np.ndarray) -> Iterator[PlayRun]:
    # Joblib's workers get this process's environment, and import Keras before they are told more.
    before = dict(os.environ)
    os.environ.update(process_environment())
    try:
        with joblib.parallel_config(backend="loky", n_jobs=num_workers):
            yield run_here
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _dask(address: str, num_workers: int, experiment: np.ndarray) -> Iterator[PlayRun]:
    distributed = _imported("distributed", "dask", 'pip install "dask[distributed]"')
    try:
        client = distributed.Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise OSError(
            f"The Dask scheduler at {address!r} cannot be reached: {error}. Start one by "
            "`dask scheduler`, workers by `dask worker ADDRESS`, and give its address."
        ) from error
    with (
        client,
        joblib.parallel_config(
            backend="dask", n_jobs=num_workers, client=client, scatter=[experiment]
        ),
    ):
        yield run_in_process


@contextlib.contextmanager
def _ray(address: str, num_workers: int, experiment: np.ndarray) -> Iterator[PlayRun]:
    ray = _imported("ray", "ray", "pip install ray")
    _imported("ray.util.joblib", "ray", "pip install ray").register_ray()
    ray.init(address=address)
    try:
        with joblib.parallel_config(backend="ray", n_jobs=num_workers):
            yield run_in_process
    finally:
        ray.shutdown()


def _imported(module: str, name: str, command: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f"The executor {name!r} needs a library that is not installed here: {command}. "
            'The executor "processes" needs none.'
        ) from error


_HERE: Mapping[str, Callable[..., AbstractContextManager[PlayRun]]] = {
    "processes": _processes,
    "workers": _workers,
}
_EXECUTORS: Mapping[str, Callable[..., AbstractContextManager[PlayRun]]] = {
    **_HERE,
    "dask": _dask,
    "ray": _ray,
}
