"""Who is ahead in the game, told from the share of pairs that the discriminator ranks rightly."""

import enum

# An accuracy of 0.5 is equilibrium, of which an epoch's mean strays by a few percent.
LEAST_ACCURACY = 0.45
GREATEST_ACCURACY = 0.95


class Balance(enum.Enum):
    """State of the game, in words."""

    EVEN = "in balance"
    DISCRIMINATOR_AHEAD = "discriminator far ahead"
    GENERATOR_AHEAD = "discriminator misled"


def balance(accuracy: float) -> Balance:
    """State of a game with this `discriminator_accuracy`.

    Example:
    >>> balance(0.6).value, balance(0.99).value
    ('in balance', 'discriminator far ahead')
    """
    if accuracy > GREATEST_ACCURACY:
        return Balance.DISCRIMINATOR_AHEAD
    if accuracy < LEAST_ACCURACY:
        return Balance.GENERATOR_AHEAD
    return Balance.EVEN
