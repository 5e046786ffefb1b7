"""Spectral normalisation that differentiates σ and leaves the kernel alone."""

import math
from typing import Any

import keras
from keras import ops

from keras_gan_losses.registration import register
from keras_gan_losses.types import Config, Shape, Tensor
from keras_gan_losses.validation import check_count

# Enough for the first normalised kernel to be within some percent of unit norm.
_INITIAL_ITERATIONS = 15

_TRANSPOSED_CONVOLUTIONS = (
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)


@register
class SpectralNormalization(keras.layers.Wrapper):
    """Divides a layer's kernel by its largest singular value wherever the layer is called.

    Choose it for the layers of a discriminator to bound its Lipschitz constant at almost no
    cost; it goes well with the hinge loss, and without batch normalisation.

        y = layer with W / σ(W) for W,   σ(W) = uᵀ W v

    The vectors u and v are estimates of W's first pair of singular vectors. They are constants
    for differentiation; σ is not, so that the gradient has no part that would only scale W.
    `before_update` improves them by a power iteration

        v ← Wᵀu / ‖Wᵀu‖,   u ← Wv / ‖Wv‖

    and calls only read them: a discriminator that scores real and generated samples in one
    update applies the same normalised kernel to both. `GAN` calls `before_update` once before
    each update of the player that has the layer. In your own loop call it yourself.

    The kernel is seen as a matrix with one row per output channel. Others differ:
    `keras.layers.SpectralNormalization` overwrites the kernel, has no σ in the gradient, and
    takes the input channels of a transposed convolution for outputs.

    Args:
        layer: A layer that keeps its weights in `kernel` (dense, convolution, transposed
            convolution) or in `embeddings`. It may have no activity regularizer.
        power_iterations: Iterations of one `before_update`, at least 1. Defaults to 1.
        **kwargs: Arguments of every layer, such as `name`.

    Call arguments:
        inputs: What the wrapped layer takes.

    Returns:
        What the wrapped layer returns, of the same shape and dtype.

    Raises:
        ValueError: If the layer has neither `kernel` nor `embeddings`, or has an activity
            regularizer.

    Example:
    >>> layer = SpectralNormalization(keras.layers.Dense(2, kernel_initializer="identity"))
    >>> layer.build((None, 2))
    >>> layer.kernel.assign([[4.0, 0.0], [0.0, 1.0]]) is not None
    True
    >>> for _ in range(20):
    ...     layer.before_update()
    >>> keras.ops.convert_to_numpy(layer(keras.ops.ones((1, 2)))).round(3).tolist()
    [[1.0, 0.25]]

    Reference:
        Miyato et al., Spectral Normalization for Generative Adversarial Networks,
        arXiv:1802.05957.
    """

    def __init__(
        self, layer: keras.layers.Layer, *, power_iterations: int = 1, **kwargs: Any
    ) -> None:
        # The wrapper itself computes in the kernel's own dtype, also under mixed precision;
        # the wrapped layer casts its inputs and the normalised kernel as it always does.
        kwargs.setdefault("dtype", getattr(layer, "variable_dtype", None))
        super().__init__(layer, **kwargs)
        self.autocast = False
        check_count("power_iterations", power_iterations, advice="Use 1 for the paper's setting.")
        if layer.activity_regularizer is not None:
            raise ValueError(
                "`layer` must have no activity regularizer. Received: "
                f"layer={layer.name} with one. Put `keras.layers.ActivityRegularization` after "
                "the normalised layer instead."
            )
        self.power_iterations = power_iterations
        self.supports_masking = layer.supports_masking

    @property
    def kernel(self) -> keras.Variable:
        """The wrapped layer's own kernel, not normalised."""
        for attribute in ("kernel", "embeddings"):
            kernel = getattr(self.layer, attribute, None)
            if isinstance(kernel, keras.Variable):
                return kernel
        raise ValueError(
            "`layer` must keep its weights in one variable called `kernel` or `embeddings`. "
            f"Received: layer={self.layer.name} of class {type(self.layer).__name__}. Wrap dense "
            "layers, convolutions, transposed convolutions or embeddings."
        )

    def build(self, input_shape: Shape | None = None) -> None:
        """Builds the wrapped layer and finds the singular vectors of its first kernel."""
        super().build(input_shape)
        rows = self.kernel.shape[self._output_axis]
        columns = math.prod(self.kernel.shape) // rows
        start = keras.initializers.RandomNormal(stddev=1.0)

        # As initializers, these see the kernel's own first value even where Keras creates
        # variables first and gives them their values later.
        def initial_left(shape: tuple[int, ...], dtype: str | None) -> Tensor:
            left = _unit(start(shape, dtype), otherwise=ops.ones(shape, dtype))
            right = ops.zeros((columns,), dtype)
            return self._iterated(left, right, _INITIAL_ITERATIONS)[0]

        def initial_right(shape: tuple[int, ...], dtype: str | None) -> Tensor:
            first_axis = ops.one_hot(0, columns, dtype=dtype)
            left = ops.convert_to_tensor(self.left_singular_vector)
            return _unit(ops.matmul(left, self._matrix()), otherwise=first_axis)

        # Every replica of a distributed discriminator computes the same vectors.
        common = {"trainable": False, "autocast": False, "aggregation": "only_first_replica"}
        self.left_singular_vector = self.add_weight(
            name="left_singular_vector", shape=(rows,), initializer=initial_left, **common
        )
        self.right_singular_vector = self.add_weight(
            name="right_singular_vector", shape=(columns,), initializer=initial_right, **common
        )

    def before_update(self) -> None:
        """Brings the singular vectors nearer to the kernel's; call once before each update."""
        if not self.built:
            raise ValueError(
                f"{self.name} has no kernel yet. Build it, or call it on data, before the first "
                "`before_update`."
            )
        left, right = self._iterated(
            ops.convert_to_tensor(self.left_singular_vector),
            ops.convert_to_tensor(self.right_singular_vector),
            self.power_iterations,
        )
        self.left_singular_vector.assign(left)
        self.right_singular_vector.assign(right)

    def normalized_kernel(self) -> Tensor:
        """The kernel divided by σ, of the kernel's shape; differentiable by the kernel."""
        # Copies, since torch refuses to differentiate after `before_update` changed the originals.
        left = ops.stop_gradient(ops.copy(self.left_singular_vector))
        right = ops.stop_gradient(ops.copy(self.right_singular_vector))
        sigma = ops.sum(left * ops.matmul(self._matrix(), right))
        # A kernel of zeros has no norm to divide by and stays as it is.
        return self.kernel / ops.where(sigma == 0, ops.ones_like(sigma), sigma)

    def call(self, inputs: Tensor) -> Tensor:
        """Outputs of the wrapped layer with the normalised kernel."""
        kernel = self.kernel
        others = [variable for variable in self.layer.variables if variable is not kernel]
        # A nested scope hides the values that an outer one holds, so it is given them all.
        mapping = [(kernel, self.normalized_kernel())]
        mapping += [(variable, variable.value) for variable in others]
        with keras.StatelessScope(state_mapping=mapping) as scope:
            before = [scope.get_current_value(variable) for variable in others]
            outputs = self.layer(inputs)
        for variable, value in zip(others, before, strict=True):
            updated = scope.get_current_value(variable)
            if updated is not value:
                variable.assign(updated)
        return outputs

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Shape of the wrapped layer's outputs."""
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Shape and dtype of the wrapped layer's outputs."""
        return self.layer.compute_output_spec(inputs)

    def compute_mask(self, inputs: Tensor, previous_mask: Tensor | None = None) -> Tensor | None:
        """Mask that the wrapped layer makes."""
        return self.layer.compute_mask(inputs, previous_mask)

    def get_config(self) -> Config:
        """Constructor arguments."""
        return {**super().get_config(), "power_iterations": self.power_iterations}

    @property
    def _output_axis(self) -> int:
        return -2 if isinstance(self.layer, _TRANSPOSED_CONVOLUTIONS) else -1

    def _matrix(self) -> Tensor:
        """The kernel with one row per output channel."""
        rows = self.kernel.shape[self._output_axis]
        return ops.reshape(ops.moveaxis(self.kernel, self._output_axis, 0), (rows, -1))

    def _iterated(self, left: Tensor, right: Tensor, iterations: int) -> tuple[Tensor, Tensor]:
        """The singular vectors after some power iterations, without gradient."""
        matrix = ops.stop_gradient(self._matrix())
        for _ in range(iterations):
            right = _unit(ops.matmul(left, matrix), otherwise=right)
            left = _unit(ops.matmul(matrix, right), otherwise=left)
        return left, right


def _unit(vector: Tensor, *, otherwise: Tensor) -> Tensor:
    """The vector at length 1; `otherwise` where it has no length, so that it can recover."""
    norm = ops.norm(vector)
    return ops.where(norm > 0, vector / ops.where(norm > 0, norm, ops.ones_like(norm)), otherwise)
