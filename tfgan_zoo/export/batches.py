"""Any number of rows, some at a time: flat memory beside the result."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from typing import Any, Callable

import numpy as np
import tensorflow as tf

_GIGABYTE = 1e9


def run(
    function: Callable[..., Any],
    rows: np.ndarray,
    labels: np.ndarray | None = None,
    *,
    batch_size: int,
    empty: np.ndarray,
) -> np.ndarray:
    """Returns what a function makes of rows.

    Args:
        function: (tensor [B, ...], labels [B] or None) -> tensor [B, ...].
        rows: [N, ...].
        labels: [N], or None.
        batch_size: B, of all batches but the last.
        empty: [0, ...], returned of no rows.

    Raises:
        MemoryError: the result is larger than this machine's memory.
    """
    result = empty
    for part, batch, some in _batches(rows, labels, batch_size):
        made = np.asarray(function(batch, some))
        if part.start == 0:
            result = _allocate((len(rows), *made.shape[1:]), made.dtype)
        result[part] = made
    return result


def _batches(
    rows: np.ndarray, labels: np.ndarray | None, size: int
) -> Iterator[tuple[slice, tf.Tensor, tf.Tensor | None]]:
    for start in range(0, len(rows), size):
        part = slice(start, min(start + size, len(rows)))
        some = None if labels is None else tf.constant(labels[part])
        yield part, tf.constant(rows[part]), some


def require_memory(rows: int, size: int) -> None:
    """Checks that a result fits into this machine's memory.

    Linux would hand it out all the same, and end the process later.

    Args:
        rows: how many.
        size: bytes of them all.

    Raises:
        MemoryError: it does not.
    """
    memory = _memory()
    if memory and size > memory:
        raise MemoryError(
            "A result must fit into this machine's memory, "
            f"{memory / _GIGABYTE:.1f} GB; take it in parts, or write shards "
            "by tfgan-sample --output=FOLDER/. "
            f"Received: {rows:,} rows, {size / _GIGABYTE:,.1f} GB."
        )


def _allocate(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    require_memory(shape[0], math.prod(shape) * dtype.itemsize)
    return np.empty(shape, dtype)


def _memory() -> int:
    """Returns the bytes of this machine's memory, 0 if unknown."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not on every system
        return 0
