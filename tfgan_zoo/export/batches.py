"""Any number of rows, some at a time: flat memory beside the result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import memory


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
            result = memory.allocate((len(rows), *made.shape[1:]), made.dtype)
        result[part] = made
    return result


def _batches(
    rows: np.ndarray, labels: np.ndarray | None, size: int
) -> Iterator[tuple[slice, tf.Tensor, tf.Tensor | None]]:
    for start in range(0, len(rows), size):
        part = slice(start, min(start + size, len(rows)))
        some = None if labels is None else tf.constant(labels[part])
        yield part, tf.constant(rows[part]), some
