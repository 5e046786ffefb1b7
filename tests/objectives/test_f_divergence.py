import keras
import pytest

from keras_gan_losses import objectives
from keras_gan_losses.losses import divergences


@pytest.mark.parametrize("name", divergences.names())
def test_each_divergence_has_an_objective_of_its_name(name):
    objective = objectives.get(f"fgan_{name}")
    assert f"fgan_{name}" in objectives.names()
    for loss in (objective.generator_loss, objective.discriminator_loss):
        assert type(loss.divergence) is type(divergences.get(name))
    # Nowozin et al., 2016, arXiv:1606.00709, section 3.2: the form that the paper trains with.
    assert not objective.generator_loss.is_zero_sum


def test_divergence_and_form_are_saved():
    own = divergences.AlphaDivergence(alpha=-0.5)
    objective = objectives.fgan(divergence=own, is_zero_sum=True)
    config = keras.saving.serialize_keras_object(objective)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.generator_loss.is_zero_sum
    assert copy.generator_loss.divergence.alpha == -0.5
    assert copy.discriminator_loss.divergence.alpha == -0.5


def test_unknown_divergence_is_refused():
    with pytest.raises(ValueError, match=r"Unknown divergence: 'kls'. Did you mean 'kl'"):
        objectives.fgan(divergence="kls")
