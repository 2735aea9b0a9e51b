"""Moments of parts, against NumPy's of the whole."""

import pickle

import numpy as np
import pytest

from tfgan_zoo.evaluation.moments import Moments

# On a grid of 2^-20, so that adding 1e6 rounds nothing away.
ROWS = np.round(np.random.RandomState(0).standard_normal((1000, 7)) * 2**20)
ROWS = (ROWS / 2**20) @ np.diag([1.0, 2.0, 4.0, 8.0, 0.5, 0.25, 1.0])
ROWS[:, 6] = ROWS[:, 0] + ROWS[:, 1]
CUTS = [1, 4, 4, 250, 251, 700]


def _streamed(rows, cuts=CUTS):
    moments = Moments(rows.shape[1])
    for part in np.split(rows, cuts):
        moments.add(part)
    return moments


def _assert_is_of(moments, rows, rel=1e-12):
    assert moments.count == len(rows)
    mean, covariance = rows.mean(axis=0), np.cov(rows, rowvar=False)
    for found, expected in (
        (moments.mean, mean),
        (moments.covariance, covariance),
    ):
        assert found.dtype == np.float64
        largest = np.abs(expected).max()
        np.testing.assert_allclose(found, expected, atol=rel * largest, rtol=0)


@pytest.mark.parametrize("cuts", [[], [500], CUTS, list(range(1, 1000))])
def test_moments_of_uneven_parts_are_those_of_the_whole(cuts):
    _assert_is_of(_streamed(ROWS, cuts), ROWS)


def test_moments_far_from_zero_keep_their_covariance():
    # A mean of squares less a squared mean would leave four digits.
    moments = _streamed(ROWS + 1e6)
    np.testing.assert_allclose(moments.mean, 1e6 + ROWS.mean(0), rtol=1e-12)
    covariance = np.cov(ROWS, rowvar=False)
    np.testing.assert_allclose(moments.covariance, covariance, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.uint8])
def test_moments_of_narrower_types_are_float64(dtype):
    rows = np.random.RandomState(1).randint(256, size=(300, 5)).astype(dtype)
    _assert_is_of(_streamed(rows), rows.astype(np.float64))


def test_covariance_of_two_rows_is_worked_by_hand():
    moments = Moments.of(np.array([[0.0, 1.0], [2.0, 5.0]]))
    np.testing.assert_array_equal(moments.mean, [1.0, 3.0])
    np.testing.assert_array_equal(moments.covariance, [[2, 4], [4, 8]])


@pytest.mark.parametrize(
    "order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)]
)
def test_merged_moments_are_those_of_the_whole_in_any_order(order):
    parts = np.split(ROWS, [10, 400, 401])
    one, two, three, four = (Moments.of(parts[number]) for number in order)
    _assert_is_of(one.merged(two).merged(three).merged(four), ROWS)
    _assert_is_of(one.merged(two).merged(three.merged(four)), ROWS)


def test_merging_leaves_both_parts_as_they_were():
    one, other = Moments.of(ROWS[:300]), Moments.of(ROWS[300:])
    both = one.merged(other)
    both.add(ROWS)
    _assert_is_of(one, ROWS[:300])
    _assert_is_of(other, ROWS[300:])


def test_merging_with_no_rows_changes_nothing():
    moments, none = Moments.of(ROWS), Moments(7)
    for both in (moments.merged(none), none.merged(moments)):
        _assert_is_of(both, ROWS)
    assert none.merged(none).count == 0


@pytest.mark.filterwarnings("error")
def test_adding_no_rows_changes_nothing():
    moments = Moments(7)
    moments.add(ROWS[:0])
    assert moments.count == 0
    moments.add(ROWS)
    moments.add(ROWS[:0])
    _assert_is_of(moments, ROWS)


def test_moments_hold_no_rows():
    few, many = Moments.of(ROWS[:300]), _streamed(ROWS)
    assert len(pickle.dumps(few)) == len(pickle.dumps(many))
    arrays = [one for one in vars(many).values() if np.ndim(one)]
    assert sorted(one.size for one in arrays) == [7, 49]
    assert all(one.base is None for one in arrays)


@pytest.mark.parametrize("shape", [(5, 6), (5, 8), (7,), (1, 5, 7), ()])
def test_rows_of_another_shape_are_refused(shape):
    moments = Moments(7)
    with pytest.raises(ValueError, match=r"shape \[N, 7\]. Received: \("):
        moments.add(np.zeros(shape))


@pytest.mark.parametrize("shape", [(), (3,), (2, 2, 2)])
def test_moments_of_what_are_no_rows_are_refused(shape):
    with pytest.raises(ValueError, match=r"`features` .* Received: \("):
        Moments.of(np.zeros(shape))


def test_rows_that_are_not_finite_are_counted_and_not_taken_in():
    moments = Moments.of(ROWS)
    rows = np.concatenate([ROWS, ROWS])
    rows[3, 1] = rows[3, 2] = np.nan
    rows[1500, 0] = -np.inf
    with pytest.raises(ValueError, match="infinity in 2 of 2,000 rows"):
        moments.add(rows)
    _assert_is_of(moments, ROWS)


@pytest.mark.parametrize("count", [0, 1])
def test_covariance_of_too_few_rows_is_refused(count):
    moments = Moments.of(ROWS[:count])
    with pytest.raises(ValueError, match=f"two rows .* Received: {count}"):
        _ = moments.covariance


def test_moments_of_two_widths_are_not_merged():
    with pytest.raises(ValueError, match="one width. Received: 1 and 3"):
        Moments(1).merged(Moments(3))
