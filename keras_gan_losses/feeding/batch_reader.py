"""A look at every batch on its way to the networks."""

import contextlib
import warnings
from collections.abc import Iterator
from typing import NoReturn

import keras

from keras_gan_losses.feeding.batch_form import formed, unpacked
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.game.reach import Reach
from keras_gan_losses.types import Batch, Samples, Tree


class RangeWatch:
    """Warns once in the life of a GAN of samples that its generator can never make."""

    def __init__(self) -> None:
        self.has_warned = False

    def look(self, samples: Samples, reach: Reach | None) -> None:
        """Looks at the first samples of some data."""
        if reach is None or self.has_warned:
            return
        found = reach.misses(keras.ops.convert_to_numpy(samples))
        if found is not None:
            self.has_warned = True
            warnings.warn(found, stacklevel=2)


class BatchReader:
    """Brings batches into the form that the networks take, or says what is wrong with which.

    Args:
        specification: What the networks take.
        watch: Knows whether the GAN's user has been warned of the data's range.
        name: What the data are called in errors.

    Example:
    >>> import numpy as np
    >>> from keras_gan_losses.game.players import NetworkSpecification
    >>> specification = NetworkSpecification((4,), (2,))
    >>> BatchReader(specification)(np.zeros((3, 2)), 0)[0].shape
    (3, 2)
    """

    def __init__(
        self,
        specification: NetworkSpecification,
        watch: RangeWatch | None = None,
        *,
        name: str = "data",
    ) -> None:
        self.specification = specification
        self._watch = RangeWatch() if watch is None else watch
        self._name = name
        self._problem: Exception | None = None
        self._has_begun = False

    def __call__(self, batch: Batch, number: int | None = None) -> tuple[Tree, ...]:
        """`(samples,)` or `(samples, condition)` in the networks' form.

        Args:
            batch: What a data set gives.
            number: Place of the batch in its pass, from 0; None for all data at once.

        Raises:
            ValueError: If the networks cannot take it.
        """
        where = "" if self._name == "data" else f"In the {self._name}: "
        if number is not None:
            where = f"In batch {number + 1} of the {self._name}: "
        try:
            told = unpacked(batch, self.specification.sample_shape)
            samples, condition = formed(*told, self.specification, where=where)
            if not self._has_begun:
                self._has_begun = True
                self._watch.look(samples, self.specification.reach)
        except (ValueError, Warning) as error:
            # The first one: pipelines read ahead.
            self._problem = self._problem or error
            raise
        return (samples,) if condition is None else (samples, condition)

    def refuse_emptiness(self) -> NoReturn:
        """Raises, because a pass over the data has no batch.

        Raises:
            ValueError: Always.
        """
        self._problem = ValueError(
            f"The {self._name} are empty: expected at least one sample. Received none."
        )
        raise self._problem

    @contextlib.contextmanager
    def speaking(self) -> Iterator[None]:
        """Context whose error is what is wrong with a batch, however deep it was found."""
        self._problem = None
        try:
            yield
        except Exception as error:
            if self._problem is None or error is self._problem:
                raise
            raise self._problem from None
