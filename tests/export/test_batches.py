"""Rows by batches: the same result, and a line where memory is full."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import memory
from tfgan_zoo.export import batches

EMPTY = np.empty([0, 3], np.float32)


def test_every_row_is_given_once_and_in_order():
    sizes = []

    def double(rows, labels):
        sizes.append(len(rows))
        assert len(labels) == len(rows)
        return tf.stack([2 * rows, labels], axis=1)

    rows = np.arange(10)
    made = batches.run(
        double, rows, rows + 50, batch_size=4, empty=np.empty([0, 2])
    )
    assert made.tolist() == [[2 * n, n + 50] for n in range(10)]
    assert sizes == [4, 4, 2]


def test_no_rows_are_the_empty_result():
    made = batches.run(
        lambda *_: pytest.fail(), np.zeros([0, 3]), batch_size=4, empty=EMPTY
    )
    assert made is EMPTY


def test_a_result_beyond_memory_is_refused_after_one_batch(monkeypatch):
    monkeypatch.setattr(memory, "_total_bytes", lambda: 1000)
    calls = []

    def generate(rows, _):
        calls.append(rows)
        return tf.zeros([len(rows), 5], tf.uint8)

    def run(count):
        return batches.run(
            generate, np.zeros(count), batch_size=10, empty=EMPTY
        ).shape

    assert run(200) == (200, 5)
    calls.clear()
    with pytest.raises(MemoryError, match="shards by.*Received: 201 rows"):
        run(201)
    assert len(calls) == 1
