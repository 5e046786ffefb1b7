import keras
import numpy as np
import pytest
from keras import ops

from keras_gan_losses.architectures import mlp
from keras_gan_losses.backend import backend

LATENTS = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
LABELS = np.array([0, 1, 3, 3, 2], "int32")


def with_labels(inputs):
    return [ops.convert_to_tensor(inputs), ops.convert_to_tensor(LABELS)]


@pytest.mark.parametrize("data_shape", [(2,), (4, 4, 1), (3, 5)])
def test_players_fit_each_other(data_shape):
    generator, discriminator = mlp(data_shape, 3, hidden_units=(6, 4))
    samples = generator(LATENTS)
    assert tuple(samples.shape) == (5, *data_shape)
    assert tuple(discriminator(samples).shape) == (5, 1)
    assert (generator.name, discriminator.name) == ("generator", "discriminator")


@pytest.mark.parametrize("data_shape", [(2,), (4, 4, 1)])
def test_players_with_classes_fit_each_other(data_shape):
    generator, discriminator = mlp(data_shape, 3, hidden_units=(6, 4), num_classes=4)
    samples = generator(with_labels(LATENTS))
    assert tuple(samples.shape) == (5, *data_shape)
    assert tuple(discriminator(with_labels(samples)).shape) == (5, 1)


def leaky_relu(values):
    return np.where(values > 0, values, 0.2 * values)


def test_generator_is_a_relu_network_with_the_chosen_output():
    generator, _ = mlp((2,), 3, hidden_units=(6, 4), output_activation="tanh")
    w1, b1, w2, b2, w3, b3 = (weight.astype("float64") for weight in generator.get_weights())
    hidden = np.maximum(np.maximum(LATENTS @ w1 + b1, 0.0) @ w2 + b2, 0.0)
    np.testing.assert_allclose(
        ops.convert_to_numpy(generator(LATENTS)), np.tanh(hidden @ w3 + b3), atol=1e-5
    )


def test_output_of_the_generator_is_linear_by_default():
    generator, _ = mlp((2,), 3, hidden_units=())
    kernel, _ = generator.get_weights()
    latents = 100.0 * LATENTS
    np.testing.assert_allclose(
        ops.convert_to_numpy(generator(latents)), latents @ kernel, rtol=1e-4, atol=1e-3
    )


def test_discriminator_is_a_leaky_relu_network_with_raw_scores():
    _, discriminator = mlp((3,), 2, hidden_units=(6,))
    w1, b1, w2, b2 = (weight.astype("float64") for weight in discriminator.get_weights())
    data = 10.0 * LATENTS
    expected = leaky_relu(data @ w1 + b1) @ w2 + b2
    np.testing.assert_allclose(ops.convert_to_numpy(discriminator(data)), expected, atol=1e-4)


def test_labels_reach_the_scores_by_projection():
    _, discriminator = mlp((3,), 2, hidden_units=(6,), num_classes=4)
    weights = {tuple(v.shape): ops.convert_to_numpy(v) for v in discriminator.trainable_variables}
    features = leaky_relu(LATENTS @ weights[3, 6] + weights[6,])
    expected = features @ weights[6, 1] + weights[1,]
    expected += np.sum(features * weights[4, 6][LABELS], axis=1, keepdims=True)
    np.testing.assert_allclose(
        ops.convert_to_numpy(discriminator(with_labels(LATENTS))), expected, atol=1e-5
    )


def test_labels_reach_the_samples_at_the_scale_of_the_latents():
    generator, _ = mlp((2,), 64, hidden_units=(), num_classes=50)
    (embedding,) = [v for v in generator.trainable_variables if tuple(v.shape) == (50, 64)]
    assert np.std(ops.convert_to_numpy(embedding)) == pytest.approx(1.0, abs=0.05)
    samples = ops.convert_to_numpy(
        generator([np.zeros((2, 64), "float32"), np.array([0, 1], "int32")])
    )
    assert np.abs(samples[0] - samples[1]).max() > 1e-3


def test_gradient_penalty_reaches_every_weight_of_a_conditional_discriminator():
    _, discriminator = mlp((3,), 2, hidden_units=(6,), num_classes=4)
    kernels = [v for v in discriminator.trainable_variables if len(v.shape) == 2]

    def penalty():
        _, gradient = backend.input_gradient(
            lambda data: (discriminator(with_labels(data)), None), LATENTS, discriminator.variables
        )
        return ops.sum(ops.square(gradient)), None

    _, gradients = backend.value_and_gradients(penalty, kernels, discriminator.variables)
    for gradient in gradients:
        assert float(ops.max(ops.abs(ops.convert_to_tensor(gradient)))) > 1e-4


def test_same_seed_gives_the_same_weights():
    keras.utils.set_random_seed(3)
    first = [player.get_weights() for player in mlp((2,), 3, hidden_units=(6,))]
    keras.utils.set_random_seed(3)
    second = [player.get_weights() for player in mlp((2,), 3, hidden_units=(6,))]
    for weights, others in zip(first, second, strict=True):
        for weight, other in zip(weights, others, strict=True):
            np.testing.assert_array_equal(weight, other)


def test_saved_players_give_the_same_outputs(tmp_path):
    generator, discriminator = mlp((2,), 3, hidden_units=(6,), num_classes=4)
    samples = generator(with_labels(LATENTS))
    for player, inputs in [(generator, LATENTS), (discriminator, samples)]:
        player.save(tmp_path / "player.keras")
        loaded = keras.saving.load_model(tmp_path / "player.keras")
        np.testing.assert_array_equal(
            ops.convert_to_numpy(loaded(with_labels(inputs))),
            ops.convert_to_numpy(player(with_labels(inputs))),
        )


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"data_shape": (0,), "latent_dim": 3}, "data_shape"),
        ({"data_shape": (2, None), "latent_dim": 3}, "data_shape"),
        ({"data_shape": (2,), "latent_dim": 0}, "latent_dim"),
        ({"data_shape": (2,), "latent_dim": 3, "hidden_units": (8, 0)}, "hidden_units"),
        ({"data_shape": (2,), "latent_dim": 3, "num_classes": 0}, "num_classes"),
    ],
)
def test_size_that_is_no_positive_count_is_an_error(arguments, name):
    with pytest.raises(ValueError, match=f"`{name}` must be a whole number"):
        mlp(**arguments)
