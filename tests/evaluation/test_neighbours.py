"""Scores from neighbours, against all distances at once."""

import tracemalloc

import numpy as np
import pytest

from tfgan_zoo.evaluation import neighbours
from tfgan_zoo.evaluation.neighbours import (
    balls,
    memorisation,
    nearest,
    neighbourhood,
)

BLOCK_BYTES = (16 * 2**20, 3000, 1)  # all rows, some, one
all_blocks = pytest.mark.parametrize("block_bytes", BLOCK_BYTES)


def _normals(seed, number, width=4):
    return np.random.RandomState(seed).standard_normal((number, width))


def _squares(rows, columns):
    return np.square(rows[:, np.newaxis] - columns).sum(axis=-1)


def _radii(rows, k):
    return np.sort(_squares(rows, rows), axis=1)[:, k]


def _brute_force(real, fake, recall_nearest, coverage_nearest):
    squares = _squares(real, fake)
    inside = squares <= _radii(real, coverage_nearest)[:, np.newaxis]
    return (
        np.mean((squares <= _radii(real, recall_nearest)[:, None]).any(0)),
        np.mean((squares <= _radii(fake, recall_nearest)).any(1)),
        inside.sum(axis=0).mean() / coverage_nearest,
        inside.any(axis=1).mean(),
    )


@all_blocks
@pytest.mark.parametrize("k", [(3, 5), (5, 3), (1, 1), (2, 7)])
def test_neighbourhood_is_that_of_brute_force(k, block_bytes, monkeypatch):
    monkeypatch.setattr(neighbours, "_BLOCK_BYTES", block_bytes)
    real, fake = _normals(0, 90), 1.2 * _normals(1, 70) + 0.8
    found = neighbourhood(
        real, fake, recall_nearest=k[0], coverage_nearest=k[1]
    )
    assert found == pytest.approx(_brute_force(real, fake, *k), abs=1e-12)
    assert 0.2 < min(found) and max(found) < 1.0


@all_blocks
@pytest.mark.parametrize("k", [(3, 5), (1,), (7, 2, 4)])
def test_balls_reach_to_the_kth_other_row(k, block_bytes, monkeypatch):
    monkeypatch.setattr(neighbours, "_BLOCK_BYTES", block_bytes)
    rows = _normals(0, 90)
    expected = [_radii(rows, one) for one in k]
    np.testing.assert_allclose(balls(rows, k), expected, rtol=1e-9)


def test_balls_are_worked_by_hand():
    rows = np.array([[0.0], [1.0], [3.0], [7.0]])
    expected = [[1.0, 1.0, 4.0, 16.0], [9.0, 4.0, 9.0, 36.0]]
    np.testing.assert_allclose(balls(rows, (1, 2)), expected, rtol=1e-12)


def test_balls_that_are_known_already_are_taken():
    real, fake = _normals(0, 90), _normals(1, 70) + 0.5
    expected = neighbourhood(real, fake)
    known = balls(real)
    assert neighbourhood(real, fake, real_balls=known) == expected
    none = neighbourhood(real, fake, real_balls=0.0 * known)
    assert none == (0.0, expected.recall, 0.0, 0.0)


def test_neighbourhood_of_equal_sets_is_without_fault():
    rows = _normals(0, 200)
    found = neighbourhood(rows, rows.copy())
    assert (found.precision, found.recall, found.coverage) == (1.0, 1.0, 1.0)
    # Each ball holds its own row beside the five.
    assert found.density == pytest.approx(6.0 / 5.0, abs=0.01)


def test_neighbourhood_of_equal_distributions_is_near_to_it():
    found = neighbourhood(_normals(0, 1000), _normals(1, 1000))
    assert found.density == pytest.approx(1.0, abs=0.1)
    # Naeem et al., lemma 2: 1 - 1 / 2^k of equally many.
    assert found.coverage == pytest.approx(1.0 - 0.5**5, abs=0.02)
    assert found.precision == pytest.approx(found.recall, abs=0.05)


def test_sets_far_apart_share_nothing():
    assert neighbourhood(_normals(0, 90), _normals(1, 70) + 100.0) == (0,) * 4


def test_collapse_keeps_precision_and_loses_recall():
    real = _normals(0, 300)
    fake = real[:1] + 1e-3 * _normals(1, 300)
    found = neighbourhood(real, fake)
    assert found.precision == 1.0
    assert found.recall == pytest.approx(0.0, abs=1.5 / 300)
    # In the balls of the few that reach to the one.
    assert 1 / 300 <= found.coverage < 0.1


def test_noise_loses_precision_and_keeps_recall():
    real, fake = _normals(0, 300), 4.0 * _normals(1, 300)
    found = neighbourhood(real, fake)
    assert found.precision < 0.3
    assert found.density < 0.3
    assert found.recall > 0.9


def test_neighbourhood_far_from_zero_is_the_same():
    real, fake = _normals(0, 90), _normals(1, 70) + 0.5
    found = neighbourhood(real + 1e6, fake + 1e6)
    assert found == pytest.approx(neighbourhood(real, fake), abs=1e-12)
    assert balls(real + 1e6) == pytest.approx(balls(real), rel=1e-6)


@all_blocks
def test_nearest_is_that_of_brute_force(block_bytes, monkeypatch):
    monkeypatch.setattr(neighbours, "_BLOCK_BYTES", block_bytes)
    queries, references = _normals(0, 90), _normals(1, 70) + 0.5
    squares = _squares(queries, references)
    found = nearest(queries, references)
    np.testing.assert_array_equal(found.indices, squares.argmin(axis=1))
    expected = np.sqrt(squares.min(axis=1))
    np.testing.assert_allclose(found.distances, expected, rtol=1e-9)
    assert found.indices.dtype == np.int64


def test_nearest_far_from_zero_is_exact():
    # 0.001 apart, where single squares would be 1e12 and round to 1e-4.
    references = 1e6 + 1e-3 * np.arange(50.0)[:, np.newaxis] * np.ones(4)
    queries = references[::-1] + [4e-4, 0.0, 0.0, 0.0]
    found = nearest(queries, references)
    np.testing.assert_array_equal(found.indices, np.arange(50)[::-1])
    np.testing.assert_allclose(found.distances, 4e-4, rtol=1e-5)


def test_nearest_to_itself_is_itself():
    rows = _normals(0, 90)
    found = nearest(rows, rows.copy())
    np.testing.assert_array_equal(found.indices, np.arange(90))
    np.testing.assert_allclose(found.distances, 0.0, atol=1e-6)


def test_copies_are_memorised():
    training, held_out = _normals(0, 500), _normals(1, 300)
    fake = training[np.random.RandomState(2).randint(500, size=400)]
    share, ratio = memorisation(training, held_out, fake)
    assert share == 1.0
    assert ratio == pytest.approx(0.0, abs=1e-6)


def test_copies_are_memorised_though_some_held_out_images_are_too():
    training, held_out = _normals(0, 500), _normals(1, 300)
    held_out[:9] = training[:9]  # 3 %, so that the limit is no distance
    share, ratio = memorisation(training, held_out, training[:200])
    assert share > 0.99
    assert ratio == pytest.approx(0.0, abs=1e-6)


def test_half_of_copies_are_half_memorised():
    training, held_out = _normals(0, 500), _normals(1, 3000)
    fake = np.concatenate([training[:400], _normals(2, 400)])
    share, ratio = memorisation(training, held_out, fake)
    assert share == pytest.approx(0.505, abs=0.01)
    assert 0.0 < ratio < 0.8


def test_honest_draws_are_not_memorised():
    training, held_out, fake = (_normals(seed, 4000) for seed in range(3))
    share, ratio = memorisation(training, held_out, fake)
    # Twice 0.01 of 4,000, whose deviation is 0.0016 each.
    assert share == pytest.approx(0.01, abs=0.007)
    assert share > 0.0
    assert ratio == pytest.approx(1.0, abs=0.05)


def test_samples_far_off_are_no_copies():
    training, held_out = _normals(0, 500), _normals(1, 300)
    share, ratio = memorisation(training, held_out, _normals(2, 300) + 9.0)
    assert share == 0.0
    assert ratio > 5.0


def test_memory_does_not_grow_with_the_square_of_the_rows(monkeypatch):
    monkeypatch.setattr(neighbours, "_BLOCK_BYTES", 4 * 2**20)
    real, fake = _normals(0, 3000, 64), _normals(1, 3000, 64)
    for scores in (neighbourhood, nearest):
        tracemalloc.start()
        scores(real, fake)
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # All distances at once are 72 MB, the features 1.5 MB each.
        assert 4 * 2**20 < peak_bytes < 20 * 2**20


@pytest.mark.parametrize("k", [(0, 5), (3, 0), (-1, 5)])
def test_no_neighbour_is_refused(k):
    message = f"must be at least 1. Received: {min(k)}."
    with pytest.raises(ValueError, match=message):
        neighbourhood(
            _normals(0, 9),
            _normals(1, 9),
            recall_nearest=k[0],
            coverage_nearest=k[1],
        )


@pytest.mark.parametrize(
    ("counts", "name"), [((5, 9), "real"), ((9, 5), "fake")]
)
def test_not_more_rows_than_neighbours_are_refused(counts, name):
    real, fake = _normals(0, counts[0]), _normals(1, counts[1])
    message = f"`{name}` must have at least 6 rows. Received: 5."
    with pytest.raises(ValueError, match=message):
        neighbourhood(real, fake)
    assert neighbourhood(real, fake, coverage_nearest=4).coverage > 0.0


@pytest.mark.parametrize("scores", [neighbourhood, nearest])
def test_features_that_do_not_fit_are_refused(scores):
    good, bad = _normals(0, 9), _normals(1, 9)
    bad[3, 1] = np.nan
    with pytest.raises(ValueError, match="infinity in 1 of 9 rows"):
        scores(good, bad)
    with pytest.raises(ValueError, match=r"\[N, \d\]. Received: \(9, \d\)"):
        scores(good, _normals(1, 9, 3))
    with pytest.raises(ValueError, match="at least . rows. Received: 0"):
        scores(good, good[:0])


def test_an_empty_set_has_not_memorised():
    rows = _normals(0, 9)
    for sets in ((rows[:0], rows, rows), (rows, rows[:0], rows)):
        with pytest.raises(ValueError, match="1 rows. Received: 0"):
            memorisation(*sets)
    with pytest.raises(ValueError, match="1 rows. Received: 0"):
        memorisation(rows, rows, rows[:0])
