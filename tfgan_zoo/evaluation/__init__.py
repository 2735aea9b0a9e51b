"""Evaluation: distances as functions of arrays, and networks to feed them."""

from tfgan_zoo.evaluation.classes import (
    classifier_score,
    intra_class_frechet_distance,
    label_accuracy,
    modes,
)
from tfgan_zoo.evaluation.frechet import (
    FewSamplesWarning,
    extrapolated_frechet_distance,
    frechet_distance,
)
from tfgan_zoo.evaluation.kernel import kernel_distance
from tfgan_zoo.evaluation.mixtures import coverage
from tfgan_zoo.evaluation.moments import Moments
from tfgan_zoo.evaluation.neighbours import (
    memorisation,
    nearest,
    neighbourhood,
)
from tfgan_zoo.evaluation.pixels import (
    ms_ssim_diversity,
    sliced_wasserstein_distance,
)

__all__ = [
    "FewSamplesWarning",
    "Moments",
    "classifier_score",
    "coverage",
    "extrapolated_frechet_distance",
    "frechet_distance",
    "intra_class_frechet_distance",
    "kernel_distance",
    "label_accuracy",
    "memorisation",
    "modes",
    "ms_ssim_diversity",
    "nearest",
    "neighbourhood",
    "sliced_wasserstein_distance",
]
