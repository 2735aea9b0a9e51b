"""Seeds as people give them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfgan_zoo import memory

FIRST, LAST = -(2**63), 2**63 - 1  # the signature `sample` takes int64


def as_array(seeds: Any) -> np.ndarray:
    """Returns seeds as an array, those that int64 cannot hold refused.

    Args:
        seeds: an integer, or a list, range, array or tensor of them, [N].

    Returns:
        int64 [N]; [1] of a single one.

    Raises:
        ValueError: they are no integers, have another shape, or lie outside
            [-2^63, 2^63).
        MemoryError: a range's do not fit into memory.
    """
    if isinstance(seeds, range):
        if seeds:
            _require_range(*sorted((seeds[0], seeds[-1])))
            count = (seeds[-1] - seeds[0]) // seeds.step + 1
            memory.require(count, count * np.dtype(np.int64).itemsize)
        return np.arange(seeds.start, seeds.stop, seeds.step, dtype=np.int64)
    try:
        values = np.atleast_1d(np.asarray(seeds))
    except ValueError:  # rows of different lengths
        raise ValueError(
            "`seeds` must be integers [N]. Received: rows of several lengths."
        ) from None
    if isinstance(seeds, (list, tuple)) and values.ndim == 1:
        values = _of_list(seeds, values)
    elif values.dtype == object and all(map(_is_integer, values.ravel())):
        values = _of_list(values.ravel().tolist(), values)
    if values.ndim != 1 or values.dtype.kind not in "iu":
        raise ValueError(
            f"`seeds` must be integers [N]. Received: {values.dtype} "
            f"{list(values.shape)}."
        )
    if values.size:
        _require_range(int(values.min()), int(values.max()))
    return values.astype(np.int64)


def _of_list(seeds: Any, values: np.ndarray) -> np.ndarray:
    """Returns integers of a list as integers.

    NumPy makes floats of an empty list and of integers beyond 2^63, and
    integers of booleans beside integers.
    """
    if not len(seeds):
        return np.zeros([0], np.int64)
    if not all(map(_is_integer, seeds)):
        is_bool = [isinstance(seed, (bool, np.bool_)) for seed in seeds]
        return np.array(seeds, object) if any(is_bool) else values
    _require_range(min(map(int, seeds)), max(map(int, seeds)))
    return np.array([int(seed) for seed in seeds], np.int64)


def _is_integer(seed: Any) -> bool:
    return isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)


def _require_range(first: int, last: int) -> None:
    if first < FIRST or last > LAST:
        raise ValueError(
            f"`seeds` must be between {FIRST} and {LAST}. "
            f"Received: {last if last > LAST else first}."
        )
