"""The port of MelGAN beside loops by hand, from the same weights and data.

They are the paper's (arXiv:1910.06711, equations 3 to 6): hinge losses, summed over three scales,
and ten times the mean distance of features, summed over scales and layers, the discriminator first.
Features of real sound are those of the discriminator that the generator meets, where the authors'
code keeps those from before its update, and divides by the numbers of scales and layers.
"""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.backend import backend
from tests import ports

NUM_ROUNDS, BATCH_SIZE = 5, 4
LOGS = ("generator_loss", "paired_feature_matching_penalty", "discriminator_loss")
BACKEND = keras.backend.backend()


def rounds():
    sample, condition = ports.make_data("vocoder", NUM_ROUNDS * BATCH_SIZE)
    starts = range(0, len(sample), BATCH_SIZE)
    return [(sample[i : i + BATCH_SIZE], condition[i : i + BATCH_SIZE]) for i in starts]


def losses_of_fit():
    """Both losses and the distance of features in each round of `fit`."""
    gan, losses = ports.make_gan("vocoder"), []
    for sounds, spectra in rounds():
        history = gan.fit(sounds, spectra, batch_size=BATCH_SIZE, verbose=0).history
        losses.append([history[name][0] for name in LOGS])
    return losses


def gradients_of_torch(loss, variables):
    import torch

    values = loss()
    return values, torch.autograd.grad(values[0], [each.value for each in variables])


def gradients_of_tensorflow(loss, variables):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        values = loss()
    return values, tape.gradient(values[0], [each.value for each in variables])


def losses_by_hand(gradients_of):
    """The same of a loop over rounds, scales and layers."""
    gan = ports.make_gan("vocoder")
    generator, discriminator = gan.generator, gan.discriminator
    optimizers = [keras.optimizers.Adam(4e-4, beta_1=0.5, beta_2=0.9) for _ in range(2)]
    losses = []
    for sounds, spectra in (map(ops.convert_to_tensor, each) for each in rounds()):

        def discriminator_loss(sounds=sounds, spectra=spectra):
            real = discriminator(sounds, training=True)["scores"]
            fake = discriminator(generator(spectra, training=True), training=True)["scores"]
            pairs = zip(real, fake, strict=True)
            terms = [ops.mean(ops.relu(1 - r)) + ops.mean(ops.relu(1 + f)) for r, f in pairs]
            return (sum(terms),)

        def generator_loss(sounds=sounds, spectra=spectra):
            real = discriminator(sounds, training=True)["features"]
            fake = discriminator(generator(spectra, training=True), training=True)
            adversarial = -sum(ops.mean(scores) for scores in fake["scores"])
            distances = [
                ops.mean(ops.abs(of_fake - ops.stop_gradient(of_real)))
                for of_real_scale, of_fake_scale in zip(real, fake["features"], strict=True)
                for of_real, of_fake in zip(of_real_scale, of_fake_scale, strict=True)
            ]
            features = 10.0 * sum(distances)
            return adversarial + features, adversarial, features

        logs = []
        steps = ((discriminator, discriminator_loss), (generator, generator_loss))
        for optimizer, (player, loss) in zip(optimizers, steps, strict=True):
            values, gradients = gradients_of(loss, player.trainable_variables)
            with backend.no_gradients():
                optimizer.apply(gradients, player.trainable_variables)
            logs.append([float(ops.convert_to_numpy(ops.stop_gradient(each))) for each in values])
        losses.append([*logs[1][1:], logs[0][0]])
    return losses


@pytest.mark.backend("torch")
@pytest.mark.skipif(BACKEND == "jax", reason="the loops are of TensorFlow and of torch")
def test_losses_are_those_of_a_loop_by_hand():
    gradients_of = {"torch": gradients_of_torch, "tensorflow": gradients_of_tensorflow}[BACKEND]
    np.testing.assert_allclose(losses_of_fit(), losses_by_hand(gradients_of), rtol=1e-5)
