"""What a round of one's own may get wrong: refused in words, before a weight has moved."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from tests import tiny


def network():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


class Squares(kgl.AdversarialModel):
    """Makes the scores of one network small."""

    def __init__(self, network, **kwargs):
        super().__init__({"critic": network}, sample_shape=(2,), **kwargs)
        self.network = network

    def round(self, samples, condition):
        self.update("critic", lambda: ops.square(self.network(samples)))


def trained(model):
    model.compile(optimizers="sgd", run_eagerly=True)
    model.fit(np.ones((4, 2)), verbose=0)
    return model


@pytest.mark.backend("any")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"players": None}, "must be a dictionary"),
        ({"players": []}, "must be a dictionary"),
        ({"players": {}}, "at least one player"),
        ({"players": {"a": None}}, "at least one network"),
        ({"players": {"a": 3}}, r"`players\['a'\]` must be a list"),
        ({"players": {"a": [3]}}, "must be Keras models"),
        ({"players": {"": network}}, "without '/'"),
        ({"players": {3: network}}, "without '/'"),
        ({"players": {"a/b": network}}, "without '/'"),
        ({"players": {"optimizer": network}}, "none of"),
        ({"sample_shape": None}, "`sample_shape` must be the shape of one sample"),
        ({"sample_shape": 2}, "`sample_shape` must be"),
        ({"sample_shape": "ab"}, "`sample_shape` must be"),
        ({"sample_shape": (2, -1)}, "`sample_shape` must be"),
        ({"sample_shape": {}}, "`sample_shape` must be"),
        ({"condition_shape": 3}, "`condition_shape` must be"),
        ({"condition_shape": {"a": 3}}, "`condition_shape` must be"),
        ({"logs": "ab"}, "`logs` must be a list"),
        ({"logs": [3]}, "name of its own"),
        ({"logs": ["a_loss"]}, "name of its own"),
        ({"logs": ["x", "x"]}, "name of its own"),
    ],
)
def test_players_shapes_and_logs_that_are_none_are_refused(arguments, message):
    told = {"players": {"a": network}, "sample_shape": (2,), **arguments}
    if isinstance(told["players"], dict):
        made = {name: each() if callable(each) else each for name, each in told["players"].items()}
        told["players"] = made
    with pytest.raises((TypeError, ValueError), match=message):
        kgl.AdversarialModel(**told)


@pytest.mark.parametrize(
    ("play", "message"),
    [
        (lambda model, scores: None, "has done nothing that can be logged"),
        (lambda model, scores: model.update("critic", scores()), "must be a function"),
        (lambda model, scores: model.update("critic", lambda: None), "must give one number"),
        (lambda model, scores: model.update("critic", lambda: [scores()]), "must give one number"),
        (lambda model, scores: model.update("critic", dict), "must give one number"),
        (lambda model, scores: model.update("critic", lambda: {"x": scores()}), "Announce it"),
        (
            lambda model, scores: model.update("critic", lambda: {"critic_loss": scores()}),
            "is the sum of the terms",
        ),
    ],
)
def test_a_round_that_cannot_be_played_moves_no_weight(play, message):
    class Mistaken(Squares):
        def round(self, samples, condition):
            play(self, lambda: ops.square(self.network(samples)))

    model = Mistaken(network())
    model.compile(optimizers="sgd", run_eagerly=True)
    before = tiny.state(model)
    with pytest.raises((TypeError, ValueError), match=message):
        model.fit(np.ones((4, 2)), verbose=0)
    tiny.assert_same(before, tiny.state(model))


@pytest.mark.backend("any")
def test_a_constructor_that_forgets_its_base_is_told_so():
    class Forgetful(kgl.AdversarialModel):
        def __init__(self):
            pass

    with pytest.raises(RuntimeError, match="call that of AdversarialModel"):
        Forgetful().compile()


@pytest.mark.backend("any")
@pytest.mark.parametrize("optimizers", [None, {"critic": None}])
def test_a_player_without_an_optimizer_is_refused_and_the_old_one_stays(optimizers):
    model = trained(Squares(network()))
    before = model.rules
    with pytest.raises(ValueError, match="must be a Keras optimizer"):
        model.compile(optimizers=optimizers)
    assert model.rules is before


@keras.saving.register_keras_serializable("tests")
class Counting(Squares):
    """Keeps a count of its rounds, and penalties in a list."""

    def __init__(self, network, **kwargs):
        super().__init__(network, **kwargs)
        self.rounds = keras.Variable(0.0, trainable=False, name="rounds")
        self.others = [kgl.penalties.LeCamPenalty()]

    def round(self, samples, condition):
        self.rounds.assign_add(1.0)
        super().round(samples, condition)


@pytest.mark.backend("every")
def test_variables_and_listed_penalties_of_a_subclass_are_saved(tmp_path):
    model = trained(Counting(network()))
    for variable in model.others[0].variables:
        variable.assign(3.0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert float(loaded.rounds) == 1.0
    assert [float(each) for each in tiny.values(loaded.others[0].variables)] == [3.0] * 3
    trained(model), trained(loaded)
    tiny.assert_same(tiny.state(model), tiny.state(loaded))
