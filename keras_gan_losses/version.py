"""The version of the package and of what it stands on, for setup.cfg, saved files and reports."""

import functools
import importlib.metadata

__version__ = "0.2.0"


def versions() -> dict[str, str]:
    """Versions of what the numbers of a run depend on.

    Example:
    >>> sorted(versions().keys() - {"tensorflow", "jax", "torch"})
    ['backend', 'keras', 'keras_gan_losses', 'numpy']
    """
    import keras

    backend = keras.backend.backend()
    names = ("keras", backend, "numpy")
    found = {"keras_gan_losses": __version__, **{name: _installed(name) for name in names}}
    return {**found, "backend": backend}


@functools.cache
def _installed(module: str) -> str:
    """Version of a module, also where another distribution brings it, as tensorflow-cpu does."""
    try:
        return importlib.metadata.version(module)
    except importlib.metadata.PackageNotFoundError:
        distributions = importlib.metadata.packages_distributions().get(module, [])
        return importlib.metadata.version(distributions[0]) if distributions else "unknown"
