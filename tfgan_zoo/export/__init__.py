"""Exports: SavedModel, TFLite, and the proof that they agree.

`export(gan, folder)` writes one of any trained GAN. Names are loaded when first
used, as the modules here bring TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "Export": "exporter",
    "ExportError": "proof",
    "export": "api",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"tfgan_zoo.export.{_HOMES[name]}")
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
