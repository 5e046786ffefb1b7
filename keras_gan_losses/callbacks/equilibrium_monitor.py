"""Whether the two players are still a match for each other."""

import math

import numpy as np

from keras_gan_losses.callbacks.balance import Balance, balance
from keras_gan_losses.callbacks.between_epochs import BetweenEpochs
from keras_gan_losses.callbacks.needs_gan import check_is_gan
from keras_gan_losses.feeding.batch_form import formed
from keras_gan_losses.game.probe import Probe
from keras_gan_losses.losses import AdversarialLoss
from keras_gan_losses.models import GAN
from keras_gan_losses.types import Condition, Logs, Samples
from keras_gan_losses.validation import check_count

_ADVICE = {
    Balance.DISCRIMINATOR_AHEAD: (
        "It tells nearly all generated samples from real ones, and the generator learns little "
        "from it. Slow it down (a smaller learning rate, fewer discriminator_steps), steady it "
        "(penalties.R1Penalty), or take an objective that bears it, such as 'r3gan' or 'wgan_gp'."
    ),
    Balance.GENERATOR_AHEAD: (
        "It takes generated samples for the real ones, and teaches the generator nothing true. "
        "Strengthen it (a larger network or learning rate, more discriminator_steps)."
    ),
}


class EquilibriumMonitor(BetweenEpochs):
    """Measures after each epoch how the players stand, and warns when one is left behind.

    Choose it when samples do not get better, to see why. After each epoch it adds to the logs:

    - `score_gap`: the lead of real over generated samples in mean score, positive where the
      discriminator is right (energies counted the other way);
    - `generator_gradient_norm` and `discriminator_gradient_norm`: √Σ‖∂loss/∂weight‖² over all
      weights, penalties included, on a fixed batch. A generator's norm that falls to 0 while its
      samples are bad is a vanished gradient; norms that grow without bound come before divergence;
    - where the objective stands for a divergence, its estimate on that batch:
      `jensen_shannon_estimate` = log 2 − ½ E[sp(−real) + sp(fake)] (nats, at most log 2) for
      cross-entropy, `wasserstein_estimate` = E real − E fake for WGAN, which is the Wasserstein-1
      distance only as far as the discriminator is 1-Lipschitz, and `f_divergence_estimate` =
      E[T(real) − f*(T(fake))] for the f-GAN, and what `divergence_estimates` of a loss of your
      own gives. Each is a lower bound, as good as the discriminator,
      and on real samples that it was trained on too high: give some that it was not.

    When `discriminator_accuracy` is above 0.95 or below 0.45 for `patience` epochs in a row, it
    warns in words, once until the game is back in balance. WGAN's and KL-WGAN's discriminators
    may win, and those whose loss has `lets_discriminator_win` True.

    Training is not touched: its weights are the same, to the bit, with and without it. The batch
    costs about as much as one round that is not compiled.

    Args:
        real: Real samples, `(n, …)` or a tree: a batch of some hundred, best of held-out data.
        condition: Theirs, for conditional networks.
        patience: Epochs in a row out of balance before it warns, at least 1.

    Raises:
        ValueError: If `patience` is below 1, or, before training, if the samples do not fit.

    Example:
    >>> from keras_gan_losses import GAN, architectures, datasets
    >>> ring = datasets.ring(64)
    >>> gan = GAN(*architectures.mlp((2,), 2, hidden_units=(8,)), latent_dim=2)
    >>> gan.compile(loss="minimax")
    >>> monitor = EquilibriumMonitor(ring.samples[:32])
    >>> logs = gan.fit(ring.samples[32:], verbose=0, callbacks=[monitor]).history
    >>> logs["jensen_shannon_estimate"][0] < 0.7  # log 2 at most
    True

    Reference:
        Goodfellow et al., 2014, arXiv:1406.2661, theorem 1; Arjovsky et al., 2017,
        arXiv:1701.07875, section 3; Nowozin et al., 2016, arXiv:1606.00709, equation 4.
    """

    def __init__(
        self, real: Samples, *, condition: Condition | None = None, patience: int = 5
    ) -> None:
        super().__init__()
        check_count("patience", patience, advice="5 epochs are a good start.")
        self.real = real
        self.condition = condition
        self.patience = patience

    def set_model(self, model: GAN) -> None:
        """Checks that the samples are of the kind that the networks take."""
        check_is_gan(self, model)
        super().set_model(model)
        self._formed = formed(self.real, self.condition, model.specification)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts with an even game."""
        self._probe = Probe(self.model.game, *self._formed)
        self._state, self._num_epochs = Balance.EVEN.value, 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Adds the measures to the logs, and counts the epochs out of balance."""
        logs = {} if logs is None else logs
        rules = self.model.game.rules
        sign = -1.0 if rules.scores_are_energies else 1.0
        if {"real_score", "fake_score"} <= set(logs):
            logs["score_gap"] = sign * (logs["real_score"] - logs["fake_score"])
        logs.update(self._probe.gradient_norms())
        loss = rules.objective.discriminator_loss
        estimates = loss.divergence_estimates(*self._probe.scores())
        logs.update({name: float(value) for name, value in estimates.items()})
        self._watch(epoch, logs.get("discriminator_accuracy", math.nan), loss)

    def _watch(self, epoch: int, accuracy: float, loss: AdversarialLoss) -> None:
        state = balance(accuracy) if np.isfinite(accuracy) else Balance.EVEN
        if state is Balance.DISCRIMINATOR_AHEAD and loss.lets_discriminator_win:
            state = Balance.EVEN
        self._num_epochs = self._num_epochs + 1 if state.value == self._state else 1
        self._state = state.value
        if state in _ADVICE and self._num_epochs == self.patience:
            self.warn(
                f"The game has left its balance: {state.value}. discriminator_accuracy is "
                f"{accuracy:.3f} in epoch {epoch + 1}, the last of {self.patience} like it. "
                f"{_ADVICE[state]}"
            )
