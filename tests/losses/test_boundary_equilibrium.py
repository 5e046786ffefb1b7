import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.losses import (
    BatchScores,
    BoundaryEquilibriumDiscriminatorLoss,
    BoundaryEquilibriumGeneratorLoss,
)


def loss_with_weight(weight):
    def make(**arguments):
        loss = BoundaryEquilibriumDiscriminatorLoss(**arguments)
        loss.fake_weight.assign(weight)
        return loss

    return make


# Berthelot et al., 2017, arXiv:1703.10717, section 3.4.
def discriminator_formula(weight):
    return lambda real_energies, fake_energies: real_energies - weight * fake_energies


@pytest.mark.parametrize("weight", [0.375, 1.0])
def test_discriminators_loss_is_that_of_the_paper(weight):
    make, formula = loss_with_weight(weight), discriminator_formula(weight)
    testing.check_loss_values(make, formula)
    testing.check_loss_gradients(make, formula)
    testing.check_loss_extremes(make, formula)
    testing.check_loss_reductions(make, formula)
    testing.check_loss_uses_real_scores(make)


def test_discriminator_begins_without_generated_samples_and_keeps_every_argument():
    testing.check_loss(
        BoundaryEquilibriumDiscriminatorLoss,
        discriminator_formula(0.0),
        saved_arguments={"diversity_ratio": 0.25, "gain": 0.5},
    )


def test_generators_loss_is_that_of_the_paper():
    testing.check_loss(BoundaryEquilibriumGeneratorLoss, lambda real, fake: fake)


def test_weight_follows_the_imbalance_within_0_and_1():
    loss = BoundaryEquilibriumDiscriminatorLoss(diversity_ratio=0.5, gain=0.25)
    generator, expected = np.random.default_rng(0), 0.0
    seen = []
    for factor in (1.0, 1.0, 40.0, 0.01, 0.01, 0.0):
        real = factor * generator.uniform(1.0, 2.0, (4, 2, 2, 1)).astype("float32")
        fake = generator.uniform(0.1, 0.4, (4, 2, 2, 1)).astype("float32")
        loss.update_state(BatchScores(real, fake))
        step = 0.25 * (0.5 * np.mean(real, dtype="float64") - np.mean(fake, dtype="float64"))
        expected = min(max(expected + step, 0.0), 1.0)
        assert float(loss.fake_weight.value) == pytest.approx(expected, abs=1e-6)
        seen.append(expected)
    assert 1.0 in seen
    assert 0.0 < seen[0] < 1.0
    loss.update_state(BatchScores(np.zeros(2), np.full(2, 100.0)))
    assert float(loss.fake_weight.value) == 0.0


def test_default_gain_and_ratio_are_the_papers():
    loss = BoundaryEquilibriumDiscriminatorLoss()
    loss.update_state(BatchScores([[4.0]], [[1.0]]))
    assert float(loss.fake_weight.value) == pytest.approx(0.001 * (0.5 * 4.0 - 1.0))


def test_calls_and_measures_leave_the_weight_alone():
    loss = loss_with_weight(0.5)()
    loss([[4.0]], [[1.0]])
    loss.measures([[4.0]], [[1.0]])
    assert float(loss.fake_weight.value) == 0.5


def test_measures_are_the_papers_convergence_and_the_weight():
    loss = loss_with_weight(0.5)(diversity_ratio=0.75)
    measures = loss.measures(np.float32([1.0, 3.0]), np.float32([0.5, 0.5]))
    # 2 + |0.75 · 2 − 0.5|
    values = {name: float(value) for name, value in measures.items()}
    assert values == pytest.approx({"convergence": 3.0, "fake_weight": 0.5})
    too_high = loss.measures(np.float32([1.0, 3.0]), np.float32([4.5, 4.5]))
    assert float(too_high["convergence"]) == pytest.approx(5.0)


def test_weight_is_state_that_is_not_trained():
    loss = BoundaryEquilibriumDiscriminatorLoss()
    (variable,) = loss.variables
    assert variable is loss.fake_weight
    assert not variable.trainable
    assert variable.shape == ()


def test_each_loss_has_a_weight_of_its_own():
    first, second = BoundaryEquilibriumDiscriminatorLoss(), BoundaryEquilibriumDiscriminatorLoss()
    first.update_state(BatchScores([[4.0]], [[1.0]]))
    assert float(second.fake_weight.value) == 0.0


def test_update_within_a_stateless_scope_is_handed_back():
    loss = BoundaryEquilibriumDiscriminatorLoss(gain=0.25)
    with keras.StatelessScope([(loss.fake_weight, ops.convert_to_tensor(0.25))]) as scope:
        loss.update_state(BatchScores([[4.0]], [[1.0]]))
    assert float(scope.get_current_value(loss.fake_weight)) == pytest.approx(0.5)
    assert float(loss.fake_weight.value) == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"diversity_ratio": 1.1}, "`diversity_ratio` must be .* at most 1"),
        ({"diversity_ratio": -0.1}, "`diversity_ratio` must be .* at least 0"),
        ({"gain": 0.0}, "`gain` must be .* The paper's gain is 0.001"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        BoundaryEquilibriumDiscriminatorLoss(**arguments)
