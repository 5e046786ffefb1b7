import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses import augmentation as aug
from keras_gan_losses import testing
from keras_gan_losses.batch_scores import BatchScores

SEED = keras.random.SeedGenerator


def scores(values):
    return ops.reshape(ops.convert_to_tensor(np.float32(values)), (-1, 1))


def probability(augmentation):
    return float(augmentation.measures()["augmentation_probability"])


def after(augmentation, *updates):
    """The probability after each update, of real scores and generated ones."""
    found = []
    for real, fake in updates:
        augmentation.update_state(BatchScores(scores(real), scores(fake)))
        found.append(probability(augmentation))
    return found


def test_it_is_sound():
    arguments = {
        "augmentations": [aug.Brightness(), aug.Flip()],
        "target": 0.5,
        "num_samples": 100,
        "every": 2,
        "start": 0.7,
        "compares_pairs": True,
    }
    testing.check_augmentation(aug.Adaptive, arguments=arguments)
    testing.check_augmentation_changes(
        lambda start: aug.Adaptive(start=start), arguments={"start": 0.5}
    )


def test_nothing_is_changed_at_probability_0_and_everything_at_1():
    images = np.random.default_rng(0).uniform(-1, 1, (50, 8, 8, 3)).astype("float32")
    for start, share in ((0.0, 0.0), (1.0, 1.0), (0.3, 0.3)):
        augmentation = aug.Adaptive(aug.Brightness(), start=start)
        made = ops.convert_to_numpy(augmentation(ops.convert_to_tensor(images), SEED(0)))
        changes = np.any(made != images, axis=(1, 2, 3))
        # Of 50, three deviations.
        assert abs(changes.mean() - share) <= 3 * np.sqrt(share * (1 - share) / 50)


def test_each_augmentation_acts_on_its_own():
    def doubled(samples):
        return 2.0 * samples

    def raised(samples):
        return samples + 10.0

    augmentation = aug.Adaptive([doubled, raised], start=0.5)
    made = ops.convert_to_numpy(augmentation(ops.ones((100, 3)), SEED(0)))
    # Neither, one, the other, or both, in their order; of a sample all values alike.
    assert set(made[:, 0]) == {1.0, 2.0, 11.0, 12.0}
    np.testing.assert_array_equal(made, np.repeat(made[:, :1], 3, axis=1))


# Karras et al., 2020, arXiv:2006.06676, section 3.1, equation 1, and the authors' training loop:
# adjust = sign(mean sign − target) · (batch · interval) / (kimg · 1000).
@pytest.mark.backend("every")
def test_the_probability_follows_the_sign_of_real_scores():
    augmentation = aug.Adaptive(target=0.5, num_samples=100, every=2)
    sure, unsure = [1.0, 2.0, 3.0, 0.5], [1.0, -2.0, 3.0, -0.5]
    fake = [0.0] * 4
    moves = after(
        augmentation, *[(sure, fake)] * 4, *[(unsure, fake)] * 2, (sure, fake), (unsure, fake)
    )
    # Means of signs over two updates: 1, 1, 0, 0.5; the last is the target itself.
    np.testing.assert_allclose(moves, [0, 0.08, 0.08, 0.16, 0.16, 0.08, 0.08, 0.08], atol=1e-6)


def test_the_probability_stays_between_0_and_1():
    augmentation = aug.Adaptive(num_samples=5, every=1, start=0.5)
    assert after(augmentation, *[([1.0] * 4, [0.0] * 4)] * 2)[-1] == 1.0
    assert after(augmentation, *[([-1.0] * 4, [0.0] * 4)] * 3)[-1] == 0.0


def test_pairs_are_compared_where_scores_have_no_zero():
    augmentation = aug.Adaptive(num_samples=8, every=1, start=0.5, compares_pairs=True)
    # All positive, and no better than the generated ones; of two for each the first counts.
    assert after(augmentation, ([5.0, 6.0], [6.0, 0.0, 7.0, 0.0])) == [0.25]
    assert after(augmentation, ([-5.0, -6.0], [-6.0, 0.0, -7.0, 0.0])) == [0.5]


def test_patches_of_a_map_count_each():
    augmentation = aug.Adaptive(target=0.0, num_samples=4, every=1, start=0.5)
    maps = ops.convert_to_tensor(np.float32([[[1.0, -1.0], [-2.0, -3.0]]]))
    augmentation.update_state(BatchScores(maps, maps))
    assert probability(augmentation) == 0.25


def test_arguments_out_of_range_are_refused():
    for name, value in {"target": 2.0, "num_samples": 0, "every": 0.5, "start": -0.1}.items():
        with pytest.raises(ValueError, match=f"`{name}` must be .*{name}={value}"):
            aug.Adaptive(**{name: value})
    with pytest.raises(TypeError, match="a Keras layer, a function"):
        aug.Adaptive(3)


def test_what_its_augmentations_refuse_and_tell_is_its_own():
    noise = aug.InstanceNoise()
    augmentation = aug.Adaptive([noise, aug.Flip()], compares_pairs=True)
    with pytest.raises(ValueError, match="Flip augments images"):
        augmentation.check((2,))
    assert augmentation.moves_pixels
    assert not aug.Adaptive(noise).moves_pixels
    assert not augmentation.needs_origin
    augmentation.update_state(BatchScores(scores([1.0]), scores([0.0])))
    assert int(noise.num_updates) == 1
    assert {id(each) for each in noise.variables} < {id(each) for each in augmentation.variables}
