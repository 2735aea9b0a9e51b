"""Real samples that generated ones are compared with."""

from __future__ import annotations

import dataclasses
from typing import Callable

import numpy as np

# uint8 [N, H, W, C], or points float32 [N, D] -> features float [N, F], and
# each one's class, or -1, int [N], or None.
Features = Callable[[np.ndarray], tuple[np.ndarray, "np.ndarray | None"]]


@dataclasses.dataclass(frozen=True)
class RealData:
    """Real samples to examine by.

    Attributes:
        read: (number of the examination, count) -> training samples, uint8
            [count, H, W, C] or points float32 [count, D], and labels or None;
            others each time.
        read_held_out: the same of samples that were not trained on, or None.
        features: of samples, or None.
        num_classes: that `features` tells apart; 0 if none.
    """

    read: Callable[[int, int], tuple[np.ndarray, np.ndarray | None]]
    read_held_out: (
        Callable[[int, int], tuple[np.ndarray, np.ndarray | None]] | None
    ) = None
    features: Features | None = None
    num_classes: int = 0
