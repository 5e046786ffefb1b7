"""A GAN from a file, for commands that use one."""

from pathlib import Path

import keras

from keras_gan_losses import GAN


def load_gan(path: Path) -> GAN:
    """The GAN in a file.

    Raises:
        ValueError: If there is none, with what to do.
    """
    if not path.exists():
        raise ValueError(f"There is no file {path}. Give the file that `gan.save` wrote.")
    try:
        gan = keras.saving.load_model(path)
    # A class that is not known, a damaged file, another format: Keras raises whatever comes.
    except Exception as error:
        reason = (str(error).strip() or repr(error)).splitlines()[0]
        raise ValueError(
            f"{path} cannot be loaded: {reason} If it has layers or losses of your own, decorate "
            "them with @keras.saving.register_keras_serializable(), and load it in a script that "
            "imports them: keras.saving.load_model(path)."
        ) from error
    if not isinstance(gan, GAN):
        raise ValueError(
            f"{path} holds a {type(gan).__name__}, but a GAN is needed: the file that `gan.save` "
            "or `keras-gan-losses train` wrote."
        )
    return gan
