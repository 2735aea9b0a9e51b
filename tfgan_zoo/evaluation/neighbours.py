"""Scores from nearest neighbours, block by block, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tfgan_zoo.evaluation import arrays, linear

# Of one block of squared distances, in float64.
_BLOCK_BYTES = 16 * 2**20
RECALL_NEAREST, COVERAGE_NEAREST = 3, 5
_BOTH_NEAREST = (RECALL_NEAREST, COVERAGE_NEAREST)


class Neighbourhood(NamedTuple):
    """How generated samples lie among the real ones.

    Attributes:
        precision: share of the generated samples within a real one's ball,
            which reaches to its kth nearest real one.
        recall: share of the real samples within a generated one's ball.
        density: how many real balls a generated sample lies in, over k; above
            1 where real samples are dense.
        coverage: share of the real balls that hold a generated sample.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def neighbourhood(
    real: np.ndarray,
    fake: np.ndarray,
    *,
    recall_nearest: int = RECALL_NEAREST,
    coverage_nearest: int = COVERAGE_NEAREST,
    real_balls: np.ndarray | None = None,
) -> Neighbourhood:
    """Returns improved precision and recall, density and coverage.

    Kynkaanniemi et al. 2019 (arXiv:1904.06991), equations 1 and 2, and Naeem
    et al. 2020 (arXiv:2002.09797), equations 3 and 4.

    Args:
        real, fake: features [N, D] and [M, D].
        recall_nearest: k of precision and recall.
        coverage_nearest: k of density and coverage.
        real_balls: the result of `balls` for the real features and both k, in
            that order, if it is known already.

    Raises:
        ValueError: the features are not finite arrays of that shape, or a k is
            below 1 or not below the number of rows.
    """
    nearest = (recall_nearest, coverage_nearest)
    if min(nearest) < 1:
        raise ValueError(
            "`recall_nearest` and `coverage_nearest` must be at least 1. "
            f"Received: {min(nearest)}."
        )
    real, fake = arrays.pair(real, fake, least=max(nearest) + 1)
    recall_balls, coverage_balls = (
        balls(real, nearest) if real_balls is None else real_balls
    )
    (fake_balls,) = balls(fake, (recall_nearest,))
    real, fake = _centred(real, fake)
    in_real = np.zeros(len(fake), bool)
    recalled, covered, in_balls = [], [], 0
    for rows, squares in _blocks(real, fake):
        in_real |= (squares <= recall_balls[rows, np.newaxis]).any(axis=0)
        recalled.append((squares <= fake_balls).any(axis=1))
        inside = squares <= coverage_balls[rows, np.newaxis]
        covered.append(inside.any(axis=1))
        in_balls += int(np.count_nonzero(inside))
    return Neighbourhood(
        precision=float(in_real.mean()),
        recall=float(np.concatenate(recalled).mean()),
        density=in_balls / (coverage_nearest * len(fake)),
        coverage=float(np.concatenate(covered).mean()),
    )


class Nearest(NamedTuple):
    """The nearest reference of each query.

    Attributes:
        indices: int64 [N], of the references.
        distances: float64 [N], Euclidean.
    """

    indices: np.ndarray
    distances: np.ndarray


def nearest(queries: np.ndarray, references: np.ndarray) -> Nearest:
    """Finds the nearest of `references` for each of `queries`.

    Args:
        queries: features [N, D].
        references: features [M, D].

    Raises:
        ValueError: they are no such arrays, not finite, or empty.
    """
    references, queries = arrays.pair(references, queries)
    references, queries = _centred(references, queries)
    indices, squares = [], []
    for _, block in _blocks(queries, references):
        columns = block.argmin(axis=1)
        indices.append(columns)
        squares.append(block[np.arange(len(block)), columns])
    return Nearest(np.concatenate(indices), np.sqrt(np.concatenate(squares)))


class Memorisation(NamedTuple):
    """Whether samples are copies of training images.

    Attributes:
        share: of the samples, those nearer to a training image than all but
            one in a hundred of the held-out images are: about 0.01 where
            nothing is copied, 1 where all is.
        distance_ratio: median distance of the samples to their nearest
            training image, over that of the held-out images: about 1, below
            it where samples crowd around training images.
    """

    share: float
    distance_ratio: float


_QUANTILE = 0.01
_ROUNDING = 1e-6


def memorisation(
    training: np.ndarray, held_out: np.ndarray, fake: np.ndarray
) -> Memorisation:
    """Compares samples with images that were not trained on.

    The test of Meehan et al. 2020 (arXiv:2004.05675) in its plainest form:
    both are measured by their distance to the training set.

    Args:
        training, held_out, fake: features [N, D], [M, D] and [K, D].

    Raises:
        ValueError: they are no such arrays, not finite, or empty, or most of
            the held-out ones are among those that were trained on.
    """
    usual = nearest(held_out, training).distances
    to_training = nearest(fake, training).distances
    # So near, rounding leaves of a copy.
    copied = _ROUNDING * float(np.sqrt(np.mean(np.square(training))))
    if np.median(usual) <= copied:
        raise ValueError(
            "`held_out` must hold images that were not trained on. Received: "
            f"{np.mean(usual <= copied):.0%} of them in `training`."
        )
    limit = max(float(np.quantile(usual, _QUANTILE)), copied)
    return Memorisation(
        share=float(np.mean(to_training <= limit)),
        distance_ratio=float(np.median(to_training) / np.median(usual)),
    )


def _centred(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, ...]:
    """Far from 0, squares would leave few digits for their differences."""
    mean = first.mean(axis=0)
    centred = first - mean
    return centred, centred if second is first else second - mean


def balls(
    rows: np.ndarray, nearest: tuple[int, ...] = _BOTH_NEAREST
) -> np.ndarray:
    """Returns squared distances to the kth nearest other row.

    Args:
        rows: features [N, D], N above each k.
        nearest: each k.

    Returns:
        float64 [len(nearest), N].
    """
    rows, _ = arrays.pair(rows, rows, least=max(nearest) + 1)
    rows, _ = _centred(rows, rows)
    count = max(nearest) + 1  # the row itself is among them
    nearest_squares = []
    for _, squares in _blocks(rows, rows):
        squares.partition(count - 1, axis=1)
        nearest_squares.append(np.sort(squares[:, :count], axis=1))
    return np.concatenate(nearest_squares)[:, list(nearest)].T


def _blocks(
    rows: np.ndarray, columns: np.ndarray
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yields squared distances [B, M] of rows to all columns, and which."""
    size = max(1, _BLOCK_BYTES // (8 * len(columns)))
    lengths = np.einsum("nd,nd->n", columns, columns)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        squares = linear.product(part, columns.T)
        squares *= -2.0
        squares += lengths
        squares += np.einsum("nd,nd->n", part, part)[:, np.newaxis]
        np.maximum(squares, 0.0, out=squares)
        if rows is columns:
            diagonal = np.arange(len(part))
            squares[diagonal, start + diagonal] = 0.0
        yield slice(start, start + size), squares
