"""The kernel distance, KID: unbiased, with an error bar."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tfgan_zoo.evaluation import arrays, linear

BLOCK_SIZE = 1000


class KernelDistance(NamedTuple):
    """A kernel distance.

    Attributes:
        value: around 0, on either side, for equal distributions.
        standard_error: of the value, from the spread of the blocks; NaN of a
            single block, which has none.
    """

    value: float
    standard_error: float


def kernel_distance(
    real: np.ndarray,
    fake: np.ndarray,
    *,
    block_size: int = BLOCK_SIZE,
    paired: bool = False,
) -> KernelDistance:
    """Returns the kernel distance (KID) with its standard error.

    Binkowski et al. 2018 (arXiv:1801.01401), section 4: the unbiased estimator
    of the squared maximum mean discrepancy with k(x, y) = (x y / D + 1)^3,
    averaged over blocks that share no row, which bounds the memory.

    Args:
        real, fake: features [N, D] and [M, D], in random order.
        block_size: rows of each set per block; smaller sets are one block. The
            rows that do not fill a block are left out.
        paired: whether rows at the same place belong together, as an image and
            its target do. They are then not compared with each other, which
            keeps the estimate unbiased (Gretton et al. 2012, JMLR 13, eq. 4).

    Raises:
        ValueError: the features are not finite arrays of that shape, a set has
            fewer than two rows, or `block_size` is below 2.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> real, fake = rng.standard_normal((2, 500, 8))
        >>> kernel_distance(real, fake + 1.0, block_size=100).value > 1.0
        True
    """
    real, fake = arrays.pair(real, fake, least=2)
    if block_size < 2:
        raise ValueError(
            f"`block_size` must be at least 2. Received: {block_size}."
        )
    shortest = min(len(real), len(fake))
    size = min(block_size, shortest)
    values = [
        _discrepancy(
            real[start : start + size], fake[start : start + size], paired
        )
        for start in range(0, shortest - size + 1, size)
    ]
    error = float("nan")
    if len(values) > 1:
        error = float(np.std(values, ddof=1) / np.sqrt(len(values)))
    return KernelDistance(float(np.mean(values)), error)


def _discrepancy(real: np.ndarray, fake: np.ndarray, paired: bool) -> float:
    kernels = (_kernel(features, features) for features in (real, fake))
    within = map(_mean_off_diagonal, kernels)
    between = _kernel(real, fake)
    mean = _mean_off_diagonal(between) if paired else between.mean()
    return float(sum(within) - 2.0 * mean)


def _kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (linear.product(a, b.T) / a.shape[1] + 1.0) ** 3


def _mean_off_diagonal(square: np.ndarray) -> float:
    count = len(square)
    return (square.sum() - np.trace(square)) / (count * (count - 1))
