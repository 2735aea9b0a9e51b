"""Means and covariances of features that never are in memory all at once."""

from __future__ import annotations

import numpy as np

from tfgan_zoo.evaluation import arrays, linear


class Moments:
    """Count, mean and covariance of rows, in float64.

    Rows come in parts, and moments of parts can be added up: the result is
    that of all rows together, but for rounding (Chan et al. 1979, equations
    2.1). Memory does not grow with their number.

    Attributes:
        count: rows.
        mean: float64 [D].
    """

    def __init__(self, width: int) -> None:
        self.count = 0
        self.mean = np.zeros([width])
        self._squares = np.zeros([width, width])  # of deviations, summed

    @classmethod
    def of(cls, features: np.ndarray) -> Moments:
        """Returns the moments of features [N, D].

        Raises:
            ValueError: see `add`.
        """
        moments = cls(np.shape(features)[-1] if np.ndim(features) else 0)
        moments.add(features)
        return moments

    @property
    def covariance(self) -> np.ndarray:
        """The unbiased one, float64 [D, D].

        Raises:
            ValueError: there are fewer than two rows.
        """
        if self.count < 2:
            raise ValueError(
                "A covariance must be of two rows or more. "
                f"Received: {self.count}."
            )
        return self._squares / (self.count - 1)

    def add(self, features: np.ndarray) -> None:
        """Takes further rows in.

        Args:
            features: [N, D] of any real type.

        Raises:
            ValueError: they are no such array, or not all finite.
        """
        rows = arrays.features(features, width=len(self.mean))
        if not len(rows):
            return
        mean = rows.mean(axis=0)
        deviations = rows - mean
        self._merge(len(rows), mean, linear.gram(deviations))

    def merged(self, other: Moments) -> Moments:
        """Returns the moments of this one's rows and the other's together.

        Raises:
            ValueError: they are of two widths.
        """
        if len(self.mean) != len(other.mean):
            raise ValueError(
                "Moments to merge must be of one width. "
                f"Received: {len(self.mean)} and {len(other.mean)}."
            )
        both = Moments(len(self.mean))
        for part in (self, other):
            both._merge(part.count, part.mean, part._squares)
        return both

    def _merge(self, count: int, mean: np.ndarray, squares: np.ndarray) -> None:
        total = self.count + count
        if not count:
            return
        shift = mean - self.mean
        weight = self.count * count / total
        self._squares = self._squares + squares
        self._squares += weight * np.outer(shift, shift)
        self.mean = self.mean + shift * (count / total)
        self.count = total
