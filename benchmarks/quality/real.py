"""Real samples in the place of generated ones: the best that a measure can say."""

from collections.abc import Sequence

import numpy as np

from benchmarks.quality.protocol import Protocol
from benchmarks.quality.results import Line, played_with, rounded
from keras_gan_losses.metrics import DistributionMetric
from keras_gan_losses.version import versions

STAGE = GROUP = "real"
_CONTESTANT = "real samples"


def measure(protocol: Protocol, seeds: Sequence[int]) -> list[Line]:
    """Measures real samples against the reference, as a run is measured.

    Args:
        protocol: Whose data and metrics.
        seeds: By each of which other samples are drawn.
    """
    data, measured = protocol.data(), protocol.metrics()
    last = [_measured(data.samples, data.reference, measured, seed) for seed in seeds]
    return [
        {
            "stage": STAGE,
            "group": GROUP,
            "contestant": _CONTESTANT,
            "seed": seed,
            "status": "completed",
            "updates": 0,
            "versions": played_with(versions()),
            "seconds": 0.0,
            "last": {name: rounded(value) for name, value in values.items()},
        }
        for seed, values in zip(seeds, last, strict=True)
    ]


def _measured(
    samples: np.ndarray, reference: np.ndarray, measured: Sequence[DistributionMetric], seed: int
) -> dict[str, float]:
    values: dict[str, float] = {}
    for metric in measured:
        count = metric.num_samples or len(reference)
        generator = np.random.default_rng(seed)
        chosen = generator.choice(len(samples), count, replace=count > len(samples))
        metric.reset_state()
        value = metric(reference, samples[chosen])
        values |= value if isinstance(value, dict) else {metric.name: value}
    return values
