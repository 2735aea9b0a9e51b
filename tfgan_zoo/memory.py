"""Whether a result fits into this machine's memory."""

from __future__ import annotations

import math
import os

import numpy as np

_GIGABYTE = 1e9


def require(rows: int, size: int) -> None:
    """Checks that a result fits into this machine's memory.

    Linux would hand it out all the same, and end the process later.

    Args:
        rows: how many.
        size: bytes of them all.

    Raises:
        MemoryError: it does not.
    """
    memory = _total_bytes()
    if memory and size > memory:
        raise MemoryError(
            "A result must fit into this machine's memory, "
            f"{memory / _GIGABYTE:.1f} GB; take it in parts, or write shards "
            "by tfgan-sample --output=FOLDER/. "
            f"Received: {rows:,} rows, {size / _GIGABYTE:,.1f} GB."
        )


def allocate(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Returns an array for a result, whose values are anything.

    Raises:
        MemoryError: see `require`.
    """
    require(shape[0], math.prod(shape) * dtype.itemsize)
    return np.empty(shape, dtype)


def _total_bytes() -> int:
    """Returns the bytes of this machine's memory, 0 if unknown."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not on every system
        return 0
