"""Directions of what is measured on images: linear models of the latents.

Shen et al. 2020 (arXiv:1907.10786), section 2: a hyperplane in the space of
the latents separates samples with an attribute from those without, and its
normal is the direction that moves the attribute.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import scipy.linalg

# Added to the normal equations, in samples: with as many samples as latents
# they would have no solution.
_RIDGE = 1.0
_SHORTEST = 1e-3


@dataclasses.dataclass(frozen=True)
class Separator:
    """A hyperplane among latents.

    Attributes:
        normal: float64 [M], of unit length, towards larger values.
        accuracy: share of held-out samples that lie on the right side of it.
    """

    normal: np.ndarray
    accuracy: float


def fit(
    latents: np.ndarray,
    values: np.ndarray,
    groups: np.ndarray,
    *,
    held_out: int,
) -> Separator | None:
    """Fits a linear model of values and tries it on held-out samples.

    Differs from the paper: least squares of the values themselves, in the
    place of a support vector machine between the samples with the highest and
    the lowest. Of normal latents, where values depend on one direction alone,
    both have the same normal in the limit of many samples. Samples are
    compared within groups: of labels and categories, which directions do not
    change, the model takes the mean away.

    Args:
        latents: float64 [N, M], each value of variance 1.
        values: float [N].
        groups: int [N].
        held_out: how many samples, the last ones, are not fitted.

    Returns:
        None where the values do not differ within the groups.
    """
    fitted = slice(0, len(latents) - held_out)
    tried = slice(len(latents) - held_out, None)
    x = latents - _group_means(latents, groups, fitted)
    y = values - _group_means(values, groups, fitted)
    gram = x[fitted].T @ x[fitted] + _RIDGE * np.eye(x.shape[1])
    weights = scipy.linalg.solve(gram, x[fitted].T @ y[fitted], assume_a="pos")
    length = np.linalg.norm(weights)
    if not length > 0.0 or not y[tried].any():
        return None
    normal = weights / length
    accuracy = measure_accuracy(
        normal, latents, values, groups, held_out=held_out
    )
    return Separator(normal, accuracy)


def measure_accuracy(
    normal: np.ndarray,
    latents: np.ndarray,
    values: np.ndarray,
    groups: np.ndarray,
    *,
    held_out: int,
) -> float:
    """Returns the share of held-out samples on the right side of a hyperplane.

    A sample is there if it is above the median of its group, both in value and
    along the normal, or below in both. By chance half of them are.

    Args:
        normal: float [M], of the hyperplane.
        latents, values, groups, held_out: as `fit` takes them.
    """
    fitted = slice(0, len(latents) - held_out)
    is_right = _is_above(values, groups, fitted) == _is_above(
        latents @ normal, groups, fitted
    )
    return float(is_right[len(latents) - held_out :].mean())


def make_independent(
    normal: np.ndarray, others: Sequence[np.ndarray]
) -> np.ndarray | None:
    """Returns the part of a direction that leaves others as they are.

    Conditional manipulation, Shen et al. 2020, section 2.3: the direction less
    its projection on the span of the others.

    Args:
        normal: float [M], of unit length.
        others: float [M] each.

    Returns:
        float64 [M] of unit length; None if next to nothing is left.
    """
    if not others:
        return normal
    basis = scipy.linalg.orth(np.stack(others, 1))
    rest = normal - basis @ (basis.T @ normal)
    length = np.linalg.norm(rest)
    return rest / length if length > _SHORTEST else None


def _group_means(
    rows: np.ndarray, groups: np.ndarray, fitted: slice
) -> np.ndarray:
    """Returns, for each row, the mean of its group's fitted rows."""
    means = np.zeros_like(rows, float)
    overall = rows[fitted].mean(axis=0)
    for group in np.unique(groups):
        members = groups == group
        some = rows[fitted][members[fitted]]
        means[members] = some.mean(axis=0) if len(some) else overall
    return means


def _is_above(
    values: np.ndarray, groups: np.ndarray, fitted: slice
) -> np.ndarray:
    """Whether each value is above the median of its group's fitted ones."""
    above = np.zeros(len(values), bool)
    for group in np.unique(groups):
        members = groups == group
        some = values[fitted][members[fitted]]
        median = np.median(some if len(some) else values[fitted])
        above[members] = values[members] > median
    return above
