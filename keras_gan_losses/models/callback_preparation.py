"""What callbacks of this package do before training starts."""

from typing import Any

import keras


def prepare(callbacks: Any, gan: keras.Model) -> None:
    """Calls `before_fit` of the callbacks that have it.

    They may add variables to the GAN there. Keras's own first call, `set_model`, comes when
    the variables have been counted already.

    Args:
        callbacks: What `fit` was given.
        gan: What will be trained.
    """
    for callback in keras.tree.flatten(callbacks or []):
        if hasattr(callback, "before_fit"):
            callback.before_fit(gan)
