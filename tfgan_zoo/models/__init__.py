"""The architectures: each file of this folder is one, by its own name."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import Any

from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN


def names() -> list[str]:
    """Returns the names of the architectures, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def get(name: str) -> Any:
    """Returns an architecture's `GAN` subclass.

    Raises:
        ValueError: no architecture has that name.
    """
    module = _module(name)
    (found,) = (
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, GAN) and member.__module__ == module.__name__
    )
    return found


def recipe(name: str) -> Recipe:
    """Returns an architecture's published settings.

    Raises:
        ValueError: no architecture has that name.
    """
    return _module(name).RECIPE


def _module(name: str) -> ModuleType:
    if name not in names():
        near = difflib.get_close_matches(name, names(), 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(
            f"`model` must be one of: {', '.join(names())}. "
            f"Received: {name}.{hint}"
        )
    return importlib.import_module(f"{__name__}.{name}")
