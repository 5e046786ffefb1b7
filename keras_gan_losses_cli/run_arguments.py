"""What `keras-gan-losses train` is told once, and keeps for the run that goes on."""

from typing import TypedDict


class Arguments(TypedDict):
    """What a run was begun with."""

    data: str
    loss: str
    batch_size: int
    seed: int
    size: int | None
    crop: bool
    labels: str | None
    conditional: bool
    augment: str | None
    average: bool
    learning_rate: float | None
    latent_dim: int | None
    length: int | None
    mono: bool
    networks: str | None
    precision: str
    rate: int | None
    validation: str | None
    metrics: str | None
    features: str | None


DEFAULTS: Arguments = {
    "data": "digits",
    "loss": "non_saturating",
    "batch_size": 64,
    "seed": 0,
    "size": None,
    "crop": True,
    "labels": None,
    "conditional": False,
    "augment": None,
    "average": False,
    "learning_rate": None,
    "latent_dim": None,
    "length": None,
    "mono": False,
    "networks": None,
    "precision": "float32",
    "rate": None,
    "validation": None,
    "metrics": None,
    "features": None,
}
