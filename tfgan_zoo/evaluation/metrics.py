"""The metrics by name: what each needs, and what it makes of two sets."""

from __future__ import annotations

import dataclasses
import functools
from typing import Callable

import numpy as np

from tfgan_zoo.data.points import Mixture
from tfgan_zoo.evaluation import (
    classes,
    frechet,
    kernel,
    mixtures,
    neighbours,
    pixels,
)
from tfgan_zoo.evaluation.feature_sets import ROWS, FeatureSet

Values = dict[str, float]


@dataclasses.dataclass
class Comparison:
    """Generated samples beside real ones.

    Attributes:
        real, fake: the sets.
        training: images that the generator was trained on, where `real` are
            others; None where there are none.
        mixture: of points.
        seed: of metrics that draw something themselves.
    """

    real: FeatureSet
    fake: FeatureSet
    training: FeatureSet | None = None
    mixture: Mixture | None = None
    seed: int = 0

    @functools.cached_property
    def neighbourhood(self) -> neighbours.Neighbourhood:
        return neighbours.neighbourhood(
            self.real.features,
            self.fake.features,
            real_balls=self.real.balls,
        )

    @functools.cached_property
    def partners(self) -> FeatureSet:
        """The real samples; of translations, those that they belong to."""
        if not self.fake.has(ROWS):
            return self.real
        return self.real.select(self.fake.arrays[ROWS])

    def pair_labels(self, feature_set: FeatureSet) -> np.ndarray | None:
        """Returns a set's labels, where both sets have some."""
        both_have = self.real.has("labels") and self.fake.has("labels")
        return feature_set.labels if both_have else None


@dataclasses.dataclass(frozen=True)
class Metric:
    """A metric, which gives one value or more.

    Attributes:
        measure: what computes them.
        better: from each value's name to "lower", "higher" or "" where
            neither is better as such.
        needs: of both sets, among "features", "logits", "images"; of the
            real one, "balls"; of both generator and data, "labels"; of the
            data, "training"; of the samples, "per_example", see
            `Fixed.per_example`.
        least: samples that each set must have.
    """

    measure: Callable[[Comparison], Values]
    better: dict[str, str]
    needs: frozenset[str] = frozenset()
    least: int = 2


def _frechet(both: Comparison) -> Values:
    return {
        "frechet_distance": frechet.frechet_distance(
            both.partners.moments, both.fake.moments
        ),
        "frechet_distance_extrapolated": frechet.extrapolated_frechet_distance(
            both.partners.pieces, both.fake.pieces
        ),
    }


def _kernel(both: Comparison) -> Values:
    scores = kernel.kernel_distance(
        both.partners.features,
        both.fake.features,
        paired=both.fake.has(ROWS),
    )
    return {"kernel_distance": scores.value}


def _score(both: Comparison) -> Values:
    return {"classifier_score": classes.classifier_score(both.fake.logits)}


def _precision_recall(both: Comparison) -> Values:
    scores = both.neighbourhood
    return {"precision": scores.precision, "recall": scores.recall}


def _density_coverage(both: Comparison) -> Values:
    scores = both.neighbourhood
    return {"density": scores.density, "coverage": scores.coverage}


def _modes(both: Comparison) -> Values:
    if both.mixture is not None:
        scores = mixtures.coverage(
            both.fake.features,
            both.mixture.modes,
            stddev=both.mixture.stddev,
        )
        return scores._asdict()
    reached, divergence = classes.modes(
        both.fake.predicted, both.fake.logits.shape[1]
    )
    return {"modes_reached": reached, "reverse_kl": divergence}


def _label_accuracy(both: Comparison) -> Values:
    accuracy = classes.label_accuracy(both.fake.predicted, both.fake.labels)
    return {"label_accuracy": accuracy}


def _intra_class(both: Comparison) -> Values:
    distances = classes.intra_class_frechet_distance(
        both.real.features,
        both.real.labels,
        both.fake.features,
        both.fake.labels,
    )
    mean = float(np.mean(list(distances.values())))
    return {"intra_class_frechet_distance": mean}


def _sliced_wasserstein(both: Comparison) -> Values:
    levels = pixels.sliced_wasserstein_distance(
        both.real.images, both.fake.images, seed=both.seed
    )
    mean = float(np.mean(list(levels.values())))
    return {"sliced_wasserstein_distance": mean}


def _ms_ssim(both: Comparison) -> Values:
    fake, real = (
        pixels.ms_ssim_diversity(
            feature_set.images, both.pair_labels(feature_set)
        ).ms_ssim
        for feature_set in (both.fake, both.real)
    )
    return {"ms_ssim": fake, "ms_ssim_excess": fake - real}


def _memorisation(both: Comparison) -> Values:
    assert both.training is not None
    share, ratio = neighbours.memorisation(
        both.training.features, both.real.features, both.fake.features
    )
    return {"memorised_share": share, "training_distance_ratio": ratio}


def _per_example(name: str) -> Metric:
    """Returns the metric that is the mean of a value of each sample."""

    def measure(both: Comparison) -> Values:
        return {name: float(np.mean(both.fake.arrays[name]))}

    way = _HIGHER if name in (PSNR, SSIM) else _LOWER
    return Metric(measure, {name: way}, frozenset({PER_EXAMPLE}))


# Of generators that take images.
PER_EXAMPLE = "per_example"
L1, PSNR, SSIM, CYCLE_ERROR = "l1", "psnr", "ssim", "cycle_error"
# The one value that points of a mixture have and images have not.
OF_MIXTURES = "high_quality"
_LOWER, _HIGHER, _NEITHER = "lower", "higher", ""
_NEIGHBOURS_LEAST = neighbours.COVERAGE_NEAREST + 1


def _metric(
    measure: Callable[[Comparison], Values],
    better: dict[str, str],
    *needs: str,
    least: int = 2,
) -> Metric:
    return Metric(measure, better, frozenset(needs), least)


METRICS: dict[str, Metric] = {
    **{name: _per_example(name) for name in (L1, PSNR, SSIM, CYCLE_ERROR)},
    "frechet_distance": _metric(
        _frechet,
        {
            "frechet_distance": _LOWER,
            "frechet_distance_extrapolated": _LOWER,
        },
        least=frechet.LEAST_TO_EXTRAPOLATE,
    ),
    "kernel_distance": _metric(
        _kernel, {"kernel_distance": _LOWER}, "features"
    ),
    "classifier_score": _metric(
        _score, {"classifier_score": _HIGHER}, "features", "logits"
    ),
    "precision_recall": _metric(
        _precision_recall,
        {"precision": _HIGHER, "recall": _HIGHER},
        "features",
        "balls",
        least=_NEIGHBOURS_LEAST,
    ),
    "density_coverage": _metric(
        _density_coverage,
        {"density": _HIGHER, "coverage": _HIGHER},
        "features",
        "balls",
        least=_NEIGHBOURS_LEAST,
    ),
    "modes": _metric(
        _modes,
        {
            "modes_reached": _HIGHER,
            OF_MIXTURES: _HIGHER,
            "reverse_kl": _LOWER,
        },
        "features",
        "logits",
    ),
    "label_accuracy": _metric(
        _label_accuracy,
        {"label_accuracy": _HIGHER},
        "features",
        "logits",
        "labels",
    ),
    "intra_class_frechet_distance": _metric(
        _intra_class,
        {"intra_class_frechet_distance": _LOWER},
        "features",
        "labels",
    ),
    "sliced_wasserstein_distance": _metric(
        _sliced_wasserstein,
        {"sliced_wasserstein_distance": _LOWER},
        "images",
    ),
    "ms_ssim": _metric(
        _ms_ssim, {"ms_ssim": _NEITHER, "ms_ssim_excess": _LOWER}, "images"
    ),
    "memorisation": _metric(
        _memorisation,
        {"memorised_share": _LOWER, "training_distance_ratio": _NEITHER},
        "features",
        "training",
    ),
}
# Left out unless asked for: they need images kept, or further ones judged.
SLOW = ("sliced_wasserstein_distance", "ms_ssim", "memorisation")
# Of points, whose coordinates are their features.
OF_POINTS = (
    "frechet_distance",
    "kernel_distance",
    "precision_recall",
    "density_coverage",
    "modes",
)


def better() -> dict[str, str]:
    """Returns which way each value is better, by its name."""
    return {
        name: way
        for metric in METRICS.values()
        for name, way in metric.better.items()
    }


def needs(names: list[str]) -> set[str]:
    """Returns what metrics need of the sets, see `Metric.needs`."""
    return set().union(*(METRICS[name].needs for name in names))
