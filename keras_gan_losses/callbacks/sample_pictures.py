"""Pictures of what the generator makes of the same latents, epoch by epoch."""

import contextlib
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import keras
import numpy as np

from keras_gan_losses import plots
from keras_gan_losses.backend import backend
from keras_gan_losses.backend.random_state import preserved_random_state
from keras_gan_losses.callbacks.animation import write_animation
from keras_gan_losses.callbacks.needs_gan import check_is_gan
from keras_gan_losses.callbacks.tensorboard_images import TensorBoardImages, check_tensorboard
from keras_gan_losses.datasets import GaussianMixture
from keras_gan_losses.extras import check_extra
from keras_gan_losses.files import written_beside
from keras_gan_losses.models import GAN
from keras_gan_losses.trees import LeafName, check_leaf, leaf_of, named_shapes
from keras_gan_losses.types import ArrayLike, Condition, Logs, PathLike
from keras_gan_losses.validation import check_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_Rows: TypeAlias = Condition | ArrayLike | Mapping[str, ArrayLike]

_NUM_IMAGES = 64
_NUM_IMAGES_PER_CONDITION = 8
_NUM_POINTS = 1000
_NUM_REAL_POINTS = 2000


class SamplePictures(keras.callbacks.Callback):
    """Draws samples of the same latents after each epoch, and at the end an animation of all.

    Choose it always: losses tell whether the game is in balance, pictures how good the samples
    are. Images become a grid (`plots.sample_grid`), points of the plane a scatter plot
    (`plots.scatter`). Of a conditional generator each condition has a row.

    The folder then holds `round_00000029.png`, …, where the number counts the rounds that the GAN
    has played in all its trainings, so that a second `fit` goes on and overwrites nothing, and
    `samples.gif`, made of the pictures that this callback has drawn. The averaged generator is
    drawn where there is one. Training's weights are the same, to the bit, with and without it.

    Args:
        directory: Folder of the pictures; made if it is missing.
        num_samples: How many, at least 1; for a conditional generator a multiple of the number
            of conditions. Defaults to None: 64 images, 8 for a condition, or about 1,000 points.
        every: Epochs from one picture to the next, at least 1.
        condition: For a conditional generator the condition of each row, `range(10)` of classes
            for example, or some images that it shall translate; a dictionary of several. Defaults
            to None: each class, or the first conditions of the data that `fit` validates on, else
            of those that it trains on.
        on: Name of the leaf that is drawn, where samples are trees: a key, or the place in a tuple.
        real: For points: real ones, `(n, 2)`, to be drawn behind, or a `datasets.GaussianMixture`,
            whose modes are marked too. The picture then keeps their scale.
        value_range: For images: what is black and what is full white. Defaults to None: what the
            generator's last activation can make, [0, 1] for a sigmoid, and else [−1, 1].
        log_directory: Where to write the pictures for TensorBoard too; None leaves it out.
        seed: Whole number that chooses the latents.

    Raises:
        ValueError: If a number is out of its range; before training, if samples are neither
            images nor points of the plane, the condition does not suit the generator, or the folder
            cannot be written to.
        ImportError: Before training, if `log_directory` is given without tensorboard.

    Example:
    >>> from pathlib import Path
    >>> from keras_gan_losses import GAN, architectures, datasets
    >>> ring = datasets.ring(64)
    >>> gan = GAN(*architectures.mlp((2,), 2, hidden_units=(8,)), latent_dim=2)
    >>> gan.compile()
    >>> pictures = SamplePictures("pictures", real=ring)
    >>> history = gan.fit(ring.samples, epochs=2, verbose=0, callbacks=[pictures])
    >>> sorted(path.name for path in Path("pictures").iterdir())
    ['round_00000002.png', 'round_00000004.png', 'samples.gif']

    Source: the drawing is that of `plots`, the animation Pillow's.
    """

    def __init__(
        self,
        directory: PathLike,
        *,
        num_samples: int | None = None,
        every: int = 1,
        condition: ArrayLike | Mapping[str, ArrayLike] | None = None,
        on: LeafName = None,
        real: ArrayLike | GaussianMixture | None = None,
        value_range: tuple[float, float] | None = None,
        log_directory: PathLike | None = None,
        seed: int = 0,
    ) -> None:
        check_extra("plots", "matplotlib", "PIL")
        super().__init__()
        if num_samples is not None:
            check_count("num_samples", num_samples, advice="None draws as many as are readable.")
        check_count("every", every, advice="1 draws after every epoch.")
        check_count("seed", seed, minimum=0, advice="Any such number will do, 0 for example.")
        # A script that changes its working folder does not move the pictures.
        self.directory = Path(directory).absolute()
        self.num_samples = num_samples
        self.every = every
        rows = condition
        if condition is not None and not isinstance(condition, Mapping):
            rows = np.asarray(condition)
        self.condition = rows
        self.on = on
        self.real = real
        self.value_range = value_range
        self.log_directory = None if log_directory is None else Path(log_directory)
        self.seed = seed
        # Texts, which are kept and restored with a run that is resumed.
        self._pictures: list[str] = []

    def set_model(self, model: GAN) -> None:
        """Checks that there is something to draw and a place for it, by drawing once."""
        check_is_gan(self, model)
        super().set_model(model)
        check_leaf("SamplePictures", self.on, model.specification.sample_shape)
        shape = named_shapes(model.specification.sample_shape)[self.on]
        self._draws_points = shape == (2,)
        if not self._draws_points and len(shape) not in (2, 3):
            raise ValueError(
                "Pictures are drawn of images, (height, width[, channels]), and of points of the "
                f"plane, (2,). Received a generator of samples of shape {shape}. Draw them in a "
                "keras.callbacks.LambdaCallback."
            )
        if self.real is not None and not self._draws_points:
            raise ValueError(
                "`real` is drawn behind points of the plane only. Received it with images of shape "
                f"{shape}. Leave it out."
            )
        self._check_condition(model)
        _check_folder("directory", self.directory)
        if self.log_directory is not None:
            check_tensorboard()
            _check_folder("log_directory", self.log_directory)
        self._draw("")

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Opens the log for TensorBoard."""
        folder = self.log_directory if backend.is_chief(self.model) else None
        self._board = None if folder is None else TensorBoardImages(folder)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Draws."""
        if (epoch + 1) % self.every or not backend.is_chief(self.model):
            return
        num_rounds = int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
        path = self.directory / f"round_{num_rounds:08d}.png"
        figure = self._draw(f"Epoch {epoch + 1}, round {num_rounds}")
        with _warns_if_unwritten(path):
            with written_beside(path) as beside:
                figure.savefig(beside)
            self._pictures.append(path.name)
            if self._board is not None:
                self._board.write("samples", path, num_rounds)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Writes the animation."""
        if self._board is not None:
            self._board.close()
        paths = [self.directory / name for name in self._pictures]
        paths = [path for path in paths if path.exists()]
        animation = self.directory / "samples.gif"
        if paths:
            with _warns_if_unwritten(animation), written_beside(animation) as beside:
                write_animation(paths, beside)

    def _check_condition(self, model: GAN) -> None:
        is_conditional = model.specification.of_generator.is_conditional
        self._rows: _Rows | None = self.condition
        if is_conditional and self.condition is None:
            self._rows = model.condition_examples()
        if is_conditional != (self._rows is not None):
            advice = (
                "is conditional: give what stands for each row" if is_conditional else "has none"
            )
            raise ValueError(
                f"`condition` must suit the generator, which {advice}. Received: "
                f"condition={self.condition!r}."
            )
        num_rows = self._num_rows
        if self.num_samples is not None and (num_rows == 0 or self.num_samples % num_rows):
            raise ValueError(
                "`num_samples` must be a multiple of the number of conditions, each of which has a "
                f"row. Received: num_samples={self.num_samples} with {num_rows} conditions. Use "
                f"{_NUM_IMAGES_PER_CONDITION * num_rows}."
            )

    @property
    def _num_rows(self) -> int:
        return 1 if self._rows is None else len(keras.tree.flatten(self._rows)[0])

    def _draw(self, title: str) -> "Figure":
        num_rows, condition = self._num_rows, self._rows
        if self._draws_points:
            default = max(1, _NUM_POINTS // num_rows) * num_rows
        else:
            default = _NUM_IMAGES if condition is None else _NUM_IMAGES_PER_CONDITION * num_rows
        num_samples = self.num_samples or default
        each = num_samples // num_rows
        if condition is not None:
            condition = keras.tree.map_structure(
                lambda rows: np.repeat(rows, each, axis=0), condition
            )
        with preserved_random_state():
            fake = leaf_of(self.model.generate(num_samples, condition, seed=self.seed), self.on)
        if self._draws_points:
            return _scatter(fake, self.real, title)
        return plots.sample_grid(
            fake,
            num_columns=None if condition is None else each,
            value_range=self.value_range or _value_range(self.model),
            title=title,
            labels=_captions(self._rows, each),
        )


def _value_range(model: GAN) -> tuple[float, float]:
    reach = model.specification.reach
    if reach is None or not np.isfinite(reach.highest):
        return (-1.0, 1.0)
    return (reach.lowest, reach.highest)


@contextlib.contextmanager
def _warns_if_unwritten(path: Path) -> Iterator[None]:
    """Context in which a picture that cannot be written costs no training."""
    try:
        yield
    except OSError as error:
        warnings.warn(
            f"{str(path)!r} could not be written: {error}. Training goes on, and the next picture "
            "is tried as usual. Make room or bring the folder back.",
            stacklevel=2,
        )


def _captions(condition: _Rows | None, each: int) -> list[str] | None:
    """Each row's class above its first image; None where rows have none."""
    if not isinstance(condition, np.ndarray) or condition.ndim > 2:
        return None
    return [caption for row in condition for caption in [str(row), *[""] * (each - 1)]]


def _scatter(fake: np.ndarray, real: ArrayLike | GaussianMixture | None, title: str) -> "Figure":
    mixture = real if isinstance(real, GaussianMixture) else None
    samples, modes = (real, None) if mixture is None else (mixture.samples, mixture.modes)
    if samples is None:
        return plots.scatter(fake, title=title)
    points = keras.ops.convert_to_numpy(samples)
    figure = plots.scatter(fake, points[:_NUM_REAL_POINTS], modes=modes, title=title)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points):
        _keep_scale(figure.axes[0], fake, points)
    return figure


def _keep_scale(axes: "Axes", fake: np.ndarray, real: np.ndarray) -> None:
    """Lets the real points choose the axes: an animation whose axes move shows nothing else."""
    lowest, highest = real.min(axis=0), real.max(axis=0)
    centre, reach = (lowest + highest) / 2.0, 0.65 * max((highest - lowest).max(), 1e-6)
    axes.set(
        xlim=(centre[0] - reach, centre[0] + reach), ylim=(centre[1] - reach, centre[1] + reach)
    )
    num_outside = int((np.abs(fake - centre) > reach).any(axis=1).sum())
    if num_outside:
        title = f"{axes.get_title()}, {num_outside} of {len(fake)} points outside"
        axes.title.set_text(title)


def _check_folder(name: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(
            f"`{name}` must be a folder that can be written to. Received: {name}='{folder}'. "
            f"Choose another. The system said: {error}"
        ) from error
