import numpy as np
import pytest
from keras import ops

from keras_gan_losses import objectives, penalties
from tests import tiny


class FakeSize(penalties.Penalty):
    def call(self, batch):
        return ops.mean(ops.square(batch.fake), axis=1)


def test_an_attribute_says_whose_loss_a_penalty_is_added_to():
    penalty = FakeSize()
    assert penalty.player == "discriminator"
    with pytest.raises(ValueError, match="reaches none of the variables of 'discriminator'"):
        tiny.compiled_gan(penalties=[penalty])
    penalty.player = "generator"
    gan = tiny.compiled_gan(penalties=[penalty], run_eagerly=True)
    history = gan.fit(tiny.samples(8), batch_size=8, verbose=0).history
    assert history["fake_size"][0] > 0.0


@pytest.mark.parametrize("player", ["critic", None, 0])
def test_another_player_is_refused(player):
    penalty = FakeSize()
    penalty.player = player
    message = r'`player` of the penalty \'fake_size\' must be "discriminator" or "generator"\. Rec'
    with pytest.raises(ValueError, match=message):
        tiny.compiled_gan(penalties=[penalty])
    objective = objectives.get("hinge")
    with pytest.raises(ValueError, match=message):
        objectives.Objective(
            generator_loss=objective.generator_loss,
            discriminator_loss=objective.discriminator_loss,
            penalties=[penalty],
        )


class Watching(penalties.Penalty):
    """Keeps what it is told of an update."""

    def call(self, batch):
        return 0.0 * ops.mean(batch.fake_scores, axis=1)

    def update_state(self, batch):
        scores = (batch.real_scores, batch.fake_scores)
        self.seen = [ops.convert_to_numpy(ops.copy(part)) for part in scores]


def test_a_penalty_sees_the_scores_of_each_update_afterwards():
    watching = Watching()
    gan = tiny.compiled_gan(loss="hinge", penalties=[watching], run_eagerly=True)
    logs = gan.fit(tiny.samples(8), batch_size=8, verbose=0).history
    real, fake = watching.seen
    assert real.shape == fake.shape == (8, 1)
    assert logs["real_score"][0] == pytest.approx(float(np.mean(real)), rel=1e-5)
    assert logs["fake_score"][0] == pytest.approx(float(np.mean(fake)), rel=1e-5)
