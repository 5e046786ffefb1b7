import keras
import pytest
from keras import optimizers

from keras_gan_losses import losses, objectives, penalties


def test_losses_penalties_schedule_and_optimizer_are_the_papers():
    objective = objectives.get("acgan")
    assert type(objective.generator_loss) is losses.NonSaturatingGeneratorLoss
    assert type(objective.discriminator_loss) is losses.NonSaturatingDiscriminatorLoss
    assert [type(penalty) for penalty in objective.penalties] == [
        penalties.AuxiliaryClassifierPenalty,
        penalties.AuxiliaryClassifierGeneratorPenalty,
    ]
    assert [penalty.weight for penalty in objective.penalties] == [1.0, 1.0]
    assert objective.discriminator_steps == 1
    optimizer = objective.player_optimizer("player")
    assert isinstance(optimizer, optimizers.Adam)
    settings = [float(optimizer.learning_rate), optimizer.beta_1, optimizer.beta_2]
    assert settings == pytest.approx([2e-4, 0.5, 0.999])


def test_its_alias_is_the_whole_name():
    assert objectives.get("auxiliary_classifier").name == "acgan"


def test_weight_is_that_of_both_players_and_is_saved():
    objective = objectives.acgan(penalty_weight=0.5)
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(objective))
    assert copy.get_config() == objective.get_config()
    assert [penalty.weight for penalty in copy.penalties] == [0.5, 0.5]


def test_negative_weight_is_refused():
    with pytest.raises(ValueError, match=r"`weight` must be .* at least 0"):
        objectives.acgan(penalty_weight=-1.0)
