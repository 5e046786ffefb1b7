"""Paths of the Dirac-GAN: what is drawn is what the game plays."""

import numpy as np
import pytest

from keras_gan_losses.convergence import DiracGame
from keras_gan_losses.plots import dirac_trajectories


def test_each_objective_has_both_its_paths():
    figure = dirac_trajectories(["wgan", "r3gan"], num_rounds=10, start=(0.5, 1.0), title="Two")
    assert [axes.get_title() for axes in figure.axes] == ["wgan", "r3gan"]
    assert figure.get_suptitle() == "Two"
    for axes, name in zip(figure.axes, ("wgan", "r3gan"), strict=True):
        lines = {line.get_label(): line.get_xydata() for line in axes.get_lines()}
        for kind in ("alternating", "simultaneous"):
            path = DiracGame(name).trajectory(
                num_rounds=10, start=(0.5, 1.0), is_simultaneous=kind == "simultaneous"
            )
            np.testing.assert_array_equal(lines[kind], path)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["alternating", "simultaneous"]


def test_arrows_point_where_the_players_go():
    arrows = dirac_trajectories("wgan", num_rounds=2).axes[0].collections[0]
    # θ' = ψ and ψ' = −θ, of length 1.
    theta, psi = arrows.get_offsets().T
    radius = np.maximum(np.hypot(theta, psi), 1e-9)
    np.testing.assert_allclose(arrows.U, psi / radius, atol=1e-6)
    np.testing.assert_allclose(arrows.V, -theta / radius, atol=1e-6)


def test_what_has_no_such_game_is_refused():
    with pytest.raises(ValueError, match="takes energies or probabilities"):
        dirac_trajectories(["ebgan"])
