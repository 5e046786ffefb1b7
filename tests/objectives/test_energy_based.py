import keras
import pytest

from keras_gan_losses import losses, objectives


def saved_and_loaded(objective):
    return keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(objective))


def test_ebgan_has_the_papers_losses_and_margin():
    # Zhao et al., 2016, arXiv:1609.03126: the margin of the search on MNIST.
    objective = objectives.get("ebgan")
    assert type(objective.generator_loss) is losses.EnergyBasedGeneratorLoss
    assert type(objective.discriminator_loss) is losses.EnergyBasedDiscriminatorLoss
    assert objective.discriminator_loss.margin == 10.0
    assert saved_and_loaded(objectives.ebgan(margin=2.0)).discriminator_loss.margin == 2.0


def test_began_has_the_papers_losses_and_settings():
    # Berthelot et al., 2017, arXiv:1703.10717, sections 3.4 and 4.1.
    objective = objectives.get("began")
    assert type(objective.generator_loss) is losses.BoundaryEquilibriumGeneratorLoss
    assert type(objective.discriminator_loss) is losses.BoundaryEquilibriumDiscriminatorLoss
    assert objective.discriminator_loss.gain == 0.001
    assert objective.discriminator_loss.diversity_ratio == 0.5
    assert float(objective.player_optimizer("player").learning_rate) == pytest.approx(1e-4)


def test_began_keeps_its_arguments_and_shows_its_state():
    objective = saved_and_loaded(objectives.began(diversity_ratio=0.3, gain=0.1))
    loss = objective.discriminator_loss
    assert (loss.diversity_ratio, loss.gain) == (0.3, 0.1)
    (variable,) = objective.variables
    assert variable is loss.fake_weight


@pytest.mark.parametrize("name", ["ebgan", "began"])
def test_both_players_take_energies(name):
    objective = objectives.get(name)
    assert objective.generator_loss.scores_are_energies
    assert objective.discriminator_loss.scores_are_energies
