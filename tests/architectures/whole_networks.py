"""What tests ask of any network of `architectures`."""

import keras
import numpy as np
from keras import ops

from keras_gan_losses.backend import backend


def random_inputs(model, num_samples=2, seed=0):
    """Random inputs of the network, in the structure it takes."""
    random = np.random.default_rng(seed)
    values = [random.normal(size=(num_samples, *each.shape[1:])) for each in model.inputs]
    tensors = [ops.convert_to_tensor(value.astype("float32")) for value in values]
    return tensors if len(tensors) > 1 else tensors[0]


def arrays(outputs):
    """All tensors of the outputs as arrays."""
    return [ops.convert_to_numpy(each) for each in keras.tree.flatten(outputs)]


def num_weights(model):
    """Numbers that are learned."""
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)


def least_gradient(model):
    """Of each weight's greatest gradient by a random sum of all outputs the least."""
    inputs = random_inputs(model)
    # At the papers' small weights gradients could be told from rounding by little.
    for variable in model.trainable_variables:
        variable.assign(10.0 * variable)

    def total():
        random = np.random.default_rng(1)
        outputs = keras.tree.flatten(model(inputs))
        weights = [ops.array(random.normal(size=tuple(e.shape)), "float32") for e in outputs]
        parts = [ops.sum(w * each) for w, each in zip(weights, outputs, strict=True)]
        return sum(parts), None

    variables = model.trainable_variables
    _, gradients = backend.value_and_gradients(total, variables, model.variables)
    return min(float(ops.max(ops.abs(each))) for each in gradients)


def assert_saved_one_gives_the_same(model, path):
    """Asserts that the network saved in a file of the folder and loaded gives equal outputs."""
    model.save(path / "network.keras")
    loaded = keras.saving.load_model(path / "network.keras")
    inputs = random_inputs(model)
    keras.tree.assert_same_structure(loaded(inputs), model(inputs))
    for one, other in zip(arrays(loaded(inputs)), arrays(model(inputs)), strict=True):
        np.testing.assert_array_equal(one, other)


def receptive_field(model, side):
    """Side of the square of pixels that the middle score sees, by the gradient of that score."""
    inputs = np.random.default_rng(0).normal(size=(1, *model.input_shape[1:])).astype("float32")

    def middle(images):
        scores = model(images)
        rows, columns = scores.shape[1:3]
        return scores[:, rows // 2, columns // 2, 0], None

    _, gradient = backend.input_gradient(middle, inputs, model.variables)
    seen = np.abs(ops.convert_to_numpy(gradient)).max(axis=(0, 3)) > 0
    assert seen.shape == (side, side)
    return int(seen.any(axis=0).sum()), int(seen.any(axis=1).sum())
