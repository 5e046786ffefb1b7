"""The port of pix2pix beside programs by hand, from the same weights and data."""

import re

import keras
import numpy as np
import pytest

from tests import ports

NUM_ROUNDS, BATCH_SIZE = 5, 8
LOGS = ("generator_loss", "l1", "discriminator_loss")
PAGE = ports.PAGE.read_text()
BY_HAND, *_ = re.findall(r"^```py\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
OURS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1]


def rounds():
    sample, condition = ports.make_data("pix2pix", NUM_ROUNDS * BATCH_SIZE)
    starts = range(0, len(sample), BATCH_SIZE)
    return [(sample[i : i + BATCH_SIZE], condition[i : i + BATCH_SIZE]) for i in starts]


def make_gan():
    return ports.make_gan("pix2pix", dropout=0.0)


def losses_of_fit():
    """Both losses and the distance of pixels in each round of `fit`."""
    gan, losses = make_gan(), []
    for images, masks in rounds():
        history = gan.fit(images, masks, batch_size=BATCH_SIZE, verbose=0).history
        losses.append([history[name][0] for name in LOGS])
    return losses


def losses_of_the_page():
    """The same of the class in the page."""
    gan, losses = make_gan(), []
    names = {"generator": gan.generator, "discriminator": gan.discriminator}
    exec(compile(BY_HAND.split("model.fit")[0], "page", "exec"), names)
    for images, masks in rounds():
        history = names["model"].fit(masks, images, batch_size=BATCH_SIZE, verbose=0).history
        losses.append([history[name][0] for name in LOGS])
    return losses


def losses_of_autograd():
    """The same of a loop with torch's functions and gradients."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

    gan, losses = make_gan(), []
    players = (gan.generator, gan.discriminator)
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in players]
    for images, masks in ((torch.from_numpy(a), torch.from_numpy(b)) for a, b in rounds()):
        made = gan.generator(masks, training=True)
        real_scores = gan.discriminator([images, masks], training=True)
        fake_scores = gan.discriminator([made, masks], training=True)
        ones, zeros = torch.ones_like(fake_scores), torch.zeros_like(fake_scores)
        generator_loss = cross_entropy(fake_scores, ones)
        l1 = 100.0 * (images - made).abs().mean()
        discriminator_loss = cross_entropy(real_scores, ones) + cross_entropy(fake_scores, zeros)
        gradients = [
            torch.autograd.grad(loss, [v.value for v in one.trainable_variables], retain_graph=True)
            for one, loss in zip(players, (generator_loss + l1, discriminator_loss), strict=True)
        ]
        with torch.no_grad():
            for one, optimizer, its in zip(players, optimizers, gradients, strict=True):
                optimizer.apply(its, one.trainable_variables)
        losses.append([each.item() for each in (generator_loss, l1, discriminator_loss)])
    return losses


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the program is TensorFlow's")
def test_losses_are_those_of_the_program_in_the_page():
    np.testing.assert_allclose(losses_of_fit(), losses_of_the_page(), rtol=1e-5)


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="the loop is torch's")
def test_losses_are_those_of_a_loop_with_autograd():
    np.testing.assert_allclose(losses_of_fit(), losses_of_autograd(), rtol=1e-5)


@pytest.mark.backend("torch")
def test_the_page_counts_the_lines_that_it_shows():
    by_hand, ours = (len(list(filter(str.strip, c.splitlines()))) for c in (BY_HAND, OURS))
    assert f"These {by_hand} lines are {ours} here" in PAGE
