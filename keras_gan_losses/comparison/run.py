"""One run of a comparison, from its seed to its result."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import keras

from keras_gan_losses.comparison.batch_stream import BatchStream
from keras_gan_losses.comparison.experiment import Experiment, RunKey
from keras_gan_losses.comparison.files import RunFiles
from keras_gan_losses.comparison.recorder import Recorder
from keras_gan_losses.comparison.records import Result
from keras_gan_losses.comparison.run_checkpoint import RunCheckpoint
from keras_gan_losses.metrics import DistributionMetric, ModeCoverage
from keras_gan_losses.metrics.sample_spread import LEAST_SHARE
from keras_gan_losses.version import versions

# More than any run plays: the budget ends it.
_UNTIL_STOPPED = 10**9


def play(experiment: Experiment, key: RunKey, files: RunFiles) -> None:
    """Trains and measures one GAN, and writes its result.

    If the process was killed before that, the run goes on from its last checkpoint, and its
    result is the same as if it had never stopped.

    Args:
        experiment: What all runs have in common.
        key: Which run.
        files: Where its result goes.
    """
    keras.utils.set_random_seed(key.seed)
    gan = experiment.make_gan(key.objective)
    metrics = experiment.make_metrics()
    steps = gan.get_compile_config()["discriminator_steps"]
    stream = BatchStream(
        experiment.samples,
        experiment.labels,
        batch_size=experiment.batch_size,
        num_batches=steps
        * experiment.budget.rounds_in_interval(steps, experiment.num_measurements),
        seed=key.seed,
    )
    recorder = Recorder(experiment, metrics, stream, steps)
    callbacks = [recorder, RunCheckpoint(files.checkpoints)]
    gan.fit(stream, epochs=_UNTIL_STOPPED, shuffle=False, callbacks=callbacks, verbose=0)
    result: Result = {
        "objective": key.objective,
        "seed": key.seed,
        "status": "diverged" if recorder.has_diverged else "completed",
        "has_collapsed": has_collapsed(recorder.measurements[-1], metrics),
        "num_rounds": recorder.num_rounds,
        "seconds": recorder.seconds,
        "seconds_per_round": recorder.seconds_per_round,
        "peak_memory": peak_memory(),
        "versions": {"python": platform.python_version(), **versions()},
        "machine": platform.platform(),
        "measurements": recorder.measurements,
    }
    files.write_result(result, recorder.samples)


def has_collapsed(last: Mapping[str, float], metrics: Sequence[DistributionMetric]) -> bool:
    """Whether most of what the data hold is missing in the last generated samples.

    That is, they are less than half as spread as real ones, or reach less than half of the modes
    where these are known.

    Example:
    >>> has_collapsed({"spread": 0.1}, []), has_collapsed({"spread": 0.9}, [])
    (True, False)
    """
    if last.get("spread", 1.0) < LEAST_SHARE:
        return True
    for metric in metrics:
        if isinstance(metric, ModeCoverage):
            covered = last.get(metric.log_names[0], len(metric.modes))
            return covered < LEAST_SHARE * len(metric.modes)
    return False


def peak_memory() -> int | None:
    """Greatest memory that this process has held, in bytes; None where it cannot be told."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage, which on Linux counts what a process held before it became this program.
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text())
        if found:
            return 1024 * int(found[1])
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def process_environment() -> dict[str, str]:
    """Environment of a run's process: this backend, one thread, no chatter."""
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
    single = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR")
    return {
        "KERAS_BACKEND": keras.backend.backend(),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "XLA_FLAGS": flags,
        **{f"{name}_NUM_THREADS": "1" for name in single},
    }
