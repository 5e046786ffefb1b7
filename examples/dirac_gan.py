"""The smallest game there is: two numbers that circle, spiral in or creep to the middle.

    python examples/dirac_gan.py

draws six objectives as Dirac-GANs into dirac_trajectories.png, and prints what decides: where the
damping of R1 is below its critical value a game turns, above it it creeps. docs/convergence.md says
what that means for real networks.
"""

import argparse

from keras_gan_losses import objectives, plots
from keras_gan_losses.convergence import DiracGame


def damped(gamma):
    objective = objectives.r1(gamma=gamma)
    objective.name += f", γ = {gamma}"
    return objective


def main():
    parser = argparse.ArgumentParser(description="Play games of two numbers.")
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--out", default="dirac_trajectories.png")
    options = parser.parse_args()
    games = ["non_saturating", "minimax", "hinge", damped(0.3), damped(1.0), "r3gan"]
    figure = plots.dirac_trajectories(games, num_rounds=options.rounds)
    figure.savefig(options.out, dpi=62)
    for game in games:
        objective = objectives.get(game)
        damping, critical = DiracGame(objective).damping, DiracGame(objective).critical_damping
        print(f"{objective.name}: damping {damping:.2f}, critical {critical:.2f}")
    print(f"Wrote {options.out}")


if __name__ == "__main__":
    main()
