"""The API reference: every public name stands in it, and its examples run."""

import ast
import contextlib
import doctest
import functools
import importlib
import inspect
import io
import re
from pathlib import Path

import pytest
import yaml

from tfgan_zoo import models
from tfgan_zoo.architecture import Architecture

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "tfgan_zoo"
PAGES = sorted((ROOT / "docs" / "api").glob("*.md"))
# Public beside the packages that list their names in `__all__`.
MODULES = [
    f"tfgan_zoo.{name}"
    for name in (
        "animation",
        "architecture",
        "constraints",
        "images",
        "inputs",
        "logits",
        "losses",
        "models",
        "networks",
        "optimizers",
        "penalties",
        "pictures",
        "random",
        "recipe",
        "settings",
        "strategies",
        "training.building",
        "training.callbacks",
        "training.loop",
        "training.report",
        "training.run_folder",
    )
]
SLOW = ("export", "training")
# A `:::` line, and the members that it is restricted to, if any.
IDENTIFIER = re.compile(r"^::: ([\w.]+)\n((?:^ +.*\n)*)", re.MULTILINE)


def _packages():
    """Returns the names of the folders whose `__init__` lists its names."""
    paths = sorted(PACKAGE.rglob("__init__.py"))
    folders = [path.parent for path in paths if "__all__" in path.read_text()]
    return [
        ".".join(folder.relative_to(ROOT).parts) for folder in sorted(folders)
    ]


@functools.cache
def _tree(path):
    return ast.parse(path.read_text("utf-8"))


def _file(module):
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _names(module):
    """Returns the names that a module offers, without those it imports."""
    listed = getattr(importlib.import_module(module), "__all__", None)
    if listed is not None:
        return [name for name in listed if not name.startswith("__")]
    defined = [
        node.name
        for node in _tree(_file(module)).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]
    home = importlib.import_module(module)
    architectures = [
        name
        for name, value in vars(home).items()
        if isinstance(value, Architecture)
        and module == f"tfgan_zoo.models.{value.name}"
    ]
    names = [*defined, *architectures]
    return [name for name in names if not name.startswith("_")]


def _resolve(identifier):
    """Returns the module or object of a dotted name."""
    with contextlib.suppress(ModuleNotFoundError):
        return importlib.import_module(identifier)
    home, _, name = identifier.rpartition(".")
    return getattr(_resolve(home), name)


def _shown(page):
    """Yields the identifiers of a page and the members of its modules."""
    for identifier, text in IDENTIFIER.findall(page.read_text() + "\n"):
        options = (yaml.safe_load(text) or {}).get("options", {})
        yield identifier
        if inspect.ismodule(_resolve(identifier)):
            names = options.get("members", _names(identifier))
            yield from (f"{identifier}.{name}" for name in names)


@functools.cache
def _reference():
    return [name for page in PAGES for name in _shown(page)]


def _public():
    zoo = [f"tfgan_zoo.models.{name}" for name in models.names()]
    modules = sorted({*_packages(), *MODULES, *zoo})
    return [f"{module}.{name}" for module in modules for name in _names(module)]


def test_every_public_name_is_in_the_reference():
    shown = {id(_resolve(name)) for name in _reference()}
    shown |= {id(_resolve(name.rpartition(".")[0])) for name in _reference()}
    missing = [name for name in _public() if id(_resolve(name)) not in shown]
    assert missing == []
    assert len(_public()) > 150


def test_no_name_is_in_the_reference_twice():
    names = _reference()
    assert [name for name in names if names.count(name) > 1] == []


def _functions_and_classes():
    return {
        name: _resolve(name)
        for name in _public()
        if inspect.isroutine(_resolve(name)) or inspect.isclass(_resolve(name))
    }


def test_public_names_have_docstrings():
    missing = [
        name
        for name, value in _functions_and_classes().items()
        if not inspect.getdoc(value)
    ]
    assert missing == []


def _arguments(docstring):
    """Returns the names under "Args:", or None without."""
    section = re.search(
        r"^ *Args:\n(.*?)(?:\n\n|\Z)", docstring, re.DOTALL | re.MULTILINE
    )
    if section is None:
        return None
    entries = inspect.cleandoc("\n" + section[1])
    names = re.findall(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*):", entries, re.M)
    return {each.strip("* ") for name in names for each in name.split(",")}


def test_arguments_are_all_described_or_none():
    described = {
        name: (_arguments(inspect.getdoc(value)), inspect.signature(value))
        for name, value in _functions_and_classes().items()
        if inspect.isfunction(value)
    }
    wrong = [
        name
        for name, (arguments, signature) in described.items()
        if arguments not in (None, {*signature.parameters})
    ]
    assert wrong == []
    assert (
        sum(arguments is not None for arguments, _ in described.values()) > 60
    )


def _result_types(function):
    """Yields the classes of the package that a function says it returns."""
    text = str(inspect.signature(function).return_annotation)
    for word in re.findall(r"\w+", text):
        value = vars(inspect.getmodule(function)).get(word)
        if inspect.isclass(value) and value.__module__.startswith("tfgan_zoo."):
            yield value


def test_results_of_functions_are_in_the_reference():
    shown = {id(_resolve(name)) for name in _reference()}
    missing = [
        (name, result.__qualname__)
        for name, value in _functions_and_classes().items()
        if inspect.isfunction(value)
        for result in _result_types(value)
        if id(result) not in shown
    ]
    assert missing == []


def _is_lazy(package):
    names = {getattr(node, "name", "") for node in _tree(_file(package)).body}
    return "__getattr__" in names


@pytest.mark.parametrize("package", [*filter(_is_lazy, _packages())])
def test_lazy_names_are_imported_for_type_checkers(package):
    tree = _tree(_file(package))
    checked = {
        alias.asname: f"{node.module}.{alias.name}"
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        for alias in node.names
    }
    assert sorted(checked) == sorted(_names(package))
    for name, home in checked.items():
        assert _resolve(home) is _resolve(f"{package}.{name}")


def test_reference_is_readable_without_running_the_package():
    griffe = pytest.importorskip("griffe", reason="the extra docs has it")
    package = griffe.load("tfgan_zoo", search_paths=[ROOT])
    for name in _reference():
        inner = name.partition(".")[2]
        assert not inner or package[inner].kind.value, name


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def _blocks(page):
    return re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            page, marks=[pytest.mark.slow] if page.stem in SLOW else []
        )
        for page in PAGES
    ],
    ids=lambda page: page.stem,
)
def test_example_prints_what_its_comments_say(page, folder):
    code = "\n".join(_blocks(page))
    expected = re.findall(r"^print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert code.count("print(") == len(expected) > 0
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(page), "exec"), {"__name__": "example"})
    lines = printed.getvalue().splitlines()
    assert [line for line in lines if line in expected] == expected, lines


def _with_examples():
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if ">>> " in path.read_text("utf-8")
    )


@pytest.mark.parametrize("module", _with_examples())
def test_examples_of_docstrings_run(module):
    module = importlib.import_module(module.removesuffix(".__init__"))
    results = doctest.testmod(module)
    assert results.attempted > 0
    assert results.failed == 0
