import keras
import pytest

from keras_gan_losses.registration import (
    Configurable,
    constructor_arguments,
    look_up,
    register,
    snake_case,
)


class Base:
    def __init__(self, *, size=1):
        self.size = size


class Middle(Base):
    def __init__(self, width=2, **options):
        super().__init__(**options)
        self.width = width


class Silent(Middle):
    pass


class Closed(Middle):
    def __init__(self, depth):
        super().__init__(width=depth)
        self.depth = depth


@register
class Inner(Configurable):
    def __init__(self, value=0.0):
        self.value = value


@register
class Outer(Configurable):
    def __init__(self, *, parts=(), label=None):
        self.parts = parts
        self.label = label


class Bare(Configurable):
    pass


class Forgetful(Configurable):
    def __init__(self, *, kept, dropped):
        self.kept = kept


def test_registered_class_is_found_under_the_packages_name():
    assert keras.saving.get_registered_name(Inner) == "keras_gan_losses>Inner"
    assert keras.saving.get_registered_object("keras_gan_losses>Inner") is Inner


def test_name_is_looked_up():
    assert look_up("b", {"a": 1, "b": 2}, "thing") == 2


def test_unknown_name_is_refused_with_the_nearest_and_all_valid_ones():
    with pytest.raises(ValueError) as error:
        look_up("hing", {"lsgan": 1, "hinge": 2}, "objective")
    expected = "Unknown objective: 'hing'. Did you mean 'hinge'? Valid names: 'hinge', 'lsgan'."
    assert str(error.value) == expected


@pytest.mark.parametrize("name", ["zzz", 7, None])
def test_name_like_no_other_gets_no_suggestion(name):
    with pytest.raises(ValueError) as error:
        look_up(name, {"hinge": 1}, "objective")
    assert str(error.value) == f"Unknown objective: {name!r}. Valid names: 'hinge'."


@pytest.mark.parametrize(
    ("class_name", "expected"),
    [
        ("GradientPenalty", "gradient_penalty"),
        ("R1Penalty", "r1_penalty"),
        ("LeCamPenalty", "le_cam_penalty"),
        ("Hinge", "hinge"),
    ],
)
def test_class_name_in_snake_case(class_name, expected):
    assert snake_case(class_name) == expected


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        (Base, ["size"]),
        (Middle, ["width", "size"]),
        (Silent, ["width", "size"]),
        (Closed, ["depth"]),
        (Bare, []),
    ],
)
def test_constructor_arguments_include_those_passed_on(cls, expected):
    assert constructor_arguments(cls) == expected


def test_configuration_survives_saving_with_objects_in_it():
    outer = Outer(parts=[Inner(1.0), Inner(2.0)], label="pair")
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(outer))
    assert type(copy) is Outer
    assert [type(part) for part in copy.parts] == [Inner, Inner]
    assert [part.value for part in copy.parts] == [1.0, 2.0]
    assert copy.label == "pair"


def test_from_config_leaves_the_configuration_alone():
    config = Outer(parts=[Inner(1.0)]).get_config()
    Outer.from_config(config)
    assert config == Outer(parts=[Inner(1.0)]).get_config()


def test_argument_kept_nowhere_is_an_error():
    with pytest.raises(AttributeError, match=r"Forgetful must keep .* Missing: \['dropped'\]"):
        Forgetful(kept=1, dropped=2).get_config()
