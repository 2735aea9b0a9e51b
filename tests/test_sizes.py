"""No file of the package has over 300 lines, no function over 50."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAX_FILE, MAX_FUNCTION = 300, 50


def too_large(source: str, path: str) -> Iterator[str]:
    """Yields `path` and `path::function` of what is too large."""
    if len(source.splitlines()) > MAX_FILE:
        yield path
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno is not None
            if node.end_lineno - node.lineno + 1 > MAX_FUNCTION:
                yield f"{path}::{node.name}"


def test_files_and_functions_are_small():
    large = {
        name
        for path in sorted((ROOT / "tfgan_zoo").rglob("*.py"))
        for name in too_large(
            path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        )
    }
    assert sorted(large) == []


@pytest.mark.parametrize(
    ("source", "large"),
    [
        ("x = 1\n" * 300, []),
        ("x = 1\n" * 301, ["f.py"]),
        ("def f():\n" + "    x = 1\n" * 49, []),
        ("class A:\n  def f():\n" + "    x = 1\n" * 50, ["f.py::f"]),
    ],
)
def test_limits_are_those_named(source: str, large: list[str]):
    assert list(too_large(source, "f.py")) == large
