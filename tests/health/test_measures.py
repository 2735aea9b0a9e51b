"""What a batch of samples tells beside real ones, against known values."""

import numpy as np
import pytest

from tfgan_zoo.health import measures
from tfgan_zoo.health.measures import Reference


@pytest.fixture(scope="module")
def real():
    return np.random.RandomState(0).normal(size=(256, 20)).astype(np.float32)


@pytest.fixture(scope="module")
def reference(real):
    return Reference.of(real)


def _others(count=128, scale=1.0, shift=0.0):
    rows = np.random.RandomState(1).normal(size=(count, 20))
    return (scale * rows + shift).astype(np.float32)


def test_distances_are_those_of_the_definition():
    one, other = _others(5), _others(7)[2:]
    expected = np.linalg.norm(one[:, None] - other[None], axis=-1)
    np.testing.assert_allclose(
        measures.distances(one, other), expected, atol=2e-3
    )


def test_reference_has_the_mean_pair_and_the_median_neighbour():
    rows = np.array([[0.0], [1.0], [3.0]], np.float32)
    found = Reference.of(rows)
    assert found.pair == pytest.approx(2.0)
    assert found.nearest == pytest.approx(1.0)


@pytest.mark.parametrize("scale", [0.25, 1.0, 2.0])
def test_spread_is_the_samples_scale(reference, scale):
    found = measures.spread(_others(scale=scale), reference)
    assert found == pytest.approx(scale, rel=0.05)


def test_duplicates_counts_rows_with_a_copy(reference):
    rows = _others(64)
    assert measures.duplicates(rows, reference) == 0.0
    rows[16:32] = rows[:16]
    assert measures.duplicates(rows, reference) == 0.5
    rows[:] = rows[0]
    assert measures.duplicates(rows, reference) == 1.0


def test_energy_distance_is_0_for_the_same_and_1_far_away(reference):
    assert abs(measures.energy_distance(_others(), reference)) < 0.01
    far = measures.energy_distance(_others(shift=1e4), reference)
    assert 0.99 < far <= 1.0
    near = measures.energy_distance(_others(shift=0.5), reference)
    assert 0.01 < near < 0.5


def test_separation_is_the_area_under_the_curve():
    high, low = np.array([1.0, 2.0]), np.array([0.0, 1.0])
    assert measures.separation(high, low) == (3 + 0.5) / 4
    assert measures.separation(low - 5, high) == 0.0


def test_similarity_is_1_for_equal_samples_and_near_0_for_real_ones(reference):
    assert abs(measures.similarity(_others(), reference)) < 0.02
    same = np.repeat(_others(1), 10, axis=0)
    assert measures.similarity(same, reference) == pytest.approx(1.0, abs=1e-4)


def test_sharpness_falls_where_images_are_blurred_and_not_with_contrast():
    sharp = np.random.RandomState(2).randint(0, 255, (4, 16, 16, 1))
    blurred = (
        sharp
        + np.roll(sharp, 1, 1)
        + np.roll(sharp, 1, 2)
        + np.roll(sharp, (1, 1), (1, 2))
    ) / 4.0
    before = measures.sharpness(sharp)
    assert measures.sharpness(blurred) < 0.7 * before
    assert measures.sharpness(0.25 * sharp) == pytest.approx(before, rel=1e-3)


def test_contrast_and_saturation_of_known_images():
    images = np.zeros((2, 4, 4, 1), np.uint8)
    assert measures.contrast(images) == 0.0
    assert measures.saturation(images) == 1.0
    images[:, :2] = 255
    assert measures.contrast(images) == pytest.approx(1.0)
    images[:] = 128
    assert measures.saturation(images) == 0.0
    # A flat image has no detail, and no contrast to divide by.
    assert measures.sharpness(images) == 0.0
