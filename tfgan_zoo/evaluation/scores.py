"""What an evaluation returns: scores with their errors."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

# What a protocol has of generators that take images alone.
SOURCES = "sources"


@dataclasses.dataclass(frozen=True)
class Score:
    """A value of a metric.

    Attributes:
        value: the mean over the repeats.
        standard_error: of the mean; None where there was one repeat.
        repeats: of each.
        training: of images that were trained on, in the place of samples:
            what the best generator may have. None where it was not asked for.
    """

    value: float
    standard_error: float | None
    repeats: tuple[float, ...]
    training: float | None = None


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """What an evaluation found, and how.

    Attributes:
        scores: by name.
        class_shares: share of the samples that the network takes for each
            class; empty without classes, or with more than a hundred.
        notes: what to keep in mind with these values.
        protocol: all that the values depend on.
        per_example: of generators that take images, the metrics of each
            image, float [N], by name.
    """

    scores: dict[str, Score]
    class_shares: dict[str, float]
    notes: tuple[str, ...]
    protocol: dict[str, Any]
    per_example: Mapping[str, np.ndarray] = dataclasses.field(
        default_factory=dict
    )


def mean_score(
    values: list[float],
    fixed: bool,
    training: float | None,
    *,
    per_example: np.ndarray | None = None,
) -> Score:
    """Returns the score of the values of repeats.

    Args:
        values: of each repeat.
        fixed: whether the first is of all images and the others of halves.
        training: the same value of training images, or None.
        per_example: values [N] that the first one is the mean of, or None.
    """
    error = None
    repeats = values[1:] if fixed else values
    if per_example is not None:
        error = error_of_mean(per_example)
    elif len(repeats) > 1:
        # A half's spread around the whole is that of the whole around all.
        error = float(np.std(repeats, ddof=1))
        error /= 1.0 if fixed else np.sqrt(len(repeats))
    value = values[0] if fixed else float(np.mean(values))
    return Score(value, error, tuple(values), training)


def error_of_mean(values: np.ndarray) -> float | None:
    """Returns the standard error of a mean, None of a single value."""
    if len(values) < 2:
        return None
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))
