"""The Frechet distance, against cases worked by hand."""

import math
import warnings

import numpy as np
import pytest

from tfgan_zoo.evaluation.frechet import (
    FewSamplesWarning,
    extrapolated_frechet_distance,
    frechet_distance,
)
from tfgan_zoo.evaluation.moments import Moments

# Their sample covariance is the identity, exactly: 4 of 1/4 * 3 over 3.
SQUARE = np.sqrt(0.75) * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
# Of [[5, 4], [4, 5]].
FACTOR = np.array([[math.sqrt(5.0), 0.0], [4 / math.sqrt(5), 3 / math.sqrt(5)]])


def _normals(seed, number, width):
    return np.random.RandomState(seed).standard_normal((number, width))


def _correlated(seed, number, width=8):
    mixing = _normals(100 + seed, width, width)
    return _normals(seed, number, width) @ mixing + _normals(seed, 1, width)


@pytest.mark.parametrize(
    ("stddevs", "mean", "expected"),
    [
        ((1.0, 2.0), (0.0, 0.0), 1.0),  # 0 + 1
        ((3.0, 0.5), (0.0, 0.0), 4.25),  # 4 + 1/4
        ((1.0, 1.0), (3.0, -4.0), 25.0),  # 9 + 16
        ((0.0, 4.0), (0.5, 2.0), 14.25),  # 1/4 + 4 + 1 + 9
        ((0.0, 0.0), (0.0, 0.0), 2.0),  # 1 + 1
    ],
)
def test_distance_of_diagonal_gaussians_is_worked_by_hand(
    stddevs, mean, expected
):
    other = SQUARE * stddevs + mean
    assert frechet_distance(SQUARE, other) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(other, SQUARE) == pytest.approx(expected, rel=1e-9)


def test_distance_of_correlated_gaussians_is_worked_by_hand():
    # C C' = [[20, 4], [16, 5]]: of 2 x 2 the trace of the root is
    # sqrt(tr + 2 sqrt(det)) = sqrt(25 + 2 * 6); 10 + 5 - 2 sqrt(37).
    real, fake = SQUARE @ FACTOR.T, SQUARE * [2.0, 1.0]
    expected = 2.8344749394
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("rows", [_correlated(0, 500), 50 * SQUARE + 1e4])
def test_distance_of_equal_sets_is_zero(rows):
    distance = frechet_distance(rows, rows[::-1].copy())
    assert distance == pytest.approx(0.0, abs=1e-9 * np.cov(rows.T).trace())


def test_distance_is_symmetric():
    real, fake = _correlated(0, 500), _correlated(1, 300)
    distance = frechet_distance(real, fake)
    assert distance > 1.0
    assert frechet_distance(fake, real) == pytest.approx(distance, rel=1e-9)


def test_translation_adds_its_squared_length():
    real, fake = _correlated(0, 500), _correlated(1, 300)
    fake += real.mean(0) - fake.mean(0)
    shift = np.array([1.0, -2.0, 4.0, 0, 0, 0, 2.0, 0])  # 1 + 4 + 16 + 4
    further = frechet_distance(real, fake + shift)
    assert further - frechet_distance(real, fake) == pytest.approx(25.0)


def test_a_change_of_units_is_squared():
    real, fake = _correlated(0, 500), _correlated(1, 300)
    scaled = frechet_distance(10.0 * real, 10.0 * fake)
    assert scaled == pytest.approx(100.0 * frechet_distance(real, fake))


def test_features_that_never_fire_add_nothing():
    real, fake = _correlated(0, 500), _correlated(1, 300)
    dead = [np.pad(one, [(0, 0), (2, 3)]) for one in (real, fake)]
    expected = frechet_distance(real, fake)
    assert frechet_distance(*dead) == pytest.approx(expected, rel=1e-6)


@pytest.mark.filterwarnings("ignore:A Frechet distance")
@pytest.mark.parametrize("number", [2, 3, 10, 32])
def test_rank_deficient_sets_have_a_real_distance(number):
    real, fake = _normals(0, number, 32), _normals(1, number, 32) + 1.0
    distance = frechet_distance(real, fake)
    assert isinstance(distance, float)
    # The means' share is the least; the most if the covariances shared none.
    means = np.square(real.mean(0) - fake.mean(0)).sum()
    traces = np.cov(real.T).trace() + np.cov(fake.T).trace()
    assert means < distance < means + traces
    assert frechet_distance(real, real) == pytest.approx(0.0, abs=1e-4)


def test_constant_sets_are_apart_by_their_means():
    real, fake = np.full([9, 2], 3.0), np.full([5, 2], 1.0)
    assert frechet_distance(real, fake) == pytest.approx(8.0)


@pytest.mark.parametrize("counts", [(8, 20), (20, 8), (7, 2)])
def test_no_more_rows_than_columns_are_warned_of(counts):
    sets = [_normals(seed, count, 8) for seed, count in enumerate(counts)]
    message = f"than 8 samples; {min(counts)} make"
    with pytest.warns(FewSamplesWarning, match=message):
        frechet_distance(*sets)


def test_more_rows_than_columns_are_not_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frechet_distance(_normals(0, 9, 8), _normals(1, 9, 8))


def test_moments_are_taken_as_well_as_features():
    real, fake = _correlated(0, 500), _correlated(1, 300)
    expected = frechet_distance(real, fake)
    for one in (real, Moments.of(real)):
        for other in (fake, Moments.of(fake)):
            assert frechet_distance(one, other) == expected


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(
    "distance", [frechet_distance, extrapolated_frechet_distance]
)
def test_features_that_are_not_finite_are_refused(distance, value):
    good, bad = _normals(0, 20, 3), _normals(1, 20, 3)
    bad[4, 1] = value
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(ValueError, match="finite. .* in 1 of 20 rows"):
            distance(*pair)


@pytest.mark.parametrize("widths", [(3, 2), (3, 1), (1, 3)])
@pytest.mark.parametrize(
    "distance", [frechet_distance, extrapolated_frechet_distance]
)
def test_features_of_two_widths_are_refused(distance, widths):
    real, fake = (_normals(0, 20, width) for width in widths)
    message = f"one width. Received: {widths[0]} and {widths[1]}."
    with pytest.raises(ValueError, match=message):
        distance(real, fake)


def test_a_single_row_is_refused():
    with pytest.warns(FewSamplesWarning):
        with pytest.raises(ValueError, match="two rows or more. Received: 1"):
            frechet_distance(SQUARE, SQUARE[:1])


def test_too_few_rows_to_extrapolate_are_refused():
    rows = _normals(0, 8, 3)
    with pytest.warns(FewSamplesWarning, match="more than 12 samples; 8"):
        assert np.isfinite(extrapolated_frechet_distance(rows, rows + 1.0))
    with pytest.raises(ValueError, match="`fake` .* 8 rows. Received: 7."):
        extrapolated_frechet_distance(rows, rows[:7])


def _mean_and_error(values):
    return np.mean(values), np.std(values, ddof=1) / math.sqrt(len(values))


def _draws(scale, shift):
    """Thirty pairs of N(0, I) and N(shift, scale^2 I)."""
    for seed in range(30):
        real, fake = np.split(_normals(seed, 800, 16), 2)
        yield real, scale * fake + shift


def test_extrapolated_distance_of_equal_gaussians_is_around_zero():
    draws = list(_draws(1.0, 0.0))
    values = [extrapolated_frechet_distance(*pair) for pair in draws]
    mean, error = _mean_and_error(values)
    assert mean == pytest.approx(0.0, abs=3.0 * error)
    assert min(values) < 0.0 < max(values)
    biased, _ = _mean_and_error([frechet_distance(*pair) for pair in draws])
    assert biased > 20.0 * error


def test_extrapolated_distance_of_two_gaussians_is_the_true_one():
    # 16 coordinates of (1.5 - 1)^2 + 0.25^2.
    draws = list(_draws(1.5, 0.25))
    extrapolated, error = _mean_and_error(
        [extrapolated_frechet_distance(*pair) for pair in draws]
    )
    assert extrapolated == pytest.approx(5.0, abs=3.0 * error)
    biased, error = _mean_and_error([frechet_distance(*pair) for pair in draws])
    assert biased > 5.0 + 5.0 * error


def test_extrapolated_distance_is_read_off_the_line_at_zero():
    real, fake = _correlated(0, 80, 4), _correlated(1, 400, 4)
    four, two, one = (
        np.mean(
            [
                frechet_distance(*pair)
                for pair in zip(np.split(real, count), np.split(fake, count))
            ]
        )
        for count in (4, 2, 1)
    )
    # Least squares over x = 4, 2, 1 with weights 4, 2, 1, whose mean is 3.
    mean = (4.0 * four + 2.0 * two + one) / 7.0
    slope = (4.0 * four - 2.0 * two - 2.0 * one) / 10.0
    assert slope > 0.1
    found = extrapolated_frechet_distance(real, fake)
    assert found == pytest.approx(mean - 3.0 * slope, rel=1e-9)


def test_extrapolation_takes_away_what_falls_with_the_count():
    # Each quarter, half and whole is the same four points, from a constant
    # set: 25 and a trace of N / (N - 1) times 1.5.
    real = np.tile(SQUARE, [16, 1])
    fake = np.tile([3.0, 4.0], [64, 1])
    plain = frechet_distance(real, fake)
    assert plain == pytest.approx(25.0 + 1.5 * 64.0 / 63.0, rel=1e-9)
    extrapolated = extrapolated_frechet_distance(real, fake)
    assert extrapolated == pytest.approx(26.5, abs=0.005)


def test_extrapolated_distance_of_quarters_is_that_of_the_rows():
    real, fake = _correlated(0, 501), _correlated(1, 302)
    expected = extrapolated_frechet_distance(real, fake)
    quarters = [
        [Moments.of(part) for part in np.array_split(rows, 4)]
        for rows in (real, fake)
    ]
    for one in (real, quarters[0]):
        for other in (fake, quarters[1]):
            assert extrapolated_frechet_distance(one, other) == expected
    assert len(quarters[0]) == len(quarters[1]) == 4
