import math

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.penalties import (
    AdversarialBatch,
    CategoricalInformationPenalty,
    NormalInformationPenalty,
)
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip

FAKE = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
CODE = np.eye(3, dtype="float32")[[2, 0, 1, 1]]
STYLE = np.random.default_rng(1).uniform(-1.0, 1.0, (4, 3)).astype("float32")
KINDS = pytest.mark.parametrize("kind", [CategoricalInformationPenalty, NormalInformationPenalty])


def discriminator(samples, training):
    return {
        "scores": samples[:, :1],
        "code_logits": samples,
        "style_mean": samples,
        "style_log_variance": 0.5 * samples,
        "narrow": samples[:, :2],
    }


def batch_of(fake=FAKE):
    latents = {"code": CODE, "style": STYLE}
    return AdversarialBatch(discriminator, FAKE, fake, latents=latents)


# Chen et al., 2016, arXiv:1606.03657, equation 5: −E log Q(c|x), of Q categorical and normal.
def formula(kind, fake, weight):
    fake = fake.astype("float64")
    if kind is CategoricalInformationPenalty:
        greatest = fake.max(axis=1, keepdims=True)
        log_sum = greatest + np.log(np.exp(fake - greatest).sum(axis=1, keepdims=True))
        return weight * (CODE * (log_sum - fake)).sum(axis=1)
    deviation = np.exp(0.25 * fake)
    density = np.exp(-0.5 * ((STYLE - fake) / deviation) ** 2) / (
        deviation * math.sqrt(2.0 * math.pi)
    )
    return -weight * np.log(density).sum(axis=1)


@KINDS
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_penalty_is_how_unlikely_the_code_is_by_what_is_said(kind, player):
    penalty = kind(player=player, weight=0.7)
    np.testing.assert_allclose(
        ops.convert_to_numpy(penalty(batch_of())), formula(kind, FAKE, 0.7), rtol=1e-5
    )
    assert penalty.player == player


@KINDS
def test_gradient_by_the_samples_is_that_of_differences(kind):
    fake = keras.Variable(FAKE)

    def value():
        return ops.mean(kind(weight=1.0)(batch_of(ops.convert_to_tensor(fake)))), None

    (gradient,) = backend_gradients(value, [fake], [fake])
    expected = central_differences(lambda point: np.mean(formula(kind, point, 1.0)), FAKE)
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-5)


def test_weights_are_those_of_the_paper_and_names_tell_code_and_player():
    assert CategoricalInformationPenalty().weight == 1.0
    assert NormalInformationPenalty().weight == 0.1
    assert NormalInformationPenalty(player="generator").name == "style_information_generator"
    assert CategoricalInformationPenalty("kind").name == "kind_information"


@KINDS
def test_saved_penalty_keeps_every_argument(kind):
    arguments = {"code": "kind", "player": "generator", "weight": 3.0}
    outputs = {"logits_output": "a"}
    if kind is NormalInformationPenalty:
        outputs = {"mean_output": "a", "log_variance_output": "b"}
    check_round_trip(kind, {**arguments, **outputs}, common=SAVED_ARGUMENTS)


def test_what_is_said_in_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"'code'.*\[\(4, 3\), \(4, 2\)\]"):
        CategoricalInformationPenalty(logits_output="narrow")(batch_of())
    with pytest.raises(ValueError, match=r"`weight` must be .* at least 0"):
        NormalInformationPenalty(weight=-1.0)
