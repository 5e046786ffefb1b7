"""What each port does on this backend, against the table in the page."""

import keras
import pytest

from tests import ports

PAGE = ports.PAGE.read_text()
on_torch = keras.backend.backend() == "torch"


@pytest.mark.parametrize(
    "name",
    # The others compile for minutes, and differ in what their own tests show.
    [pytest.param(name, marks=[] if on_torch else [pytest.mark.slow]) for name in ports.PORTS],
)
def test_a_port_does_what_the_page_says(name):
    assert f"\n{ports.row(name)}\n" in PAGE, "Run `python -m tests.ports` on this backend."


@pytest.mark.backend("torch")
def test_the_page_has_a_row_for_each_port_and_backend():
    for name in ports.PORTS:
        for backend in ports.BACKENDS:
            assert f"| [{name}](../examples/{name}.py) | {backend} | " in PAGE
