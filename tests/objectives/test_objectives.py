import json

import keras
import numpy as np
import pytest
from keras import ops, optimizers

from keras_gan_losses import losses, objectives, penalties

ADAM_DCGAN = (optimizers.Adam, {"learning_rate": 2e-4, "beta_1": 0.5, "beta_2": 0.999})
ADAM_WGAN_GP = (optimizers.Adam, {"learning_rate": 1e-4, "beta_1": 0.0, "beta_2": 0.9})

# What the papers say: the algorithm boxes of arXiv:1701.07875 and 1704.00028, the experiments of
# 1511.06434, 1801.04406 and 1802.05957.
PAPERS = {
    "hinge": {
        "losses": (losses.HingeGeneratorLoss, losses.HingeDiscriminatorLoss),
        "optimizer": (optimizers.Adam, {"learning_rate": 2e-4, "beta_1": 0.0, "beta_2": 0.9}),
    },
    "lsgan": {
        "losses": (losses.LeastSquaresGeneratorLoss, losses.LeastSquaresDiscriminatorLoss),
        "optimizer": ADAM_DCGAN,
    },
    "minimax": {
        "losses": (losses.MinimaxGeneratorLoss, losses.MinimaxDiscriminatorLoss),
        "optimizer": ADAM_DCGAN,
    },
    "non_saturating": {
        "losses": (losses.NonSaturatingGeneratorLoss, losses.NonSaturatingDiscriminatorLoss),
        "optimizer": ADAM_DCGAN,
    },
    "r1": {
        "losses": (losses.NonSaturatingGeneratorLoss, losses.NonSaturatingDiscriminatorLoss),
        "penalties": [(penalties.R1Penalty, {"gamma": 10.0})],
        "optimizer": (optimizers.RMSprop, {"learning_rate": 1e-4, "rho": 0.99}),
    },
    "wgan": {
        "losses": (losses.WassersteinGeneratorLoss, losses.WassersteinDiscriminatorLoss),
        "steps": 5,
        "limit": 0.01,
        "optimizer": (optimizers.RMSprop, {"learning_rate": 5e-5}),
    },
    "wgan_gp": {
        "losses": (losses.WassersteinGeneratorLoss, losses.WassersteinDiscriminatorLoss),
        "penalties": [
            (penalties.GradientPenalty, {"weight": 10.0, "target": 1.0, "is_one_sided": False})
        ],
        "steps": 5,
        "optimizer": ADAM_WGAN_GP,
    },
    "wgan_lp": {
        "losses": (losses.WassersteinGeneratorLoss, losses.WassersteinDiscriminatorLoss),
        "penalties": [
            (penalties.GradientPenalty, {"weight": 10.0, "target": 1.0, "is_one_sided": True})
        ],
        "steps": 5,
        "optimizer": ADAM_WGAN_GP,
    },
}

# A value other than the default for each constructor argument.
OTHER_ARGUMENTS = {
    objectives.hinge: {"real_margin": 0.5, "fake_margin": 2.0, "discriminator_steps": 2},
    objectives.lsgan: {"real_label": 0.9, "fake_label": -1.0, "generator_target": 0.5},
    objectives.minimax: {"from_logits": False},
    objectives.non_saturating: {"label_smoothing": 0.1, "from_logits": False},
    objectives.r1: {"gamma": 3.0},
    objectives.wgan: {"weight_limit": 0.1, "discriminator_steps": 2},
    objectives.wgan_gp: {"penalty_weight": 1.0, "target": 0.5, "discriminator_steps": 2},
    objectives.wgan_lp: {"penalty_weight": 1.0, "discriminator_steps": 2},
}


def attributes_of(instance, names):
    return {name: getattr(instance, name) for name in names}


@pytest.mark.parametrize("name", PAPERS)
def test_losses_penalties_and_schedule_are_the_papers(name):
    objective, paper = objectives.get(name), PAPERS[name]
    assert (type(objective.generator_loss), type(objective.discriminator_loss)) == paper["losses"]
    assert objective.discriminator_steps == paper.get("steps", 1)
    expected = paper.get("penalties", [])
    assert len(objective.penalties) == len(expected)
    for penalty, (kind, arguments) in zip(objective.penalties, expected, strict=True):
        assert type(penalty) is kind
        assert attributes_of(penalty, arguments) == arguments
    if "limit" not in paper:
        assert objective.discriminator_constraint is None


@pytest.mark.parametrize("name", PAPERS)
def test_optimizers_are_the_papers(name):
    optimizer = objectives.get(name).player_optimizer("player")
    kind, arguments = PAPERS[name]["optimizer"]
    # On torch, Keras makes a subclass.
    assert isinstance(optimizer, kind)
    values = {key: float(getattr(optimizer, key)) for key in arguments}
    assert values == pytest.approx(arguments)
    assert optimizer.name == "player"


def test_each_player_gets_an_optimizer_of_its_own():
    make = objectives.get("wgan_gp").player_optimizer
    assert make("generator") is not make("discriminator")


def test_names_are_sorted_and_can_be_got():
    names = objectives.names()
    assert names == sorted(names)
    assert set(PAPERS) <= set(names)
    assert all(isinstance(objectives.get(name), objectives.Objective) for name in names)


def test_aliases_stand_for_objectives():
    assert objectives.aliases()["binary_crossentropy"] == "non_saturating"
    for alias, name in objectives.aliases().items():
        assert objectives.get(alias).name == name
        assert alias not in objectives.names()


def test_each_call_of_get_makes_an_objective_of_its_own():
    assert objectives.get("r1") is not objectives.get("r1")


def test_objective_is_returned_as_it_is():
    objective = objectives.r1(gamma=1.0)
    assert objectives.get(objective) is objective


def test_pair_of_losses_makes_an_objective():
    generator, discriminator = losses.HingeGeneratorLoss(), losses.MinimaxDiscriminatorLoss()
    objective = objectives.get({"generator": generator, "discriminator": discriminator})
    assert type(objective) is objectives.Objective
    assert objective.generator_loss is generator
    assert objective.discriminator_loss is discriminator
    assert objective.penalties == ()
    assert objective.discriminator_steps == 1


@pytest.mark.parametrize(
    ("name", "nearest"), [("wgan-gp", "wgan_gp"), ("ls_gan", "lsgan"), ("hinges", "hinge")]
)
def test_unknown_name_is_refused_with_the_nearest(name, nearest):
    with pytest.raises(ValueError, match=f"Unknown objective: '{name}'. Did you mean '{nearest}'"):
        objectives.get(name)


def test_unknown_name_is_refused_with_all_valid_ones():
    with pytest.raises(ValueError, match="Valid names: ") as error:
        objectives.get("no_such_game")
    valid = [*objectives.names(), *objectives.aliases()]
    assert all(repr(name) in str(error.value) for name in valid)
    assert "Did you mean" not in str(error.value)


@pytest.mark.parametrize(
    "pair",
    [
        {"generator": losses.HingeGeneratorLoss()},
        {"discriminator": losses.HingeDiscriminatorLoss(), "critic": None},
        {},
    ],
)
def test_dictionary_without_both_players_is_refused(pair):
    with pytest.raises(ValueError, match='needs exactly the keys "generator" and "discriminator"'):
        objectives.get(pair)


@pytest.mark.parametrize("identifier", [None, 3, 1.5, ["hinge"], objectives.hinge])
def test_other_identifiers_are_refused_with_what_is_valid(identifier):
    with pytest.raises(ValueError, match=r"must be the name of an objective.*hinge, .*wgan"):
        objectives.get(identifier)


def test_one_loss_alone_is_refused():
    with pytest.raises(TypeError, match="One loss does for one player only"):
        objectives.get(losses.HingeGeneratorLoss())


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_loss_that_is_no_loss_is_refused(player):
    pair = {
        "generator": losses.HingeGeneratorLoss(),
        "discriminator": losses.HingeDiscriminatorLoss(),
    }
    with pytest.raises(TypeError, match=rf"The {player}'s loss must be .* Received: 'mse'"):
        objectives.get({**pair, player: "mse"})


@pytest.mark.parametrize("steps", [0, -1, 1.5, True, "5"])
@pytest.mark.parametrize(
    "kind",
    [
        objectives.hinge,
        objectives.wgan,
        objectives.wgan_gp,
        objectives.wgan_lp,
    ],
)
def test_discriminator_steps_that_are_no_count_are_refused(kind, steps):
    with pytest.raises(ValueError, match="`discriminator_steps` must be a whole number of at lea"):
        kind(discriminator_steps=steps)


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (objectives.wgan, {"weight_limit": 0.0}, "`weight_limit` must be .*limit is 0.01"),
        (objectives.wgan_gp, {"penalty_weight": -1.0}, "`weight` must be .* at least 0"),
        (objectives.wgan_gp, {"target": -1.0}, "`target` must be .* at least 0"),
        (objectives.wgan_lp, {"penalty_weight": -1.0}, "`weight` must be .* at least 0"),
        (objectives.r1, {"gamma": -1.0}, "`gamma` must be .* at least 0"),
        (objectives.non_saturating, {"label_smoothing": 0.9}, "`label_smoothing` must be .*0.5"),
        (objectives.lsgan, {"generator_target": float("nan")}, "`target` must be .*finite"),
    ],
)
def test_arguments_out_of_range_are_refused(kind, arguments, message):
    with pytest.raises(ValueError, match=message):
        kind(**arguments)


def test_arguments_reach_the_losses_and_penalties():
    smoothed = objectives.non_saturating(label_smoothing=0.2, from_logits=False)
    assert smoothed.discriminator_loss.label_smoothing == 0.2
    squares = objectives.lsgan(real_label=0.9, fake_label=-1.0, generator_target=0.5)
    assert attributes_of(squares.discriminator_loss, ["real_label", "fake_label"]) == {
        "real_label": 0.9,
        "fake_label": -1.0,
    }
    assert squares.generator_loss.target == 0.5
    penalty = objectives.wgan_gp(penalty_weight=2.0, target=0.5).penalties[0]
    assert attributes_of(penalty, ["weight", "target"]) == {"weight": 2.0, "target": 0.5}
    assert objectives.wgan_lp(penalty_weight=2.0).penalties[0].weight == 2.0
    assert objectives.r1(gamma=2.0).penalties[0].gamma == 2.0


@pytest.mark.parametrize("kind", [objectives.minimax, objectives.non_saturating])
def test_both_players_are_told_of_probabilities(kind):
    objective = kind(from_logits=False)
    assert not objective.generator_loss.from_logits
    assert not objective.discriminator_loss.from_logits


def test_clipping_keeps_weights_within_the_limit():
    clip = objectives.wgan(weight_limit=0.1).discriminator_constraint
    weights = ops.convert_to_numpy(clip(np.float32([-3.0, -0.1, 0.05, 0.2])))
    np.testing.assert_allclose(weights, [-0.1, -0.1, 0.05, 0.1])
    default = objectives.wgan().discriminator_constraint
    assert float(default(np.float32(1.0))) == pytest.approx(0.01)


@pytest.mark.parametrize("make", OTHER_ARGUMENTS)
def test_arguments_of_every_kind_are_saved(make):
    assert_saved(make(**OTHER_ARGUMENTS[make]))


@pytest.mark.parametrize("name", objectives.names())
def test_every_objective_is_saved_and_knows_its_name(name):
    objective = objectives.get(name)
    assert objective.name == name
    assert_saved(objective)


def assert_saved(objective):
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(objective)))
    copy = keras.saving.deserialize_keras_object(config)
    assert type(copy) is objectives.Objective
    assert copy.get_config() == objective.get_config()
    real, fake = np.random.default_rng(0).uniform(0.1, 0.9, (2, 4, 1)).astype("float32")
    for part in ("generator_loss", "discriminator_loss"):
        values = [
            float(getattr(one, part)(real, fake) * np.float32(1.0)) for one in (objective, copy)
        ]
        assert values[0] == values[1]


def test_two_games_that_are_alike_are_saved_alike():
    configs = [keras.saving.serialize_keras_object(objectives.get("r1")) for _ in range(2)]
    assert configs[0] == configs[1]
    # Not the module of a subclass that only one backend has.
    assert configs[0]["config"]["optimizer"]["module"] == "keras.optimizers"


def test_saved_combination_keeps_all_of_its_parts():
    objective = objectives.Objective(
        generator_loss=losses.LeastSquaresGeneratorLoss(target=0.5),
        discriminator_loss=losses.HingeDiscriminatorLoss(name="margin"),
        penalties=["r1", penalties.R2Penalty(name="flat")],
        discriminator_steps=3,
        discriminator_constraint=keras.constraints.MaxNorm(3.0),
        optimizer=optimizers.RMSprop(3e-4, 0.8),
        name="mine",
    )
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(objective))
    assert copy.get_config() == objective.get_config()
    assert copy.generator_loss.target == 0.5
    assert copy.discriminator_loss.name == "margin"
    assert [penalty.name for penalty in copy.penalties] == ["r1_penalty", "flat"]
    assert copy.penalties[0].gamma == 10.0
    assert copy.discriminator_steps == 3
    assert copy.discriminator_constraint.max_value == 3.0
    optimizer = copy.player_optimizer("player")
    assert isinstance(optimizer, optimizers.RMSprop)
    assert float(optimizer.learning_rate) == pytest.approx(3e-4)
    assert (optimizer.rho, optimizer.name, copy.name) == (0.8, "player", "mine")


class CountingPenalty(penalties.Penalty):
    def __init__(self):
        super().__init__()
        self.count = keras.Variable(0.0, trainable=False)

    @property
    def variables(self):
        return [self.count]

    def call(self, batch):
        return ops.zeros(1)


def test_variables_are_those_of_losses_and_penalties():
    assert objectives.get("wgan_gp").variables == []
    penalty = CountingPenalty()
    objective = objectives.Objective(
        generator_loss=losses.HingeGeneratorLoss(),
        discriminator_loss=losses.HingeDiscriminatorLoss(),
        penalties=[penalty],
    )
    assert len(objective.variables) == 1
    assert objective.variables[0] is penalty.count
