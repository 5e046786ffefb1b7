import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.losses import RelativisticDiscriminatorLoss, RelativisticGeneratorLoss

# Jolicoeur-Martineau, 2018, arXiv:1807.00734, section 4: f₁ of a lead.
COSTS = {
    "cross_entropy": lambda lead: np.logaddexp(0.0, -lead),
    "least_squares": lambda lead: (lead - 1.0) ** 2,
    "hinge": lambda lead: np.maximum(0.0, 1.0 - lead),
}


def paired(cost, real, fake):
    return COSTS[cost](real - fake)


# Algorithm 2 and the appendix's RaLSGAN and RaHingeGAN. Means are over all patches of all samples.
def average(cost, real, fake):
    return COSTS[cost](real - fake.mean()) + COSTS[cost](-(fake - real.mean()))


FORMULAS = {"paired": paired, "average": average}
FAMILY = [(cost, comparison) for cost in COSTS for comparison in FORMULAS]


def discriminator(real, fake, cost="cross_entropy", comparison="paired", scale=1.0):
    return scale * FORMULAS[comparison](cost, real, fake)


def generator(real, fake, **arguments):
    return discriminator(fake, real, **arguments)


@pytest.mark.parametrize(("cost", "comparison"), FAMILY)
def test_discriminators_loss_is_that_of_the_paper(cost, comparison):
    arguments = {"cost": cost, "comparison": comparison, "scale": 0.5}
    testing.check_loss_values(RelativisticDiscriminatorLoss, discriminator, arguments=arguments)
    testing.check_loss_gradients(RelativisticDiscriminatorLoss, discriminator, arguments=arguments)
    testing.check_loss_extremes(RelativisticDiscriminatorLoss, discriminator, arguments=arguments)


@pytest.mark.parametrize(("cost", "comparison"), FAMILY)
def test_generators_loss_is_the_discriminators_with_swapped_scores(cost, comparison):
    arguments = {"cost": cost, "comparison": comparison, "scale": 0.5}
    testing.check_loss_values(RelativisticGeneratorLoss, generator, arguments=arguments)
    testing.check_loss_gradients(RelativisticGeneratorLoss, generator, arguments=arguments)
    testing.check_loss_extremes(RelativisticGeneratorLoss, generator, arguments=arguments)


@pytest.mark.parametrize(
    ("kind", "formula"),
    [(RelativisticDiscriminatorLoss, discriminator), (RelativisticGeneratorLoss, generator)],
)
def test_both_keep_the_conventions_of_every_loss(kind, formula):
    arguments = {"cost": "hinge", "comparison": "average", "scale": 0.5}
    testing.check_loss_reductions(kind, formula, arguments=arguments)
    testing.check_loss_uses_real_scores(kind, arguments=arguments)
    testing.check_loss_serialization(kind, arguments=arguments)


@pytest.mark.parametrize("kind", [RelativisticDiscriminatorLoss, RelativisticGeneratorLoss])
@pytest.mark.parametrize("cost", COSTS)
def test_a_number_added_to_all_scores_changes_nothing(cost, kind):
    real, fake = np.float32([0.5, -2.0, 3.0]), np.float32([1.5, 0.25, -1.0])
    loss = kind(cost=cost)
    assert float(loss(real + 64.0, fake + 64.0)) == pytest.approx(float(loss(real, fake)))


def test_pairs_are_made_by_index():
    real, fake = np.float32([0.0, 8.0]), np.float32([0.0, 8.0])
    matched = float(RelativisticDiscriminatorLoss()(real, fake))
    crossed = float(RelativisticDiscriminatorLoss()(real, fake[::-1]))
    assert matched == pytest.approx(np.log(2.0))
    assert crossed == pytest.approx(np.mean(np.logaddexp(0.0, [8.0, -8.0])))


@pytest.mark.parametrize("cost", COSTS)
def test_both_forms_agree_on_a_single_pair_up_to_the_factor_2(cost):
    real, fake = np.float32([[1.25]]), np.float32([[0.5]])
    of_average = RelativisticDiscriminatorLoss(cost=cost, comparison="average", scale=0.5)
    of_pairs = RelativisticDiscriminatorLoss(cost=cost)
    assert float(of_average(real, fake)) == pytest.approx(float(of_pairs(real, fake)))


@keras.saving.register_keras_serializable("tests")
def linear_cost(lead):
    return ops.negative(lead)


def test_a_function_may_be_the_cost_and_is_saved():
    loss = RelativisticDiscriminatorLoss(cost=linear_cost)
    config = keras.saving.serialize_keras_object(loss)
    copy = keras.saving.deserialize_keras_object(config)
    assert copy.cost is linear_cost
    assert float(copy([[3.0]], [[1.0]])) == -2.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": -1.0}, r"`scale` must be .* Use 1.0 for the loss of the paper"),
        ({"scale": float("nan")}, "`scale` must be"),
        ({"scale": "1"}, "`scale` must be"),
        ({"cost": "hinges"}, r"Unknown cost: 'hinges'\. Did you mean 'hinge'"),
        ({"comparison": "mean"}, r"Unknown comparison: 'mean'\. .*'average', 'paired'"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        RelativisticDiscriminatorLoss(**arguments)


@pytest.mark.parametrize("comparison", FORMULAS)
def test_unequal_batches_and_maps_are_refused(comparison):
    loss = RelativisticGeneratorLoss(comparison=comparison)
    with pytest.raises(ValueError, match=r"needs as many scores of both\. .* \(1, 1\).* \(3, 1\)"):
        loss(np.zeros((1, 1)), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="needs as many scores of both"):
        loss(np.zeros((2, 2, 2, 1)), np.zeros((2, 3, 3, 1)))
