"""Exports: SavedModel, TFLite, and the proof that they agree.

`export(gan, folder)` writes one of any trained GAN. Names are loaded when first
used, as the modules here bring TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfgan_zoo.export.api import export as export
    from tfgan_zoo.export.comparison import ExportError as ExportError
    from tfgan_zoo.export.exporter import Export as Export
    from tfgan_zoo.export.tflite_metadata import (
        read_tflite_metadata as read_tflite_metadata,
    )
    from tfgan_zoo.export.tflite_settings import (
        TFLiteSettings as TFLiteSettings,
    )

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
