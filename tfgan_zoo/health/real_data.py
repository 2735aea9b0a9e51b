"""Real samples that generated ones are compared with."""

from __future__ import annotations

import dataclasses
from typing import Callable, NamedTuple

import numpy as np

# uint8 [N, H, W, C], or points float32 [N, D] -> features float [N, F], and
# each one's class, or -1, int [N], or None.
Features = Callable[[np.ndarray], tuple[np.ndarray, "np.ndarray | None"]]


class RealBatch(NamedTuple):
    """Some real samples.

    Attributes:
        samples: uint8 [N, H, W, C], or points float32 [N, D].
        labels: integers [N], or None.
        sources: uint8 [N, H, W, C] that a generator is to make the samples of,
            or None where the data have none.
    """

    samples: np.ndarray
    labels: np.ndarray | None = None
    sources: np.ndarray | None = None


@dataclasses.dataclass(frozen=True)
class RealData:
    """Real samples to examine by.

    Attributes:
        read: (number of the examination, count) -> training samples, others
            each time.
        read_held_out: the same of samples that were not trained on, or None.
        features: of samples, or None.
        num_classes: that `features` tells apart; 0 if none.
        is_paired: whether a sample is what its source is to become.
    """

    read: Callable[[int, int], RealBatch]
    read_held_out: Callable[[int, int], RealBatch] | None = None
    features: Features | None = None
    num_classes: int = 0
    is_paired: bool = True
