"""Training steps for backends whose variables change in place: TensorFlow and torch."""

from typing import Any


class StatefulTrainer:
    """Hands Keras's `train_step(data)` and `test_step(data)` to the neutral steps."""

    def train_step(self, data: Any) -> dict[str, Any]:
        """One round of the game."""
        return self.adversarial_step(data)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Scores of one batch, without training."""
        return self.evaluation_step(data)
