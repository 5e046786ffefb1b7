import numpy as np
import pytest
from keras import ops

from keras_gan_losses.penalties import AdversarialBatch, ClassificationPenalty
from keras_gan_losses.testing.penalty_conventions import SAVED_ARGUMENTS
from keras_gan_losses.testing.saving import check_round_trip

REAL = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
LABELS = np.float32([[0, 0, 1], [0, 0, 0], [1, 0, 0], [0, 0, 0]])


def value(labels=LABELS, real=REAL, **arguments):
    batch = AdversarialBatch(
        lambda samples, training: {"scores": samples[:, :1], "class_logits": samples},
        real,
        -real,
        condition=labels,
        discriminator_inputs=lambda samples, condition: samples,
    )
    return ops.convert_to_numpy(ClassificationPenalty(**arguments)(batch))


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_penalty_is_the_cross_entropy_where_there_is_a_label(scale):
    logits = scale * REAL.astype("float64")
    greatest = logits.max(axis=1, keepdims=True)
    log_sum = greatest + np.log(np.exp(logits - greatest).sum(axis=1, keepdims=True))
    expected = 3.0 * (LABELS * (log_sum - logits)).sum(axis=1)
    np.testing.assert_allclose(value(real=scale * REAL, weight=3.0), expected, rtol=1e-5)


def test_labels_are_the_part_of_that_name():
    parts = {"label": LABELS, "mask": REAL}
    np.testing.assert_array_equal(value(parts), value())


def test_missing_labels_and_indices_are_refused():
    with pytest.raises(ValueError, match=r"needs the samples' labels. Received none"):
        value(None)
    with pytest.raises(ValueError, match=r"needs one-hot labels.*shape \(4,\) with.*\(4, 3\)"):
        value(np.array([2, 0, 1, 1]))


def test_saved_penalty_keeps_every_argument():
    check_round_trip(ClassificationPenalty, {"weight": 3.0}, common=SAVED_ARGUMENTS)
    with pytest.raises(ValueError, match=r"`weight` must be .* at least 0"):
        ClassificationPenalty(weight=-1.0)
