"""The house rules that a machine can check."""

import ast
import inspect
import pathlib
import re
import subprocess
import sys

import keras
import pytest

import keras_gan_losses as kgl

ROOT = pathlib.Path(__file__).parents[2]
PACKAGE = ROOT / "keras_gan_losses"
FILES = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "keras_gan_losses_cli").rglob("*.py")])
MODULES = [getattr(kgl, name) for name in kgl.__all__ if inspect.ismodule(getattr(kgl, name))]
MODULES.append(kgl.metrics.features)
PUBLIC = {
    f"{module.__name__.split('.')[-1]}.{name}": getattr(module, name)
    for module in MODULES
    for name in getattr(module, "__all__", [])
    if not inspect.ismodule(getattr(module, name))
} | {"GAN": kgl.GAN, "AdversarialModel": kgl.AdversarialModel, "carry_over": kgl.carry_over}


def test_files_import_only_from_lower_floors():
    command = [str(pathlib.Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_source_is_clean():
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_and_functions_are_short_and_use_only_public_keras(file):
    text = file.read_text()
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            signature_and_docstring = len(ast.get_docstring(node) or "") and node.body[0].end_lineno
            code = node.end_lineno - (signature_and_docstring or node.lineno)
            assert code <= 60, f"{node.name} has {code} lines of code"
        assert not isinstance(node, ast.Assert), f"assert in line {node.lineno}"
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith("keras.src")
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith("keras.src") for alias in node.names)


@pytest.mark.parametrize("folder", ["tests", "examples", "benchmarks"])
def test_files_outside_of_the_package_are_no_longer_than_its_own(folder):
    lengths = {file: file.read_text().count("\n") for file in (ROOT / folder).rglob("*.py")}
    assert {file.name: length for file, length in lengths.items() if length > 400} == {}


def test_no_file_names_a_machine_path():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    names = tracked.stdout.split() or [str(file) for file in FILES]
    pattern = re.compile(r"/(?:work|home|root)/\w")
    for name in names:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".cfg", ".toml", ".html"} and path.exists():
            assert not pattern.search(path.read_text()), name


def test_public_names_are_sorted_and_exist():
    for module in [kgl, *MODULES]:
        names = getattr(module, "__all__", [])
        assert len(set(names)) == len(names)
        for name in names:
            assert hasattr(module, name), f"{module.__name__}.{name}"


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_docstrings_have_an_example_and_name_every_argument(name):
    public = PUBLIC[name]
    doc = inspect.getdoc(public) or ""
    assert doc, "no docstring"
    if inspect.isclass(public) and inspect.isabstract(public):
        return
    assert ">>>" in doc, "no example"
    if inspect.isclass(public) and public.__init__ is object.__init__:
        return
    documented = _documented_arguments(doc)
    function = public.__init__ if inspect.isclass(public) else public
    accepted = _accepted_arguments(public, function)
    # "**kwargs" stands for what the base class documents once.
    shared = {"reduction", "name", "dtype"} if "kwargs" in documented else set()
    missing = [name for name in accepted if name not in documented and name not in shared]
    assert not missing, f"not documented: {missing}"
    unknown = [name for name in documented if name not in [*accepted, "kwargs"]]
    assert not unknown or _takes_anything(function), f"not accepted: {unknown}"


def _documented_arguments(doc):
    section = re.search(r"^Args:\n((?:[ ]{4}.*\n?|\n)+)", doc, flags=re.MULTILINE)
    return re.findall(r"^ {4}\*{0,2}(\w+)", section.group(1), re.MULTILINE) if section else []


def _accepted_arguments(public, function):
    parameters = list(inspect.signature(function).parameters.values())
    parameters = parameters[1:] if inspect.isclass(public) else parameters
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return [p.name for p in parameters if p.kind not in kinds]


def _takes_anything(function):
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    return bool(kinds & {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL})


def test_public_classes_are_abstract_or_final():
    classes = [public for public in PUBLIC.values() if inspect.isclass(public)]
    for cls in classes:
        for base in cls.__mro__[1:]:
            if base.__module__.startswith("keras_gan_losses") and base in classes:
                assert inspect.isabstract(base), f"{cls.__name__} subclasses {base.__name__}"


def test_importing_the_package_loads_nothing_heavy():
    # Keras itself imports matplotlib and tensorflow where they are installed, so they are hidden.
    backend = keras.backend.backend()
    others = {"tensorflow", "jax", "torch"} - {backend, "tensorflow"}
    script = (
        "import sys\n"
        "import keras\n"
        "before = set(sys.modules)\n"
        "import keras_gan_losses\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(*sorted(new))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(result.stdout.split())
    assert "keras_gan_losses" in loaded
    heavy = {"matplotlib", "tensorflow_datasets", "sklearn", "typer", "scipy", "ot", *others}
    heavy |= {"cloudpickle", "distributed", "jinja2", "joblib"}
    assert not loaded & heavy
