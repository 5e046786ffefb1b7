"""Writes a generator for serving: SavedModel with sampling inside, or any format of Keras."""

from pathlib import Path
from typing import Any

import keras

from keras_gan_losses.latents import LatentSampler


def export_generator(
    generator: keras.Model,
    latent_sampler: LatentSampler,
    filepath: str | Path,
    *,
    file_format: str = "tf_saved_model",
    label_signature: tuple[tuple[int | None, ...], str] | None = None,
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
    if file_format != "tf_saved_model":
        generator.export(str(filepath), format=file_format, **kwargs)
        return
    raise NotImplementedError
