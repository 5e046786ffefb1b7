"""Python generators, which can be read once."""

import contextlib
from collections.abc import Iterator
from typing import Self

from keras_gan_losses.feeding.batch_reader import BatchReader
from keras_gan_losses.feeding.rounds import rounds_of
from keras_gan_losses.feeding.source import Source
from keras_gan_losses.types import Data


class GeneratorSource(Source):
    """Batches from a generator: what it gives is read as it comes."""

    can_be_read_again = False

    @classmethod
    def accepts(cls, x: Data) -> bool:
        """Whether data are an iterator that ends after one pass."""
        return isinstance(x, Iterator)

    def read_by(self, reader: BatchReader) -> Self:
        """The same generator; its batches are looked at when it gives them."""
        return self._changed(data=rounds_of(self.data, 1, reader))

    def in_rounds(self, num_updates: int) -> Self:
        """A generator of rounds."""
        if num_updates == 1:
            return self
        return self._changed(data=rounds_of(self.data, num_updates), num_updates=num_updates)

    def close(self) -> None:
        """Ends the passing on, not the user's generator, which another `fit` may go on with."""
        # A pipeline that reads ahead, and was broken off, may be waiting for the next batch.
        with contextlib.suppress(ValueError):
            self.data.close()
