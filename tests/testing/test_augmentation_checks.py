"""Each check is given an augmentation with one mistake planted in it, and must name it."""

import keras
import pytest
from keras import ops

from keras_gan_losses import testing
from keras_gan_losses.augmentation import Augmentation
from keras_gan_losses.backend import global_batch


class Scaled(Augmentation):
    """Base of the planted mistakes, and itself right."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        keras.saving.register_keras_serializable("planted_augmentations")(cls)

    def __init__(self, *, amount=0.5):
        self.amount = amount

    def draw(self, shape, seed_generator):
        shape = (shape[0],) + (1,) * (len(shape) - 1)
        return global_batch.draw(keras.random.uniform, shape, seed=seed_generator)

    def call(self, samples, drawn):
        return samples * (1.0 + self.amount * drawn)


class Correct(Scaled):
    pass


class DrawsInCall(Scaled):
    def call(self, samples, drawn):
        return samples * (1.0 + self.amount * keras.random.uniform(ops.shape(drawn)))


class LooksAtTheBatch(Scaled):
    def call(self, samples, drawn):
        return super().call(samples, drawn) + ops.mean(samples)


class OtherShape(Scaled):
    def call(self, samples, drawn):
        return super().call(samples, drawn)[..., :1]


class HalfPrecision(Scaled):
    def call(self, samples, drawn):
        return ops.cast(super().call(samples, drawn), "bfloat16")


class NotFinite(Scaled):
    def call(self, samples, drawn):
        return samples + 0.0 * ops.sqrt(samples - 0.99)


class StopsGradient(Scaled):
    def call(self, samples, drawn):
        return ops.stop_gradient(super().call(samples, drawn))


class StopsPartOfTheGradient(Scaled):
    def call(self, samples, drawn):
        return super().call(samples, drawn) + ops.stop_gradient(samples)


class ForgetsAnArgument(Scaled):
    def get_config(self):
        return {}


class Steady(Scaled):
    def draw(self, shape, seed_generator):
        return ops.ones((shape[0], *[1] * (len(shape) - 1)))


class OneForAll(Scaled):
    def draw(self, shape, seed_generator):
        one = super().draw((1, *shape[1:]), seed_generator)
        return ops.repeat(one, shape[0], axis=0)


ARGUMENTS = {"amount": 0.3}


def test_the_right_one_passes():
    testing.check_augmentation(Correct, arguments=ARGUMENTS)
    testing.check_augmentation_changes(Correct, arguments=ARGUMENTS, sample_shape=(2,))


MISTAKES = {
    DrawsInCall: "another result for the same numbers",
    LooksAtTheBatch: "depends on other samples",
    OtherShape: r"must give the shape \(2, 8, 8, 3\)",
    HalfPrecision: "float32. Received: bfloat16",
    NotFinite: "finite numbers",
    StopsGradient: "no derivative",
    StopsPartOfTheGradient: "or a wrong one",
    ForgetsAnArgument: r"forgets \['amount'\]",
}


@pytest.mark.parametrize("kind", MISTAKES, ids=lambda kind: kind.__name__)
def test_a_mistake_is_named(kind):
    with pytest.raises(AssertionError, match=MISTAKES[kind]):
        testing.check_augmentation(kind, arguments=ARGUMENTS)


@pytest.mark.parametrize(
    ("kind", "words"), [(Steady, "alike in every update"), (OneForAll, "all samples of a batch")]
)
def test_a_lack_of_chance_is_named(kind, words):
    testing.check_augmentation(kind, arguments=ARGUMENTS)
    with pytest.raises(AssertionError, match=words):
        testing.check_augmentation_changes(kind)


@pytest.mark.backend("torch")
@pytest.mark.skipif(keras.backend.backend() != "torch", reason="others have no change in place")
def test_a_change_in_place_is_named():
    class InPlace(Scaled):
        def call(self, samples, drawn):
            samples.mul_(0.5)
            return super().call(samples, drawn)

    with pytest.raises(AssertionError, match="changes the samples that it is given"):
        testing.check_augmentation(InPlace, arguments=ARGUMENTS)
