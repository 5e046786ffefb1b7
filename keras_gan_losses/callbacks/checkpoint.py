"""Exact resumption of training."""

import contextlib
import pathlib
import warnings
from collections.abc import Iterator

from keras_gan_losses.files import remove_unfinished
from keras_gan_losses.models.saved_whole import SavedWhole
from keras_gan_losses.runs.checkpoint_files import CheckpointFiles
from keras_gan_losses.runs.run_keeper import RunKeeper
from keras_gan_losses.runs.run_lock import locked
from keras_gan_losses.runs.run_state import RunState
from keras_gan_losses.types import PathLike
from keras_gan_losses.validation import check_count
from keras_gan_losses.version import versions


class Checkpoint(RunKeeper):
    """Lets the same `fit` go on after a crash, as if it had never stopped, to the bit.

    Choose it for every training that takes longer than you would like to lose. Run the very same
    script again after a crash, a kill or a power cut: `fit` finds the newest whole checkpoint in
    the directory and plays what is left. The history that it returns holds all epochs, those
    before the crash too. `epochs` is where the run ends, not how many are added.

    Kept are both networks, both optimizers, stateful losses and penalties, random generators,
    the means of the present epoch, the place in the data, the history, and what the other
    callbacks have learned: the `best` and `wait` of `EarlyStopping`, for example. In exchange
    `fit` orders the data itself: pass p over an array or a `PyDataset` has the order of
    `numpy.random.default_rng((seed, p))`. docs/long_runs.md says what is exact and what is not.

    Keras's own callbacks cannot do this. `BackupAndRestore` begins an epoch again with the
    weights of its middle, and writes weights and position as two files, of which a crash may
    leave one. `OrbaxCheckpoint` needs another library and restores by a call of your own. Both
    leave out random generators, means, data order, history and callbacks.

    A checkpoint is one NumPy archive without pickles, written beside and then renamed, so that a
    crash never leaves half a one. Its name holds its checksum; a damaged one is set aside and
    the one before is used. A failed write is a warning, the run goes on, and the next write is
    tried as usual. Weights that are NaN or infinite are never written.

    Args:
        directory: Folder of this run and of no other; it is made if need be.
        every: Rounds between checkpoints within an epoch, at least 1. Defaults to None: at the
            end of each epoch only.
        max_to_keep: How many of the newest checkpoints stay, at least 1. Defaults to 3.

    Raises:
        BlockingIOError: By `fit`, if another process is training in the directory.
        OSError: By `fit`, before training, if the directory cannot be written to, or if it has
            checkpoints but none is whole.
        ValueError: By `fit`, if the checkpoint is of another GAN or of other data.

    Example:
    >>> import tempfile
    >>> import keras_gan_losses as kgl
    >>> ring = kgl.datasets.ring(64)
    >>> directory = tempfile.mkdtemp()
    >>> def train(epochs):
    ...     gan = kgl.GAN(*kgl.architectures.mlp((2,), 2, hidden_units=(8,)), latent_dim=2)
    ...     gan.compile(loss="lsgan")
    ...     checkpoint = kgl.callbacks.Checkpoint(directory)
    ...     return gan.fit(ring.samples, epochs=epochs, callbacks=[checkpoint], verbose=0)
    >>> train(epochs=1).epoch
    [0]
    >>> train(epochs=3).epoch
    [0, 1, 2]
    """

    def __init__(
        self,
        directory: PathLike,
        *,
        every: int | None = None,
        max_to_keep: int = 3,
    ) -> None:
        super().__init__()
        if every is not None:
            check_count("every", every, advice="None saves at the end of each epoch.")
        check_count("max_to_keep", max_to_keep, advice="3 is usual.")
        # A script that changes its working folder does not move the run.
        self.directory = pathlib.Path(directory).absolute()
        self.every = every
        self._files = CheckpointFiles(self.directory, max_to_keep)
        self._has_warned_of_values = False
        self._has_written = False

    def set_model(self, model: SavedWhole) -> None:
        """Takes a model whose `fit` knows how to resume; Keras's own does not."""
        if not isinstance(model, SavedWhole):
            raise TypeError(
                "`Checkpoint` resumes a GAN or AdversarialModel of keras_gan_losses. Received: "
                f"{type(model).__name__}. Use keras.callbacks.BackupAndRestore for other models."
            )
        super().set_model(model)

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Context of a run, in which no other process may use the directory."""
        with contextlib.ExitStack() as stack:
            try:
                self.directory.mkdir(parents=True, exist_ok=True)
                stack.enter_context(locked(self.directory))
                remove_unfinished(self.directory)
            except BlockingIOError:  # Another run: said already.
                raise
            except OSError as error:
                raise OSError(self._cannot_write(error)) from error
            self._has_written = False
            yield

    def position(self) -> tuple[int, int] | None:
        """Epoch of the newest whole checkpoint and rounds played in it; None if there is none."""
        state = self._files.read_newest()
        return None if state is None else (state.epoch, state.round)

    def latest(self) -> RunState | None:
        """The newest state that is whole, or None if none has been kept yet."""
        state = self._files.read_newest()
        if state is not None:
            _warn_of_versions(state)
        return state

    def save(self, state: RunState) -> None:
        """Writes a state, unless it is not finite or the disk does not let it."""
        damaged = state.not_finite
        if damaged is not None:
            self._warn_of_values(damaged)
            return
        try:
            self._files.write(state)
            self._has_written = True
        except OSError as error:
            kept = self._files.paths()
            if not kept and not self._has_written:
                raise OSError(self._cannot_write(error)) from error
            newest = f"{kept[-1].name} is the newest" if kept else "there is none"
            warnings.warn(
                f"{self._cannot_write(error)} Training goes on, and the next checkpoint is tried "
                f"as usual; until then {newest}.",
                stacklevel=2,
            )

    def _cannot_write(self, error: OSError) -> str:
        return (
            f"No checkpoint can be written to {str(self.directory)!r}: {error}. Make room or give "
            "write permission there, or use another directory."
        )

    def _warn_of_values(self, name: str) -> None:
        if self._has_warned_of_values:
            return
        self._has_warned_of_values = True
        kept = self._files.paths()
        remains = f"{kept[-1].name} stays the newest" if kept else "there is none yet"
        warnings.warn(
            f"No checkpoint is written, because {name!r} holds NaN or infinite values; {remains}. "
            "Use DivergenceGuard to stop or to go back in time, a lower learning rate, or "
            "bfloat16 instead of float16.",
            stacklevel=2,
        )


def _warn_of_versions(state: RunState) -> None:
    then, now = state.metadata["versions"], versions()
    changed = [
        f"{name} {then.get(name)} → {now.get(name)}"
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    ]
    if changed:
        warnings.warn(
            f"The checkpoint was written by other versions: {', '.join(changed)}. Training goes "
            "on from it, but perhaps not to the bit as it would have.",
            stacklevel=2,
        )
