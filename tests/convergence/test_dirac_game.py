"""The Dirac-GAN: slopes and eigenvalues in closed form, paths by NumPy and by training."""

import math

import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from keras_gan_losses import losses, objectives, penalties
from keras_gan_losses.convergence import DiracGame


def game(name, *added):
    """The losses of an objective with penalties of one's own."""
    objective = objectives.get(name)
    return DiracGame(
        objectives.Objective(
            generator_loss=objective.generator_loss,
            discriminator_loss=objective.discriminator_loss,
            penalties=added,
        )
    )


def sigmoid(score):
    return 1.0 / (1.0 + math.exp(-score))


# Derivatives of the papers' losses by the score of a generated sample, at the resting score c.
@pytest.mark.parametrize(
    ("name", "c", "a", "b"),
    [
        ("minimax", 0.0, 0.5, 0.5),
        ("non_saturating", 0.0, 0.5, 0.5),
        ("wgan", 0.0, 1.0, 1.0),
        ("hinge", 0.0, 1.0, 1.0),
        # (c − 1) + (c − 0) = 0.
        ("lsgan", 0.5, 0.5, 0.5),
        # −1 + exp(c − 1) = 0.
        ("fgan_kl", 1.0, 1.0, 1.0),
        ("rasgan", 0.0, 1.0, 1.0),
        ("rplsgan", 0.0, 2.0, 2.0),
        ("ralsgan", 0.0, 4.0, 4.0),
    ],
)
def test_slopes_at_the_equilibrium_are_the_losses_derivatives(name, c, a, b):
    played = game(name)
    values = played.resting_score, played.generator_pull, played.discriminator_push
    np.testing.assert_allclose(values, (c, a, b), rtol=1e-5, atol=1e-6)
    assert played.critical_damping == pytest.approx(2.0 * math.sqrt(a * b), rel=1e-5)
    expected = 1j * math.sqrt(a * b)
    np.testing.assert_allclose(played.eigenvalues, (expected, -expected), rtol=1e-5)


def test_a_smoothed_label_moves_the_resting_score():
    # (1 − s) σ(−c) = s σ(c) + σ(c): the probability is (1 − s) / 2.
    resting = DiracGame(objectives.non_saturating(label_smoothing=0.2)).resting_score
    assert sigmoid(resting) == pytest.approx(0.4, abs=1e-5)


@pytest.mark.parametrize(
    ("added", "damping"),
    [
        ((), 0.0),
        ((penalties.R1Penalty(gamma=0.3),), 0.3),
        ((penalties.R1Penalty(gamma=1.0), penalties.R2Penalty(gamma=1.0)), 2.0),
        ((penalties.GradientPenalty(weight=2.0, target=0.0),), 4.0),
        ((penalties.GradientPenalty(is_one_sided=True),), 0.0),
    ],
    ids=["none", "R1", "R1 and R2", "zero-centred", "one-sided"],
)
def test_the_damping_is_the_penalties_second_derivative(added, damping):
    played = game("non_saturating", *added)
    assert played.damping == pytest.approx(damping, rel=1e-4)
    jacobian = np.array([[0.0, 0.5], [-0.5, -damping]])
    expected = np.sort_complex(np.linalg.eigvals(jacobian))[::-1]
    np.testing.assert_allclose(played.eigenvalues, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["wgan_gp", "dragan"])
def test_a_penalty_with_a_kink_has_no_damping(name):
    played = DiracGame(name)
    assert math.isnan(played.damping)
    assert all(map(np.isnan, played.eigenvalues))


@pytest.mark.parametrize("is_simultaneous", [False, True])
@pytest.mark.parametrize("gamma", [0.0, 0.5])
def test_a_path_is_that_of_gradient_descent_by_hand(gamma, is_simultaneous):
    theta, psi = 1.0, 1.0
    path = [(theta, psi)]
    for _ in range(60):
        moved = psi - 0.2 * (theta * sigmoid(psi * theta) + gamma * psi)
        seen = psi if is_simultaneous else moved
        theta, psi = theta + 0.2 * seen * sigmoid(-seen * theta), moved
        path.append((theta, psi))
    played = game("non_saturating", penalties.R1Penalty(gamma=gamma))
    values = played.trajectory(num_rounds=60, is_simultaneous=is_simultaneous)
    np.testing.assert_allclose(values, path, atol=1e-5)


def test_simultaneous_steps_blow_up_and_alternating_ones_keep_the_radius():
    path = game("wgan").trajectory(is_simultaneous=True)
    # Each step turns, and multiplies the radius by √(1 + 0.2²).
    np.testing.assert_allclose(np.hypot(*path[-1]), math.sqrt(2.0) * 1.04**250, rtol=1e-4)
    theta, psi = game("wgan").trajectory().T
    # What the product of both shears keeps.
    kept = theta**2 + psi**2 - 0.2 * theta * psi
    np.testing.assert_allclose(kept, kept[0], rtol=1e-6)


def test_the_gradient_penalty_drives_the_generator_to_twice_its_weight():
    played = DiracGame(objectives.wgan_gp(penalty_weight=2.0))
    path = played.trajectory(num_rounds=1000, learning_rate=0.05)
    assert np.abs(path[:, 0]).max() == pytest.approx(4.0, rel=0.01)


def test_weights_are_clipped_after_each_step():
    path = DiracGame(objectives.wgan(weight_limit=0.5)).trajectory(num_rounds=20)
    assert np.abs(path[1:, 1]).max() == pytest.approx(0.5)


class Shift(keras.layers.Layer):
    """Makes θ of any latents."""

    def build(self, shape):
        self.theta = self.add_weight(shape=(1,), initializer="ones")

    def call(self, latents):
        return 0.0 * latents + self.theta


@pytest.mark.parametrize(
    ("name", "is_simultaneous"),
    [("r3gan", False), ("rplsgan", True), ("wgan_gp", False), ("wgan", False)],
)
def test_fit_goes_the_same_way(name, is_simultaneous):
    played = DiracGame(name)
    expected = played.trajectory(num_rounds=6, learning_rate=0.05, is_simultaneous=is_simultaneous)
    slope = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    generator = keras.Sequential([keras.Input((1,)), Shift()])
    gan = kgl.GAN(generator, keras.Sequential([keras.Input((1,)), slope]), latent_dim=1)
    gan.compile(
        loss=name,
        optimizer=keras.optimizers.SGD(0.05),
        updates_simultaneously=is_simultaneous,
        run_eagerly=True,
    )
    data = np.zeros((6 * gan.rules.objective.discriminator_steps, 1), "float32")
    gan.fit(data, batch_size=1, verbose=0)
    weights = [generator.trainable_variables[0], slope.kernel]
    ends = [float(keras.ops.convert_to_numpy(weight).ravel()[0]) for weight in weights]
    np.testing.assert_allclose(ends, expected[-1], atol=1e-4)


class Unbounded(losses.SeparableDiscriminatorLoss):
    """Raises scores of real samples, and forgets the generated ones."""

    def real_losses(self, real_scores):
        return -real_scores

    def fake_losses(self, fake_scores):
        return 0.0 * fake_scores


def with_penalty(penalty):
    objective = objectives.non_saturating()
    return objectives.Objective(
        generator_loss=objective.generator_loss,
        discriminator_loss=objective.discriminator_loss,
        penalties=[penalty],
    )


@pytest.mark.parametrize(
    ("objective", "message"),
    [
        ("began", "takes energies or probabilities"),
        (objectives.minimax(from_logits=False), "takes energies or probabilities"),
        ("acgan", "Received: 'auxiliary_classifier_penalty'"),
        (with_penalty(penalties.R1Penalty(step=0.01)), "Received: 'r1_penalty'"),
        (with_penalty(penalties.PathLengthPenalty()), "Received: 'path_length_penalty'"),
        (
            {"generator": losses.HingeGeneratorLoss(), "discriminator": Unbounded()},
            "has no equilibrium",
        ),
    ],
    ids=["energies", "probabilities", "classifier", "differences", "generator's", "unbounded"],
)
def test_what_no_straight_line_can_play_is_refused(objective, message):
    with pytest.raises(ValueError, match=message):
        DiracGame(objective)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_rounds": 0}, "`num_rounds` must be a whole number of at least 1"),
        ({"learning_rate": -1.0}, "`learning_rate` must be a finite number and at least 0"),
        ({"start": (math.nan, 1.0)}, "`start` must be a finite number"),
    ],
)
def test_bad_arguments_of_a_path_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        game("hinge").trajectory(**arguments)
