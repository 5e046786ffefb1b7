"""What a sample's lead over the other kind costs the player who wants that lead to be large."""

from typing import Any

from keras import ops


def logistic_cost(lead: Any) -> Any:
    """sp(−lead): cross-entropy of the label "first is more real"."""
    return ops.softplus(-lead)


def least_squares_cost(lead: Any) -> Any:
    """(lead − 1)²: leads of other sizes than 1 cost, larger ones too."""
    return ops.square(lead - 1.0)


def hinge_cost(lead: Any) -> Any:
    """relu(1 − lead): leads of more than 1 cost nothing."""
    return ops.relu(1.0 - lead)
