"""Games of one's own: combined, registered under a name, and refused."""

import numpy as np
import pytest
from keras import ops, optimizers

from keras_gan_losses import losses, objectives
from keras_gan_losses.objectives import registry
from tests import tiny


def test_a_combination_of_ones_own_clips_weights_and_brings_its_optimizer():
    objective = objectives.Objective(
        generator_loss=losses.WassersteinGeneratorLoss(),
        discriminator_loss=losses.WassersteinDiscriminatorLoss(),
        discriminator_constraint=objectives.get("wgan").discriminator_constraint,
        optimizer="sgd",
    )
    gan = tiny.compiled_gan(loss=objective, run_eagerly=True)
    gan.fit(tiny.samples(8), batch_size=8, verbose=0)
    weights = [ops.convert_to_numpy(v.value) for v in gan.discriminator.trainable_variables]
    assert max(np.abs(weight).max() for weight in weights) <= np.float32(0.01)
    assert isinstance(gan.optimizer.discriminator_optimizer, optimizers.SGD)


def test_an_optimizer_that_is_none_is_refused():
    with pytest.raises(ValueError, match="Could not interpret optimizer identifier"):
        objectives.Objective(
            generator_loss=losses.HingeGeneratorLoss(),
            discriminator_loss=losses.HingeDiscriminatorLoss(),
            optimizer=3,
        )


def entropy_against_hinge(*, steps=2):
    """A game of one's own."""
    return objectives.Objective(
        generator_loss=losses.NonSaturatingGeneratorLoss(),
        discriminator_loss=losses.HingeDiscriminatorLoss(),
        discriminator_steps=steps,
    )


def test_a_game_of_ones_own_gets_a_name_for_compile():
    made = objectives.register("mine", "my_game")(entropy_against_hinge)
    assert made(steps=3).discriminator_steps == 3
    assert "entropy_against_hinge" in objectives.names()
    assert objectives.aliases()["mine"] == "entropy_against_hinge"
    gan = tiny.compiled_gan(loss="mine", run_eagerly=True)
    history = gan.fit(tiny.samples(8), batch_size=4, verbose=0).history
    assert np.isfinite(history["discriminator_loss"]).all()
    # A cell of a notebook that is run again.
    objectives.register("mine")(entropy_against_hinge)
    assert "my_game" not in objectives.aliases()


@pytest.mark.parametrize("taken", ["hinge", "wasserstein_gp"])
def test_a_name_that_is_taken_is_refused(taken):
    with pytest.raises(ValueError, match=f"There is an objective '{taken}' already"):
        objectives.register(taken)(entropy_against_hinge)
    assert "entropy_against_hinge" not in objectives.names()
    with pytest.raises(ValueError, match=f"There is an objective '{taken}' already"):
        registry.enter(taken, entropy_against_hinge)


def test_a_game_that_needs_arguments_and_a_decorator_without_a_call_are_refused():
    def game(steps):
        return entropy_against_hinge(steps=steps)

    with pytest.raises(ValueError, match=r"'game' must be made without.*'steps'.*a default"):
        objectives.register()(game)
    with pytest.raises(TypeError, match=r"write @register\(\) above"):
        objectives.register(game)
    assert "game" not in objectives.names()


def test_what_a_registered_function_makes_must_be_an_objective():
    objectives.register()(lambda_game)
    with pytest.raises(TypeError, match=r"'lambda_game' must make an Objective\. .* 3"):
        objectives.get("lambda_game")


def lambda_game():
    return 3
