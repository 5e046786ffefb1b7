"""What every backend's waist must do, against values worked out by hand."""

import keras
import numpy as np
from keras import ops

from keras_gan_losses.backend import backend
from tests import tiny


def variable(value):
    return keras.Variable(np.asarray(value, "float32"))


def numpy(value):
    return ops.convert_to_numpy(ops.stop_gradient(value))


def test_gradients_of_the_input_can_be_differentiated_again():
    weight = variable([2.0, -1.0])
    inputs = np.array([[1.0, 3.0], [0.5, -2.0]], "float32")

    def penalty():
        # d/dx Σ w x³ = 3 w x², so that the penalty is Σ 9 w² x⁴ and its gradient Σ 18 w x⁴.
        (_, seen), gradient = backend.input_gradient(
            lambda x: (ops.sum(weight * x**3, axis=1), ops.sum(x)), inputs, [weight]
        )
        return ops.sum(ops.square(gradient)), (gradient, seen)

    (value, (gradient, seen)), (result,) = backend.value_and_gradients(penalty, [weight], [weight])
    exact = inputs.astype("float64")
    np.testing.assert_allclose(numpy(gradient), 3 * np.array([2.0, -1.0]) * exact**2, rtol=1e-6)
    np.testing.assert_allclose(float(numpy(seen)), exact.sum(), rtol=1e-6)
    squares = np.array([4.0, 1.0])
    np.testing.assert_allclose(float(numpy(value)), (9 * squares * exact**4).sum(), rtol=1e-6)
    expected = (18 * np.array([2.0, -1.0]) * exact**4).sum(axis=0)
    np.testing.assert_allclose(numpy(result), expected, rtol=1e-6)


def test_gradients_go_on_from_the_input_to_what_it_was_made_of():
    weight = variable([2.0, -1.0])

    def penalty():
        # At x = w²: Σ x³, the gradient 3 x², and d/dw Σ (x³ + 3 x²) = Σ (3 x² + 6 x) 2 w.
        (values, _), gradient = backend.input_gradient(
            lambda x: (x**3, None), ops.square(weight), [weight]
        )
        return ops.sum(values) + ops.sum(gradient), None

    (value, _), (result,) = backend.value_and_gradients(penalty, [weight], [weight])
    np.testing.assert_allclose(float(numpy(value)), (64 + 1) + (48 + 3), rtol=1e-6)
    np.testing.assert_allclose(numpy(result), [(48 + 24) * 4.0, (3 + 6) * -2.0], rtol=1e-6)


def test_an_input_that_is_not_used_has_zero_gradient():
    weight = variable([2.0])
    _, gradient = backend.input_gradient(
        lambda x: (ops.sum(weight) * ops.ones((2,)), None), np.ones((2, 3), "float32"), [weight]
    )
    np.testing.assert_array_equal(numpy(gradient), np.zeros((2, 3)))


def test_state_changed_inside_a_differentiated_function_is_kept():
    weight, count = variable([3.0]), variable(0.0)

    def loss():
        count.assign(count + 1.0)
        (_, _), gradient = backend.input_gradient(
            lambda x: (count.assign(count + 10.0) * weight * x, None),
            np.ones((1,), "float32"),
            [weight, count],
        )
        return ops.sum(gradient), None

    _, (gradient,) = backend.value_and_gradients(loss, [weight], [weight, count])
    assert float(numpy(ops.convert_to_tensor(count))) == 11.0
    np.testing.assert_allclose(numpy(gradient), [11.0])


def test_only_the_chosen_branch_runs():
    count = variable(0.0)

    def change():
        count.assign(count + 1.0)
        return ops.ones(()) * 5.0

    for flag, expected in ((True, 5.0), (False, 7.0)):
        predicate = ops.equal(ops.convert_to_tensor(int(flag)), 1)
        value = backend.cond(predicate, change, lambda: ops.ones(()) * 7.0, [count])
        assert float(numpy(value)) == expected
    assert float(numpy(ops.convert_to_tensor(count))) == 1.0


def test_variables_that_a_gradient_does_not_reach_are_told_and_nothing_changes():
    used, unused, count = variable([1.0]), variable([1.0]), variable(0.0)

    def value():
        count.assign(count + 1.0)
        return ops.sum(used * 2.0) + ops.sum(ops.stop_gradient(unused)), None

    assert backend.reaches(value, [used, unused], [used, unused, count]) == [True, False]
    assert float(numpy(ops.convert_to_tensor(count))) == 0.0


def test_no_gradient_is_recorded_where_none_is_wanted():
    weight = variable([2.0])

    def loss():
        with backend.no_gradients():
            constant = ops.stop_gradient(weight * 3.0)
        return ops.sum(constant * weight), None

    _, (gradient,) = backend.value_and_gradients(loss, [weight], [weight])
    np.testing.assert_allclose(numpy(gradient), [6.0])


def test_repeated_rows_of_an_embedding_are_added_before_they_are_squared():
    """Adam's second moment after one step is (1 − β₂) g², g the sum of the rows' gradients."""
    embedding = keras.layers.Embedding(3, 1)
    embedding.build(())
    optimizer = keras.optimizers.Adam(0.1, 0.5, 0.9)
    optimizer.build([embedding.embeddings])
    indices = np.array([1, 1, 1, 2])
    _, gradients = backend.value_and_gradients(
        lambda: (ops.sum(embedding(indices)), None), [embedding.embeddings], embedding.variables
    )
    backend.apply(optimizer, gradients, [embedding.embeddings])
    (velocity,) = [v for v in optimizer.variables if "velocity" in v.path]
    expected = 0.1 * np.array([[0.0], [9.0], [1.0]])
    np.testing.assert_allclose(tiny.values([velocity])[0], expected, rtol=1e-5)
