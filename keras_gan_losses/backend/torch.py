"""The waist on torch: autograd, with the graph kept where a second derivative may follow.

The replicas are the processes of torch's own process group, if there is one.
"""

import contextlib
from collections.abc import Callable, Sequence
from typing import TypeVar

import keras
import numpy as np
import torch
import torch.distributed
from torch.nn.attention import SDPBackend, sdpa_kernel

from keras_gan_losses.backend.contract import (
    Auxiliary,
    Backend,
    Function,
    Inputs,
    Pull,
    Value,
    Variables,
)
from keras_gan_losses.backend.trainer import StatefulTrainer
from keras_gan_losses.types import Gradient, Size

Structure = TypeVar("Structure")
Message = TypeVar("Message")


def _detached(structure: Structure) -> Structure:
    return keras.tree.map_structure(
        lambda leaf: leaf.detach() if isinstance(leaf, torch.Tensor) else leaf, structure
    )


def _differentiable(values: torch.Tensor) -> torch.Tensor:
    """Those that were computed stay themselves: a gradient may go on to what made them."""
    values = keras.ops.convert_to_tensor(values)
    return values if values.requires_grad else values.detach().requires_grad_(True)


# Their gradient is zero everywhere, which torch computes as any other.
_ZERO_GRADIENTS = (
    *("CeilBackward0", "FloorBackward0", "RoundBackward0", "RoundBackward1"),
    *("SignBackward0", "SgnBackward0", "TruncBackward0"),
)


def _reached(node: torch.autograd.graph.Node) -> set[int]:
    """Identities of the tensors that a gradient reaches, other than as zero by construction."""
    found, seen, waiting = set(), set(), [node]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen or node.name() in _ZERO_GRADIENTS:
            continue
        seen.add(node)
        if node.name() == "torch::autograd::AccumulateGrad":
            found.add(id(node.variable))
        waiting.extend(following for following, _ in node.next_functions)
    return found


def _world_size() -> int:
    is_distributed = torch.distributed.is_available() and torch.distributed.is_initialized()
    return torch.distributed.get_world_size() if is_distributed else 1


class _SumOverReplicas(torch.autograd.Function):
    """A sum is differentiated by a sum: each replica's value is a part of every other's."""

    @staticmethod
    def forward(context: object, value: torch.Tensor) -> torch.Tensor:
        total = value.clone(memory_format=torch.contiguous_format)
        torch.distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(context: object, gradient: torch.Tensor) -> torch.Tensor:
        return _SumOverReplicas.apply(gradient)


def _sum_in_place(tensors: Sequence[torch.Tensor]) -> None:
    """Sums over the replicas, all tensors of one precision in a single message."""
    if _world_size() == 1:
        return
    for dtype in {tensor.dtype: None for tensor in tensors}:
        alike = [tensor for tensor in tensors if tensor.dtype == dtype]
        joined = torch.cat([tensor.reshape(-1) for tensor in alike])
        torch.distributed.all_reduce(joined)
        parts = joined.split([tensor.numel() for tensor in alike])
        for tensor, part in zip(alike, parts, strict=True):
            tensor.copy_(part.reshape(tensor.shape))


def _all_gather(value: Message) -> list[Message]:
    values = [value] * _world_size()
    if _world_size() > 1:
        torch.distributed.all_gather_object(values, value)
    return values


class Waist(Backend):
    """What torch does otherwise than one device alone."""

    FAILING_LAYERS = (keras.layers.SpectralNormalization,)
    COMPILES_SECOND_ORDER = False

    def fails_in_float16(self, layer: keras.layers.Layer) -> bool:
        """Whether it is a convolution on a CPU whose kernel's last axis has one channel."""
        if not isinstance(layer, keras.layers.Conv2D | keras.layers.Conv2DTranspose):
            return False
        *size, before, last = layer.kernel.shape
        is_degenerate = last == 1 and before > 1 and max(size) > 1
        is_half = layer.compute_dtype == "float16"
        return is_half and is_degenerate and layer.kernel.value.device.type == "cpu"

    AdversarialTrainer = StatefulTrainer

    def value_and_gradients(
        self,
        function: Function[torch.Tensor, Auxiliary],
        variables: Variables,
        state: Variables,
        inputs: Sequence[torch.Tensor] = (),
    ) -> tuple[tuple[torch.Tensor, Auxiliary], list[Gradient]]:
        with torch.enable_grad():
            inputs = [each.detach().requires_grad_(True) for each in inputs]
            value, auxiliary = function(*inputs)
            values = [*(variable.value for variable in variables), *inputs]
            if value.requires_grad and values:
                gradients = list(torch.autograd.grad(value, values, allow_unused=True))
            else:
                gradients = [None] * len(values)
        return (value.detach(), _detached(auxiliary)), gradients

    def vjp(
        self,
        function: Function[Sequence[torch.Tensor], Auxiliary],
        variables: Variables,
        state: Variables,
    ) -> tuple[tuple[Sequence[torch.Tensor], Auxiliary], Pull]:
        with torch.enable_grad():
            values, auxiliary = function()

        def pull(gradients: Sequence[Gradient], only: Variables | None = None) -> list[Gradient]:
            pairs = zip(values, gradients, strict=True)
            known = [(value, gradient) for value, gradient in pairs if value.requires_grad]
            sources = [variable.value for variable in (variables if only is None else only)]
            if not known or not sources:
                return [None] * len(sources)
            outputs, by_outputs = zip(*known, strict=True)
            is_repeated = only is not None
            found = torch.autograd.grad(
                outputs, sources, by_outputs, retain_graph=is_repeated, allow_unused=True
            )
            return list(found)

        return (_detached(values), _detached(auxiliary)), pull

    def input_gradient(
        self,
        function: Callable[[Inputs], tuple[torch.Tensor, Auxiliary]],
        inputs: Inputs,
        state: Variables,
    ) -> tuple[tuple[torch.Tensor, Auxiliary], Inputs]:
        with torch.enable_grad():
            inputs = keras.tree.map_structure(_differentiable, inputs)
            # Of attention's kernels only this one can be differentiated twice.
            with sdpa_kernel(SDPBackend.MATH):
                outputs, auxiliary = function(inputs)
            if not outputs.requires_grad:
                return (outputs, auxiliary), keras.tree.map_structure(torch.zeros_like, inputs)
            leaves = keras.tree.flatten(inputs)
            gradients = torch.autograd.grad(
                outputs.sum(), leaves, create_graph=True, allow_unused=True
            )
        known = [
            torch.zeros_like(leaf) if gradient is None else gradient
            for leaf, gradient in zip(leaves, gradients, strict=True)
        ]
        return (outputs, auxiliary), keras.tree.pack_sequence_as(inputs, known)

    def cond(
        self,
        predicate: torch.Tensor,
        function: Callable[[], torch.Tensor],
        otherwise: Callable[[], torch.Tensor],
        state: Variables,
    ) -> torch.Tensor:
        return function() if predicate else otherwise()

    def reaches(
        self, function: Function[torch.Tensor, object], variables: Variables, state: Variables
    ) -> list[bool]:
        before = [variable.value.detach().clone() for variable in state]
        values = [variable.value for variable in variables]
        try:
            with torch.enable_grad():
                value, _ = function()
            if not value.requires_grad:
                return [False] * len(values)
            torch.autograd.grad(value, values, allow_unused=True, retain_graph=True)
        except RuntimeError as error:
            if "derivative for" not in str(error):
                raise
            raise LookupError(str(error)) from error
        finally:
            for variable, old in zip(state, before, strict=True):
                variable.assign(old)
        reached = _reached(value.grad_fn)
        return [id(each) in reached for each in values]

    def apply(
        self,
        optimizer: keras.optimizers.Optimizer,
        gradients: Sequence[Gradient],
        variables: Variables,
    ) -> None:
        with torch.no_grad():
            _sum_in_place([gradient for gradient in gradients if gradient is not None])
            optimizer.apply(gradients, variables)

    def num_replicas(self) -> int:
        return _world_size()

    def replica_index(self) -> Size:
        return torch.distributed.get_rank() if self.num_replicas() > 1 else 0

    def sum_over_replicas(self, value: torch.Tensor) -> torch.Tensor:
        return value if self.num_replicas() == 1 else _SumOverReplicas.apply(value)

    def unscaled_loss(self, value: torch.Tensor, *, is_sum: bool) -> torch.Tensor:
        return value * self.num_replicas() if is_sum else value

    def average_over_replicas(self, variables: Variables) -> None:
        with torch.no_grad():
            _sum_in_place([variable.value for variable in variables])
            for variable in variables if self.num_replicas() > 1 else ():
                variable.value.div_(self.num_replicas())

    def share_logs(self, logs: dict[str, Value]) -> dict[str, Value]:
        if self.num_replicas() == 1 or not logs:
            return logs
        means = torch.stack(
            [keras.ops.convert_to_tensor(each, "float32") for each in logs.values()]
        )
        torch.distributed.all_reduce(means)
        return dict(zip(logs, means / self.num_replicas(), strict=True))

    def start_alike(self, variables: Variables) -> None:
        for variable in variables if self.num_replicas() > 1 else ():
            torch.distributed.broadcast(variable.value.data, src=0)

    def exchange(self, model: keras.Model, message: bytes) -> list[bytes]:
        return _all_gather(message)

    def all_gather(self, number: int) -> list[int]:
        return _all_gather(number)

    def free_memory(self) -> int:
        device = keras.ops.zeros(()).device
        return torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else 0

    def gather_rows(self, array: torch.Tensor, numbers: np.ndarray) -> torch.Tensor:
        return array[torch.from_numpy(numbers)]

    def no_gradients(self) -> contextlib.AbstractContextManager[None]:
        return torch.no_grad()

    def random_states(self) -> list[np.ndarray]:
        # Keras's Dropout without a seed draws from torch's own generators.
        devices = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        return [state.cpu().numpy() for state in (torch.get_rng_state(), *devices)]

    def set_random_states(self, states: Sequence[np.ndarray]) -> None:
        host, *devices = [torch.from_numpy(np.asarray(state)) for state in states]
        torch.set_rng_state(host)
        for index, state in enumerate(devices[: torch.cuda.device_count()]):
            torch.cuda.set_rng_state(state, index)

    def as_tensorflow(
        self, function: Callable[..., list[torch.Tensor]], shapes: Sequence[str]
    ) -> Callable[..., list[torch.Tensor]]:
        raise ValueError(
            "The torch backend cannot write a SavedModel. Save the model with "
            "gan.save('gan.keras'), load it in a process with KERAS_BACKEND=tensorflow, and "
            "export it there; or use format='onnx'."
        )
