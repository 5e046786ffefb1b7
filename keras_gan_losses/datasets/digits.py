"""Real images that need no download."""

import numpy as np

from keras_gan_losses.extras import needs_extra

GREATEST_INTENSITY = 16.0


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Loads 1,797 real handwritten digits of 8×8 pixels, without a network.

    Choose them for a first GAN, for examples and for tests: they travel with scikit-learn, and
    a small generator learns them within minutes on a CPU. For larger images see `images`.

    Returns:
        `(images, labels)`: `images` is float32 of shape `(1797, 8, 8, 1)` in [−1, 1], where −1
        is paper and 1 is ink; `labels` is int32 of shape `(1797,)`, the digits 0 to 9. Both are
        new arrays in the stored order, which is the same everywhere.

    Example:
    >>> images, labels = digits()
    >>> images.shape, labels.shape
    ((1797, 8, 8, 1), (1797,))

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998; the test part, as given by `sklearn.datasets.load_digits`.
    """
    with needs_extra("datasets"):
        from sklearn.datasets import load_digits

    stored = load_digits()
    images = stored.images[..., np.newaxis] / (GREATEST_INTENSITY / 2.0) - 1.0
    return images.astype("float32"), stored.target.astype("int32")
