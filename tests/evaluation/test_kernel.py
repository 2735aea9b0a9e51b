"""The kernel distance, against a slow one and a case worked by hand."""

import itertools
import math

import numpy as np
import pytest

from tfgan_zoo.evaluation.kernel import kernel_distance


def _normals(seed, number, width):
    return np.random.RandomState(seed).standard_normal((number, width))


def _kernel(x, y):
    return (sum(a * b for a, b in zip(x, y)) / len(x) + 1.0) ** 3


def _slow(real, fake):
    """Equation 4 of arXiv:1801.01401, pair by pair."""
    within = [
        np.mean([_kernel(x, y) for x, y in itertools.permutations(rows, 2)])
        for rows in (real, fake)
    ]
    across = np.mean([_kernel(x, y) for x in real for y in fake])
    return sum(within) - 2.0 * across


def test_distance_is_worked_by_hand():
    # k(0, 1) = k(0, 2) = 1 within; across 1, 1, 1 and (1 * 2 + 1)^3 = 27.
    real, fake = np.array([[0.0], [1.0]]), np.array([[0.0], [2.0]])
    value, error = kernel_distance(real, fake)
    assert value == pytest.approx(1.0 + 1.0 - 2.0 * 30.0 / 4.0)
    assert math.isnan(error)


@pytest.mark.parametrize("width", [1, 3, 8])
def test_distance_of_one_block_is_the_slow_one(width):
    real, fake = _normals(0, 6, width), 1.5 * _normals(1, 6, width) + 0.5
    found = kernel_distance(real, fake)
    assert found.value == pytest.approx(_slow(real, fake), rel=1e-9)


def test_distance_of_blocks_is_their_mean_and_their_spread_its_error():
    real, fake = _normals(0, 7, 4), _normals(1, 9, 4) + 0.5
    values = [
        _slow(real[start : start + 2], fake[start : start + 2])
        for start in (0, 2, 4)  # of the seventh row no block is full
    ]
    found = kernel_distance(real, fake, block_size=2)
    assert found.value == pytest.approx(np.mean(values), rel=1e-9)
    spread = np.std(values, ddof=1) / math.sqrt(3)
    assert found.standard_error == pytest.approx(spread, rel=1e-9)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("block_size", [6, 7, 1000])
def test_a_single_block_has_no_error(block_size):
    real, fake = _normals(0, 9, 4), _normals(1, 6, 4)
    found = kernel_distance(real, fake, block_size=block_size)
    assert math.isnan(found.standard_error)
    assert found.value == pytest.approx(_slow(real[:6], fake), rel=1e-9)


def test_distance_is_symmetric():
    real, fake = _normals(0, 40, 4), _normals(1, 40, 4) + 1.0
    there = kernel_distance(real, fake, block_size=10)
    back = kernel_distance(fake, real, block_size=10)
    assert there.value > 0.1
    assert back == pytest.approx(there, rel=1e-9)


def test_distance_of_equal_distributions_is_unbiased():
    found = [
        kernel_distance(*np.split(_normals(seed, 160, 8), 2), block_size=20)
        for seed in range(100)
    ]
    values = [one.value for one in found]
    spread = np.std(values, ddof=1)
    assert np.mean(values) == pytest.approx(0.0, abs=3.0 * spread / 10.0)
    assert min(values) < 0.0 < max(values)
    # What it says of its own error is true.
    claimed = math.sqrt(np.mean([one.standard_error**2 for one in found]))
    assert claimed == pytest.approx(spread, rel=0.3)


def test_distance_grows_with_a_shift():
    real, fake = _normals(0, 500, 8), _normals(1, 500, 8)
    values = [
        kernel_distance(real, fake + shift).value
        for shift in (0.0, 0.2, 0.4, 0.8)
    ]
    assert sorted(values) == values
    # Two orders above what it is of equal distributions.
    assert values[-1] > 100.0 * abs(values[0])


@pytest.mark.parametrize("block_size", [1, 0, -3])
def test_blocks_of_fewer_than_two_rows_are_refused(block_size):
    message = f"`block_size` must be at least 2. Received: {block_size}."
    with pytest.raises(ValueError, match=message):
        kernel_distance(np.ones([4, 2]), np.ones([4, 2]), block_size=block_size)


@pytest.mark.parametrize(
    ("counts", "name"), [((1, 4), "real"), ((4, 0), "fake")]
)
def test_fewer_than_two_rows_are_refused(counts, name):
    real, fake = (np.ones([count, 2]) for count in counts)
    message = f"`{name}` must have at least 2 rows. Received: {min(counts)}."
    with pytest.raises(ValueError, match=message):
        kernel_distance(real, fake)


def test_features_of_two_widths_are_refused():
    with pytest.raises(ValueError, match=r"`fake` .*\[N, 2\]. .*\(4, 3\)"):
        kernel_distance(np.ones([4, 2]), np.ones([4, 3]))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_features_that_are_not_finite_are_refused(value):
    rows = np.ones([4, 2])
    rows[2, 1] = value
    with pytest.raises(ValueError, match="`fake` .* infinity in 1 of 4 rows"):
        kernel_distance(np.ones([4, 2]), rows)


def test_pairs_are_not_compared_with_their_own_partners():
    random = np.random.RandomState(0)
    real = random.standard_normal((400, 8))
    near = real + 0.1 * random.standard_normal(real.shape)
    value = kernel_distance(near, real, paired=True).value
    # Far below 0 where partners count, as of sets that are no two samples.
    assert kernel_distance(near, real).value < -0.03 < -2 * abs(value)
    assert kernel_distance(real, real, paired=True).value == pytest.approx(
        0.0, abs=1e-12
    )
    kernels = [
        (a @ b.T / 8 + 1.0) ** 3
        for a, b in ((near, near), (real, real), (near, real))
    ]
    means = [(k.sum() - np.trace(k)) / (400 * 399) for k in kernels]
    expected = means[0] + means[1] - 2.0 * means[2]
    assert value == pytest.approx(expected, rel=1e-9)
