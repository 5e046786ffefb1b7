"""The two networks, and samples out of them: as arrays, and as an exported model."""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from keras_gan_losses.feeding.batch_form import as_array, formed_labels, labels_for_all
from keras_gan_losses.feeding.batch_reader import RangeWatch
from keras_gan_losses.game.generator_average import AveragedGenerator
from keras_gan_losses.game.players import LabelSpecification, choose_sampler, connect
from keras_gan_losses.latents import LatentSampler
from keras_gan_losses.models.export import export_generator
from keras_gan_losses.types import ArrayLike, Samples, Shape, Tree
from keras_gan_losses.validation import check_count, check_seed

# So many are held in memory while metrics look at them.
_NUM_SAMPLES_AT_ONCE = 4096


class SamplingModel(keras.Model):
    """Holds the two networks, and makes samples with the generator or its average.

    Args:
        generator: Model from latents, or from latents and labels, to samples.
        discriminator: Model from samples, or from samples and labels, to scores.
        latent_dim: Shape of one sample's latents, drawn from a normal distribution.
        latent_sampler: Instead of `latent_dim`: where latents come from.
        label_shape: Shape of one label, for conditional networks that are subclassed models.
        seed: Seed of training's random numbers.
        name: Name of the model.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int | Sequence[int] | None = None,
        *,
        latent_sampler: LatentSampler | None = None,
        label_shape: Sequence[int] | None = None,
        seed: int | None = None,
        name: str = "gan",
    ) -> None:
        super().__init__(name=name)
        self.latent_sampler = choose_sampler(generator, latent_dim, latent_sampler)
        self.label_shape = None if label_shape is None else tuple(label_shape)
        self.specification = connect(
            generator, discriminator, self.latent_sampler.shape, self.label_shape
        )
        self.generator = generator
        self.discriminator = discriminator
        self.seed = None if seed is None else check_seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.evaluation_seed_generator = keras.random.SeedGenerator(self.seed)
        # A list, because Keras never lets go of a layer that was an attribute.
        self.averages: list[AveragedGenerator] = []
        self._range_watch = RangeWatch()
        self.built = True

    def build(self, input_shape: Shape | None = None) -> None:
        """Does nothing: the constructor has built both networks."""

    def call(self, inputs: Tree, training: bool = False) -> Samples:
        """Samples for latents, or for `[latents, labels]`."""
        generator = self.generator if training else self.sampling_generator
        return generator(inputs, training=training)

    @property
    def generator_average(self) -> AveragedGenerator | None:
        """What moves the average of the generator's weights, or None where there is none."""
        return self.averages[0] if self.averages else None

    @property
    def averaged_generator(self) -> keras.Model | None:
        """The averaged generator, or None where the GAN has none."""
        return self.averages[0].network if self.averages else None

    @property
    def sampling_generator(self) -> keras.Model:
        """What samples are made by: the averaged generator where there is one."""
        return self.averages[0].network if self.averages else self.generator

    def generate(
        self,
        num_samples: int,
        labels: ArrayLike | None = None,
        *,
        seed: int | None = None,
        batch_size: int = 128,
    ) -> np.ndarray:
        """New samples.

        Args:
            num_samples: How many, at least 1.
            labels: Their labels, for a conditional generator: one each, or one for all.
            seed: Makes the samples the same at each call; None draws new ones.
            batch_size: How many are made at once. It does not change them.

        Returns:
            Array of shape `(num_samples, …)`.

        Raises:
            ValueError: If labels are missing, unwanted or of no class, or a count is below 1.
        """
        check_count("num_samples", num_samples, advice="Ask for at least one sample.")
        check_count("batch_size", batch_size, advice="128 suits most generators.")
        label = self.specification.label
        inputs = generator_inputs(self.latent_sampler, label, num_samples, labels, seed)
        return self.predict(inputs, batch_size=int(min(batch_size, num_samples)), verbose=0)

    def predict(self, x: Tree, *args: Any, **kwargs: Any) -> Any:
        """Samples of latents, or of `[latents, labels]`, as in Keras.

        Raises:
            ValueError: If there is no class for a label, or labels are not what the networks take.
        """
        label = self.specification.label
        if label is not None and isinstance(x, list | tuple) and len(x) == 2:
            x = [x[0], formed_labels(as_array(x[1]), label)]
        return super().predict(x, *args, **kwargs)

    def export(self, filepath: str, format: str = "tf_saved_model", **kwargs: Any) -> None:  # noqa: A002
        """Writes the generator for serving.

        Args:
            filepath: Where to write.
            format: `"tf_saved_model"`, whose signatures are `serve(latents[, labels])`,
                `sample(n[, labels])` and `sample_seeded(n, seed[, labels])`, or any other
                format of Keras, such as `"onnx"` or `"litert"`, which has the generator alone.
            **kwargs: As in Keras.

        Raises:
            ValueError: If the backend cannot write that format.
        """
        label = self.specification.label
        export_generator(
            self.sampling_generator,
            self.latent_sampler,
            filepath,
            file_format=format,
            label_signature=None if label is None else (label.shape, label.dtype),
            **kwargs,
        )

    def evaluation_samples(
        self, num_samples: int, labels: ArrayLike | None
    ) -> Iterator[np.ndarray]:
        """Samples that metrics look at, in parts, the same at each call for the same networks.

        Args:
            num_samples: How many in all.
            labels: One for each, for a conditional generator.
        """
        sampler, label = self.latent_sampler, self.specification.label
        inputs = generator_inputs(sampler, label, num_samples, labels, self._evaluation_seed)
        for part in parts(inputs, _NUM_SAMPLES_AT_ONCE):
            samples = self.predict(part, batch_size=128, verbose=0)
            yield samples.astype("float32", copy=False)

    @property
    def _evaluation_seed(self) -> int:
        return int(keras.ops.convert_to_numpy(self.evaluation_seed_generator.state)[0])


def generator_inputs(
    latent_sampler: LatentSampler,
    label: LabelSpecification | None,
    num_samples: int,
    labels: ArrayLike | None,
    seed: int | None,
) -> Tree:
    """Latents, or `[latents, labels]`, for new samples.

    Args:
        latent_sampler: Draws latents.
        label: What labels must be like; None for an unconditional generator.
        num_samples: How many.
        labels: One each, or one for all.
        seed: Makes the latents the same at each call; None draws new ones.

    Raises:
        ValueError: If labels are missing, unwanted, or of a wrong number or kind.
    """
    if (labels is None) != (label is None):
        advice = "takes no labels" if label is None else "is conditional: pass `labels`"
        raise ValueError(f"The generator {advice}. Received: labels={labels!r}.")
    formed = None if label is None else labels_for_all(labels, num_samples, label)
    source = keras.random.SeedGenerator() if seed is None else check_seed("seed", seed)
    latents = keras.ops.convert_to_numpy(latent_sampler(int(num_samples), source))
    return latents if formed is None else [latents, formed]


def parts(inputs: Tree, size: int) -> Iterator[Tree]:
    """Inputs in parts of `size` samples, the last one smaller.

    Example:
    >>> [len(part) for part in parts(np.zeros((5, 2)), 2)]
    [2, 2, 1]
    """
    count = len(keras.tree.flatten(inputs)[0])
    for start in range(0, count, size):
        rows = slice(start, start + size)
        yield keras.tree.map_structure(lambda array, rows=rows: array[rows], inputs)
