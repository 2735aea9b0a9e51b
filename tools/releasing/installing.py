"""Installs a wheel where nothing else is, and draws a first sample by it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.releasing.commands import run

_FIRST_SAMPLE = """
import sys
import tensorflow as tf
import tfgan_zoo
assert tfgan_zoo.__version__ == sys.argv[1], tfgan_zoo.__version__
images = tfgan_zoo.load("conditional_gan-mnist").sample([0], labels=[7])
assert images.shape == (1, 28, 28, 1), images.shape
assert images.std() > 0.0
print(f"a sample by TensorFlow {tf.__version__}")
"""


def require_pythons(pythons: list[str]) -> None:
    """Raises a ValueError if one cannot make environments.

    That a name is on the PATH proves nothing: pyenv's may be there and fail.
    """
    for python in pythons:
        run(python, "-I", "-c", "import ensurepip, venv", folder=Path.cwd())


def draw_sample(python: str, wheel: Path, version: str) -> str:
    """Installs a wheel in a new environment; returns what the sample says.

    Raises:
        ValueError: it does not install, or draws nothing.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(python, "-I", "-m", "venv", folder / "env", folder=Path.cwd())
        installed = folder / "env" / "bin" / "python"
        run(
            installed,
            *("-I", "-m", "pip", "install", "--quiet"),
            *("--disable-pip-version-check", wheel.resolve()),
            folder=folder,
        )
        return run(
            installed, "-I", "-c", _FIRST_SAMPLE, version, folder=folder
        ).strip()
