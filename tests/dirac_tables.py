"""The tables of docs/convergence.md: every objective's Dirac-GAN."""

import math

import numpy as np

from keras_gan_losses import objectives
from keras_gan_losses.convergence import DiracGame
from keras_gan_losses.penalties import R1Penalty
from tests.markdown import code, table

# Those that have a penalty on the gradient, a constraint, or both.
PUBLISHED = ("dragan", "r1", "r3gan", "wgan", "wgan_gp", "wgan_lp")


def linearised_table():
    """One row for all objectives whose losses act alike; penalties and schedules left out."""
    names = {}
    for name in objectives.names():
        if not objectives.get(name).generator_loss.scores_are_energies:
            names.setdefault(tuple(_row(name)), []).append(code(f'"{name}"'))
    header = ["`loss=`", "c", "a", "b", "eigenvalues", "with R1, γ = 1", "critical γ"]
    rows = [[", ".join(of_row), *row] for row, of_row in names.items()]
    return table([*header, "alternating", "simultaneous"], rows)


def published_table():
    """Objectives with all that their papers add to the losses, in small steps."""
    header = ["`loss=`", "damping", "eigenvalues", "θ at last", "ψ at last", "radius at last"]
    return table(header, [_published_row(name) for name in PUBLISHED])


def _row(name):
    game, damped = DiracGame(_alone(name)), DiracGame(_alone(name, R1Penalty(gamma=1.0)))
    numbers = (game.resting_score, game.generator_pull, game.discriminator_push)
    return [
        *(f"{number:.3g}".replace("-", "−") for number in numbers),
        _eigenvalues(game),
        _eigenvalues(damped),
        f"{game.critical_damping:.3g}",
        *(_radius(game, is_simultaneous=both) for both in (False, True)),
    ]


def _alone(name, *penalties):
    objective = objectives.get(name)
    return objectives.Objective(
        generator_loss=objective.generator_loss,
        discriminator_loss=objective.discriminator_loss,
        penalties=penalties,
    )


def _published_row(name):
    game = DiracGame(name)
    path = game.trajectory(num_rounds=2000, learning_rate=0.05)
    radii = np.hypot(*path[-400:].T)
    damping = "a kink" if math.isnan(game.damping) else f"{game.damping:.3g}"
    ends = [f"{end:.2f}".replace("-0.00", "0.00").replace("-", "−") for end in path[-1]]
    spread = f"{radii.min():.2f} to {radii.max():.2f}"
    return [code(f'"{name}"'), damping, _eigenvalues(game), *ends, spread]


def _radius(game, *, is_simultaneous):
    """The greatest distance from the equilibrium in the last 100 rounds."""
    path = game.trajectory(is_simultaneous=is_simultaneous)[-100:]
    radius = float(f"{np.hypot(*path.T).max():.2g}")
    return f"{radius:,.0f}" if radius >= 100.0 else f"{radius:g}"


def _eigenvalues(game):
    first, second = game.eigenvalues
    if math.isnan(game.damping):
        return "none"
    real = "" if abs(first.real) < 1e-6 else f"{first.real:.3g}"
    if abs(first.imag) > 1e-3:
        pair = f"{real} ± {first.imag:.3g}i".strip()
    elif abs(first - second) < 1e-3:
        pair = f"{real} twice"
    else:
        pair = f"{first.real:.3g}, {second.real:.3g}"
    return pair.replace("-", "−")
