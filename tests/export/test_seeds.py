"""Seeds as people give them: int64 or a line."""

import re

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.export import seeds
from tfgan_zoo.export.bulk import Order

LAST = 2**63 - 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (7, [7]),
        (-1, [-1]),
        (np.int8(-3), [-3]),
        (np.uint64(LAST), [LAST]),
        (-(2**63), [-(2**63)]),
        ([], []),
        ((), []),
        (np.array([], int), []),
        (range(0), []),
        (range(2, 8, 3), [2, 5]),
        (range(5, -3, -4), [5, 1]),
        (range(LAST - 1, LAST + 1), [LAST - 1, LAST]),
        ((1, np.uint64(5), -2), [1, 5, -2]),  # floats, if NumPy may choose
        ([LAST, -(2**63)], [LAST, -(2**63)]),
        (np.array([3, 4], object), [3, 4]),
        (np.array([2, 3], np.uint8), [2, 3]),
        (tf.constant([1, 2], tf.int32), [1, 2]),
        ([tf.constant(1), tf.constant(2)], [1, 2]),
    ],
)
def test_integers_become_int64(given, expected):
    made = seeds.as_array(given)
    assert made.dtype == np.int64
    assert made.tolist() == expected


@pytest.mark.parametrize(
    ("given", "received"),
    [
        (2**63, f"{2**63}."),
        ([1, 2**63], f"{2**63}."),
        ([2**64], f"{2**64}."),
        (np.array([2**63, 1], np.uint64), f"{2**63}."),
        (range(LAST, LAST + 3), f"{LAST + 2}."),
        (range(2**70), f"{2**70 - 1}."),
        (-(2**63) - 1, f"{-(2**63) - 1}."),
    ],
)
def test_what_int64_cannot_hold_is_refused(given, received):
    rule = f"between {-(2**63)} and {LAST}. Received: {received}"
    with pytest.raises(ValueError, match=re.escape(rule)):
        seeds.as_array(given)


@pytest.mark.parametrize(
    "given",
    [
        True,
        [True, 2],
        np.array([True]),
        3.0,
        [1.0, 2],
        np.nan,
        "7",
        ["7"],
        b"7",
        None,
        [None],
        [[1, 2]],
        [[1], [2, 3]],
        np.zeros([1, 0], int),
        {1, 2},
        (seed for seed in (1, 2)),
        1j,
        np.datetime64("2020"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_is_no_row_of_integers_is_refused(given):
    with pytest.raises(ValueError, match=r"`seeds` must be integers \[N\]"):
        seeds.as_array(given)


def test_ranges_beyond_memory_are_refused():
    for steps in (range(2**62), range(0, -(2**63), -2)):
        with pytest.raises(MemoryError, match="this machine's memory"):
            seeds.as_array(steps)


def test_shards_end_at_the_last_seed():
    assert Order(seed=LAST - 9, count=10).shards == 1
    with pytest.raises(ValueError, match=f"Received: {2**63}"):
        Order(seed=LAST - 9, count=11)
