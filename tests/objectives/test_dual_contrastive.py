import keras

from keras_gan_losses import losses, objectives


def test_dual_contrastive_has_the_losses_of_its_name():
    objective = objectives.get("dual_contrastive")
    assert type(objective.generator_loss) is losses.DualContrastiveGeneratorLoss
    assert type(objective.discriminator_loss) is losses.DualContrastiveDiscriminatorLoss
    assert not objective.generator_loss.is_zero_sum


def test_arguments_are_saved():
    objective = objectives.dual_contrastive(is_zero_sum=True)
    config = keras.saving.serialize_keras_object(objective)
    copy = keras.saving.deserialize_keras_object(config)
    assert type(copy) is objectives.Objective
    assert copy.generator_loss.is_zero_sum
