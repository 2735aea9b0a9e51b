from __future__ import annotations

import numpy as np
import pytest

from tfgan_zoo.data.order import example_indices


def epoch(number: int, count: int, seed: int = 0) -> np.ndarray:
    positions = np.arange(number * count, (number + 1) * count)
    return example_indices(positions, count=count, seed=seed)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 16, 17, 99, 10_007])
def test_order_in_each_epoch_has_every_example_once(count: int) -> None:
    for number in (0, 1, 12_345_678):
        np.testing.assert_array_equal(
            np.sort(epoch(number, count)), np.arange(count)
        )


def test_order_when_positions_are_asked_apart_is_the_same() -> None:
    positions = np.array([250, 3, 99, 100, 3], np.int64)
    together = example_indices(positions, count=100, seed=5)
    apart = [
        example_indices(positions[i : i + 1], count=100, seed=5)[0]
        for i in range(len(positions))
    ]
    np.testing.assert_array_equal(together, apart)


# Pairs that an order which keeps few bits of its key takes for one.
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0, 0), (0, 1)),
        ((0, 0), (1, 0)),
        ((0, 0), (0, 256)),
        ((3, 0), (259, 0)),
        ((1, 0), (-1, 0)),
        ((0, 0), (2**64, 0)),
        ((0, 1), (1, 0)),
    ],
)
def test_order_when_seed_or_epoch_differs_shares_no_batches(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    count, size = 10_000, 50
    batch_of = np.empty(count, np.int64)
    batch_of[epoch(first[1], count, first[0])] = np.arange(count) // size
    other = batch_of[epoch(second[1], count, second[0])].reshape(-1, size)
    shared = [np.bincount(batch).max() for batch in other]
    assert max(shared) <= 7  # 5 or so by chance, 50 if the orders are equal.


@pytest.mark.parametrize("count", [2, 3, 7, 10])
def test_order_over_many_epochs_is_uniform(count: int) -> None:
    epochs = 1000
    orders = np.stack([epoch(number, count) for number in range(epochs)])
    expected = epochs / count
    freedom = (count - 1) ** 2
    counts = np.stack(
        [np.bincount(place, minlength=count) for place in orders.T]
    )
    chi_squared = ((counts - expected) ** 2 / expected).sum()
    # Mean `freedom`, variance twice that, and five deviations of leeway.
    assert chi_squared < freedom + 5 * np.sqrt(2 * freedom)


def test_order_is_what_it_always_was() -> None:
    # Made by this code: a run resumed after an update must go on in its order.
    indices = example_indices(np.arange(8), count=1000, seed=7)
    assert indices.tolist() == [404, 16, 769, 151, 511, 410, 542, 267]
