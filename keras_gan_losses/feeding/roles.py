"""Which of two images is imitated, and which is the condition."""

from collections.abc import Mapping

from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.types import Data


class Roles:
    """Says once in the life of a GAN which data were taken for what, where shapes do not tell."""

    def __init__(self) -> None:
        self.has_told = False

    def tell(self, x: Data, specification: NetworkSpecification) -> None:
        """Prints it, unless `x` says so in words.

        Args:
            x: As `fit` was given it.
            specification: What the networks take.

        Example:
        >>> from keras_gan_losses.game.players import PartSpecification
        >>> image = (8, 8, 1)
        >>> parts = {"condition": PartSpecification(image, "float32")}
        >>> Roles().tell(None, NetworkSpecification(None, image, parts))
        x is what the generator imitates, y what it is given: both have the shape (8, 8, 1). Swap\
 them if you meant the reverse; fit({'sample': …, 'condition': …}) says it in words.
        """
        part = specification.only_part
        is_said = self.has_told or isinstance(x, Mapping)
        if is_said or part is None or tuple(part.shape) != specification.sample_shape:
            return
        self.has_told = True
        print(
            "x is what the generator imitates, y what it is given: both have the shape "
            f"{specification.sample_shape}. Swap them if you meant the reverse; "
            "fit({'sample': …, 'condition': …}) says it in words."
        )
