"""Evaluation: distances as functions of arrays, and networks to feed them.

Names are loaded when first used: most of the functions need no TensorFlow, and
whoever measures another framework's samples need not wait for it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfgan_zoo.evaluation.classes import (
        classifier_score as classifier_score,
    )
    from tfgan_zoo.evaluation.classes import (
        intra_class_frechet_distance as intra_class_frechet_distance,
    )
    from tfgan_zoo.evaluation.classes import label_accuracy as label_accuracy
    from tfgan_zoo.evaluation.classes import modes as modes
    from tfgan_zoo.evaluation.frechet import (
        FewSamplesWarning as FewSamplesWarning,
    )
    from tfgan_zoo.evaluation.frechet import (
        extrapolated_frechet_distance as extrapolated_frechet_distance,
    )
    from tfgan_zoo.evaluation.frechet import (
        frechet_distance as frechet_distance,
    )
    from tfgan_zoo.evaluation.kernel import kernel_distance as kernel_distance
    from tfgan_zoo.evaluation.mixtures import coverage as coverage
    from tfgan_zoo.evaluation.moments import Moments as Moments
    from tfgan_zoo.evaluation.neighbours import memorisation as memorisation
    from tfgan_zoo.evaluation.neighbours import nearest as nearest
    from tfgan_zoo.evaluation.neighbours import neighbourhood as neighbourhood
    from tfgan_zoo.evaluation.pixels import (
        ms_ssim_diversity as ms_ssim_diversity,
    )
    from tfgan_zoo.evaluation.pixels import (
        sliced_wasserstein_distance as sliced_wasserstein_distance,
    )
    from tfgan_zoo.evaluation.targets import l1_distance as l1_distance
    from tfgan_zoo.evaluation.targets import psnr as psnr
    from tfgan_zoo.evaluation.targets import ssim as ssim

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
