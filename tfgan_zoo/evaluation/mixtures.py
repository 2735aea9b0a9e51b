"""Which modes of a known mixture generated points reach."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tfgan_zoo.evaluation import classes

# Lin et al. 2018 (arXiv:1712.04086), section 4.1, judge so many samples.
SAMPLES = 2500
_DEVIATIONS = 3.0


class Coverage(NamedTuple):
    """How points cover the modes of a mixture.

    Attributes:
        modes_reached: modes with at least one point of high quality.
        high_quality: share of the points that are of high quality, in [0, 1].
        reverse_kl: of the points' distribution over the modes from the
            uniform one, in nats: 0 for equal shares, log K for a single mode
            of K; NaN if no point is of high quality.
    """

    modes_reached: int
    high_quality: float
    reverse_kl: float


def coverage(
    points: np.ndarray, modes: np.ndarray, *, stddev: float
) -> Coverage:
    """Measures mode collapse as Srivastava et al. and Lin et al. do.

    VEEGAN (2017, arXiv:1705.07761), section 4, and PacGAN (2018,
    arXiv:1712.04086), section 4.1: a point is of high quality if it lies
    within three standard deviations of its nearest mode. As in the authors'
    code, fjxmlzn/PacGAN, only such points count for the distribution over the
    modes, p: the reverse KL divergence is sum over k of p_k log(p_k K).

    Args:
        points: float [N, D], N at least 1; one that is not finite is of low
            quality.
        modes: float [K, D], all equally likely.
        stddev: of each mode, along each axis.

    Raises:
        ValueError: there are no points, or `points` and `modes` are not of
            one dimension.
    """
    _check(points, modes)
    offsets = points[:, np.newaxis].astype(np.float64) - modes  # [N, K, D]
    distances = np.sqrt(np.sum(np.square(offsets), axis=-1))
    good = np.min(distances, axis=1) < _DEVIATIONS * stddev
    nearest = np.argmin(distances, axis=1)
    reached = classes.modes(nearest[good], len(modes))
    return Coverage(
        modes_reached=reached.reached,
        high_quality=float(np.mean(good)),
        reverse_kl=reached.reverse_kl,
    )


def _check(points: np.ndarray, modes: np.ndarray) -> None:
    if points.ndim != 2 or modes.ndim != 2 or not len(points):
        raise ValueError(
            "`points` must be of shape [N, D], N at least 1, and `modes` "
            f"[K, D]. Received: {points.shape} and {modes.shape}."
        )
    if points.shape[1] != modes.shape[1]:
        raise ValueError(
            "`points` and `modes` must have as many coordinates. "
            f"Received: {points.shape[1]} and {modes.shape[1]}."
        )
