"""The ports whose samples are trees beside loops by hand, from the same weights, data and noise."""

import keras
import numpy as np
import pytest

from tests import ports
from tests.game.test_fake_pool import in_turn

NUM_ROUNDS, BATCH_SIZE = 5, 8

pytestmark = [
    pytest.mark.backend("torch"),
    pytest.mark.skipif(keras.backend.backend() != "torch", reason="the loops are torch's"),
]


def losses_of_fit(gan, name, logs):
    """Losses in each round of `fit`."""
    sample, condition = ports.make_data(name, NUM_ROUNDS * BATCH_SIZE)
    losses = []
    for i in range(NUM_ROUNDS):
        rows = slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE)
        data = [keras.tree.map_structure(lambda leaf, r=rows: leaf[r], sample), None]
        if condition is not None:
            data[1] = keras.tree.map_structure(lambda leaf, r=rows: leaf[r], condition)
        history = gan.fit(*data, batch_size=BATCH_SIZE, shuffle=False, verbose=0).history
        losses.append([history[log][0] for log in logs])
    return losses


def apply(optimizer, network, loss):
    import torch

    gradients = torch.autograd.grad(
        loss, [v.value for v in network.trainable_variables], retain_graph=True
    )
    return lambda: optimizer.apply(gradients, network.trainable_variables)


def losses_of_a_cycle(gan, pool_size):
    """Of CycleGAN with torch's functions and gradients, and past samples told by their numbers."""
    import torch

    sides, _ = ports.make_data("cyclegan", NUM_ROUNDS * BATCH_SIZE)
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
    numbers = np.split(np.arange(NUM_ROUNDS * BATCH_SIZE), NUM_ROUNDS)
    seen = np.concatenate(numbers)
    if pool_size:
        seed = int(keras.ops.convert_to_numpy(gan.seed_generator.state)[0])
        seen = np.asarray(in_turn(numbers, pool_size, seed)[0])
    past, losses = {"x": [], "y": []}, []
    for rows, chosen in zip(numbers, np.split(seen, NUM_ROUNDS), strict=True):
        real = {name: torch.from_numpy(side[rows]) for name, side in sides.items()}
        made = gan.generator(real, training=True)
        for name in past:
            past[name].extend(made["sample"][name].detach())
        shown = {name: torch.stack([past[name][i] for i in chosen]) for name in past}
        adversarial = sum(
            0.5 * (each - 1.0).square().mean() for each in gan.discriminator(made["sample"])
        )
        cycle, identity = (
            weight * sum((made[kind][name] - real[name]).abs().mean() for name in real)
            for kind, weight in (("cycle", 10.0), ("same", 5.0))
        )
        pairs = zip(gan.discriminator(real), gan.discriminator(shown), strict=True)
        judged = sum(0.5 * ((r - 1.0).square().mean() + f.square().mean()) for r, f in pairs)
        steps = [
            apply(optimizers[0], gan.generator, 2.0 * adversarial + cycle + identity),
            apply(optimizers[1], gan.discriminator, judged),
        ]
        with torch.no_grad():
            for step in steps:
                step()
        losses.append([each.item() for each in (adversarial, cycle, identity, judged)])
    return losses


@pytest.mark.parametrize("pool_size", [0, 6])
def test_cyclegan_is_a_loop_with_autograd(pool_size):
    logs = ("generator_loss", "cycle", "identity", "discriminator_loss")
    gans = [ports.make_gan("cyclegan", fake_pool=pool_size) for _ in range(2)]
    expected = losses_of_a_cycle(gans[1], pool_size)
    np.testing.assert_allclose(losses_of_fit(gans[0], "cyclegan", logs), expected, rtol=1e-5)


def losses_of_graphs(gan):
    """Of WGAN-GP with one norm over bonds and atoms, with torch's functions and gradients."""
    import torch

    data, _ = ports.make_data("molecules", NUM_ROUNDS * BATCH_SIZE)
    optimizers = [keras.optimizers.Adam(5e-4) for _ in range(2)]
    source = keras.random.SeedGenerator(0)
    source.state.assign(gan.seed_generator.state)
    losses = []
    for i in range(NUM_ROUNDS):
        rows = slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE)
        real = [torch.from_numpy(leaf[rows]) for leaf in data]
        latents = keras.random.normal((BATCH_SIZE, 16), seed=source)
        fake = [leaf.detach() for leaf in gan.generator(latents, training=True)]
        share = keras.random.uniform((BATCH_SIZE,), seed=source)
        between = [
            (f + share.reshape(-1, *[1] * (f.ndim - 1)) * (r - f)).requires_grad_(True)
            for r, f in zip(real, fake, strict=True)
        ]
        gradients = torch.autograd.grad(
            gan.discriminator(between).sum(), between, create_graph=True
        )
        squares = sum(each.flatten(1).square().sum(dim=1) for each in gradients)
        penalty = 10.0 * (squares.sqrt() - 1.0).square().mean()
        judged = gan.discriminator(fake).mean() - gan.discriminator(real).mean()
        step = apply(optimizers[0], gan.discriminator, judged + penalty)
        with torch.no_grad():
            step()
        latents = keras.random.normal((BATCH_SIZE, 16), seed=source)
        made = -gan.discriminator(gan.generator(latents, training=True)).mean()
        step = apply(optimizers[1], gan.generator, made)
        with torch.no_grad():
            step()
        losses.append([each.item() for each in (made, judged, penalty)])
    return losses


def test_wgan_gp_of_graphs_is_a_loop_with_autograd():
    logs = ("generator_loss", "discriminator_loss", "gradient_penalty")
    gans = [ports.make_gan("molecules") for _ in range(2)]
    expected = losses_of_graphs(gans[1])
    found = losses_of_fit(gans[0], "molecules", logs)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
