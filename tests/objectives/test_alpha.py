import keras
import pytest

from keras_gan_losses import losses, objectives


def test_each_player_has_an_alpha_of_its_own_which_is_saved():
    objective = objectives.alpha_gan(
        discriminator_alpha=0.7, generator_alpha=2.0, is_saturating=True, from_logits=False
    )
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(objective))
    assert type(copy.discriminator_loss) is losses.AlphaDiscriminatorLoss
    assert type(copy.generator_loss) is losses.AlphaGeneratorLoss
    assert (copy.discriminator_loss.alpha, copy.generator_loss.alpha) == (0.7, 2.0)
    assert copy.generator_loss.is_saturating
    assert copy.generator_loss.from_logits is False
    assert copy.discriminator_loss.from_logits is False


def test_the_non_saturating_form_is_the_default():
    assert not objectives.get("alpha_gan").generator_loss.is_saturating


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_alpha_of_either_player_out_of_range_is_refused(player):
    with pytest.raises(ValueError, match="`alpha` must be"):
        objectives.alpha_gan(**{f"{player}_alpha": 0.0})
