import keras
import pytest

from keras_gan_losses import losses, objectives, penalties


def test_objective_is_that_of_the_authors_code():
    objective = objectives.get("dragan")
    assert type(objective.generator_loss) is losses.NonSaturatingGeneratorLoss
    assert type(objective.discriminator_loss) is losses.NonSaturatingDiscriminatorLoss
    assert objective.discriminator_steps == 1
    assert objective.discriminator_constraint is None
    (penalty,) = objective.penalties
    assert type(penalty) is penalties.DraganPenalty
    assert (penalty.weight, penalty.target) == (10.0, 1.0)
    assert penalty.noise.get_config() == penalties.UniformNoise(scale=0.5).get_config()


def test_optimizer_is_that_of_the_authors_code():
    optimizer = objectives.get("dragan").player_optimizer("player")
    assert isinstance(optimizer, keras.optimizers.Adam)
    settings = [float(optimizer.learning_rate), optimizer.beta_1, optimizer.beta_2]
    assert settings == pytest.approx([1e-4, 0.5, 0.9])


def test_weight_reaches_the_penalty_and_is_saved():
    objective = objectives.dragan(penalty_weight=3.0)
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(objective))
    assert [one.penalties[0].weight for one in (objective, copy)] == [3.0, 3.0]


def test_negative_weight_is_refused():
    with pytest.raises(ValueError, match=r"`weight` must be .* at least 0"):
        objectives.dragan(penalty_weight=-1.0)
