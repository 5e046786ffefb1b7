"""Configurations and arrays in a form that is equal for what is the same, in any process."""

import base64
import contextlib
import hashlib
import json
import marshal
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any, cast

import keras
import numpy as np

from keras_gan_losses.types import Config, Json


def digest(*parts: np.ndarray | str | None) -> str:
    """Text that is equal for equal arrays and texts.

    Example:
    >>> digest(np.zeros(3)) == digest(np.zeros(3)) != digest(np.zeros(4))
    True
    """
    summary = hashlib.blake2b(digest_size=16)
    for part in parts:
        if isinstance(part, np.ndarray):
            summary.update(f"{part.shape}{part.dtype}".encode())
            # Also of types that a buffer cannot name, such as bfloat16.
            summary.update(np.atleast_1d(np.ascontiguousarray(part)).view("uint8").data)
        else:
            summary.update(repr(part).encode())
    return summary.hexdigest()


def config_of(serializable: object) -> Config:
    """Configuration of an object of Keras or of this package, as plain JSON.

    Keras numbers names by what the process has made before: they are counted anew. Of a lambda it
    writes the place in its file too: its instructions stay.

    Args:
        serializable: The object, or a configuration.

    Example:
    >>> config_of(keras.layers.Dense(2)) == config_of(keras.layers.Dense(2))
    True
    >>> config_of(keras.layers.Dense(2)) == config_of(keras.layers.Dense(2, activation="relu"))
    False
    """
    config = keras.saving.serialize_keras_object(serializable)
    plain = json.loads(json.dumps(config, default=lambda value: type(value).__qualname__))
    return cast("Config", _rewritten(plain, _numbered_anew(_names(plain))))


def config_of_layer(layer: keras.layers.Layer) -> Config:
    """Configuration of a layer or network, and those of inner ones of which it says nothing.

    Of a class of the user's own without `get_config` it is the class's name.

    Args:
        layer: The layer.

    Example:
    >>> config_of_layer(keras.layers.Dense(2))["class_name"]
    'Dense'
    """
    config: Config = {"class_name": type(layer).__qualname__, "config": {}}
    # A class of the user's without `get_config` raises.
    with contextlib.suppress(NotImplementedError):
        config |= _dictionary(config_of(layer))
    layers = layer.layers if isinstance(layer, keras.Model) else []
    if "layers" in _dictionary(config["config"]):
        layers = [inner for inner in layers if isinstance(inner, keras.Model)]
    inner_layers: list[Json] = [config_of_layer(inner) for inner in layers]
    return {**config, "inner_layers": inner_layers} if layers else config


def _dictionary(config: Json) -> dict[str, Json]:
    return config if isinstance(config, dict) else {}


def _names(config: Json) -> Iterator[str]:
    if isinstance(config, dict):
        name = config.get("name")
        if isinstance(name, str):
            yield name
        config = list(config.values())
    if isinstance(config, list):
        for entry in config:
            yield from _names(entry)


def _numbered_anew(names: Iterator[str]) -> dict[str, str]:
    counts: Counter[str] = Counter()
    numbered = {}
    for name in dict.fromkeys(names):
        base = re.sub(r"_\d+$", "", name)
        numbered[name] = f"{base}_{counts[base]}"
        counts[base] += 1
    return numbered


def _rewritten(config: Json, names: Mapping[str, str]) -> Json:
    if isinstance(config, dict):
        if config.get("class_name") == "__lambda__":
            return {"class_name": "__lambda__", "config": _instructions_of(config["config"])}
        return {key: _rewritten(value, names) for key, value in config.items()}
    if isinstance(config, list):
        return [_rewritten(entry, names) for entry in config]
    return names.get(config, config) if isinstance(config, str) else config


def _instructions_of(dumped: Any) -> list[Json]:
    # Keras dumps a lambda in two ways: as a list, and as a dictionary of the same order.
    code, *rest = dumped["value"] if "value" in dumped else dumped.values()
    return [digest(repr(_instructions(marshal.loads(base64.b64decode(code))))), *rest]


def _instructions(code: CodeType) -> tuple[object, ...]:
    constants = [_instructions(c) if isinstance(c, CodeType) else c for c in code.co_consts]
    return code.co_code, code.co_names, constants
