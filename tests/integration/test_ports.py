"""What each port does on this backend, against the table in the page."""

import keras
import pytest

from tests import ports

PAGE = ports.PAGE.read_text()
on_torch = keras.backend.backend() == "torch"
ADVICE = "Run `python -m tests.ports` on this backend."
# The others compile for minutes, and differ in what their own tests show.
PORTS = [pytest.param(n, marks=[] if on_torch else [pytest.mark.slow]) for n in ports.PORTS]


@pytest.mark.parametrize("name", PORTS)
def test_a_port_does_what_the_page_says(name):
    for check in set(ports.CHECKS) - {ports.KILL}:
        assert ports.said(PAGE, name, check) == ports.cell(name, check), ADVICE


@pytest.mark.slow
@pytest.mark.parametrize("name", ports.PORTS)
def test_a_port_whose_process_is_killed_ends_as_one_that_is_not(name):
    assert ports.said(PAGE, name, ports.KILL) == ports.cell(name, ports.KILL), ADVICE


@pytest.mark.backend("torch")
def test_the_page_has_a_row_for_each_port_and_backend():
    for name in ports.PORTS:
        for backend in ports.BACKENDS:
            assert f"| [{name}](../examples/{name}.py) | {backend} | " in PAGE
