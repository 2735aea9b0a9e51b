"""Whether a result fits into memory."""

import numpy as np
import pytest

from tfgan_zoo import memory


def test_this_machine_has_memory():
    size = memory._total_bytes()
    assert size == 0 or 2**28 < size < 2**46


def test_a_result_beyond_memory_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "_total_bytes", lambda: 80)
    array = memory.allocate((2, 5), np.dtype(np.float64))
    assert (array.shape, array.dtype) == ((2, 5), np.float64)
    with pytest.raises(MemoryError, match="shards by.*Received: 3 rows"):
        memory.allocate((3, 5), np.dtype(np.float64))


def test_where_memory_is_not_known_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "_total_bytes", lambda: 0)
    memory.require(1, 10**18)
