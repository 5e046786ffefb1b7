"""Who plays the games: `GAN.fit` in its variants, loops by hand, and a tutorial's model."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras

from benchmarks.workloads import LATENT_DIM, Workload
from keras_gan_losses import GAN, objectives

Run = Callable[[int], None]
Prepare = Callable[[Workload], Run]


@dataclass(frozen=True)
class Contestant:
    """One way to play.

    Args:
        backend: Backend of Keras it plays on.
        prepare: Makes a function that plays a number of rounds.
        is_ours: Whether it is this package.
        is_tutorial: Whether it is a tutorial's model.
        precision: Policy of Keras it computes by.
        changes_numbers: Whether it plays a cheaper game than the others, or a less exact one.
        penalties: Whether it plays only where there are penalties, or only where there are
            none.
        loss: The only objective that it plays, if not all.
    """

    backend: str
    prepare: Prepare
    is_ours: bool = True
    is_tutorial: bool = False
    precision: str = "float32"
    changes_numbers: bool = False
    penalties: bool | None = None
    loss: str | None = None

    def plays(self, workload: Workload) -> bool:
        """Whether it can play, and differs from the other ways there."""
        has_penalties = bool(objectives.get(workload.loss).penalties)
        return self.penalties in (None, has_penalties) and self.loss in (None, workload.loss)


@dataclass(frozen=True)
class Fit:
    """Plays by `GAN.fit`.

    Args:
        arguments: Of `GAN.compile`.
        penalty_options: Of the objective's penalties, instead of their own.
        joins_rounds: Whether a call plays as many rounds as the workload says.
    """

    arguments: dict[str, Any] = field(default_factory=dict)
    penalty_options: dict[str, Any] = field(default_factory=dict)
    joins_rounds: bool = False

    def __call__(self, workload: Workload) -> Run:
        """Function that plays a number of rounds."""
        gan = GAN(*workload.build(), latent_dim=LATENT_DIM)
        objective = objectives.get(workload.loss)
        objective.penalties = tuple(
            type(penalty).from_config({**penalty.get_config(), **self.penalty_options})
            for penalty in objective.penalties
        )
        steps = workload.discriminator_steps
        gan.compile(
            loss=objective,
            discriminator_steps=steps,
            steps_per_execution=workload.rounds_per_call if self.joins_rounds else 1,
            **self.arguments,
        )
        data = workload.data()

        def run(num_rounds: int) -> None:
            size = workload.batch_size * steps
            gan.fit(data[: num_rounds * size], batch_size=workload.batch_size, verbose=0)

        return run


def _by_hand(module: str, **options: Any) -> Prepare:
    # Imported late, because each framework is there in the processes of its own backend only.
    def prepare(workload: Workload) -> Run:
        return importlib.import_module(f"benchmarks.{module}").prepare(workload, **options)

    return prepare


_JOINED = Fit(joins_rounds=True)
_COMPILED = Fit({"jit_compile": True})
_REUSE = Fit({"reuses_fakes": True})
_JOINT = {"reuses_fakes": True, "updates_simultaneously": True}
_PART = {"fraction": 0.25}
_DIFFERENCES = {"penalty_options": {"step": 0.01}}
_R3GAN = {"loss": "r3gan", "changes_numbers": True}
_CHEAPEST = Fit(_JOINT, _PART, joins_rounds=True)
_BFLOAT16 = {"precision": "mixed_bfloat16", "changes_numbers": True}
CONTESTANTS = {
    "TensorFlow fit": Contestant("tensorflow", Fit()),
    "TensorFlow fit, XLA": Contestant("tensorflow", _COMPILED),
    "TensorFlow fit, many rounds a call": Contestant("tensorflow", _JOINED),
    "TensorFlow by hand": Contestant(
        "tensorflow", _by_hand("hand_written.tensorflow", jit_compile=None), is_ours=False
    ),
    "TensorFlow by hand, XLA": Contestant(
        "tensorflow", _by_hand("hand_written.tensorflow", jit_compile=True), is_ours=False
    ),
    "tutorial-style Keras": Contestant(
        "tensorflow", _by_hand("tutorial"), is_ours=False, is_tutorial=True
    ),
    "JAX fit": Contestant("jax", Fit()),
    "JAX fit, many rounds a call": Contestant("jax", _JOINED),
    "JAX by hand": Contestant("jax", _by_hand("hand_written.jax"), is_ours=False),
    "torch fit": Contestant("torch", Fit()),
    # torch.compile cannot differentiate twice.
    "torch fit, compiled": Contestant("torch", _COMPILED, penalties=False),
    "torch by hand": Contestant(
        "torch", _by_hand("hand_written.torch", is_compiled=False), is_ours=False
    ),
    "torch by hand, compiled": Contestant(
        "torch", _by_hand("hand_written.torch", is_compiled=True), is_ours=False, penalties=False
    ),
    "reuses_fakes": Contestant("tensorflow", _REUSE, changes_numbers=True),
    "reuses_fakes, simultaneous": Contestant("tensorflow", Fit(_JOINT), changes_numbers=True),
    "penalties every 4": Contestant(
        "tensorflow", Fit(penalty_options={"every": 4}), penalties=True, changes_numbers=True
    ),
    "penalties on a quarter": Contestant(
        "tensorflow", Fit(penalty_options=_PART), penalties=True, changes_numbers=True
    ),
    "penalties by differences": Contestant("tensorflow", Fit(**_DIFFERENCES), **_R3GAN),
    "torch fit, by differences": Contestant("torch", Fit(**_DIFFERENCES), **_R3GAN),
    "torch fit, by differences, compiled": Contestant(
        "torch", Fit({"jit_compile": True}, **_DIFFERENCES), **_R3GAN
    ),
    "mixed_bfloat16": Contestant("tensorflow", Fit(), **_BFLOAT16),
    "all options": Contestant("tensorflow", _CHEAPEST, **_BFLOAT16),
}


def prepare(contestant: Contestant, workload: Workload) -> Run:
    """Function that plays rounds of a workload in the contestant's way, in this process."""
    keras.config.set_dtype_policy(contestant.precision)
    keras.utils.set_random_seed(0)
    return contestant.prepare(workload)
