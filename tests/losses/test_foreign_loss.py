import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from keras_gan_losses import losses, objectives
from tests import tiny


@keras.saving.register_keras_serializable("tests")
class OwnLoss(keras.losses.Loss):
    """As one would write it without this package."""

    def __init__(self, margin=1.0, **kwargs):
        super().__init__(**kwargs)
        self.margin = margin

    def call(self, real_scores, fake_scores):
        return ops.mean(ops.relu(self.margin - real_scores + fake_scores), axis=1)

    def get_config(self):
        return {**super().get_config(), "margin": self.margin}


class MeanOfBatch(keras.losses.Loss):
    def call(self, real_scores, fake_scores):
        return ops.mean(fake_scores - real_scores)


def taken_in(loss):
    """The loss as a game has it."""
    pair = {"generator": losses.HingeGeneratorLoss(), "discriminator": loss}
    return objectives.get(pair).discriminator_loss


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", None])
@pytest.mark.parametrize("kind", [OwnLoss, MeanOfBatch])
def test_wrapped_loss_has_the_values_and_the_name_it_had(kind, reduction):
    loss = kind(reduction=reduction, name="mine")
    real, fake = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    weights = None if kind is MeanOfBatch else np.float32([1.0, 0.0, 2.0, 0.5])
    wrapped = taken_in(loss)
    assert isinstance(wrapped, losses.AdversarialLoss)
    assert (wrapped.name, wrapped.reduction) == ("mine", loss.reduction)
    np.testing.assert_array_equal(
        ops.convert_to_numpy(wrapped(real, fake, sample_weight=weights)),
        ops.convert_to_numpy(loss(real, fake, sample_weight=weights)),
    )


def test_wrapped_loss_uses_real_scores_takes_any_scores_and_has_no_state():
    loss = taken_in(OwnLoss())
    assert loss.uses_real_scores
    assert loss.from_logits is None
    assert not loss.scores_are_energies
    assert loss.measures([[0.0]], [[0.0]]) == {}
    loss.update_state(losses.BatchScores([[0.0]], [[0.0]]))
    assert list(loss.variables) == []


def test_loss_is_wrapped_once():
    loss = taken_in(OwnLoss())
    assert taken_in(loss) is loss
    adversarial = losses.HingeDiscriminatorLoss()
    assert taken_in(adversarial) is adversarial


def test_a_gan_with_a_foreign_loss_trains_and_is_saved(tmp_path):
    pair = {"generator": MeanOfBatch(), "discriminator": OwnLoss(margin=0.5)}
    gan = tiny.compiled_gan(loss=pair, run_eagerly=True)
    history = gan.fit(tiny.samples(8), batch_size=4, verbose=0).history
    assert np.isfinite(history["discriminator_loss"]).all()
    config = keras.saving.serialize_keras_object(taken_in(OwnLoss(margin=0.5)))
    assert keras.saving.deserialize_keras_object(config).loss.margin == 0.5


LABEL_LOSSES = [
    (keras.losses.BinaryCrossentropy(from_logits=True), "BinaryCrossentropy", "NonSaturating"),
    (keras.losses.CategoricalCrossentropy(), "CategoricalCrossentropy", "NonSaturating"),
    (keras.losses.MeanSquaredError(), "MeanSquaredError", "LeastSquares"),
    (keras.losses.Hinge(), "Hinge", "Hinge"),
]


@pytest.mark.parametrize("player", ["generator", "discriminator"])
@pytest.mark.parametrize(("loss", "name", "family"), LABEL_LOSSES)
def test_a_loss_of_labels_is_refused_with_the_matching_one(loss, name, family, player):
    pair = {"generator": losses.HingeGeneratorLoss(), "discriminator": OwnLoss(), player: loss}
    advised = f"{family}{player.capitalize()}Loss"
    with pytest.raises(TypeError, match=rf"The {player}'s loss .*keras\.losses\.{name} compares"):
        objectives.get(pair)
    with pytest.raises(TypeError, match=rf"Use keras_gan_losses\.losses\.{advised}\(\)"):
        objectives.Objective(
            generator_loss=pair["generator"], discriminator_loss=pair["discriminator"]
        )
    assert isinstance(getattr(losses, advised)(), losses.AdversarialLoss)


def test_a_subclass_of_a_loss_of_labels_is_refused_too():
    class Weighted(keras.losses.BinaryCrossentropy):
        pass

    with pytest.raises(TypeError, match=r"keras\.losses\.BinaryCrossentropy compares labels"):
        taken_in(Weighted())


@pytest.mark.parametrize(("loss", "_", "family"), LABEL_LOSSES)
def test_one_loss_in_place_of_a_game_is_refused_with_what_to_write(loss, _, family):
    with pytest.raises(
        TypeError, match=r'loss="non_saturating", or .*"generator": losses'
    ) as error:
        tiny.compiled_gan(loss=loss)
    assert f"losses.{family}DiscriminatorLoss()" in str(error.value)
    with pytest.raises(TypeError, match="One loss does for one player only"):
        kgl.objectives.get(losses.HingeGeneratorLoss())
