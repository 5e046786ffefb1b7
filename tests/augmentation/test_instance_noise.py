import keras
import numpy as np
import pytest
from keras import ops
from keras.optimizers.schedules import PolynomialDecay

from keras_gan_losses import augmentation as aug
from keras_gan_losses import testing
from keras_gan_losses.batch_scores import BatchScores

FADING = PolynomialDecay(1.0, 4, end_learning_rate=0.0)


def noise_of(augmentation, seed=0):
    made = augmentation(ops.zeros((2000, 3)), keras.random.SeedGenerator(seed))
    return ops.convert_to_numpy(made)


def test_it_is_sound():
    arguments = {"standard_deviation": 0.3, "schedule": FADING}
    testing.check_augmentation(aug.InstanceNoise, arguments=arguments, sample_shape=(2,))
    testing.check_augmentation_changes(aug.InstanceNoise, sample_shape=(5, 1))


def test_noise_is_normal_of_its_deviation():
    noise = noise_of(aug.InstanceNoise(standard_deviation=0.5))
    assert abs(noise.mean()) < 4 * 0.5 / np.sqrt(6000)
    assert noise.std() == pytest.approx(0.5, rel=4 / np.sqrt(12000))
    assert (np.abs(noise) < 0.5).mean() == pytest.approx(0.683, abs=0.03)


def test_noise_fades_with_updates_by_the_schedule():
    augmentation = aug.InstanceNoise(standard_deviation=0.5, schedule=FADING)
    first = noise_of(augmentation)
    for share in (0.75, 0.5, 0.25, 0.0, 0.0):
        augmentation.update_state(BatchScores([[1.0]], [[0.0]]))
        np.testing.assert_allclose(noise_of(augmentation), share * first, rtol=1e-5, atol=1e-7)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"`standard_deviation` must be .* at least 0"):
        aug.InstanceNoise(standard_deviation=-1.0)
    with pytest.raises(TypeError, match=r"must be a keras.optimizers.schedules.*Received: 0\.5"):
        aug.InstanceNoise(schedule=0.5)
