import keras
import pytest

from keras_gan_losses import losses, objectives


def test_sngan_is_the_hinge_game_with_the_papers_settings():
    # Miyato et al., 2018, arXiv:1802.05957, section 4: residual networks.
    objective = objectives.get("sngan")
    assert type(objective.generator_loss) is losses.HingeGeneratorLoss
    assert type(objective.discriminator_loss) is losses.HingeDiscriminatorLoss
    assert objective.discriminator_steps == 5
    optimizer = objective.player_optimizer("player")
    assert float(optimizer.learning_rate) == pytest.approx(2e-4)
    assert (optimizer.beta_1, optimizer.beta_2) == (0.0, 0.9)


def test_arguments_are_saved():
    objective = objectives.sngan(discriminator_steps=2)
    config = keras.saving.serialize_keras_object(objective)
    copy = keras.saving.deserialize_keras_object(config)
    assert type(copy) is objectives.Objective
    assert copy.discriminator_steps == 2
