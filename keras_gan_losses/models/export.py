"""Writes a generator for serving: SavedModel with sampling inside, or any format of Keras."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
from keras import ops

from keras_gan_losses.backend import backend
from keras_gan_losses.latents import LatentSampler
from keras_gan_losses.types import Labels, Latents, Samples, Shape, Tensor


def export_generator(
    generator: keras.Model,
    latent_sampler: LatentSampler,
    filepath: str | Path,
    *,
    file_format: str = "tf_saved_model",
    label_signature: tuple[Shape, str] | None = None,
    **kwargs: Any,
) -> None:
    """Writes a generator for serving.

    A SavedModel needs neither Keras nor this package to run, and has three signatures:
    `serve(latents[, labels])`, `sample(n[, labels])` with new samples at each call, and
    `sample_seeded(n, seed[, labels])`.

    Args:
        generator: Model from latents, or from `[latents, labels]`, to samples.
        latent_sampler: Draws the latents of `sample` and `sample_seeded`.
        filepath: Where to write.
        file_format: `"tf_saved_model"`, or a format of `keras.Model.export`.
        label_signature: Shape and dtype of one label, for a conditional generator.
        **kwargs: Passed on to Keras.
    """
    if file_format == "tf_saved_model":
        _export_saved_model(generator, latent_sampler, str(filepath), label_signature, **kwargs)
    else:
        generator.export(str(filepath), format=file_format, **kwargs)


class _GivenSeed(keras.random.SeedGenerator):
    """Hands a tensor to random functions that take only numbers and seed generators."""

    def __init__(self, seed: Tensor) -> None:
        self._seed = seed

    def next(self, ordered: bool = True) -> Tensor:
        """The seed given."""
        return self._seed


def _export_saved_model(
    generator: keras.Model,
    latent_sampler: LatentSampler,
    filepath: str,
    label_signature: tuple[Shape, str] | None,
    *,
    verbose: bool = False,
) -> None:
    draw_latents = backend.as_tensorflow(
        lambda rows, seed: latent_sampler(ops.shape(rows)[0], _GivenSeed(seed)),
        ["(batch,)", "(2,)"],
    )
    import tensorflow as tf

    latents = keras.InputSpec(shape=(None, *latent_sampler.shape), dtype="float32")
    labels = [
        keras.InputSpec(shape=(None, *shape), dtype=dtype)
        for shape, dtype in ([] if label_signature is None else [label_signature])
    ]
    number = tf.TensorSpec((), "int32", name="n")
    label_tensors = [tf.TensorSpec(spec.shape, spec.dtype, name="labels") for spec in labels]

    seed_dtype = keras.random.SeedGenerator(0).state.dtype

    archive = keras.export.ExportArchive()
    archive.track(generator)
    serve = archive.add_endpoint("serve", _serving(generator, bool(labels)), [latents, *labels])

    @tf.function(
        input_signature=[number, tf.TensorSpec((), "int32", name="seed"), *label_tensors],
        autograph=False,
    )
    def sample_seeded(n: tf.Tensor, seed: tf.Tensor, *labels: tf.Tensor) -> tf.Tensor:
        seed = tf.cast(tf.stack([seed, 0]), seed_dtype)
        return serve(draw_latents(tf.zeros([n]), seed), *labels)

    @tf.function(input_signature=[number, *label_tensors], autograph=False)
    def sample(n: tf.Tensor, *labels: tf.Tensor) -> tf.Tensor:
        # Both seeds 0: drawn anew in each process, whatever seed was set when exporting.
        seed = tf.raw_ops.RandomUniformInt(
            shape=tf.constant([], "int32"), minval=0, maxval=tf.int32.max, seed=0, seed2=0
        )
        return sample_seeded(n, seed, *labels)

    for function in (sample, sample_seeded):
        function.get_concrete_function()
        archive.add_endpoint(function.python_function.__name__, function)
    archive.write_out(filepath, verbose=verbose)


def _serving(generator: keras.Model, is_conditional: bool) -> Callable[..., Samples]:
    def serve(latents: Latents) -> Samples:
        return generator(latents, training=False)

    def serve_labelled(latents: Latents, labels: Labels) -> Samples:
        return generator([latents, labels], training=False)

    return serve_labelled if is_conditional else serve
