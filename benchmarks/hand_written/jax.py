"""The loop by hand in JAX: one jitted, pure function a round."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from benchmarks.hand_written import rules
from benchmarks.workloads import LATENT_DIM, Workload

State = dict[str, Any]


def prepare(workload: Workload) -> Callable[[int], None]:
    """Function that plays a number of rounds."""
    networks = workload.build()
    play, state = _round(*networks, workload)
    compiled = jax.jit(play, donate_argnums=0)
    data = workload.data()
    size = workload.batch_size * workload.discriminator_steps
    kept = [state]

    def run(num_rounds: int) -> None:
        order = np.random.permutation(num_rounds * size)
        for first in range(0, len(order), size):
            kept[0] = compiled(kept[0], data[order[first : first + size]])
        for network, name in zip(networks, ("generator", "discriminator"), strict=True):
            for variable, value in zip(network.trainable_variables, kept[0][name][0], strict=True):
                # A copy, because the next round takes the original's memory.
                variable.assign(jnp.copy(value))
        jax.block_until_ready(kept[0])

    return run


def operations(workload: Workload) -> float:
    """Floating-point operations of one round, as the compiler counts them."""
    play, state = _round(*workload.build(), workload)
    size = workload.batch_size * workload.discriminator_steps
    batch = jnp.zeros((size, *workload.data_shape))
    return float(jax.jit(play).lower(state, batch).cost_analysis()["flops"])


def _round(
    generator: keras.Model, discriminator: keras.Model, workload: Workload
) -> tuple[Callable[[State, Any], State], State]:
    """Function of the state and a round's samples that gives the next state, and the first one."""
    players = {"generator": generator, "discriminator": discriminator}
    game = rules.RULES[workload.loss]
    optimizers = {name: keras.optimizers.Adam(rules.LEARNING_RATE, *game.betas) for name in players}
    state: State = {"key": jax.random.key(0)}
    for name, network in players.items():
        optimizers[name].build(network.trainable_variables)
        groups = (network.trainable_variables, network.non_trainable_variables)
        state[name] = tuple(
            [jnp.array(variable.value) for variable in group]
            for group in (*groups, optimizers[name].variables)
        )
    discriminator_loss, generator_loss = _losses(players, workload)

    def updated(name: str, state: State, gradients: Any, others: Any) -> Any:
        trained, _, slots = state[name]
        trained, slots = optimizers[name].stateless_apply(slots, gradients, trained)
        return trained, others, slots

    def play(state: State, batch: Any) -> State:
        size = workload.batch_size
        for step in range(workload.discriminator_steps):
            real = batch[step * size : (step + 1) * size]
            key, for_latents, for_penalty, for_generator = jax.random.split(state["key"], 4)
            of_generator, own, slots = state["generator"]
            latents = jax.random.normal(for_latents, (size, LATENT_DIM))
            fake, own = generator.stateless_call(of_generator, own, latents, training=True)
            gradients, others = jax.grad(discriminator_loss, has_aux=True)(
                state["discriminator"][0], _advanced(discriminator, state), real, fake, for_penalty
            )
            state = {
                "key": key,
                "generator": (of_generator, own, slots),
                "discriminator": updated("discriminator", state, gradients, others),
            }
        gradients, (own, others) = jax.grad(generator_loss, has_aux=True)(
            state["generator"][0], state, real, for_generator
        )
        trained, _, slots = state["discriminator"]
        return {
            "key": state["key"],
            "generator": updated("generator", state, gradients, own),
            "discriminator": (trained, others, slots),
        }

    return play, state


def _advanced(discriminator: keras.Model, state: State) -> Any:
    """What of the discriminator is not trained, after the power iterations of its layers."""
    own = [*discriminator.trainable_variables, *discriminator.non_trainable_variables]
    values = [*state["discriminator"][0], *state["discriminator"][1]]
    with keras.StatelessScope(state_mapping=list(zip(own, values, strict=True))) as scope:
        for layer in discriminator.layers:
            if hasattr(layer, "before_update"):
                layer.before_update()
    return [scope.get_current_value(v) for v in discriminator.non_trainable_variables]


def _losses(
    players: dict[str, keras.Model], workload: Workload
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The discriminator's and the generator's loss, each with what else has changed."""
    game, batch_size = rules.RULES[workload.loss], workload.batch_size

    def call(name: str, trained: Any, others: Any, inputs: Any) -> tuple[Any, Any]:
        return players[name].stateless_call(trained, others, inputs, training=True)

    def discriminator_loss(trained: Any, others: Any, real: Any, fake: Any, key: Any) -> Any:
        def summed(samples: Any, others: Any) -> tuple[Any, Any]:
            scores, others = call("discriminator", trained, others, samples)
            return scores.sum(), (scores, others)

        gradient_of = jax.grad(summed, has_aux=True)
        if game.penalises_at_samples:
            at_real, (real_scores, others) = gradient_of(real, others)
            at_fake, (fake_scores, others) = gradient_of(fake, others)
            penalty = rules.zero_gradient_penalty(at_real) + rules.zero_gradient_penalty(at_fake)
            return game.discriminator_loss(real_scores, fake_scores) + penalty, others
        real_scores, others = call("discriminator", trained, others, real)
        fake_scores, others = call("discriminator", trained, others, fake)
        loss = game.discriminator_loss(real_scores, fake_scores)
        if game.penalises_between:
            share = jax.random.uniform(key, (batch_size,) + (1,) * (real.ndim - 1))
            gradient, (_, others) = gradient_of(fake + share * (real - fake), others)
            loss += rules.unit_gradient_penalty(gradient)
        return loss, others

    def generator_loss(trained: Any, state: State, real: Any, key: Any) -> Any:
        latents = jax.random.normal(key, (batch_size, LATENT_DIM))
        fake, own = call("generator", trained, state["generator"][1], latents)
        opponent, others, _ = state["discriminator"]
        fake_scores, others = call("discriminator", opponent, others, fake)
        real_scores = fake_scores
        if game.generator_sees_real:
            real_scores, others = call("discriminator", opponent, others, real)
        return game.generator_loss(real_scores, fake_scores), (own, others)

    return discriminator_loss, generator_loss
