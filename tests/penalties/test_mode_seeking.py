import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan_losses.penalties import AdversarialBatch, ModeSeekingPenalty
from keras_gan_losses.testing.differences import backend_gradients, central_differences
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip
from tests import tiny

RANDOM = np.random.default_rng(0)
LATENTS = RANDOM.normal(size=(5, 3)).astype("float32")
MATRIX = RANDOM.normal(size=(3, 4))


def linear_generator(matrix=MATRIX):
    network = keras.Sequential([keras.Input((3,)), layers.Dense(4, use_bias=False)])
    network.set_weights([matrix])
    return network


def batch_of(generator, latents=LATENTS, labels=None):
    return AdversarialBatch(
        lambda samples, training: samples,
        np.ones((len(latents), 4), "float32"),
        generator=generator,
        latents=ops.convert_to_tensor(latents),
        condition=labels,
    )


# Mao et al., 2019, arXiv:1903.05628, equation 2, inverted as in the authors' code.
def formula(samples, others, weight=1.0, epsilon=1e-5):
    latents = LATENTS.astype("float64")
    of_latents = np.mean(np.abs(latents - np.roll(latents, 1, axis=0)))
    return weight / (np.mean(np.abs(samples - others)) / of_latents + epsilon)


def expected(matrix=MATRIX, **arguments):
    samples = LATENTS.astype("float64") @ matrix
    return formula(samples, np.roll(samples, 1, axis=0), **arguments)


@pytest.mark.parametrize("arguments", [{}, {"weight": 3.0, "epsilon": 0.5}])
def test_penalty_is_that_of_the_authors_code(arguments):
    values = ModeSeekingPenalty(**arguments)(batch_of(linear_generator()))
    assert values.shape == (5,)
    np.testing.assert_allclose(ops.convert_to_numpy(values), expected(**arguments), rtol=1e-5)


def test_both_of_a_pair_have_the_same_label():
    labels = ops.convert_to_tensor([0, 1, 2, 0, 1])

    def generator(inputs, training):
        latents, classes = inputs
        offset = ops.expand_dims(100.0 * ops.cast(classes, "float32"), axis=1)
        return 2.0 * latents + offset

    values = ModeSeekingPenalty()(batch_of(generator, labels=labels))
    latents = LATENTS.astype("float64")
    # Unlike classes are 100 apart: their distance does not count.
    result = formula(2.0 * latents, 2.0 * np.roll(latents, 1, axis=0))
    np.testing.assert_allclose(ops.convert_to_numpy(values), result, rtol=1e-4)
    assert result == pytest.approx(0.5, rel=1e-4)


def test_labels_alone_cost_a_second_pass_of_the_generator():
    calls = []

    def generator(inputs, training):
        calls.append(training)
        return inputs[0] if isinstance(inputs, list) else inputs

    ModeSeekingPenalty()(batch_of(generator))
    assert calls == [True]
    ModeSeekingPenalty()(batch_of(generator, labels=np.zeros(5)))
    assert calls == [True] * 3


def test_gradient_by_the_generators_weights_is_that_of_differences():
    generator, penalty = linear_generator(), ModeSeekingPenalty(weight=2.0)
    # A batch keeps its samples: one made outside would keep them undifferentiated.
    state = batch_of(generator).state
    (gradient,) = backend_gradients(
        lambda: (ops.mean(penalty(batch_of(generator))), None), generator.trainable_variables, state
    )
    differences = central_differences(lambda matrix: np.asarray(expected(matrix)), MATRIX)
    np.testing.assert_allclose(gradient, 2.0 * differences, rtol=1e-3, atol=1e-5)


def test_collapsed_samples_cost_the_most_and_a_batch_of_one_nothing():
    collapsed = ModeSeekingPenalty()(batch_of(linear_generator(np.zeros((3, 4)))))
    np.testing.assert_allclose(ops.convert_to_numpy(collapsed), 1e5, rtol=1e-4)
    generator, penalty = linear_generator(), ModeSeekingPenalty()
    state = batch_of(generator).state

    def value():
        return ops.mean(penalty(batch_of(generator, LATENTS[:1]))), None

    assert ops.convert_to_numpy(value()[0]) == 0.0
    (gradient,) = backend_gradients(value, generator.trainable_variables, state)
    np.testing.assert_array_equal(gradient, np.zeros((3, 4)))


def test_saved_penalty_keeps_every_argument():
    arguments = {"weight": 3.0, "epsilon": 0.5}
    check_round_trip(ModeSeekingPenalty, arguments, common=SAVED_ARGUMENTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weight": -1.0}, "`weight` must be .* at least 0.*weight is 1.0"),
        ({"epsilon": 0.0}, "`epsilon` must be .*The authors' code has 1e-5"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ModeSeekingPenalty(**arguments)


@pytest.mark.backend("any")
@pytest.mark.parametrize("num_classes", [None, 3])
def test_a_gan_trains_with_it_on_whole_and_partial_batches(num_classes):
    gan = tiny.compiled_gan(loss="hinge", penalties=["mode_seeking"], num_classes=num_classes)
    labels = None if num_classes is None else np.arange(17) % num_classes
    history = gan.fit(tiny.samples(17), labels, batch_size=8, epochs=1, verbose=0).history
    assert np.isfinite(history["mode_seeking_penalty"][0])
    assert all(np.isfinite(value).all() for value in tiny.state(gan))
