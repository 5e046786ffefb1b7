"""The kinds of data, one file each: whatever stands here is asked whether it accepts `x`."""

import importlib
import inspect
import pkgutil

from keras_gan_losses.feeding.source import Source

_MODULES = [
    importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)
]
KINDS: tuple[type[Source], ...] = tuple(
    kind
    for module in _MODULES
    for kind in vars(module).values()
    if inspect.isclass(kind) and issubclass(kind, Source) and kind.__module__ == module.__name__
)
