import keras
import pytest

from keras_gan_losses import losses, objectives


def test_kl_wgan_has_the_authors_settings_for_cifar_10():
    objective = objectives.get("kl_wgan")
    assert type(objective.generator_loss) is losses.KLWassersteinGeneratorLoss
    assert type(objective.discriminator_loss) is losses.KLWassersteinDiscriminatorLoss
    assert objective.discriminator_steps == 4
    optimizer = objective.player_optimizer("player")
    assert float(optimizer.learning_rate) == pytest.approx(2e-4)
    assert (optimizer.beta_1, optimizer.beta_2) == (0.0, 0.999)


def test_arguments_are_saved():
    objective = objectives.kl_wgan(discriminator_steps=2)
    config = keras.saving.serialize_keras_object(objective)
    copy = keras.saving.deserialize_keras_object(config)
    assert type(copy) is objectives.Objective
    assert copy.discriminator_steps == 2
