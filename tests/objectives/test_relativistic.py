import keras
import pytest
from keras import optimizers

from keras_gan_losses import losses, objectives, penalties

AVERAGES = [
    objectives.RelativisticAverage,
    objectives.RelativisticAverageHinge,
    objectives.RelativisticAverageLeastSquares,
]


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("r3gan", "RelativisticPaired"),
        ("rahinge", "RelativisticAverageHinge"),
        ("ralsgan", "RelativisticAverageLeastSquares"),
        ("rasgan", "RelativisticAverage"),
        ("rphinge", "RelativisticPairedHinge"),
        ("rplsgan", "RelativisticPairedLeastSquares"),
        ("rsgan", "RelativisticPaired"),
    ],
)
def test_both_players_have_losses_of_one_family(name, family):
    objective = objectives.get(name)
    assert type(objective.generator_loss) is getattr(losses, f"{family}GeneratorLoss")
    assert type(objective.discriminator_loss) is getattr(losses, f"{family}DiscriminatorLoss")
    assert objective.generator_loss.uses_real_scores
    assert objective.discriminator_steps == 1


# Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 5: the settings of DCGAN.
@pytest.mark.parametrize("name", ["rahinge", "ralsgan", "rasgan", "rphinge", "rplsgan", "rsgan"])
def test_optimizers_are_those_of_dcgan(name):
    optimizer = objectives.get(name).optimizer("player")
    assert isinstance(optimizer, optimizers.Adam)
    assert float(optimizer.learning_rate) == pytest.approx(2e-4)
    assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.999)


def test_r3gan_has_both_penalties_and_its_authors_first_settings():
    # The ImageNet-64 preset of the authors' code, before any schedule sets in.
    objective = objectives.get("r3gan")
    assert [type(p) for p in objective.penalties] == [penalties.R1Penalty, penalties.R2Penalty]
    assert [p.gamma for p in objective.penalties] == [1.0, 1.0]
    optimizer = objective.optimizer("player")
    assert float(optimizer.learning_rate) == pytest.approx(2e-4)
    assert (optimizer.beta_1, optimizer.beta_2) == (0.0, 0.9)


@pytest.mark.parametrize("kind", AVERAGES)
def test_scale_reaches_both_players_and_is_saved(kind):
    config = keras.saving.serialize_keras_object(kind(scale=0.5))
    copy = keras.saving.deserialize_keras_object(config)
    assert type(copy) is kind
    assert copy.generator_loss.scale == copy.discriminator_loss.scale == copy.scale == 0.5
    assert kind().scale == 1.0


def test_gamma_reaches_both_penalties_and_is_saved():
    config = keras.saving.serialize_keras_object(objectives.R3GAN(gamma=0.05))
    copy = keras.saving.deserialize_keras_object(config)
    assert [p.gamma for p in copy.penalties] == [0.05, 0.05]


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"`scale` must be .* at least 0"):
        objectives.RelativisticAverage(scale=-1.0)
    with pytest.raises(ValueError, match=r"`gamma` must be .* at least 0"):
        objectives.R3GAN(gamma=-1.0)


@pytest.mark.parametrize(
    ("alias", "kind"),
    [
        ("ragan", objectives.RelativisticAverage),
        ("relativistic", objectives.RelativisticPaired),
        ("relativistic_average", objectives.RelativisticAverage),
        ("rgan", objectives.RelativisticPaired),
        ("rpgan", objectives.RelativisticPaired),
    ],
)
def test_common_other_names_are_understood(alias, kind):
    assert type(objectives.get(alias)) is kind
