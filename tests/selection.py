"""Which backends a test needs: each runs where it can fail, once where that is anywhere.

`--all` leaves all of this aside, and runs every test on every backend, slow ones too.
"""

import pathlib
import zlib

import pytest

BACKENDS = ("tensorflow", "jax", "torch")
TESTS = pathlib.Path(__file__).parent

# Of ten tests that one backend is enough for. A fit that is not compiled is seven times quicker.
SHARES = {"tensorflow": 1, "jax": 1, "torch": 8}
OF_ALL = [backend for backend, share in SHARES.items() for _ in range(share)]

# On "every" backend what touches one; on "any" one of them, by a hash of the test's name, what is
# NumPy's, Keras's or the same everywhere. `@pytest.mark.backend(...)` says otherwise for a test or
# a file.
ROOMS = {
    "architectures": "any",
    "augmentation": "any",
    "backend": "every",
    "callbacks": "any",
    "comparison": "any",
    "contracts": "jax",
    "convergence": "any",
    "datasets": "torch",
    "feeding": "every",
    "game": "every",
    "integration": "every",
    "layers": "every",
    "losses": "every",
    "metrics": "any",
    "models": "any",
    "objectives": "any",
    "penalties": "every",
    "plots": "any",
    "runs": "any",
    "testing": "any",
    "test_benchmarks.py": "every",
    "test_cli.py": "any",
    "test_command_start.py": "torch",
    "test_consoles.py": "any",
    "test_doctests.py": "any",
    "test_examples.py": "any",
    "test_extras.py": "jax",
    "test_files.py": "any",
    "test_fingerprint.py": "any",
    "test_held_out.py": "torch",
    "test_latents.py": "every",
    "test_notebooks.py": "any",
    "test_own_data.py": "torch",
    "test_own_signals.py": "torch",
    "test_own_table.py": "torch",
    "test_pictures.py": "any",
    "test_quality.py": "torch",
    "test_readme.py": "any",
    "test_registration.py": "any",
    "test_release.py": "torch",
    "test_selection.py": "torch",
    "test_site.py": "torch",
    "test_validation.py": "any",
    "test_version.py": "any",
}


def backends_of(name: str, asked: str | None = None, is_conditional: bool = False) -> list[str]:
    """Backends that run a test of a name such as `"losses/test_hinge.py::test_it"`.

    Args:
        name: Its file, from this folder on, and its own name.
        asked: What a mark says: `"every"`, `"any"` or a backend. By default, what its room says.
        is_conditional: Whether it may be skipped. Then no hash can know where it is not.
    """
    asked = asked or ROOMS.get(name.split("::")[0].split("/")[0], "every")
    if asked == "every" or (asked == "any" and is_conditional):
        return list(BACKENDS)
    if asked == "any":
        return [OF_ALL[zlib.crc32(name.encode()) % len(OF_ALL)]]
    if asked not in BACKENDS:
        raise ValueError(f"Expected every, any or one of {', '.join(BACKENDS)}: {asked!r}, {name}")
    return [asked]


def is_short(item: pytest.Item, backend: str) -> bool:
    """Whether the test is in the short run of the backend."""
    own = item.nodeid.partition("::")[2]
    name = f"{item.path.relative_to(TESTS).as_posix()}::{own}"
    mark = item.get_closest_marker("backend")
    is_conditional = item.get_closest_marker("skipif") is not None
    backends = backends_of(name, mark and mark.args[0], is_conditional)
    return backend in backends and item.get_closest_marker("slow") is None


def deselect(config: pytest.Config, items: list[pytest.Item], backend: str) -> None:
    """Leaves the short run of the backend among the collected tests."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        (kept if is_short(item, backend) else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept
