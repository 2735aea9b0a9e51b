"""Encoders of a generator: latents of images, which its own images come from.

`train(folder)` trains one, `write` adds it to an export, and
`tfgan_zoo.load(folder).encode(images)` uses it. Names are loaded when first
used, as most modules here bring TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfgan_zoo.encoders.encoding import Encoded as Encoded
    from tfgan_zoo.encoders.settings import RealData as RealData
    from tfgan_zoo.encoders.settings import Training as Training
    from tfgan_zoo.encoders.training import TrainedEncoder as TrainedEncoder
    from tfgan_zoo.encoders.training import train as train
    from tfgan_zoo.encoders.writing import write as write

_HOMES = {
    "Encoded": "encoding",
    "RealData": "settings",
    "TrainedEncoder": "training",
    "Training": "settings",
    "train": "training",
    "write": "writing",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
