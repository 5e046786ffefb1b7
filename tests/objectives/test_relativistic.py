import keras
import pytest
from keras import optimizers

from keras_gan_losses import losses, objectives, penalties

AVERAGES = [
    objectives.rasgan,
    objectives.rahinge,
    objectives.ralsgan,
]


@pytest.mark.parametrize(
    ("name", "cost", "comparison"),
    [
        ("r3gan", "cross_entropy", "paired"),
        ("rahinge", "hinge", "average"),
        ("ralsgan", "least_squares", "average"),
        ("rasgan", "cross_entropy", "average"),
        ("rphinge", "hinge", "paired"),
        ("rplsgan", "least_squares", "paired"),
        ("rsgan", "cross_entropy", "paired"),
    ],
)
def test_both_players_have_losses_of_one_cost_and_comparison(name, cost, comparison):
    objective = objectives.get(name)
    assert type(objective.generator_loss) is losses.RelativisticGeneratorLoss
    assert type(objective.discriminator_loss) is losses.RelativisticDiscriminatorLoss
    for loss in (objective.generator_loss, objective.discriminator_loss):
        assert (loss.cost, loss.comparison, loss.scale) == (cost, comparison, 1.0)
    assert objective.generator_loss.uses_real_scores
    assert objective.discriminator_steps == 1


# Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 5: the settings of DCGAN.
@pytest.mark.parametrize("name", ["rahinge", "ralsgan", "rasgan", "rphinge", "rplsgan", "rsgan"])
def test_optimizers_are_those_of_dcgan(name):
    optimizer = objectives.get(name).player_optimizer("player")
    assert isinstance(optimizer, optimizers.Adam)
    assert float(optimizer.learning_rate) == pytest.approx(2e-4)
    assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.999)


def test_r3gan_has_both_penalties_and_its_authors_first_settings():
    # The ImageNet-64 preset of the authors' code, before any schedule sets in.
    objective = objectives.get("r3gan")
    assert [type(p) for p in objective.penalties] == [penalties.R1Penalty, penalties.R2Penalty]
    assert [p.gamma for p in objective.penalties] == [1.0, 1.0]
    optimizer = objective.player_optimizer("player")
    assert float(optimizer.learning_rate) == pytest.approx(2e-4)
    assert (optimizer.beta_1, optimizer.beta_2) == (0.0, 0.9)


@pytest.mark.parametrize("kind", AVERAGES)
def test_scale_reaches_both_players_and_is_saved(kind):
    config = keras.saving.serialize_keras_object(kind(scale=0.5))
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.generator_loss.scale == copy.discriminator_loss.scale == 0.5


def test_gamma_reaches_both_penalties_and_is_saved():
    config = keras.saving.serialize_keras_object(objectives.r3gan(gamma=0.05))
    copy = keras.saving.deserialize_keras_object(config)
    assert [p.gamma for p in copy.penalties] == [0.05, 0.05]


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"`scale` must be .* at least 0"):
        objectives.rasgan(scale=-1.0)
    with pytest.raises(ValueError, match=r"`gamma` must be .* at least 0"):
        objectives.r3gan(gamma=-1.0)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("ragan", "rasgan"),
        ("relativistic", "rsgan"),
        ("relativistic_average", "rasgan"),
        ("rgan", "rsgan"),
        ("rpgan", "rsgan"),
    ],
)
def test_common_other_names_are_understood(alias, name):
    assert objectives.get(alias).name == name
