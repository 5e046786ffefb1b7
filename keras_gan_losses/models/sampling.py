"""The two networks, and samples out of them: as arrays, and as an exported model."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Self

import keras
import numpy as np

from keras_gan_losses.feeding.batch_reader import RangeWatch
from keras_gan_losses.feeding.condition_form import condition_for_all, formed_inputs
from keras_gan_losses.feeding.latent_form import with_given
from keras_gan_losses.feeding.roles import Roles
from keras_gan_losses.game.generator_average import AveragedGenerator, GeneratorAverage
from keras_gan_losses.game.players import choose_sampler, connect
from keras_gan_losses.game.state import AVERAGE, Parts
from keras_gan_losses.held_variables import refresh_layers
from keras_gan_losses.latents import LatentSampler
from keras_gan_losses.models.export import export_generator
from keras_gan_losses.models.fixed_noise import fixed_noise
from keras_gan_losses.models.saved_whole import OTHER_FORMAT, SavedWhole
from keras_gan_losses.trees import sample_of
from keras_gan_losses.types import Condition, Config, Data, Latents, Samples, Shape, Tree
from keras_gan_losses.validation import check_count, check_seed

# So many are held in memory while metrics look at them.
_NUM_SAMPLES_AT_ONCE = 4096


class SamplingModel(SavedWhole):
    """Holds the two networks, and makes samples with the generator or its average.

    Args:
        generator: Model from latents, a condition, or both, to samples.
        discriminator: Model from samples, or from samples and a condition, to scores.
        latent_dim: Shape of one sample's latents, drawn from a normal distribution.
        latent_sampler: Instead of `latent_dim`: where latents come from.
        condition_shape: Shape of one condition, for networks that are subclassed models.
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
        condition_shape: Sequence[int] | Mapping[str, Sequence[int]] | None = None,
        seed: int | None = None,
        name: str = "gan",
    ) -> None:
        super().__init__(name=name)
        sampler = choose_sampler(latent_dim, latent_sampler)
        self.latent_sampler = sampler
        self.condition_shape = _shapes(condition_shape)
        self.specification = connect(
            generator,
            discriminator,
            None if sampler is None else sampler.shape,
            self.condition_shape,
        )
        self.generator = generator
        self.discriminator = discriminator
        self.seed = None if seed is None else check_seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.evaluation_seed_generator = keras.random.SeedGenerator(self.seed)
        # A list, because Keras never lets go of a layer that was an attribute.
        self.averages: list[AveragedGenerator] = []
        self._range_watch = RangeWatch()
        self._roles = Roles()
        self.built = True

    def build(self, input_shape: Shape | None = None) -> None:
        """Does nothing: the constructor has built both networks."""

    def call(self, inputs: Tree, training: bool = False) -> Samples:
        """Samples for what the generator takes."""
        generator = self.generator if training else self.sampling_generator
        return sample_of(generator(inputs, training=training))

    @property
    def networks(self) -> dict[str, keras.Model]:
        """Both players' networks."""
        return {"generator": self.generator, "discriminator": self.discriminator}

    @property
    def example_of_use(self) -> str:
        """A line of Python that makes samples with a loaded `model`."""
        condition = "condition, " if self.specification.of_generator.is_conditional else ""
        return f"samples = model.generate(16, {condition}seed=0)"

    @property
    def parts(self) -> Parts:
        """Variables of both networks and of the average, and random generators."""
        average = self.generator_average
        return {
            **{name: network.variables for name, network in self.networks.items()},
            AVERAGE: [] if average is None else average.variables,
            "random/training": [self.seed_generator.state],
            "random/evaluation": [self.evaluation_seed_generator.state],
        }

    def refresh(self) -> None:
        """Lets layers derive anew what they keep beside their variables, the average's too."""
        super().refresh()
        refresh_layers(self.sampling_generator)

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
        condition: Condition | None = None,
        *,
        latents: Latents | None = None,
        seed: int | None = None,
        batch_size: int = 128,
    ) -> np.ndarray:
        """New samples.

        Args:
            num_samples: How many, at least 1.
            condition: Their class labels, images or whatever a conditional generator takes: a
                row each or one for all; a dictionary of several.
            latents: Some of one's own, a row each or one for all; a dictionary of those of
                `NamedLatents` that shall not be drawn, such as a code.
            seed: Makes the samples the same at each call, noise layers of the generator included;
                None draws new ones.
            batch_size: How many are made at once. It does not change them, unless by noise layers.

        Returns:
            Array of shape `(num_samples, …)`.

        Raises:
            ValueError: If the condition is missing, unwanted or of no class, or a count is below 1.
        """
        check_count("num_samples", num_samples, advice="Ask for at least one sample.")
        check_count("batch_size", batch_size, advice="128 suits most generators.")
        inputs = self._inputs(num_samples, condition, seed, latents)
        size = int(min(batch_size, num_samples))
        noisy = () if seed is None else (self.sampling_generator,)
        with fixed_noise(*noisy, seed=seed or 0):
            return self.predict(inputs, batch_size=size, verbose=0)

    def predict(self, x: Data, *args: Any, **kwargs: Any) -> np.ndarray:
        """Samples of what the generator takes, as in Keras.

        Raises:
            ValueError: If there is no class for a label, or the condition does not fit otherwise.
        """
        return super().predict(formed_inputs(x, self.specification), *args, **kwargs)

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
        export_generator(
            self.sampling_generator,
            self.specification,
            self.latent_sampler,
            filepath,
            file_format=format,
            **kwargs,
        )

    def evaluation_samples(
        self, num_samples: int, condition: Condition | None
    ) -> Iterator[Samples]:
        """Samples that metrics look at, in parts, the same at each call for the same networks.

        Args:
            num_samples: How many in all.
            condition: A row for each; parts that the generator does not take are left out.
        """
        taken = self.specification.of_generator.taken_from(condition)
        inputs = self._inputs(num_samples, taken, self._evaluation_seed)
        for index, part in enumerate(parts(inputs, _NUM_SAMPLES_AT_ONCE)):
            with fixed_noise(self.sampling_generator, seed=self._evaluation_seed + index):
                samples = self.predict(part, batch_size=128, verbose=0)
            yield keras.tree.map_structure(lambda leaf: leaf.astype("float32", copy=False), samples)

    def get_config(self) -> Config:
        """Both networks and all arguments."""
        serialize = keras.saving.serialize_keras_object
        return {
            "generator": serialize(self.generator),
            "discriminator": serialize(self.discriminator),
            "latent_sampler": serialize(self.latent_sampler),
            "condition_shape": self.condition_shape,
            "seed": self.seed,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: Config, custom_objects: dict[str, type] | None = None) -> Self:
        """GAN of a configuration."""
        if "generator_average" in config:
            raise ValueError(f"The file has the format 1; {OTHER_FORMAT}")
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects=custom_objects))

    def _averages(self, pace: GeneratorAverage | None) -> list[AveragedGenerator]:
        """The layer that keeps the average, if there shall be one: the same after another compile.

        Raises:
            ValueError: If the generator cannot be copied.
        """
        if pace is None:
            return []
        if self.averages:
            self.averages[0].pace = pace
            return list(self.averages)
        return [AveragedGenerator(self.generator, self.specification, pace)]

    def _inputs(
        self,
        num_samples: int,
        condition: Condition | None,
        seed: int | None,
        given: Latents | None = None,
    ) -> Tree:
        """What the generator takes for new samples; without a seed, of new latents.

        Raises:
            ValueError: If the condition is missing, unwanted, or of a wrong number or kind.
        """
        specification = self.specification
        formed = condition_for_all(condition, int(num_samples), specification.of_generator)
        source = keras.random.SeedGenerator() if seed is None else check_seed("seed", seed)
        latents = None
        if self.latent_sampler is not None:
            drawn = self.latent_sampler(int(num_samples), source)
            latents = keras.tree.map_structure(keras.ops.convert_to_numpy, drawn)
        return specification.generator_inputs(with_given(latents, given), formed)

    def _evaluation_noise(self) -> AbstractContextManager[None]:
        """Context in which noise layers draw the same numbers in each evaluation."""
        networks = (self.sampling_generator, self.discriminator)
        return fixed_noise(*networks, seed=self._evaluation_seed)

    @property
    def _evaluation_seed(self) -> int:
        return int(keras.ops.convert_to_numpy(self.evaluation_seed_generator.state)[0])


def _shapes(
    told: Sequence[int] | Mapping[str, Sequence[int]] | None,
) -> Shape | dict[str, Shape] | None:
    if isinstance(told, Mapping):
        return {name: tuple(shape) for name, shape in told.items()}
    return None if told is None else tuple(told)


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
