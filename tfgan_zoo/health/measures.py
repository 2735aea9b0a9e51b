"""What a batch of samples tells beside real ones: functions of arrays."""

from __future__ import annotations

import dataclasses

import numpy as np

# Nearer than this share of the median distance of real neighbours is a copy.
_COPY = 0.5
_SATURATED = 0.98


def flat(samples: np.ndarray) -> np.ndarray:
    """Returns float32 [N, D]: pixels in [-1, 1], or points as they are."""
    rows = samples.reshape(len(samples), -1).astype(np.float32)
    return rows / 127.5 - 1.0 if samples.dtype == np.uint8 else rows


def distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Returns Euclidean distances float64 [N, M] of rows [N, D] and [M, D]."""
    squares = (
        np.square(first).sum(axis=1, dtype=np.float64)[:, np.newaxis]
        + np.square(second).sum(axis=1, dtype=np.float64)
        - 2.0 * (first @ second.T)
    )
    return np.sqrt(np.maximum(squares, 0.0))


def mean_pair(square: np.ndarray) -> float:
    """Returns the mean of distances [N, N] of different rows."""
    count = len(square)
    return float(square.sum() / (count * (count - 1)))


def to_nearest(square: np.ndarray) -> np.ndarray:
    """Returns each row's distance to the nearest other one, [N]."""
    return np.where(np.eye(len(square), dtype=bool), np.inf, square).min(axis=1)


def separation(high: np.ndarray, low: np.ndarray) -> float:
    """Returns how often one of `high` is above one of `low`; ties count half.

    The area under the ROC curve: 0.5 where nothing tells them apart.
    """
    above = high[:, np.newaxis] - low
    return float(np.mean(above > 0) + 0.5 * np.mean(above == 0))


@dataclasses.dataclass(frozen=True, eq=False)
class Reference:
    """Real samples in some space, measured once.

    Attributes:
        rows: float32 [N, D].
        pair: mean distance of two of them.
        nearest: median distance to the nearest other one.
    """

    rows: np.ndarray
    pair: float
    nearest: float

    @classmethod
    def of(cls, rows: np.ndarray) -> Reference:
        """Measures rows, float [N, D], N at least 2."""
        square = distances(rows, rows)
        return cls(
            rows, mean_pair(square), float(np.median(to_nearest(square)))
        )


def spread(rows: np.ndarray, real: Reference) -> float:
    """Returns the mean distance of two samples, of that of two real ones."""
    return ratio(mean_pair(distances(rows, rows)), real.pair)


def duplicates(rows: np.ndarray, real: Reference) -> float:
    """Returns the share of samples with a near copy among the others.

    After the birthday paradox test of Arora and Zhang 2018 (arXiv:1706.08224),
    with a distance for the eye: half the median distance of a real sample to
    its nearest neighbour.
    """
    nearest = to_nearest(distances(rows, rows))
    return float(np.mean(nearest < _COPY * real.nearest))


def similarity(rows: np.ndarray, real: Reference) -> float:
    """Returns the mean cosine of two samples, as seen from the real mean."""
    centred = rows - real.rows.mean(axis=0)
    norms = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = centred / np.maximum(norms, 1e-12)
    return mean_pair(unit @ unit.T - np.eye(len(unit)))


def energy_distance(rows: np.ndarray, real: Reference) -> float:
    """How far samples are from real ones: 0 if alike, at most 1.

    The coefficient of inhomogeneity of Szekely and Rizzo 2013 (Energy
    statistics, section 3), without bias by the number of samples.
    """
    between = 2.0 * float(distances(rows, real.rows).mean())
    within = mean_pair(distances(rows, rows)) + real.pair
    return ratio(between - within, between)


def saturation(samples: np.ndarray) -> float:
    """Returns the share of values at an end of [-1, 1]."""
    return float(np.mean(np.abs(flat(samples)) > _SATURATED))


def sharpness(images: np.ndarray) -> float:
    """Returns the mean absolute Laplacian of images [N, H, W, C], per contrast.

    Contrast is the mean standard deviation within an image, so that pale
    images are not blurred for that.
    """
    x = images.astype(np.float32).mean(axis=-1)
    inner = x[:, 1:-1, 1:-1]
    around = x[:, :-2, 1:-1] + x[:, 2:, 1:-1] + x[:, 1:-1, :-2] + x[:, 1:-1, 2:]
    contrast = float(x.std(axis=(1, 2)).mean())
    return ratio(float(np.abs(around - 4.0 * inner).mean()), contrast)


def contrast(images: np.ndarray) -> float:
    """Returns the mean standard deviation within an image, in [0, 1]."""
    return float(images.astype(np.float32).std(axis=(1, 2)).mean() / 127.5)


def ratio(part: float, whole: float) -> float:
    """Returns `part` over `whole`; 0 where `whole` is."""
    return float(part) / whole if whole > 0.0 else 0.0
