"""What all augmentations share."""

import abc

import keras

from keras_gan_losses.augmentation.differentiability import check_differentiable
from keras_gan_losses.batch_scores import BatchScores
from keras_gan_losses.held_variables import HoldsVariables
from keras_gan_losses.types import Drawn, Shape, Size, Tensor


class Augmentation(HoldsVariables, abc.ABC):
    """Changes samples at random before the discriminator sees them, real and generated alike.

    Subclass it for an augmentation of your own: draw all random numbers in `draw`, let `call` be
    a function of them and the samples that can be differentiated twice, and keep each constructor
    argument in an attribute of the same name, so that it is saved. State, a `keras.Variable` in
    an attribute, changes in `update_state`.

    The numbers are drawn once for an update. So whatever the discriminator is asked about a row
    (the real sample, the generated one, points between or near them) is changed in one way, and
    penalties compare what is alike.

    Call arguments:
        samples: Shape `(batch, …)`, float32.
        seed_generator: Source of the random numbers.

    Returns:
        The samples, changed, in their shape.
    """

    moves_pixels: bool = True
    """Whether an image beside the sample, to which nothing is done, would no longer fit it."""

    needs_origin: bool = False
    """Whether scores must say by their sign which samples the discriminator takes for real."""

    @property
    def name(self) -> str:
        """What messages call it."""
        return type(self).__name__

    def check(self, shape: Shape) -> None:
        """Raises unless samples of a shape can be augmented, and the result differentiated twice.

        Args:
            shape: Of one sample.

        Raises:
            ValueError: With what is wrong.
        """
        check_differentiable(self.name, self.draw, self.call, shape, self.variables)

    def draw(self, shape: tuple[Size, ...], seed_generator: keras.random.SeedGenerator) -> Drawn:
        """Random numbers for samples of a shape; none by default.

        Args:
            shape: Of the samples, `(batch, …)`.
            seed_generator: Source of the numbers. Draw with `keras.random`, or for several
                devices with `keras_gan_losses.backend.global_batch.draw`.

        Returns:
            A tensor, or a tree of tensors, whose first axis is the batch.
        """
        return {}

    @abc.abstractmethod
    def call(self, samples: Tensor, drawn: Drawn) -> Tensor:
        """The samples, changed as the random numbers say.

        Args:
            samples: Shape `(batch, …)`, float32.
            drawn: What `draw` gave.
        """

    def __call__(self, samples: Tensor, seed_generator: keras.random.SeedGenerator) -> Tensor:
        """The samples, changed by random numbers of their own."""
        return self.call(samples, self.draw(keras.ops.shape(samples), seed_generator))

    def update_state(self, batch: BatchScores) -> None:
        """Takes in an update of the discriminator that is over; does nothing by default.

        Args:
            batch: Its `real_scores` and `fake_scores`; higher is more real.
        """

    def measures(self) -> dict[str, Tensor]:
        """What the logs tell of its state, by name; nothing by default."""
        return {}
