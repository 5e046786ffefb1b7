import keras
import numpy as np
import pytest
from keras import ops

import keras_gan_losses as kgl
from keras_gan_losses import losses, testing
from keras_gan_losses.losses import BatchScores, TopKGeneratorLoss
from keras_gan_losses.testing.loss_case import score_gradients
from tests import tiny

RANDOM = np.random.default_rng(0)


def after(num_updates):
    """Makes losses of which so many updates have been made."""

    def make(*, loss, **arguments):
        loss = TopKGeneratorLoss(loss, **arguments)
        loss.num_updates.assign(num_updates)
        return loss

    return make


# Sinha et al., 2020, arXiv:2002.06224, section 3: k of the batch's n samples, the best first.
def kept(fake_scores, num_kept, sign=-1.0):
    ranks = np.argsort(np.argsort(sign * fake_scores.mean(axis=1)))
    return (ranks < num_kept)[:, None]


def formula(num_kept):
    def values(real_scores, fake_scores, **arguments):
        chosen = kept(fake_scores, num_kept)
        return np.where(chosen, np.logaddexp(0.0, -fake_scores), 0.0) * len(fake_scores) / num_kept

    return values


# Batches of 4: k = 4 · max(0.25, 0.5 ^ t).
@pytest.mark.parametrize(("num_updates", "num_kept"), [(0, 4), (1, 2), (2, 1), (50, 1)])
def test_loss_is_that_of_the_best_samples(num_updates, num_kept):
    make = after(num_updates)
    arguments = {
        "loss": losses.NonSaturatingGeneratorLoss(),
        "decay": 0.5,
        "minimum_fraction": 0.25,
    }
    testing.check_loss_values(make, formula(num_kept), arguments=arguments)
    testing.check_loss_gradients(make, formula(num_kept), arguments=arguments)
    testing.check_loss_reductions(make, formula(num_kept), arguments=arguments)
    testing.check_loss_uses_real_scores(make, arguments=arguments)


def test_mean_over_the_batch_is_the_mean_over_the_kept():
    loss = after(1)(loss=losses.HingeGeneratorLoss(), decay=0.5)
    scores = np.float32([[3.0], [-7.0], [5.0], [-9.0], [1.0], [0.0]])
    assert float(loss(scores, scores)) == pytest.approx(-3.0)  # of 5, 3 and 1


@pytest.mark.parametrize("num_kept", [1, 2, 5])
def test_others_have_no_gradient_even_through_statistics_of_the_batch(num_kept):
    wrapped = losses.RelativisticGeneratorLoss(comparison="average")
    loss = after(1)(loss=wrapped, decay=num_kept / 5, minimum_fraction=0.1, reduction="sum")
    real, fake = RANDOM.normal(size=(2, 5, 1)).astype("float32")
    _, gradient = score_gradients(loss, real, fake)
    np.testing.assert_array_equal(gradient != 0.0, kept(fake, num_kept))


def test_exactly_k_of_equal_scores_are_kept():
    loss = after(1)(loss=losses.NonSaturatingGeneratorLoss(), decay=0.5, reduction=None)
    values = ops.convert_to_numpy(loss(np.zeros((6, 1)), np.zeros((6, 1))))
    np.testing.assert_allclose(np.sort(values), [0.0] * 3 + [2.0 * np.log(2.0)] * 3, rtol=1e-6)


def test_share_decays_with_each_update_to_its_floor():
    loss = TopKGeneratorLoss(losses.HingeGeneratorLoss(), decay=0.9, minimum_fraction=0.5)
    scores = np.arange(10.0, dtype="float32")[:, None]
    counts = []
    for _ in range(9):
        value = loss(scores, scores, sample_weight=np.ones(10, "float32"))
        # The mean of the k highest of 0 … 9 is 9 − (k − 1) / 2.
        counts.append(round(1 + 2 * (9 + float(value))))
        loss.update_state(BatchScores(scores, scores))
    assert counts == [10, 9, 8, 7, 7, 6, 5, 5, 5]  # 10 · 0.9 ^ t, rounded
    assert int(loss.num_updates.value) == 9


def test_default_decay_is_the_papers_for_epochs_of_a_thousand_updates():
    loss = TopKGeneratorLoss(losses.HingeGeneratorLoss())
    assert loss.decay**1000 == pytest.approx(0.99, rel=1e-3)
    scores = np.arange(1000.0, dtype="float32")[:, None]
    for num_updates, num_kept in [(10_000, 905), (69_000, 502), (80_000, 500)]:
        loss.num_updates.assign(num_updates)
        value = float(loss(scores, scores))
        assert 1 + 2 * (999 + value) == pytest.approx(num_kept, abs=0.01)


def test_of_energies_the_lowest_count():
    loss = after(1)(loss=losses.EnergyBasedGeneratorLoss(), decay=0.5)
    scores = np.float32([[3.0], [1.0], [5.0], [2.0]])
    assert float(loss(scores, scores)) == pytest.approx(1.5)
    assert loss.scores_are_energies


def test_properties_are_those_of_the_wrapped_loss():
    relativistic = TopKGeneratorLoss(losses.RelativisticGeneratorLoss())
    assert relativistic.uses_real_scores
    assert relativistic.from_logits
    assert not relativistic.scores_are_energies
    probabilities = TopKGeneratorLoss(losses.NonSaturatingGeneratorLoss(from_logits=False))
    assert not probabilities.uses_real_scores
    assert not probabilities.from_logits
    assert float(probabilities([[0.5]], [[0.5]])) == pytest.approx(np.log(2.0), rel=1e-5)


def test_state_of_the_wrapped_loss_is_its_own_too():
    inner = TopKGeneratorLoss(losses.HingeGeneratorLoss())
    outer = TopKGeneratorLoss(inner)
    assert [id(v) for v in outer.variables] == [id(inner.num_updates), id(outer.num_updates)]
    outer.update_state(BatchScores([[0.0]], [[0.0]]))
    assert [int(variable.value) for variable in outer.variables] == [1, 1]


def test_saved_loss_keeps_every_argument_and_the_wrapped_loss():
    wrapped = losses.LeastSquaresGeneratorLoss(target=0.5)
    arguments = {"loss": wrapped, "decay": 0.5, "minimum_fraction": 0.25}
    testing.check_loss_serialization(TopKGeneratorLoss, arguments=arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"decay": 0.0}, r"`decay` must be .*0.99 \*\* \(1 / updates per epoch\)"),
        ({"decay": 1.1}, "`decay` must be .* at most 1"),
        ({"minimum_fraction": 0.0}, "`minimum_fraction` must be .*Use 0.5"),
        ({"minimum_fraction": 1.1}, "`minimum_fraction` must be .* at most 1"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        TopKGeneratorLoss(losses.HingeGeneratorLoss(), **arguments)


def test_other_losses_are_refused():
    with pytest.raises(TypeError, match="`loss` must be an AdversarialLoss of the generator"):
        TopKGeneratorLoss(keras.losses.MeanSquaredError())


@pytest.mark.backend("any")
def test_a_gan_trains_on_with_the_share_where_it_was_saved(tmp_path):
    gan = tiny.compiled_gan(
        loss={
            "generator": TopKGeneratorLoss(losses.NonSaturatingGeneratorLoss(), decay=0.8),
            "discriminator": losses.NonSaturatingDiscriminatorLoss(),
        }
    )
    x = tiny.samples(17)
    history = gan.fit(x, batch_size=4, epochs=1, verbose=0).history
    assert np.isfinite(history["generator_loss"]).all()
    gan.evaluate(x, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    loss = loaded.rules.objective.generator_loss
    assert isinstance(loss.loss, kgl.losses.NonSaturatingGeneratorLoss)
    assert int(loss.num_updates.value) == 5
