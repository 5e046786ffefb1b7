"""How a model of players is written to files and read again, whole: all that training changes.

Keras saves the weights of networks and optimizers. Beside them stands what it does not save
(random generators, stateful losses and penalties), and the form of the whole, by which a file that
does not fit is refused before anything is changed.
"""

import json
import warnings
from collections.abc import Mapping, MutableMapping
from typing import Any, TypeAlias

import keras
import numpy as np

from keras_gan_losses.backend import backend
from keras_gan_losses.files import write_whole, written_beside
from keras_gan_losses.game.kept_rules import KeptRules
from keras_gan_losses.game.players import NetworkSpecification
from keras_gan_losses.game.state import MEANS, OPTIMIZERS, Parts, StateForm, flat, named
from keras_gan_losses.held_variables import refresh_layers
from keras_gan_losses.models.model_card import History, model_card
from keras_gan_losses.types import Config, PathLike

Store: TypeAlias = MutableMapping[str, np.ndarray]
"""What Keras keeps the arrays of a model in: a group of an h5 file, for one."""

FORMAT = 2
_FORM = "form"
_VALUE = "value_{}"
OTHER_FORMAT = f"this version reads {FORMAT}. Use the version of keras_gan_losses that wrote it."


class SavedWhole(keras.Model):
    """Knows all that training changes, and writes it to files and reads it again, whole."""

    specification: NetworkSpecification

    @property
    def rules(self) -> KeptRules | None:
        """What `compile` was told; None before it."""
        raise NotImplementedError

    @property
    def networks(self) -> Mapping[str, keras.Model]:
        """What the players train, by names that saved states have."""
        raise NotImplementedError

    @property
    def example_of_use(self) -> str:
        """A line of Python that uses a loaded `model`."""
        return f'network = model.networks["{next(iter(self.networks))}"]'

    @property
    def parts(self) -> Parts:
        """What belongs to no optimizer and no log, by what has it."""
        raise NotImplementedError

    @property
    def compiled_parts(self) -> Parts:
        """What `compile` adds to what is saved, by what has it."""
        return {} if self.rules is None else self.rules.parts

    @property
    def variables(self) -> list[keras.Variable]:
        """Variables of the networks, random generators, and stateful losses and penalties."""
        return flat(self._own_parts())

    @property
    def trainable_variables(self) -> list[keras.Variable]:
        """Those of the networks: what losses and penalties hold is trained by no player."""
        return flat({name: each.trainable_variables for name, each in self.networks.items()})

    @property
    def non_trainable_variables(self) -> list[keras.Variable]:
        """All other variables."""
        trainable = {id(variable) for variable in self.trainable_variables}
        return [variable for variable in self.variables if id(variable) not in trainable]

    def state(self) -> dict[str, keras.Variable]:
        """All that training changes, by names that depend on the model's structure alone."""
        return named(self.state_parts())

    def state_parts(self) -> Parts:
        """All that training changes, by what has it."""
        optimizer = {} if self.rules is None else self.optimizer.parts
        means = {f"{MEANS}{each.name}": each.variables for each in self.metrics}
        return {**self._own_parts(), **optimizer, **means}

    def refresh(self) -> None:
        """Lets layers derive anew what they keep beside their variables, which have new values."""
        refresh_layers(
            [dict(self.networks), {} if self.rules is None else dict(self.rules.holders)]
        )

    def _own_parts(self) -> Parts:
        return {
            **self.parts,
            # What a subclass adds.
            "model": super().variables,
            **self.compiled_parts,
        }

    def save(self, filepath: PathLike, **kwargs: Any) -> None:
        """Saves the model; the chief alone does, where there are several processes.

        Args:
            filepath: Where to, ending in `.keras`.
            **kwargs: As in Keras.

        Raises:
            ValueError: If the file has another ending: it could not be loaded.
        """
        check_name(filepath, ".keras")
        if backend.is_chief(self):
            # Keras makes an optimizer of its own when it saves one.
            with backend.without_distribution(), written_beside(filepath) as beside:
                super().save(beside, **kwargs)

    def save_card(
        self,
        filepath: PathLike = "README.md",
        *,
        file: str = "gan.keras",
        history: History | None = None,
        metrics: Mapping[str, float] | None = None,
        data: str | None = None,
        picture: str | None = None,
    ) -> None:
        """Writes a model card: what the model makes, how it was trained, how it is loaded.

        Hugging Face shows a card `README.md` that lies beside the model. What nobody but you
        knows, such as what the model is for, is left to be written.

        Args:
            filepath: Where to, a file of Markdown.
            file: What `save` has written, as whoever loads it calls it.
            history: What `fit` returned, or values of logs by epoch.
            metrics: What was measured, such as `evaluate(…, return_dict=True)`.
            data: What the model was trained on, in words.
            picture: Where samples can be seen, from the card, such as `"samples.png"`.

        Raises:
            TypeError: If history or metrics are no dictionaries; nothing is written.
        """
        text = model_card(
            self, file=file, history=history, metrics=metrics, data=data, picture=picture
        )
        if backend.is_chief(self):
            write_whole(filepath, text)

    def save_weights(self, filepath: PathLike, **kwargs: Any) -> None:
        """Saves the weights; the chief alone does, where there are several processes.

        Args:
            filepath: Where to, ending in `.weights.h5`.
            **kwargs: As in Keras.
        """
        if backend.is_chief(self):
            with backend.without_distribution(), written_beside(filepath) as beside:
                super().save_weights(beside, **kwargs)

    def load_weights(self, filepath: PathLike, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Restores what `save_weights` or `save` wrote.

        Args:
            filepath: A file that ends in `.weights.h5` or `.keras`.
            skip_mismatch: Whether to take what fits from a file of another GAN.
            **kwargs: As in Keras.

        Raises:
            ValueError: If the file is of another GAN; nothing is changed.
        """
        check_name(filepath, ".weights.h5", ".weights.json", ".keras")
        if not skip_mismatch:
            content = _FileReader(filepath).content
            _check(content, self._form(), is_compiled=self.compiled)
        super().load_weights(filepath, skip_mismatch=skip_mismatch, **kwargs)

    def get_compile_config(self) -> Config:
        """Arguments of `compile`, for saving."""
        return {} if self.rules is None else self.rules.get_config()

    def compile_from_config(self, config: Config) -> None:
        """Compiles as the saved model was."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store: Store) -> None:
        """Saves what Keras does not: random generators, stateful losses and penalties."""
        text = json.dumps({"format": FORMAT, **self._form().get_config()})
        store[_FORM] = np.frombuffer(text.encode(), "uint8")
        # Those of layers; what a subclass has beside them Keras leaves to this method.
        weights = {id(variable) for layer in self.layers for variable in layer.weights}
        for index, (name, variable) in enumerate(self._saved_state().items()):
            if id(variable) not in weights and not name.startswith(OPTIMIZERS):
                store[_VALUE.format(index)] = keras.ops.convert_to_numpy(variable)
        for index, values in enumerate(backend.random_states()):
            store[_random_key(index)] = values

    def load_own_variables(self, store: Store) -> None:
        """Restores what `save_own_variables` saved, by its names.

        Raises:
            ValueError: If the file is of another GAN; nothing is changed.
        """
        content = _content(store)
        saved = _check(content, self._form(), is_compiled=self.compiled)
        values = {name: content.get(_VALUE.format(i)) for i, name in enumerate(saved.shapes)}
        for name, variable in self._saved_state().items():
            if values[name] is not None:
                variable.assign(values[name])
        self.refresh()
        random_keys = [key for key in map(_random_key, range(len(content))) if key in content]
        if random_keys:
            backend.set_random_states([content[key] for key in random_keys])
        if not self.compiled:
            warnings.warn(
                "Weights are loaded into a GAN that is not compiled: the state of its optimizers, "
                "if the file has any, is left out. To go on training, compile first, or load a "
                "whole model with keras.saving.load_model.",
                stacklevel=2,
            )

    def _saved_state(self) -> dict[str, keras.Variable]:
        # Keras loads what two penalties share twice, so that each needs its values.
        repeated = () if self.rules is None else self.rules.parts
        state = named(self.state_parts(), repeated=repeated)
        return {name: each for name, each in state.items() if not name.startswith(MEANS)}

    def _form(self) -> StateForm:
        kinds = {} if self.rules is None else self.rules.optimizer_classes
        return StateForm.of(self._saved_state(), kinds)


def check_name(filepath: PathLike, *endings: str) -> None:
    """Raises unless a file has one of these endings, of formats that can be read again.

    Raises:
        ValueError: With the endings.
    """
    if not str(filepath).endswith(endings):
        raise ValueError(
            f"A GAN is kept in files that end in {' or '.join(endings)}. Received: "
            f"{str(filepath)!r}. Others cannot be read again."
        )


def _check(content: Mapping[str, np.ndarray], own: StateForm, *, is_compiled: bool) -> StateForm:
    """Form of a file that fits a GAN.

    Args:
        content: What `save_own_variables` wrote.
        own: The GAN's form.
        is_compiled: Whether the GAN is; else what compiling adds may be in the file.

    Raises:
        ValueError: With the first thing that does not fit.
    """
    described = json.loads(content[_FORM].astype("uint8").tobytes()) if _FORM in content else {}
    if described.get("format") != FORMAT:
        raise ValueError(f"The file has the format {described.get('format', 1)}; {OTHER_FORMAT}")
    saved = StateForm.from_config(described)
    wanted = saved if is_compiled else saved.of_networks()
    difference = wanted.difference(own)
    if difference is not None:
        raise ValueError(
            f"The file is of another GAN: {difference}. Build and compile the GAN as it was "
            "saved. To take over the networks alone, load before `compile`."
        )
    return saved


class _FileReader(keras.Model):
    """Reads what a file says of itself, without a GAN that takes it."""

    def __init__(self, filepath: PathLike) -> None:
        super().__init__()
        self.built = True
        self.content: dict[str, np.ndarray] = {}
        self.load_weights(filepath)

    def load_own_variables(self, store: Store) -> None:
        """Keeps what `SavedModel` wrote."""
        self.content = _content(store)


def _content(store: Store) -> dict[str, np.ndarray]:
    return {key: np.asarray(store[key]) for key in store.keys()}  # noqa: SIM118 (an h5 store)


def _random_key(index: int) -> str:
    return f"{keras.backend.backend()}_random_state_{index}"
