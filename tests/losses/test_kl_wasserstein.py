import numpy as np
import pytest
from scipy.special import softmax

from keras_gan_losses import losses, testing
from keras_gan_losses.losses import KLWassersteinDiscriminatorLoss, KLWassersteinGeneratorLoss
from keras_gan_losses.testing.loss_case import score_gradients


# Song and Ermon, 2019, arXiv:1910.09779, section 4: r = exp(T)/E exp(T).
def weights(fake_scores):
    return fake_scores.size * softmax(fake_scores)


def discriminator_formula(real_scores, fake_scores):
    return -real_scores + weights(fake_scores) * fake_scores


def generator_formula(real_scores, fake_scores):
    return -weights(fake_scores) * fake_scores


def test_discriminators_loss_is_that_of_the_paper():
    testing.check_loss(KLWassersteinDiscriminatorLoss, discriminator_formula)


def test_generators_loss_is_that_of_the_paper():
    testing.check_loss(KLWassersteinGeneratorLoss, generator_formula)


def test_it_is_the_wasserstein_game_where_all_fake_scores_are_equal():
    real, fake = np.float32([0.5, -2.0]), np.full(2, 1.5, "float32")
    for weighted, plain in [
        (KLWassersteinDiscriminatorLoss(), losses.WassersteinDiscriminatorLoss()),
        (KLWassersteinGeneratorLoss(), losses.WassersteinGeneratorLoss()),
    ]:
        assert float(weighted(real, fake)) == pytest.approx(float(plain(real, fake)))


def test_gradient_flows_through_the_weights():
    real, fake = np.zeros((3, 1), "float32"), np.float32([[0.0], [1.0], [-1.0]])
    _, gradient = score_gradients(KLWassersteinDiscriminatorLoss(reduction="sum"), real, fake)
    # ∂/∂fₖ Σ w f = wₖ (1 + fₖ − E w f); with w held fixed it would be wₖ.
    w = weights(fake.astype("float64"))
    np.testing.assert_allclose(gradient, w * (1.0 + fake - np.mean(w * fake)), rtol=1e-5)


def test_batches_of_real_and_generated_samples_may_differ_in_size():
    real, fake = np.float32([3.0]), np.float32([1.0, 1.0, 1.0])
    assert float(KLWassersteinDiscriminatorLoss()(real, fake)) == pytest.approx(-2.0)


def test_a_batch_of_one_is_taken_without_a_warning():
    assert float(KLWassersteinGeneratorLoss()(np.float32([3.0]), np.float32([2.0]))) == -2.0
