"""Writes the file BUILD from the tree: `python tools/update_build.py`.

Each Python file is one target. Its `deps` are the files it imports, be it
inside a function or by `importlib`; third-party packages are no targets.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IGNORED = {"__pycache__", "build", "dist", "runs"}

HEADER = '''"""Bazel targets: written by tools/update_build.py, not by hand.

Third-party packages, those that setup.py requires, are no targets: the Python
that Bazel runs has them installed.
"""

load("@rules_python//python:defs.bzl", "py_binary", "py_library", "py_test")

package(default_visibility = ["//visibility:public"])

# Run by itself, a test file passes without running a test.
genrule(
    name = "pytest_main",
    outs = ["pytest_main.py"],
    cmd = "echo 'import sys, pytest; " +
          "sys.exit(pytest.main(sys.argv[1:]))' > $@",
)
'''


@dataclass(frozen=True)
class Source:
    """One Python file; its path is relative to the root, with slashes."""

    path: str
    tree: ast.Module

    @property
    def module(self) -> str:
        """Its dotted name: "a.b" for a/b.py and for a/b/__init__.py."""
        name = self.path.removesuffix(".py").removesuffix("/__init__")
        return name.replace("/", ".")

    @property
    def folder(self) -> str:
        """The dotted name of its folder."""
        return self.path.rpartition("/")[0].replace("/", ".")

    @property
    def rule(self) -> str:
        """The Bazel rule of its target."""
        if self.path.startswith("tests/") and "/test_" in self.path:
            return "py_test"
        conditions = [
            ast.unparse(node.test)
            for node in self.tree.body
            if isinstance(node, ast.If)
        ]
        is_binary = "__name__ == '__main__'" in conditions
        return "py_binary" if is_binary else "py_library"

    @property
    def target(self) -> str:
        """Its target's name; a command is named as its console script."""
        if self.rule == "py_binary" and self.folder == "tfgan_zoo.cli":
            return "tfgan-" + self.module.rpartition(".")[2]
        return self.path.removesuffix(".py")


def list_files(root: Path) -> list[str]:
    """Lists the tree, but for linked folders and what is hidden or made."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if _is_kept(Path(folder, name))]
        found += [
            Path(folder, name).relative_to(root).as_posix()
            for name in names
            if not name.startswith(".")
        ]
    return sorted(found)


def _is_kept(folder: Path) -> bool:
    is_hidden = folder.name.startswith(".")
    is_made = folder.name in IGNORED or folder.name.endswith(".egg-info")
    return not (is_hidden or is_made or (folder / "pyvenv.cfg").exists())


def imported_names(source: Source) -> Iterator[str]:
    """Yields dotted names: a.b for `from a import b`, a.* for all in a."""
    nodes = list(ast.walk(source.tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, source.folder)
            yield from (f"{base}.{alias.name}" for alias in node.names)
    if any(_imports_by_name(node) for node in nodes):
        for node in nodes:
            yield from _names_in_text(node, source.folder)


def _base(node: ast.ImportFrom, folder: str) -> str:
    if not node.level:
        return node.module or ""
    parts = folder.split(".")
    parts = parts[: len(parts) + 1 - node.level]
    return ".".join([*parts, *filter(None, [node.module])])


def _imports_by_name(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name in ("import_module", "importorskip")


def _names_in_text(node: ast.AST, folder: str) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and node.values:
        first = ast.unparse(node.values[0])
        # f"{__name__}.{module}" and f"tfgan_zoo.models.{module}"
        is_own = "__name__" in first or "__package__" in first
        text = getattr(node.values[0], "value", "")
        yield f"{folder}.*" if is_own else f"{text}*"


def dependencies(source: Source, modules: dict[str, Source]) -> list[Source]:
    """Returns the files of the tree that a file imports, itself left out."""
    found: dict[str, Source] = {}
    for name in imported_names(source):
        for other in _resolve(name, source.folder, modules):
            found[other.path] = other
    found.pop(source.path, None)
    return list(found.values())


def _resolve(
    name: str, folder: str, modules: dict[str, Source]
) -> list[Source]:
    if name.endswith(".*") and name[:-2] in modules:
        return [one for one in modules.values() if one.folder == name[:-2]]
    # A script sees its own folder, a test pytest's path, a package neither.
    beside = "tests" if folder.startswith("tests.") else folder
    prefix = "" if folder in modules else f"{beside}."
    found = _longest(name, prefix, modules) or _longest(name, "", modules)
    return [found] if found else []


def _longest(
    name: str, prefix: str, modules: dict[str, Source]
) -> Source | None:
    while name and prefix + name not in modules:
        name = name.rpartition(".")[0]
    return modules[prefix + name] if name else None


def data_folder(path: str, modules: dict[str, Source]) -> str:
    """Names the folder whose files read a data file, "" where none does."""
    if path.endswith((".py", "/py.typed")):
        return ""
    if path.startswith("tests/"):
        return "tests"
    folder = path.rpartition("/")[0]
    while folder and folder.replace("/", ".") not in modules:
        folder = folder.rpartition("/")[0]
    return folder


def format_rule(rule: str, **attributes: object) -> str:
    """Formats a target as buildifier does, attributes in the given order."""
    lines = [f"\n{rule}("]
    for name, value in attributes.items():
        if isinstance(value, list) and len(value) > 1:
            items = "".join(f"        {_quote(item)},\n" for item in value)
            lines.append(f"    {name} = [\n{items}    ],")
        elif isinstance(value, list):
            lines.append(f"    {name} = [{''.join(map(_quote, value))}],")
        else:
            lines.append(f"    {name} = {_quote(value)},")
    return "\n".join([*lines, ")\n"])


def _quote(value: object) -> str:
    return f'"{value}"'


def format_source(source: Source, data: list[str], deps: list[str]) -> str:
    """Formats the target of one Python file."""
    attributes: dict[str, object] = {"name": source.target}
    if source.rule == "py_test":
        attributes["size"] = "large"
        attributes["srcs"] = [source.path, ":pytest_main"]
        attributes["args"] = [source.path]
        attributes["main"] = "pytest_main.py"
    else:
        attributes["srcs"] = [source.path]
    if source.rule == "py_binary":
        attributes["main"] = source.path
    if data:
        attributes["data"] = data
    if deps:
        attributes["deps"] = deps
    return format_rule(source.rule, **attributes)


def data_labels(
    source: Source, groups: dict[str, list[str]], modules: dict[str, Source]
) -> list[str]:
    """Returns the labels of what a target reads without importing it."""
    is_test = source.rule == "py_test"
    folder = "tests" if is_test else source.path.rpartition("/")[0]
    labels = [f":{folder}/data_files"] if folder in groups else []
    if is_test:
        labels += [
            f":{one.target}"
            for one in modules.values()
            if one.path.endswith("/conftest.py")
        ]
        labels.append("pyproject.toml")
    return labels


def render(root: Path) -> str:
    """Returns the text of BUILD for the tree under `root`."""
    files = list_files(root)
    sources = [
        Source(path, ast.parse((root / path).read_text("utf-8"), path))
        for path in files
        if path.endswith(".py")
    ]
    modules = {source.module: source for source in sources}
    groups: dict[str, list[str]] = {}
    for path in files:
        if folder := data_folder(path, modules):
            groups.setdefault(folder, []).append(path)
    rules = [
        format_rule("filegroup", name=f"{folder}/data_files", srcs=paths)
        for folder, paths in groups.items()
    ]
    for source in sources:
        deps = [f":{one.target}" for one in dependencies(source, modules)]
        data = data_labels(source, groups, modules)
        rules.append(format_source(source, data, sorted(deps)))
    return HEADER + "".join(rules)


if __name__ == "__main__":
    (ROOT / "BUILD").write_text(render(ROOT), encoding="utf-8")
