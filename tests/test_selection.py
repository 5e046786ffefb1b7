import collections
import os
import subprocess
import sys

import pytest

from tests import selection

ROOT = selection.TESTS.parent


def test_every_test_has_a_backend_in_the_short_run():
    of = selection.backends_of
    names = [f"losses/test_new.py::test_{number}" for number in range(300)]
    for asked in (None, "every"):
        assert all(of(name, asked) == [*selection.BACKENDS] for name in names)
    shares = collections.Counter(backend for name in names for backend in of(name, "any"))
    assert sum(shares.values()) == 300
    assert min(shares[backend] for backend in selection.BACKENDS) > 15
    assert of(names[0], "jax") == ["jax"]


def test_what_a_backend_may_skip_is_in_the_short_run_of_all():
    name = "metrics/test_new.py::test_it"
    assert selection.backends_of(name, is_conditional=True) == [*selection.BACKENDS]
    assert selection.backends_of(name, "torch", is_conditional=True) == ["torch"]


def test_a_mark_that_names_no_backend_is_refused():
    with pytest.raises(ValueError, match="Expected every, any or one of tensorflow, jax, torch"):
        selection.backends_of("losses/test_new.py::test_it", "theano")


def test_every_room_says_which_backends_it_needs():
    files = {
        path.relative_to(selection.TESTS).parts[0] for path in selection.TESTS.rglob("test_*.py")
    }
    assert files == {*selection.ROOMS}


def collected(backend, *arguments):
    """Names of the tests that a backend's run would make."""
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *arguments],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout
    return {line for line in result.stdout.splitlines() if "::" in line}


@pytest.mark.slow
def test_nothing_is_lost_between_the_backends():
    everything = {backend: collected(backend, "--all") for backend in selection.BACKENDS}
    slow = {backend: collected(backend, "--all", "-m", "slow") for backend in selection.BACKENDS}
    short = set().union(*map(collected, selection.BACKENDS))
    for backend in selection.BACKENDS:
        assert everything[backend] - slow[backend] <= short
