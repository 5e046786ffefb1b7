"""What all penalties share."""

import abc
from collections.abc import Sequence
from typing import ClassVar

import keras
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from keras_gan_losses.backend import backend
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.held_variables import HoldsVariables
from keras_gan_losses.penalties.adversarial_batch import AdversarialBatch
from keras_gan_losses.penalties.schedule import Schedule, weight_at
from keras_gan_losses.registration import snake_case
from keras_gan_losses.trees import LeafName, in_float32
from keras_gan_losses.types import Samples, Size, Tensor
from keras_gan_losses.validation import check_count, check_number

_LEAST_FRACTION = 1e-6


class Penalty(HoldsVariables, abc.ABC):
    """Adds to one player's loss a term that needs more than the scores of a batch.

    Subclass it for a penalty of your own: implement `call`, and keep each constructor argument
    in an attribute of the same name, so that it is saved. Set `player` to "generator" for a term
    of the generator's loss: `batch.fake` depends on the generator there, and `batch.generate`
    makes samples of other latents. Set `uses_gradient` where `call` asks for a gradient.

    State, a `keras.Variable` in an attribute, changes in `update_state`. A network in an
    attribute, such as a perceptual distance's, must be built; nobody trains it. The GAN's
    `state()` has both, so that they are saved with it.

    Args:
        every: Applies the penalty in one of so many updates only, with so many times its
            weight; at least 1. The mean gradient stays the same at a fraction of the cost, but
            Adam, which divides by the root of the mean square, lets rare gradients move less:
            the larger `every`, the weaker the penalty. Prefer `fraction` to it.
            StyleGAN2 also rescales Adam's learning rate and betas, because there the penalty
            takes a step of its own; here it joins the player's step, and nothing is rescaled.
        fraction: Share of each batch that the penalty looks at, above 0 and at most 1. Its mean
            stays the same and its noise grows; the cost of a gradient penalty falls with it. A
            penalty that shares a pass with the loss needs one of its own then.
        schedule: Factor that changes with the player's updates, one of
            `keras.optimizers.schedules`, for a term that shall grow or fade; None is 1.
        name: Name of the penalty in the logs; by default the class's, in snake case.

    Call arguments:
        batch: The samples of one update, an `AdversarialBatch`.

    Returns:
        One value per sample, shape `(batch,)`, in float32, weight included.
    """

    player: str = "discriminator"
    """Whose loss it is added to: "discriminator" or "generator"."""

    uses_gradient: bool = False
    """Whether the penalty is differentiated twice."""

    needs_latents: ClassVar[bool] = False
    """Whether the penalty asks what latents samples were made from."""

    required_outputs: tuple[str, ...] = ()
    """Names of what the discriminator must give beside its scores."""

    required_names: tuple[str, ...] = ()
    """Names of what the penalty asks of `batch.named`."""

    pairs_samples: ClassVar[bool] = False
    """Whether the penalty joins each real sample with the generated one of its row."""

    needs_generator: bool = False
    """Whether the penalty lets the generator make other samples than the batch's."""

    sees_one_leaf: bool = False
    """Whether the penalty looks at one leaf of samples that are trees, whose name is `on`."""

    on: LeafName = None
    """Name of that leaf; None where samples are one tensor."""

    def __init__(
        self,
        *,
        every: int = 1,
        fraction: float = 1.0,
        schedule: Schedule | None = None,
        name: str | None = None,
    ) -> None:
        check_count("every", every, advice="1 applies the penalty in each update.")
        advice = "1.0 is the whole batch, 0.25 a quarter of it."
        check_number("fraction", fraction, minimum=_LEAST_FRACTION, maximum=1.0, advice=advice)
        if not isinstance(schedule, LearningRateSchedule | None):
            raise TypeError(
                "`schedule` must be a keras.optimizers.schedules.LearningRateSchedule or None. "
                f"Received: {schedule!r}. A constant factor is the penalty's weight."
            )
        if not isinstance(name, str | None):
            raise TypeError(f"`name` must be a text. Received: name={name!r}.")
        self.every = every
        self.fraction = fraction
        self.schedule = schedule
        self.name = name or snake_case(type(self).__name__)

    def update_state(self, batch: BatchScores) -> None:
        """Takes in an update of the penalty's player that is over; does nothing by default.

        Args:
            batch: Its `real_scores` and `fake_scores`.
        """

    def __call__(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""
        return self.call(batch)

    @abc.abstractmethod
    def call(self, batch: AdversarialBatch) -> Tensor:
        """One value per sample, shape `(batch,)`."""

    def mean(self, batch: AdversarialBatch, iteration: Size) -> Tensor:
        """Mean over the batch, or `fraction` of it, float32; 0 in updates that `every` leaves out.

        Args:
            batch: The samples of the update.
            iteration: How many updates there have been.
        """
        if self.schedule is not None:
            return weight_at(self.schedule, iteration) * self._unscheduled(batch, iteration)
        return self._unscheduled(batch, iteration)

    def _unscheduled(self, batch: AdversarialBatch, iteration: Size) -> Tensor:
        if self.every == 1:
            is_whole = self.fraction == 1.0
            return self._mean(batch if is_whole else batch.afresh(self.fraction))
        return backend.cond(
            ops.equal(iteration % self.every, 0),
            # Nothing computed inside a branch can be used outside of it.
            lambda: self.every * self._mean(batch.afresh(self.fraction)),
            lambda: ops.zeros((), "float32"),
            _distinct([*batch.state, *self.variables]),
        )

    def _mean(self, batch: AdversarialBatch) -> Tensor:
        """In float32, whatever the values of a penalty of one's own are."""
        return ops.mean(ops.cast(self(batch), "float32"))


def check_player(penalty: Penalty) -> None:
    """Raises unless a penalty says which player's loss it is added to.

    Raises:
        ValueError: With what it says.
    """
    if penalty.player not in ("discriminator", "generator"):
        raise ValueError(
            f'`player` of the penalty {penalty.name!r} must be "discriminator" or "generator". '
            f"Received: {penalty.player!r}."
        )


def _distinct(variables: Sequence[keras.Variable]) -> list[keras.Variable]:
    return list({id(variable): variable for variable in variables}.values())


def squared_norm(gradient: Samples) -> Tensor:
    """Squared Euclidean norm of each sample's gradient, over all its dimensions, float32.

    Args:
        gradient: Shape `(batch, …)`, or a tree of such tensors, over all leaves of which it is.

    Returns:
        Shape `(batch,)`.
    """
    first, *others = (
        ops.sum(ops.square(ops.reshape(leaf, (ops.shape(leaf)[0], -1))), axis=1)
        for leaf in keras.tree.flatten(in_float32(gradient))
    )
    return sum(others, start=first)
