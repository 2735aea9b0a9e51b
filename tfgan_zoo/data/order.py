"""Which example comes when: a pure function of the seed and the position.

`tf.random.experimental.index_shuffle` would serve, but it keeps few bits of
its key: over 10,000 examples the seeds 3 and 259 give one order, and so do
the epochs 0 and 256. The permutation here uses the whole key, needs no memory
that grows with the data, and is the same on every version of every library.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

_ROUNDS = 8


def example_indices(
    positions: np.ndarray, *, count: int, seed: int, stream: str = ""
) -> np.ndarray:
    """The examples at some positions of the endless shuffled sequence.

    The sequence goes through all examples once an epoch, each epoch in an
    order of its own.

    Args:
        positions: int64 [B], 0 is the first position of the first epoch.
        count: how many examples there are.
        seed: any integer.
        stream: name of an order that is independent of the others.

    Returns:
        int64 [B] in [0, count).
    """
    epochs, places = np.divmod(positions, count)
    indices = np.empty_like(positions)
    for epoch in np.unique(epochs):
        chosen = epochs == epoch
        keys = _round_keys(seed, int(epoch), stream)
        indices[chosen] = _permute(places[chosen], count, keys)
    return indices


def _round_keys(seed: int, epoch: int, stream: str) -> np.ndarray:
    """uint64 [_ROUNDS]."""
    text = f"{seed},{epoch}" + (f",{stream}" if stream else "")
    digest = hashlib.blake2b(text.encode(), digest_size=8 * _ROUNDS).digest()
    return np.frombuffer(digest, "<u8").astype(np.uint64)


def _permute(places: np.ndarray, count: int, keys: np.ndarray) -> np.ndarray:
    """A permutation of [0, count), at `places`: int64 [B] -> int64 [B].

    A Feistel cipher over pairs (left, right), left < rows and right < columns
    (Black and Rogaway 2002, section 5), permutes rows * columns numbers; what
    falls outside `count` goes round again until it falls inside, which keeps
    it a permutation.
    """
    columns = math.isqrt(count - 1) + 1  # ceil(sqrt(count))
    rows = -(-count // columns)
    result = _encipher(places.astype(np.uint64), rows, columns, keys)
    while (outside := result >= count).any():
        result[outside] = _encipher(result[outside], rows, columns, keys)
    return result.astype(np.int64)


def _encipher(
    values: np.ndarray, rows: int, columns: int, keys: np.ndarray
) -> np.ndarray:
    """uint64 [B] -> uint64 [B], one to one on [0, rows * columns)."""
    left, right = np.divmod(values, np.uint64(columns))
    for number, key in enumerate(keys):
        if number % 2 == 0:
            left = (left + _mix(right, key) % np.uint64(rows)) % np.uint64(rows)
        else:
            right = (right + _mix(left, key) % np.uint64(columns)) % np.uint64(
                columns
            )
    return left * np.uint64(columns) + right


def _mix(values: np.ndarray, key: np.uint64) -> np.ndarray:
    """The finalizer of SplitMix64 (Steele et al. 2014), uint64 -> uint64."""
    mixed = values ^ key
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
