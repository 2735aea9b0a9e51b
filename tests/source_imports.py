"""What a Python file imports, read from its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Import:
    """One imported name: a.b for `from a import b`, a.* for every file in a."""

    name: str
    line: int
    in_function: bool


def imports(source: str, package: str) -> list[Import]:
    """Lists the imports of a file that lies in `package`, "" for the root."""
    tree = ast.parse(source)
    nodes = list(_walk(tree, in_function=False))
    found = [
        Import(name, node.lineno, in_function)
        for node, in_function in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in _names(node, package)
    ]
    if any(_is_call_of_importer(node) for node, _ in nodes):
        found += [
            Import(_name_in_text(node, package), node.lineno, in_function)
            for node, in_function in nodes
            if isinstance(node, (ast.Constant, ast.JoinedStr))
        ]
    return [one for one in found if one.name]


def _walk(node: ast.AST, *, in_function: bool) -> Iterator:
    for child in ast.iter_child_nodes(node):
        yield child, in_function
        is_function = isinstance(
            child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        )
        yield from _walk(child, in_function=in_function or is_function)


def _names(node: ast.Import | ast.ImportFrom, package: str) -> list[str]:
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.Import):
        return names
    base = [node.module] if node.module else []
    if node.level:
        parents = package.split(".")
        base = parents[: len(parents) - node.level + 1] + base
    return [".".join([*base, name]) for name in names]


def _is_call_of_importer(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
        ("import_module", "importorskip")
    )


def _name_in_text(node: ast.Constant | ast.JoinedStr, package: str) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    text = ast.unparse(node)[2:-1]
    for own in ("{__name__}.", "{__package__}."):
        text = text.replace(own, f"{package}.")
    folder, has_dot, rest = text.partition(".{")
    return f"{folder}.*" if has_dot and rest.endswith("}") else ""
