"""Modes told apart by a classifier: MNIST's ten, Stacked MNIST's thousand."""

import dataclasses
from types import MappingProxyType

import keras
import numpy as np

from keras_gan_losses.metrics.classifiers import as_classifier
from keras_gan_losses.metrics.distribution_metric import DistributionMetric
from keras_gan_losses.metrics.features import Features
from keras_gan_losses.metrics.histogram_divergences import (
    as_frequencies,
    kullback_leibler_divergence,
)
from keras_gan_losses.metrics.sample_checks import as_samples
from keras_gan_losses.metrics.statistics import StoredFeatures
from keras_gan_losses.registration import register
from keras_gan_losses.trees import LeafName
from keras_gan_losses.types import ArrayLike, PathLike
from keras_gan_losses.validation import check_count


@dataclasses.dataclass(frozen=True, eq=False)
class ClassifiedModes:
    """Holds what `classified_mode_coverage` found.

    Args:
        counts: Number of generated samples in each class, int64 of shape `(num_classes,)`.
        num_modes: Number of classes with at least one sample, in [1, num_classes].
        divergence: Kullback–Leibler divergence of the generated frequencies from the reference,
            at least 0, in nats.

    Example:
    >>> import numpy as np
    >>> ClassifiedModes(counts=np.array([2, 2]), num_modes=2, divergence=0.0).num_modes
    2
    """

    counts: np.ndarray
    num_modes: int
    divergence: float


def classified_mode_coverage(
    classes: ArrayLike, num_classes: int, reference: ArrayLike | None = None
) -> ClassifiedModes:
    """Counts the classes that a classifier finds among generated samples, and how evenly.

    Choose it for image sets with classes: 10 modes of MNIST, or 1,000 of Stacked MNIST, whose
    three channels are each classified (`stacked_modes` joins the three digits). The published
    figures of Stacked MNIST are for 26,000 samples; with n samples, at most n modes can be
    found. Not every sample must be good: a classifier names a class for noise too.

    Formulas: a mode is covered if at least one sample is of its class. With q the generated
    frequencies and p the reference, the divergence is Σ q log(q/p), of the generated from the
    reference, in nats. It is infinite where samples are of a class that the reference lacks. Of
    n samples of the reference itself it is not 0 but about (num_classes − 1)/(2n).

    Args:
        classes: Class of each sample, whole numbers in [0, num_classes), of shape `(n,)`.
            From probabilities: `probabilities.argmax(axis=-1)`.
        num_classes: Number of classes, at least 1.
        reference: Counts or frequencies of the classes in real data, `(num_classes,)`. Defaults
            to None: all equally frequent.

    Returns:
        A `ClassifiedModes` with `counts`, `num_modes` and `divergence`.

    Raises:
        ValueError: If classes are not whole, out of range or missing, or the reference has
            another shape or is no histogram.

    Example:
    >>> found = classified_mode_coverage([0, 0, 1, 1], num_classes=4)
    >>> found.num_modes, found.counts.tolist(), round(found.divergence, 4)  # log 2
    (2, [2, 2, 0, 0], 0.6931)

    Reference:
        Che et al., Mode regularized generative adversarial networks, 2017 (arXiv:1612.02136);
        Srivastava et al., VEEGAN, 2017 (arXiv:1705.07761); Lin et al., PacGAN, 2018
        (arXiv:1712.04086).
    """
    check_count("num_classes", num_classes, advice="MNIST has 10, Stacked MNIST 1000.")
    labels = check_classes("classes", classes, num_classes)
    if labels.ndim != 1:
        raise ValueError(
            f"`classes` must have the shape (n,). Received: classes of shape {labels.shape}. Take "
            "`probabilities.argmax(axis=-1)` of a classifier's output, and join the three digits "
            "of Stacked MNIST by `stacked_modes`."
        )
    counts = np.bincount(labels, minlength=num_classes)
    return ClassifiedModes(
        counts=counts,
        num_modes=int(np.count_nonzero(counts)),
        divergence=kullback_leibler_divergence(counts, check_reference(reference, num_classes)),
    )


def stacked_modes(digits: ArrayLike) -> np.ndarray:
    """Joins the digits of the three channels of Stacked MNIST to one mode of 1,000.

    Choose it before `classified_mode_coverage(modes, 1000)`.

    Formula: 100 · first + 10 · second + third.

    Args:
        digits: Digits found in the three channels, whole numbers in [0, 10), `(n, 3)`.

    Returns:
        Modes, int64 of shape `(n,)`, in [0, 1000).

    Raises:
        ValueError: If they are no digits, or not three for each sample.

    Example:
    >>> stacked_modes([[0, 0, 7], [9, 1, 2]]).tolist()
    [7, 912]

    Reference:
        Metz et al., Unrolled generative adversarial networks, 2017 (arXiv:1611.02163).
    """
    labels = check_classes("digits", digits, 10)
    if labels.ndim != 2 or labels.shape[1] != 3:
        raise ValueError(
            f"`digits` must have the shape (n, 3). Received: digits of shape {labels.shape}. "
            "Classify each of the three channels and stack the digits along the last axis."
        )
    return labels @ np.array([100, 10, 1])


def stacked_classifier(classifier: keras.Model) -> keras.Model:
    """Makes a classifier of the 1,000 modes of Stacked MNIST from one of single digits.

    Choose it for `ClassifiedModeCoverage` and `ClassifierScore` on images whose three channels
    are three digits.

    Formula: the probability of mode (i, j, k) is that of digit i in the first channel, times that
    of j in the second and of k in the third.

    Args:
        classifier: Takes images of one channel, `(batch, height, width, 1)`, and gives the
            probabilities of 10 digits. It is used as it is, and not copied.

    Returns:
        A model that takes `(batch, height, width, 3)` and gives `(batch, 1000)`, in the order of
        `stacked_modes`.

    Raises:
        ValueError: If the classifier takes or gives other shapes.

    Example:
    >>> layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    >>> digits = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    >>> stacked_classifier(digits).output_shape
    (None, 1000)

    Reference:
        Metz et al., Unrolled generative adversarial networks, 2017 (arXiv:1611.02163).
    """
    taken, given = classifier.input_shape, classifier.output_shape
    if len(taken) != 4 or taken[-1] != 1 or given[1:] != (10,):
        raise ValueError(
            "`classifier` must take images of one channel, (batch, height, width, 1), and give "
            f"(batch, 10). Received: one that takes {taken} and gives {given}. Train it on single "
            "digits."
        )
    images = keras.Input((*taken[1:-1], 3))
    channels = keras.ops.split(images, 3, axis=-1)
    first, second, third = (classifier(channel) for channel in channels)
    pairs = keras.ops.expand_dims(first, -1) * keras.ops.expand_dims(second, 1)
    pairs = keras.ops.reshape(pairs, (-1, 100))
    modes = keras.ops.expand_dims(pairs, -1) * keras.ops.expand_dims(third, 1)
    return keras.Model(images, keras.ops.reshape(modes, (-1, 1000)))


@register
class ClassifiedModeCoverage(DistributionMetric):
    """Logs how many classes generated samples belong to, and how evenly.

    Choose it for image sets with classes, with a classifier trained on their real images. It
    logs `classified_modes` and `mode_divergence` as `classified_mode_coverage` defines them, and
    looks at no real samples. For Stacked MNIST pass `stacked_classifier(classifier)` and
    `num_samples=26_000`.

    Args:
        classifier: Model or features that give a score for each class, `(batch, num_classes)`,
            probabilities or logits; the greatest counts.
        reference: Counts or frequencies of the classes in real data, `(num_classes,)`. Defaults
            to None: all equally frequent.
        on: As in `DistributionMetric`.
        num_samples: How many samples are generated; None is as many as there are real ones.
        cache_directory: As in `DistributionMetric`; without effect here.
        name: Name that its values in the logs begin with. Defaults to None.

    Raises:
        ValueError: If the reference is no histogram, or the classifier an inner layer of a model.
        TypeError: If the classifier is no model and no features.

    Example:
    >>> from keras_gan_losses.metrics.features import FlattenedFeatures
    >>> metric = ClassifiedModeCoverage(FlattenedFeatures())  # samples that are scores already
    >>> values = metric(fake=np.eye(4)[[0, 0, 1, 1]])
    >>> values["classified_modes"], round(values["mode_divergence"], 4)  # log 2
    (2.0, 0.6931)

    Reference:
        Srivastava et al., VEEGAN, 2017 (arXiv:1705.07761); Lin et al., PacGAN, 2018
        (arXiv:1712.04086).
    """

    modules = ("scipy",)
    higher_is_better = MappingProxyType({"classified_modes": True, "mode_divergence": False})
    uses_real_samples = False

    def __init__(
        self,
        classifier: Features | keras.Model,
        *,
        reference: ArrayLike | None = None,
        on: LeafName = None,
        num_samples: int | None = None,
        cache_directory: PathLike | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            as_classifier(classifier),
            on=on,
            num_samples=num_samples,
            cache_directory=cache_directory,
            name=name,
        )
        self.classifier = self.features
        self.reference = None
        if reference is not None:
            self.reference = as_frequencies("reference", reference).tolist()

    def compare(self, real: None, fake: StoredFeatures) -> dict[str, float]:
        """Number of classes found, and divergence of their frequencies."""
        scores = as_samples("scores", fake.values)
        found = classified_mode_coverage(scores.argmax(axis=1), scores.shape[1], self.reference)
        return {"classified_modes": found.num_modes, "mode_divergence": found.divergence}


def check_classes(name: str, classes: ArrayLike, num_classes: int) -> np.ndarray:
    """Classes as int64.

    Raises:
        ValueError: If they are not whole numbers in [0, num_classes).

    Example:
    >>> check_classes("classes", [0.0, 2.0], 3)
    array([0, 2])
    """
    values = as_samples(name, classes)
    is_valid = (values == np.floor(values)) & (values >= 0.0) & (values < num_classes)
    if not is_valid.all():
        raise ValueError(
            f"`{name}` must be whole numbers in [0, {num_classes}). Received: "
            f"{values[~is_valid][0]:g} among them. Take the index of the greatest probability."
        )
    return values.astype("int64")


def check_reference(reference: ArrayLike | None, num_classes: int) -> np.ndarray:
    """Reference frequencies, uniform where None are given.

    Raises:
        ValueError: If they are no histogram of `num_classes` bins.

    Example:
    >>> check_reference(None, 4)
    array([0.25, 0.25, 0.25, 0.25])
    """
    frequencies = as_frequencies(
        "reference", np.ones(num_classes) if reference is None else reference
    )
    if frequencies.shape != (num_classes,):
        raise ValueError(
            f"`reference` must have the shape ({num_classes},), a frequency for each class. "
            f"Received: reference of shape {frequencies.shape}. Count the real data's classes by "
            f"`np.bincount(labels, minlength={num_classes})`."
        )
    return frequencies
