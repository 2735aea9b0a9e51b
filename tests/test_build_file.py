"""BUILD has a target for each binary, and the packages of setup.py."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Required because other packages forget to: see setup.py.
INDIRECT = {"etils", "importlib-resources"}


def _list(path: str, name: str) -> set[str]:
    """Returns the texts of a list that a file assigns to a name."""
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == name:
            return {
                constant.value
                for constant in ast.walk(node.value)
                if isinstance(constant, ast.Constant)
            }
    raise AssertionError(f"{path} assigns nothing to {name}")


def _packages(texts: set[str]) -> set[str]:
    names = {re.match(r"[\w-]*", text).group() for text in texts}
    return {name.replace("_", "-") for name in names if name}


def test_build_has_the_console_scripts():
    scripts = re.findall(
        r'"tfgan-(\w+) = tfgan_zoo.cli.(\w+):run"',
        (ROOT / "setup.py").read_text("utf-8"),
    )
    assert _list("BUILD", "BINARIES") == {name for name, _ in scripts}


def test_build_has_the_requirements_of_setup_py():
    wanted = _packages(_list("setup.py", "REQUIREMENTS")) - INDIRECT
    assert _list("BUILD", "REQUIREMENTS") == wanted


@pytest.mark.parametrize("name", ["REQUIREMENTS", "TEST_REQUIREMENTS"])
def test_lock_pins_what_build_requires(name):
    lock = (ROOT / "tools/requirements_lock.txt").read_text("utf-8")
    pinned = {
        re.sub(r"[-_.]+", "-", package).lower()
        for package in re.findall(r"^([\w.-]+)==[\w.]+$", lock, re.MULTILINE)
    }
    assert _list("BUILD", name) <= pinned
