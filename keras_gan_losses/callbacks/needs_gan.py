"""What callbacks say that look at a generator, where there may be none."""

import keras

from keras_gan_losses.models import GAN


def check_is_gan(callback: keras.callbacks.Callback, model: keras.Model) -> None:
    """Raises unless the model is a GAN, which knows its generator and what it takes.

    Raises:
        TypeError: With what to use instead.
    """
    if not isinstance(model, GAN):
        raise TypeError(
            f"`{type(callback).__name__}` looks at the generator of a keras_gan_losses.GAN. "
            f"Received: {type(model).__name__}. Look at other models in a "
            "keras.callbacks.LambdaCallback."
        )
