"""Metrics measured on sets of samples, repeat by repeat."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from tfgan_zoo.evaluation.choice import is_asked_for
from tfgan_zoo.evaluation.feature_sets import FeatureSet
from tfgan_zoo.evaluation.metrics import METRICS, PER_EXAMPLE, Comparison
from tfgan_zoo.evaluation.reference import Reference
from tfgan_zoo.evaluation.settings import Settings

# More classes are not listed one by one.
_MOST_SHARES = 100


@dataclasses.dataclass
class Measurements:
    """What has been measured so far.

    Attributes:
        values: of each repeat, by name.
        left_out: why a metric cannot be computed, by its name.
        per_example: see `Fixed.per_example`.
    """

    values: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    left_out: dict[str, str] = dataclasses.field(default_factory=dict)
    per_example: Mapping[str, np.ndarray] = dataclasses.field(
        default_factory=dict
    )

    def leave_out(self, name: str, why: str) -> None:
        """Leaves a metric out, so that the others are not lost with it."""
        self.left_out[name] = why
        for key in METRICS[name].better:
            self.values.pop(key, None)

    def add_halves(self, halves: Measurements) -> None:
        """Adds what was measured of halves to what was of the whole."""
        for key, values in halves.values.items():
            if key in self.values:
                self.values[key] += values


def measure(
    fake: FeatureSet,
    reference: Reference,
    settings: Settings,
    names: list[str],
    measured: Measurements,
) -> None:
    """Measures a set of samples, and adds the values to `measured`.

    Raises:
        ValueError: a metric that was asked for cannot be computed.
    """
    both = Comparison(
        reference.real,
        fake,
        reference.training,
        reference.mixture,
        settings.seed,
    )
    for name in names:
        if name in measured.left_out:
            continue
        try:
            values = METRICS[name].measure(both)
        except ValueError as error:
            if is_asked_for(settings):
                raise
            measured.leave_out(name, str(error))
            continue
        for key, value in values.items():
            measured.values.setdefault(key, []).append(float(value))


def count_classes(fake: FeatureSet) -> np.ndarray:
    """Returns how many samples are classified as each class, int64 [K]."""
    return np.bincount(fake.predicted, minlength=fake.logits.shape[1])


def class_shares(
    counts: list[np.ndarray], reference: Reference
) -> dict[str, float]:
    """Returns the share of the samples in each class, by its name."""
    if not counts or len(counts[0]) > _MOST_SHARES:
        return {}
    total = np.sum(counts, axis=0)
    known = reference.network.class_names
    names = known or [str(number) for number in range(len(total))]
    return dict(zip(names, (total / total.sum()).tolist()))


def measure_training(
    reference: Reference, names: list[str], settings: Settings
) -> dict[str, float]:
    """Returns the values of training images, in the place of samples."""
    if not reference.with_reference or reference.training is None:
        return {}
    rows = np.arange(min(settings.count, reference.training.count))
    training_names = [
        name
        for name in names
        if not METRICS[name].needs & {"training", PER_EXAMPLE}
    ]
    measured = Measurements()
    measure(
        reference.training.select(rows),
        reference,
        settings,
        training_names,
        measured,
    )
    return {name: value for name, (value,) in measured.values.items()}
