"""Writes a generator for serving: SavedModel with sampling inside, or any format of Keras."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.game.network_inputs import NetworkInputs
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.latents import LatentSampler
from keras_gan_losses.trees import LeafName, named_leaves, named_shapes, packed, sample_of
from keras_gan_losses.types import Samples, Seed, Shape, Size, Tensor

if TYPE_CHECKING:
    import tensorflow as tf


def export_generator(
    generator: keras.Model,
    specification: NetworkSpecification,
    latent_sampler: LatentSampler | None,
    filepath: str | Path,
    *,
    file_format: str = "tf_saved_model",
    **kwargs: Any,
) -> None:
    """Writes a generator for serving.

    A SavedModel needs neither Keras nor this package to run, and has three signatures:
    `serve(latents[, condition])`, `sample(n[, condition])` with new samples at each call, and
    `sample_seeded(n, seed[, condition])`. Several conditions are arguments of their own names. A
    generator without latents has `serve(condition)` alone.

    Args:
        generator: Model from latents, a condition, or both, to samples.
        specification: What the generator takes.
        latent_sampler: Draws the latents of `sample` and `sample_seeded`.
        filepath: Where to write.
        file_format: `"tf_saved_model"`, or a format of `keras.Model.export`.
        **kwargs: Passed on to Keras.
    """
    if file_format == "tf_saved_model":
        _export_saved_model(generator, specification, latent_sampler, str(filepath), **kwargs)
    else:
        generator.export(str(filepath), format=file_format, **kwargs)


class _GivenSeed(keras.random.SeedGenerator):
    """Hands a tensor to random functions that take only numbers and seed generators."""

    def __init__(self, seed: Tensor) -> None:
        self._seed = seed

    def next(self, ordered: bool = True) -> Tensor:
        """The seed given, and then those that a seed generator has after it."""
        seed = self._seed
        self._seed = seed + ops.convert_to_tensor([0, 1], dtype=seed.dtype)
        return seed


def _export_saved_model(
    generator: keras.Model,
    specification: NetworkSpecification,
    latent_sampler: LatentSampler | None,
    filepath: str,
    *,
    verbose: bool = False,
) -> None:
    sampler = _no_latents if latent_sampler is None else latent_sampler
    shapes = {} if latent_sampler is None else named_shapes(latent_sampler.shape)

    def drawn(rows: Tensor, seed: Tensor) -> list[Tensor]:
        leaves = named_leaves(sampler(ops.shape(rows)[0], _GivenSeed(seed)))
        return [leaves[name] for name in shapes or leaves]

    draw_latents = backend.as_tensorflow(drawn, ["(batch,)", "(2,)"])
    names = specification.generator_inputs.parts
    specs = {name: specification.parts[name] for name in names}
    latents = [_input(str(n or "latents"), shape, "float32") for n, shape in shapes.items()]
    conditions = [_input(name, part.shape, part.dtype) for name, part in specs.items()]
    archive = keras.export.ExportArchive()
    archive.track(generator)
    serving = _serving(generator, specification.generator_inputs, tuple(shapes))
    serve = archive.add_endpoint("serve", serving, [*latents, *conditions])
    if latent_sampler is not None:
        for function in _sampling(serve, draw_latents, conditions):
            function.get_concrete_function()
            archive.add_endpoint(function.python_function.__name__, function)
    archive.write_out(filepath, verbose=verbose)


def _no_latents(num_samples: Size, seed: Seed) -> Tensor:
    return ops.zeros((num_samples,))


def _input(name: str, shape: Shape, dtype: str) -> keras.InputSpec:
    return keras.InputSpec(shape=(None, *shape), dtype=dtype, name=name)


def _sampling(
    serve: "tf.types.experimental.GenericFunction",
    draw_latents: Callable[..., Sequence[Tensor]],
    conditions: Sequence[keras.InputSpec],
) -> tuple["tf.types.experimental.GenericFunction", ...]:
    """The signatures that draw latents themselves."""
    import tensorflow as tf

    number = tf.TensorSpec((), "int32", name="n")
    others = [tf.TensorSpec(each.shape, each.dtype, name=each.name) for each in conditions]
    seed_dtype = keras.random.SeedGenerator(0).state.dtype

    @tf.function(
        input_signature=[number, tf.TensorSpec((), "int32", name="seed"), *others],
        autograph=False,
    )
    def sample_seeded(n: tf.Tensor, seed: tf.Tensor, *condition: tf.Tensor) -> tf.Tensor:
        seed = tf.cast(tf.stack([seed, 0]), seed_dtype)
        return serve(*draw_latents(tf.zeros([n]), seed), *condition)

    @tf.function(input_signature=[number, *others], autograph=False)
    def sample(n: tf.Tensor, *condition: tf.Tensor) -> tf.Tensor:
        # Both seeds 0: drawn anew in each process, whatever seed was set when exporting.
        seed = tf.raw_ops.RandomUniformInt(
            shape=tf.constant([], "int32"), minval=0, maxval=tf.int32.max, seed=0, seed2=0
        )
        return sample_seeded(n, seed, *condition)

    return sample, sample_seeded


def _serving(
    generator: keras.Model, inputs: NetworkInputs, leaves: tuple[LeafName, ...]
) -> Callable[..., Samples]:
    def serve(*values: Tensor) -> Samples:
        latents = packed(dict(zip(leaves, values, strict=False))) if leaves else None
        condition = dict(zip(inputs.parts, values[len(leaves) :], strict=True))
        return sample_of(generator(inputs(latents, condition), training=False))

    # Keras reads the names of a signature's tensors from those of the arguments.
    return serve
