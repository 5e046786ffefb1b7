"""The Dirac-GAN: a game of two numbers, which shows whether losses and penalties converge."""

import cmath
import math
from collections.abc import Mapping

import keras
import numpy as np
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.convergence.score_curves import score_curves
from keras_gan_losses.objectives import Objective
from keras_gan_losses.objectives import get as get_objective
from keras_gan_losses.penalties import AdversarialBatch, Penalty
from keras_gan_losses.types import Outputs, Tensor
from keras_gan_losses.validation import check_count, check_number

# Slopes are computed here once and interpolated: as fine near 0 as a kink there wants, and as far
# as a game that blows up gets in some hundred rounds.
_DISTANCES = np.logspace(-6.0, 10.0, 16 * 600 + 1)
_GRID = np.concatenate([-_DISTANCES[::-1], [0.0], _DISTANCES])
# Rounding of slopes in float32.
_TOLERANCE = 1e-5


class DiracGame:
    """Plays an objective between two numbers: data at 0, samples at θ, scores ψx + c.

    Choose it to see what losses and a penalty do near the equilibrium (0, 0) before a network
    hides it: whether the players circle, spiral in or creep. The losses and penalties are the
    objective's own, differentiated by the backend. c is `resting_score`, which the players do not
    change.

    Formula: gradient flow θ' = aψ, ψ' = −bθ − dψ near the equilibrium, with a =
    `generator_pull`, b = `discriminator_push` and d = `damping`; its eigenvalues are
    −d/2 ± √(d²/4 − ab). R1 with γ has d = γ, R1 and R2 together d = 2γ.

    Args:
        objective: A name, an `Objective`, or whatever else `GAN.compile` takes as `loss`. Its
            discriminator steps and its constraint are played too, but plain gradient descent
            takes the place of its optimizer, and penalties with `every` or `schedule` act always.

    Raises:
        ValueError: If its losses take probabilities or energies, which a straight line is not; if
            no score is at rest; or if a penalty is not one on the discriminator's gradient.

    Example:
    >>> played = DiracGame("r3gan")
    >>> [round(value.real, 3) for value in played.eigenvalues]
    [-0.134, -1.866]
    >>> bool(np.abs(played.trajectory()[-1]).max() < 1e-4)
    True

    Reference:
        Mescheder et al., 2018, arXiv:1801.04406, sections 2 to 4.
    """

    def __init__(self, objective: str | Objective | Mapping[str, keras.losses.Loss]) -> None:
        self.objective = get_objective(objective)
        _check(self.objective)
        generator_loss = self.objective.generator_loss
        discriminator_loss = self.objective.discriminator_loss
        variables = self.objective.variables
        of_both = [lambda score: discriminator_loss(score, score)]
        self.resting_score = _zero(score_curves(of_both, _GRID, variables)[1][:, 0])
        """Score c of a discriminator that cannot tell real from generated samples."""
        rest = ops.full((1,), self.resting_score, dtype="float32")
        of_fake = [
            lambda score: generator_loss(rest, score),
            lambda score: discriminator_loss(rest, score),
        ]
        _, slopes = score_curves(of_fake, _GRID + self.resting_score, variables)
        self._generator_slopes, self._discriminator_slopes = slopes.T
        self._penalty_slopes = _penalty_slopes(self.objective.penalties)
        self._constrained = _constrained(self.objective.discriminator_constraint)

    @property
    def generator_pull(self) -> float:
        """a: how strongly samples follow the discriminator's slope at the equilibrium."""
        return float(-_at(0.0, self._generator_slopes))

    @property
    def discriminator_push(self) -> float:
        """b: how strongly the discriminator turns against samples at the equilibrium."""
        return float(_at(0.0, self._discriminator_slopes))

    @property
    def damping(self) -> float:
        """d: second derivative of the penalties by ψ at 0; NaN where they have a kink there."""
        near, far = (float(_at(place, self._penalty_slopes)) for place in (1e-6, 1e-3))
        has_kink = abs(near) > 0.1 * abs(far)
        return math.nan if has_kink else far / 1e-3

    @property
    def critical_damping(self) -> float:
        """2√(ab): with less the players circle around the equilibrium, with more they creep."""
        return 2.0 * math.sqrt(max(0.0, self.generator_pull * self.discriminator_push))

    @property
    def eigenvalues(self) -> tuple[complex, complex]:
        """Of the flow at the equilibrium, the greater first; negative real parts attract."""
        half = self.damping / 2.0
        root = cmath.sqrt(half**2 - self.generator_pull * self.discriminator_push)
        return -half + root, -half - root

    def flow(self, theta: np.ndarray, psi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where both players' gradients point: θ' and ψ'.

        Args:
            theta: θ, a number or any array.
            psi: ψ, likewise.
        """
        score = psi * theta
        penalty = _at(psi, self._penalty_slopes)
        return (
            -psi * _at(score, self._generator_slopes),
            -theta * _at(score, self._discriminator_slopes) - penalty,
        )

    def trajectory(
        self,
        *,
        num_rounds: int = 500,
        learning_rate: float = 0.2,
        start: tuple[float, float] = (1.0, 1.0),
        is_simultaneous: bool = False,
    ) -> np.ndarray:
        """Path of (θ, ψ) under gradient descent of both players.

        Args:
            num_rounds: Rounds, at least 1; each has the objective's discriminator steps.
            learning_rate: Of both players, at least 0.
            start: θ and ψ before the first round.
            is_simultaneous: Whether both players move from the same point, rather than the
                generator after the discriminator.

        Returns:
            Shape `(num_rounds + 1, 2)`. Slopes of losses and penalties beyond 1e10 are taken for
            those at 1e10.

        Raises:
            ValueError: If an argument is out of its range.
        """
        check_count("num_rounds", num_rounds, advice="Use 500.")
        check_number("learning_rate", learning_rate, minimum=0.0, advice="Use 0.2.")
        for value in start:
            check_number("start", value, advice="Use (1.0, 1.0).")
        path = np.empty((num_rounds + 1, 2))
        path[0] = start
        with np.errstate(over="ignore", invalid="ignore"):
            for index in range(num_rounds):
                path[index + 1] = self._round(path[index], learning_rate, is_simultaneous)
        return path

    def _round(
        self, point: np.ndarray, rate: float, is_simultaneous: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        theta, psi = point
        for _ in range(self.objective.discriminator_steps):
            earlier = psi
            psi = psi + rate * self.flow(theta, psi)[1]
            if self._constrained is not None:
                psi = _at(psi, self._constrained)
        seen = earlier if is_simultaneous else psi
        return theta + rate * self.flow(theta, seen)[0], psi


def _at(places: np.ndarray | float, curve: np.ndarray) -> np.ndarray:
    return np.interp(places, _GRID, curve)


def _zero(slopes: np.ndarray) -> float:
    """Where slopes that grow along the grid are 0; 0 itself where it is one of several places."""
    if abs(float(_at(0.0, slopes))) <= _TOLERANCE:
        return 0.0
    above = np.flatnonzero((slopes[:-1] < 0.0) & (slopes[1:] >= 0.0))
    if len(above) == 0:
        raise ValueError(
            "The discriminator's loss drives the scores of real and generated samples that are "
            "alike ever further, so that its Dirac-GAN has no equilibrium. Choose losses with one."
        )
    pair = slice(above[0], above[0] + 2)
    return float(np.interp(0.0, slopes[pair], _GRID[pair]))


def _check(objective: Objective) -> None:
    for loss in (objective.generator_loss, objective.discriminator_loss):
        if loss.scores_are_energies or loss.from_logits is False:
            raise ValueError(
                "The Dirac-GAN's scores are a straight line. Received: an objective whose loss "
                f"{loss.name!r} takes energies or probabilities. Choose one of raw scores."
            )
    for penalty in objective.penalties:
        if penalty.player != "discriminator" or not penalty.uses_gradient:
            raise ValueError(
                "The Dirac-GAN knows penalties on the discriminator's gradient. Received: "
                f"{penalty.name!r}. Leave it out: objectives.Objective(generator_loss=…, "
                "discriminator_loss=…)."
            )


def _penalty_slopes(penalties: tuple[Penalty, ...]) -> np.ndarray:
    """Derivative of the penalties by ψ, along the grid: each of its places is one sample's ψ."""
    points = ops.zeros((len(_GRID), 1))

    def values(slopes: Tensor) -> tuple[Tensor, None]:
        def discriminator(samples: Tensor, training: bool) -> Outputs:
            return {"scores": slopes * samples}

        batch = AdversarialBatch(discriminator, points, points, state=[])
        return sum((penalty(batch) for penalty in penalties), start=0.0 * slopes[:, 0]), None

    variables = [variable for penalty in penalties for variable in penalty.variables]
    grid = ops.convert_to_tensor(_GRID[:, np.newaxis].astype("float32"))
    _, gradients = backend.input_gradient(values, grid, variables)
    return ops.convert_to_numpy(gradients)[:, 0]


def _constrained(constraint: keras.constraints.Constraint | None) -> np.ndarray | None:
    """What a constraint makes of each weight of the grid."""
    if constraint is None:
        return None
    weights = ops.convert_to_tensor(_GRID[np.newaxis].astype("float32"))
    return ops.convert_to_numpy(constraint(weights))[0]
