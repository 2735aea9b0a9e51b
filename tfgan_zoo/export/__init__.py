"""Exports: SavedModel, TFLite, and the proof that they agree.

`export(gan, folder)` writes one of any trained GAN. Names are loaded when first
used, as the modules here bring TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import Any

_PATHS = (
    "tfgan_zoo.export.api.export",
    "tfgan_zoo.export.exporter.Export",
    "tfgan_zoo.export.tflite_settings.TFLiteSettings",
    "tfgan_zoo.export.tflite_metadata.read_tflite_metadata",
    "tfgan_zoo.export.comparison.ExportError",
)
_HOMES = {
    name: module
    for module, _, name in (path.rpartition(".") for path in _PATHS)
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
