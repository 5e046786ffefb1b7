"""A look at both players on fixed samples that leaves no trace in training."""

import contextlib
from collections.abc import Iterator, Sequence

import keras
import numpy as np
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.game.discriminator_update import DiscriminatorUpdate
from keras_gan_losses.game.game import Game
from keras_gan_losses.game.generator_update import GeneratorUpdate
from keras_gan_losses.game.network_inputs import tensors_of
from keras_gan_losses.game.state import AVERAGE, OPTIMIZERS, flat
from keras_gan_losses.penalties.heads import joined
from keras_gan_losses.trees import in_float32, num_rows, sample_of
from keras_gan_losses.types import Condition, Gradients, Samples, Scores, Tensor

_SEED = 0


class Probe:
    """Measures the trained players on the same samples and latents each time.

    Args:
        game: Networks and rules.
        real: Real samples.
        condition: Theirs, for conditional networks.
    """

    def __init__(self, game: Game, real: Samples, condition: Condition | None = None) -> None:
        self._game = game
        self._real = in_float32(real)
        self._condition = tensors_of(condition)
        self._updates: dict[str, GeneratorUpdate | DiscriminatorUpdate] = {
            "generator": GeneratorUpdate(game),
            "discriminator": DiscriminatorUpdate(game),
        }

    def gradient_norms(self) -> dict[str, float]:
        """Norm of each player's gradient, as training would compute it now, by name."""
        game = self._game
        optimizers = {
            "generator": game.optimizer.generator_optimizer,
            "discriminator": game.optimizer.discriminator_optimizer,
        }
        norms = {}
        for player, update in self._updates.items():
            with _unchanged(self._changing_variables()), preserved_random_state():
                game.seed_generator.state.assign(_first_state(game.seed_generator))
                gradients = update.gradients(self._real, self._condition)
                # Loss scaling of half precision is no part of the gradient.
                scale = float(getattr(optimizers[player], "dynamic_scale", 1.0))
            norms[f"{player}_gradient_norm"] = _norm(gradients) / scale
        return norms

    def scores(self) -> tuple[Scores, Scores]:
        """Scores of the real and of as many generated samples in inference mode."""
        game = self._game
        sampler = game.latent_sampler
        latents = None if sampler is None else sampler(int(num_rows(self._real)), _SEED)
        inputs = game.specification.generator_inputs(latents, self._condition)
        with backend.no_gradients():
            fake = in_float32(sample_of(game.generator(inputs, training=False)))
            real_scores, fake_scores = (game.score(x, self._condition) for x in (self._real, fake))
            return joined(real_scores), joined(fake_scores)

    def _changing_variables(self) -> list[keras.Variable]:
        """What computing a gradient may change: batch statistics, seeds, states and trackers."""
        parts = self._game.parts().items()
        kept = (OPTIMIZERS, AVERAGE)
        changing = flat({name: part for name, part in parts if not name.startswith(kept)})
        return [variable for variable in changing if not variable.trainable]


@contextlib.contextmanager
def _unchanged(variables: Sequence[keras.Variable]) -> Iterator[None]:
    with backend.no_gradients():
        values = [ops.copy(ops.convert_to_tensor(variable)) for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)


def _first_state(seed_generator: keras.random.SeedGenerator) -> Tensor:
    return ops.cast([_SEED, 0], seed_generator.state.dtype)


def _norm(gradients: Gradients) -> float:
    # Each replica has computed its share.
    sums = [backend.sum_over_replicas(g) for g in gradients if g is not None]
    values = [ops.convert_to_numpy(g).astype("float64") for g in sums]
    return float(np.sqrt(sum(np.sum(np.square(value)) for value in values)))
