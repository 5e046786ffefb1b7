"""How long each run of a comparison may train: the same for all."""

import abc
import math
from collections.abc import Mapping
from dataclasses import dataclass

from keras_gan_losses.validation import check_count, check_number

# Between looks at the clock: rarely enough to cost nothing, often enough to stop in time.
_ROUNDS_BETWEEN_MEASUREMENTS = 50


class Budget(abc.ABC):
    """What a run may spend."""

    @abc.abstractmethod
    def share_spent(self, num_updates: int, seconds: float) -> float:
        """Share of the budget that is gone; 1 or more ends the run."""

    @abc.abstractmethod
    def rounds_in_interval(self, discriminator_steps: int, num_measurements: int) -> int:
        """Rounds after which a measurement may be due."""

    @abc.abstractmethod
    def check(self, discriminator_steps: Mapping[str, int]) -> None:
        """Raises if some objective cannot spend just this budget."""


@dataclass(frozen=True)
class DiscriminatorUpdates(Budget):
    """Gives each run the same number of discriminator updates, and so the same real samples.

    Choose it to compare objectives by what they make of the data, whatever the machine. An
    objective with five discriminator steps plays a fifth of the rounds.

    Args:
        count: Updates in each run, at least 1 and a multiple of each objective's discriminator
            steps.

    Raises:
        ValueError: If `count` is not a positive whole number.

    Example:
    >>> DiscriminatorUpdates(2000).share_spent(500, seconds=3.0)
    0.25
    """

    count: int

    def __post_init__(self) -> None:
        check_count("count", self.count, advice="Some thousands suit small data.")

    def __str__(self) -> str:
        return f"{self.count:,} discriminator updates"

    def share_spent(self, num_updates: int, seconds: float) -> float:
        """Share of the updates that have been made."""
        return num_updates / self.count

    def rounds_in_interval(self, discriminator_steps: int, num_measurements: int) -> int:
        """Rounds between two measurements."""
        return math.ceil(self.count / discriminator_steps / num_measurements)

    def check(self, discriminator_steps: Mapping[str, int]) -> None:
        """Raises if some objective's rounds do not fill the budget exactly."""
        common = math.lcm(*discriminator_steps.values())
        if self.count % common == 0:
            return
        name = next(name for name, steps in discriminator_steps.items() if self.count % steps)
        nearest = max(common, round(self.count / common) * common)
        raise ValueError(
            f"Each run must make the same number of discriminator updates. Received: {self.count}, "
            f"but a round of {name!r} has {discriminator_steps[name]} of them. Use {nearest}."
        )


@dataclass(frozen=True)
class TrainingSeconds(Budget):
    """Gives each run the same time for training.

    Choose it to compare what objectives reach on one machine at the same cost. The first round,
    in which the game is compiled, and the measurements are not counted. Results depend on the
    machine and on what else it does, and so differ from one time to the next.

    Args:
        seconds: Time of each run in seconds, greater than 0.

    Raises:
        ValueError: If `seconds` is not a positive number.

    Example:
    >>> TrainingSeconds(60.0).share_spent(500, seconds=15.0)
    0.25
    """

    seconds: float

    def __post_init__(self) -> None:
        check_number("seconds", self.seconds, minimum=1e-3, advice="A minute suits small data.")

    def __str__(self) -> str:
        return f"{self.seconds:g} seconds of training"

    def share_spent(self, num_updates: int, seconds: float) -> float:
        """Share of the time that has passed."""
        return seconds / self.seconds

    def rounds_in_interval(self, discriminator_steps: int, num_measurements: int) -> int:
        """Rounds after which the clock decides whether to measure."""
        return _ROUNDS_BETWEEN_MEASUREMENTS

    def check(self, discriminator_steps: Mapping[str, int]) -> None:
        """Does nothing: any objective can spend time."""
