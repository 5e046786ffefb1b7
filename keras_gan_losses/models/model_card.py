"""What a saved model tells those who find it: a card in Markdown, as Hugging Face shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import keras

from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.models.game_in_words import described, settings, words
from keras_gan_losses.trees import named_shapes
from keras_gan_losses.types import Shapes
from keras_gan_losses.version import versions

if TYPE_CHECKING:
    from keras_gan_losses.models.saved_whole import SavedWhole

History: TypeAlias = keras.callbacks.History | Mapping[str, Sequence[float]]
"""What `fit` returns, or the values of each log, epoch by epoch."""

_TO_BE_WRITTEN = "*To be written:*"
_USE = (
    f"{_TO_BE_WRITTEN} what it is for and what not, what it does badly, and whom its samples could "
    "harm."
)
_DATA = f"{_TO_BE_WRITTEN} what it was trained on, and who may use that."


def model_card(
    model: "SavedWhole",
    *,
    file: str,
    history: History | None = None,
    metrics: Mapping[str, float] | None = None,
    data: str | None = None,
    picture: str | None = None,
) -> str:
    """Text of the card; `SavedWhole.save_card` has the arguments.

    Raises:
        TypeError: If history or metrics are no mappings.
    """
    epochs = history.history if isinstance(history, keras.callbacks.History) else history
    _check("history", epochs, advice="Give what `fit` returns.")
    _check("metrics", metrics, advice="Give evaluate(…, return_dict=True).")
    sections = [
        _head(model.specification),
        f"# {model.name}",
        f"Makes {_made(model.specification)}. Trained with [Keras](https://keras.io) and "
        "`keras_gan_losses`.",
        *([f"![Generated samples]({picture})"] if picture else []),
        f"## How to use it\n\n{_usage(model, file)}",
        f"## Intended use and limits\n\n{_USE}",
        f"## Data\n\n{data or _DATA}",
        f"## Networks\n\n{_networks(model.networks)}",
        f"## Game\n\n{_game(model)}",
    ]
    if metrics:
        sections.append("## Measured\n\n" + _table(("metric", "value"), metrics.items()))
    if epochs:
        ends = [(name, values[0], values[-1]) for name, values in epochs.items() if len(values)]
        columns = ("log", "first epoch", "last epoch")
        sections.append("## Training\n\n" + _table(columns, ends))
    sections.append(f"Written with {words(versions())}.")
    return "\n\n".join(sections) + "\n"


def _check(name: str, value: object, *, advice: str) -> None:
    if not isinstance(value, Mapping | None):
        raise TypeError(
            f"`{name}` must be a dictionary of values by name, or None. Received: {value!r}. "
            f"{advice}"
        )


def _head(specification: NetworkSpecification) -> str:
    """What Hugging Face finds the model by."""
    lines = ["library_name: keras", "tags:", "- keras-gan-losses", "- gan"]
    has_image = _is_image(specification.sample_shape)
    if has_image and not specification.is_conditional:
        lines.append("pipeline_tag: unconditional-image-generation")
    if has_image and any(_is_image(each.shape) for each in specification.parts.values()):
        lines.append("pipeline_tag: image-to-image")
    return "\n".join(["---", *lines, "---"])


def _is_image(shape: Shapes) -> bool:
    return isinstance(shape, tuple) and len(shape) == 3 and shape[-1] in (1, 3, 4)


def _made(specification: NetworkSpecification) -> str:
    """What comes out of what."""
    sources = []
    if specification.latent_shape is not None:
        sources.append(f"latents of shape {_shapes(specification.latent_shape)}")
    for name, part in specification.parts.items():
        classes = f", one of {part.num_classes} classes" if part.num_classes else ""
        sources.append(f"`{name}` of shape `{part.shape}`{classes}")
    made = f"samples of shape {_shapes(specification.sample_shape)}"
    return f"{made} from {' and '.join(sources)}" if sources else made


def _shapes(shapes: Shapes) -> str:
    leaves = named_shapes(shapes)
    return ", ".join(
        f"`{shape}`" if n is None else f"`{n}` `{shape}`" for n, shape in leaves.items()
    )


def _usage(model: "SavedWhole", file: str) -> str:
    """How to load it, after the classes that the file names are known."""
    own = sorted({f"`{type(each).__module__}.{type(each).__name__}`" for each in _foreign(model)})
    note = f"\n\nFirst import what defines {', '.join(own)}." if own else ""
    return (
        "```python\n"
        "import keras\n"
        "import keras_gan_losses  # Keras then knows the classes of the file.\n\n"
        f'model = keras.saving.load_model("{file}")\n'
        f"{model.example_of_use}\n"
        f"```{note}"
    )


def _foreign(model: "SavedWhole") -> Iterator[object]:
    """What the file holds of classes that neither Keras nor this package has."""
    rules = model.rules
    parts: list[object] = [model, *({} if rules is None else rules.holders).values()]
    for network in model.networks.values():
        parts += _layers(network)
    for each in parts:
        if type(each).__module__.split(".")[0] not in ("keras", "keras_gan_losses"):
            yield each


def _layers(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    yield layer
    if isinstance(layer, keras.Model):
        for each in layer.layers:
            yield from _layers(each)


def _networks(networks: Mapping[str, keras.Model]) -> str:
    rows = [
        (name, f"`{type(each).__name__}`", f"{each.count_params():,}", len(list(_layers(each))) - 1)
        for name, each in networks.items()
    ]
    return _table(("network", "class", "parameters", "layers"), rows)


def _game(model: "SavedWhole") -> str:
    """Losses, penalties, schedule and optimizers, and how long they were used."""
    rules = model.rules
    if rules is None:
        return "The model is not compiled: what it was trained by is not known."
    rounds = int(keras.ops.convert_to_numpy(model.optimizer.iterations))
    own = [(name, f"`{value}`") for name, value in settings(rules)]
    return _table(("part", "setting"), [("rounds played", f"{rounds:,}"), *own])


def _table(columns: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    lines = [columns, ["---"] * len(columns), *([described(each) for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
