"""Modes, quality and reverse KL, against cases worked by hand."""

import numpy as np
import pytest

from tfgan_zoo.data import DataRequest, load_examples
from tfgan_zoo.data.points import MIXTURES
from tfgan_zoo.evaluation.mixtures import SAMPLES, coverage

# Four modes of deviation 0.1 at the corners of a square.
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _coverage(points):
    return coverage(np.array(points), CORNERS, stddev=0.1)


def test_equal_shares_of_all_modes_are_without_fault():
    assert _coverage(CORNERS) == (4, 1.0, 0.0)


def test_a_single_mode_is_log_k_from_uniform():
    reached, high_quality, reverse_kl = _coverage([[1.0, 1.0]] * 7)
    assert (reached, high_quality) == (1, 1.0)
    assert reverse_kl == pytest.approx(1.3862943611)  # log 4


def test_uneven_shares_give_the_divergence_worked_by_hand():
    # Shares 1/2, 1/4, 1/4, 0: log 2 / 2 + 2 * log 1 / 4 = 0.34657359.
    points = [[0.0, 0.0], [0.05, 0.0], [0.0, 1.0], [1.0, 0.0]]
    reached, high_quality, reverse_kl = _coverage(points)
    assert (reached, high_quality) == (3, 1.0)
    assert reverse_kl == pytest.approx(0.34657359)


@pytest.mark.parametrize(
    ("point", "is_good"),
    [
        ((0.29, 0.0), True),
        ((0.31, 0.0), False),
        # Each coordinate within 0.3, their distance not.
        ((0.25, 0.25), False),
        ((0.2, 0.2), True),
        ((1.2, 0.8), True),
        ((np.nan, 0.0), False),
        ((0.0, np.inf), False),
    ],
)
def test_high_quality_ends_at_three_deviations(point, is_good):
    reached, high_quality, _ = _coverage([point, [0.0, 0.0]])
    assert high_quality == (1.0 if is_good else 0.5)
    assert reached == (2 if point == (1.2, 0.8) else 1)


def test_points_of_low_quality_count_for_no_mode():
    # Nearest to the second mode, yet beyond: shares 1, 0, 0, 0.
    points = [[0.0, 0.0], [0.0, 0.6], [0.0, 1.4]]
    reached, high_quality, reverse_kl = _coverage(points)
    assert reached == 1
    assert high_quality == pytest.approx(1 / 3)
    assert reverse_kl == pytest.approx(np.log(4.0))


def test_no_point_of_high_quality_has_no_divergence():
    reached, high_quality, reverse_kl = _coverage([[5.0, 5.0]])
    assert (reached, high_quality) == (0, 0.0)
    assert np.isnan(reverse_kl)


@pytest.mark.parametrize(("name", "modes"), [("ring8", 8), ("grid25", 25)])
def test_the_data_themselves_are_nearly_without_fault(name, modes):
    points = load_examples(DataRequest(name)).read(np.arange(SAMPLES))["image"]
    mixture = MIXTURES[name]
    reached, high_quality, reverse_kl = coverage(
        points, mixture.modes, stddev=mixture.stddev
    )
    assert reached == modes
    # 1 - exp(-9 / 2) = 0.9889 of a Gaussian in the plane.
    assert high_quality == pytest.approx(0.9889, abs=0.007)
    # Twice the expected (K - 1) / 2N of equal shares.
    assert 0.0 < reverse_kl < (modes - 1) / SAMPLES


@pytest.mark.parametrize("shape", [(0, 2), (3,), (2, 2, 2)])
def test_what_are_no_points_is_refused(shape):
    with pytest.raises(ValueError, match=r"\[N, D\].*Received: \("):
        coverage(np.zeros(shape), CORNERS, stddev=0.1)


def test_points_of_another_dimension_are_refused():
    with pytest.raises(ValueError, match="coordinates. Received: 3 and 2"):
        coverage(np.zeros([4, 3]), CORNERS, stddev=0.1)
