"""The loop by hand in torch, eager or compiled, with torch's own optimizers."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import torch

from benchmarks.hand_written import rules
from benchmarks.workloads import LATENT_DIM, Workload


def prepare(workload: Workload, *, is_compiled: bool) -> Callable[[int], None]:
    """Function that plays a number of rounds."""
    generator, discriminator = workload.build()
    play = _round(generator, discriminator, workload)
    if is_compiled:
        play = torch.compile(play)
    device = discriminator.trainable_variables[0].value.device
    data = torch.from_numpy(workload.data()).to(device)
    size = workload.batch_size * workload.discriminator_steps

    def run(num_rounds: int) -> None:
        order = torch.from_numpy(np.random.permutation(num_rounds * size)).to(device)
        for first in range(0, len(order), size):
            play(data[order[first : first + size]])
        discriminator.trainable_variables[0].value.detach().cpu()

    return run


def _round(
    generator: keras.Model, discriminator: keras.Model, workload: Workload
) -> Callable[[Any], None]:
    game = rules.RULES[workload.loss]
    parameters = {
        network: [variable.value for variable in network.trainable_variables]
        for network in (generator, discriminator)
    }
    optimizers = {
        network: torch.optim.Adam(own, rules.LEARNING_RATE, game.betas)
        for network, own in parameters.items()
    }
    layers = [layer for layer in discriminator.layers if hasattr(layer, "before_update")]
    batch_size = workload.batch_size

    def latents(device: Any) -> Any:
        return torch.randn(batch_size, LATENT_DIM, device=device)

    def score_with_gradient(samples: Any) -> tuple[Any, Any]:
        samples = samples.detach().requires_grad_(True)
        scores = discriminator(samples, training=True)
        (gradient,) = torch.autograd.grad(scores.sum(), samples, create_graph=True)
        return scores, gradient

    def discriminator_loss(real: Any, fake: Any) -> Any:
        if game.penalises_at_samples:
            (real_scores, at_real), (fake_scores, at_fake) = map(score_with_gradient, (real, fake))
            penalty = rules.zero_gradient_penalty(at_real) + rules.zero_gradient_penalty(at_fake)
            return game.discriminator_loss(real_scores, fake_scores) + penalty
        real_scores, fake_scores = (discriminator(s, training=True) for s in (real, fake))
        loss = game.discriminator_loss(real_scores, fake_scores)
        if game.penalises_between:
            shape = (batch_size,) + (1,) * (real.ndim - 1)
            share = torch.rand(shape, device=real.device)
            _, gradient = score_with_gradient(fake + share * (real - fake))
            loss = loss + rules.unit_gradient_penalty(gradient)
        return loss

    def generator_loss(real: Any) -> Any:
        fake_scores = discriminator(generator(latents(real.device), training=True), training=True)
        sees_real = game.generator_sees_real
        real_scores = discriminator(real, training=True) if sees_real else fake_scores
        return game.generator_loss(real_scores, fake_scores)

    def update(network: keras.Model, loss: Any) -> None:
        gradients = torch.autograd.grad(loss, parameters[network])
        for parameter, gradient in zip(parameters[network], gradients, strict=True):
            parameter.grad = gradient
        optimizers[network].step()

    def play(batch: Any) -> None:
        for real in batch.split(batch_size):
            with torch.no_grad():
                for layer in layers:
                    layer.before_update()
                fake = generator(latents(real.device), training=True)
            update(discriminator, discriminator_loss(real, fake))
        update(generator, generator_loss(real))

    return play
