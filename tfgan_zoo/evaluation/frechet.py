"""The Frechet distance between Gaussians that are fitted to features."""

from __future__ import annotations

import warnings

import numpy as np

from tfgan_zoo.evaluation import arrays, linear
from tfgan_zoo.evaluation.moments import Moments

PIECES = 4
LEAST_TO_EXTRAPOLATE = 2 * PIECES
Pieces = list[Moments]


class FewSamplesWarning(UserWarning):
    """A score of fewer samples than it can be trusted with."""


def frechet_distance(
    real: Moments | np.ndarray, fake: Moments | np.ndarray
) -> float:
    """The distance of FID (Heusel et al. 2017, arXiv:1706.08500, eq. 6).

    |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)), where the last trace is the sum
    of the roots of the eigenvalues of L^T C L, L L^T being C': symmetric, so
    none is complex.

    Args:
        real, fake: features [N, D] and [M, D], or their moments.

    Returns:
        The distance, in squared units of the features; 0 for equal sets but
        for rounding. Finite samples make it larger, by about 1 / N.

    Raises:
        ValueError: features that are no arrays of that shape or not finite, or
            fewer than two of them.

    Warns:
        FewSamplesWarning: a set has no more rows than columns, so that its
            covariance is singular.

    Examples:
        >>> real = np.random.default_rng(0).standard_normal((100, 4))
        >>> round(frechet_distance(real, real + 0.5), 6)  # 4 times 0.5^2
        1.0
    """
    real_moments, fake_moments = _moments(real), _moments(fake)
    _require_one_width(real_moments, fake_moments)
    fewest = min(real_moments.count, fake_moments.count)
    width = len(real_moments.mean)
    if fewest <= width:
        warnings.warn(
            f"A Frechet distance of {width} features needs more than {width} "
            f"samples; {fewest} make it too large.",
            FewSamplesWarning,
            stacklevel=2,
        )
    return _distance(real_moments, fake_moments)


def extrapolated_frechet_distance(
    real: np.ndarray | Pieces, fake: np.ndarray | Pieces
) -> float:
    """The Frechet distance of infinitely many samples, as far as can be told.

    As Chong and Forsyth (2020, arXiv:1911.07023, section 4) a line is fitted
    to the distance over 1 / N and read at 0. Differs from the paper: both
    sets are cut alike, so that neither's bias is left, and the sizes are the
    whole, its halves and its quarters, which share their moments; the rows
    must therefore be in random order.

    Args:
        real, fake: features [N, D] and [M, D], or the moments of their
            quarters.

    Returns:
        The distance; around 0, on either side, for equal distributions.

    Raises:
        ValueError: see `frechet_distance`, or a set has fewer than 8 rows.

    Warns:
        FewSamplesWarning: a quarter has no more rows than columns.
    """
    parts = [_pieces(real, "real"), _pieces(fake, "fake")]
    _require_one_width(*(pieces[0] for pieces in parts))
    fewest = min(piece.count for pieces in parts for piece in pieces)
    width = len(parts[0][0].mean)
    if fewest <= width:
        warnings.warn(
            f"An extrapolated Frechet distance of {width} features needs more "
            f"than {PIECES * width} samples; {PIECES * fewest} make it too "
            "large.",
            FewSamplesWarning,
            stacklevel=2,
        )
    counts, distances = [], []
    while True:
        pairs = list(zip(*parts))
        counts.append(len(pairs))
        distances.append(np.mean([_distance(*pair) for pair in pairs]))
        if len(pairs) == 1:
            break
        parts = [_halved(pieces) for pieces in parts]
    # Of n pieces, 1 / N is n times that of the whole, and the mean of n
    # distances has the smaller an error.
    return float(np.polyfit(counts, distances, 1, w=np.sqrt(counts))[1])


def _require_one_width(first: Moments, second: Moments) -> None:
    if first.mean.shape != second.mean.shape:
        raise ValueError(
            "`real` and `fake` must be of one width. "
            f"Received: {len(first.mean)} and {len(second.mean)}."
        )


def _pieces(features: np.ndarray | Pieces, name: str) -> Pieces:
    if isinstance(features, list):
        return features
    rows = arrays.features(features, name=name)
    if len(rows) < LEAST_TO_EXTRAPOLATE:
        raise ValueError(
            f"`{name}` must have at least {LEAST_TO_EXTRAPOLATE} rows. "
            f"Received: {len(rows)}."
        )
    return [Moments.of(part) for part in np.array_split(rows, PIECES)]


def _halved(pieces: Pieces) -> Pieces:
    pairs = zip(pieces[::2], pieces[1::2])
    return [first.merged(second) for first, second in pairs]


def _moments(features: Moments | np.ndarray) -> Moments:
    return features if isinstance(features, Moments) else Moments.of(features)


def _distance(first: Moments, second: Moments) -> float:
    shift = first.mean - second.mean
    a, b = first.covariance, second.covariance
    factor = linear.factor(b)
    product = linear.product(factor.T, linear.product(a, factor))
    squares = linear.eigenvalues(product)
    root_trace = np.sqrt(np.clip(squares, 0.0, None)).sum()
    return float(shift @ shift + np.trace(a) + np.trace(b) - 2.0 * root_trace)
