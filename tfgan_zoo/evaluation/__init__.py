"""Evaluation: distances as functions of arrays, and networks to feed them.

Names are loaded when first used: most of the functions need no TensorFlow, and
whoever measures another framework's samples need not wait for it.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "FewSamplesWarning": "frechet",
    "Moments": "moments",
    "classifier_score": "classes",
    "coverage": "mixtures",
    "extrapolated_frechet_distance": "frechet",
    "frechet_distance": "frechet",
    "intra_class_frechet_distance": "classes",
    "kernel_distance": "kernel",
    "l1_distance": "targets",
    "label_accuracy": "classes",
    "memorisation": "neighbours",
    "modes": "classes",
    "ms_ssim_diversity": "pixels",
    "nearest": "neighbours",
    "neighbourhood": "neighbours",
    "psnr": "targets",
    "sliced_wasserstein_distance": "pixels",
    "ssim": "targets",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_PUBLIC[name]}")
    return getattr(module, name)


def __dir__() -> list[str]:
    return __all__
