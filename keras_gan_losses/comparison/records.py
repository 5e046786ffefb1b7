"""What the files of a comparison hold, key by key."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from keras_gan_losses.types import ArrayLike, Json

Row = Mapping[str, float]
"""A measurement: numbers by their names. What JSON cannot hold is None in a file: read by `get`."""


class Result(TypedDict):
    """A finished run."""

    objective: str
    seed: int
    status: str
    has_collapsed: bool
    num_rounds: int
    seconds: float
    seconds_per_round: float | None
    peak_memory: int | None
    versions: dict[str, str]
    machine: str
    measurements: Sequence[Row]


class Failure(TypedDict):
    """Why a run has no result."""

    reason: str


Description = TypedDict(
    "Description",
    {
        "class": str,
        "settings": dict[str, int | float | str],
        "discriminator_steps": int,
        "generator_optimizer": str,
        "discriminator_optimizer": str,
    },
)
"""What the report says of an objective's settings."""


class Told(TypedDict):
    """All on which results depend."""

    budget: str
    batch_size: int
    num_measurements: int
    latent_dim: list[int]
    data: dict[str, str]
    backend: str
    networks: Json
    metrics: dict[str, dict[str, object]]
    objectives: dict[str, Json]


class Settings(TypedDict):
    """The whole comparison; what is known only when it begins is not required."""

    budget: str
    batch_size: int
    num_measurements: int
    num_samples: int
    sample_shape: list[int]
    num_reference: int
    num_weights: list[int]
    metrics: dict[str, bool]
    rank_by: str
    modes: ArrayLike | None
    objectives: dict[str, Description]
    told: Told
    title: NotRequired[str]
    seeds: NotRequired[list[int]]
