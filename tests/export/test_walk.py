"""Walks: great circles, stops, classes and single values."""

import math

import numpy as np
import pytest

from tfgan_zoo.export import walk
from tfgan_zoo.export.walk import Route

SEEDS = np.array([7, 1, 30], np.int64)


def _values(images):
    """Latents / 4 that a strip's images show, [..., 4]."""
    return images[..., 0, :, 0] / 127.5 - 1.0


def _labels(images):
    """The labels / 4 that a strip's images show."""
    return images[..., 1, 0, 0] / 127.5 - 1.0


def _stops(sampler, **settings):
    made = sampler.latents(sampler.normals(SEEDS), **settings)
    assert np.abs(made).max() < 4.0  # else the strip clips them
    return made


def test_slerp_equals_whites_formula():
    random = np.random.default_rng(0)
    start, end = random.normal(size=(2, 6, 10))
    shares = np.array([0.0, 0.2, 0.5, 1.0])
    found = walk.slerp(
        start[:, np.newaxis], end[:, np.newaxis], shares[:, np.newaxis]
    )
    for row in range(6):
        lengths = math.hypot(*start[row]) * math.hypot(*end[row])
        omega = math.acos(sum(start[row] * end[row]) / lengths)
        for column, share in enumerate(shares):
            expected = (
                math.sin((1.0 - share) * omega) * start[row]
                + math.sin(share * omega) * end[row]
            ) / math.sin(omega)
            np.testing.assert_allclose(found[row, column], expected)


def test_slerp_of_a_right_angle_worked_by_hand():
    # A third of 90 degrees: cos 30 and sin 30 degrees.
    found = walk.slerp(
        np.array([2.0, 0.0]), np.array([0.0, 2.0]), np.array([1.0 / 3.0])
    )
    np.testing.assert_allclose(found, [math.sqrt(3.0), 1.0])


@pytest.mark.parametrize("factor", [2.0, -1.0])
def test_slerp_is_straight_where_there_is_no_circle(factor):
    start = np.array([[1.0, 2.0]], np.float32)
    found = walk.slerp(start, factor * start, np.array([0.25]))
    np.testing.assert_allclose(found, (0.75 + 0.25 * factor) * start)


def test_walk_goes_from_stop_to_stop_and_closes(strip_sampler):
    sampler = strip_sampler()
    walked = walk.through(sampler, Route(SEEDS, frames=4))
    assert walked.images.shape == (1, 12, 2, 4, 1)
    assert walked.images.dtype == np.uint8
    assert (walked.closed, walked.leg) == (True, 4)
    values, stops = _values(walked.images[0]), _stops(sampler)
    np.testing.assert_allclose(values[::4], stops / 4.0, atol=0.005)
    # The last leg's third frame lies half way from the last stop to the first.
    half = walk.slerp(stops[2], stops[0], np.array([0.5]))
    np.testing.assert_allclose(values[10], half / 4.0, atol=0.005)


def test_walk_of_bounded_latents_stays_within(strip_sampler):
    sampler = strip_sampler(0, "uniform")
    walked = walk.through(sampler, Route(SEEDS, frames=4))
    values = 4.0 * _values(walked.images[0])
    np.testing.assert_allclose(values[::4], _stops(sampler), atol=0.02)
    normals = sampler.normals(SEEDS)
    half = walk.slerp(normals[0], normals[1], np.array([0.5]))
    expected = np.vectorize(math.erf)(half / math.sqrt(2.0))
    np.testing.assert_allclose(values[2], expected, atol=0.02)


def test_truncation_shortens_a_walk(strip_sampler):
    sampler = strip_sampler()
    walked = walk.through(sampler, Route(SEEDS, frames=2, truncation=0.5))
    stops = _stops(sampler, truncation=0.5)
    values = _values(walked.images[0])
    np.testing.assert_allclose(values[::2], stops / 4.0, atol=0.005)
    assert np.abs(values).max() <= 0.5 / 4.0 + 0.005


@pytest.mark.parametrize(
    ("labels", "legs"),
    [(None, [0, 1, 2]), ([2], [2, 2, 2]), ([2, 0], [2, 0, 2])],
)
def test_legs_go_round_the_labels(strip_sampler, labels, legs):
    sampler = strip_sampler(3)
    labels = None if labels is None else np.array(labels, np.int32)
    walked = walk.through(sampler, Route(SEEDS, 2, labels))
    np.testing.assert_allclose(
        _labels(walked.images[0]), np.repeat(legs, 2) / 4.0, atol=0.005
    )
    plain = walk.through(strip_sampler(), Route(SEEDS, 2))
    np.testing.assert_array_equal(walked.images[:, :, 0], plain.images[:, :, 0])


@pytest.mark.parametrize("labels", [None, [2, 0]])
def test_classes_walk_side_by_side_of_equal_latents(strip_sampler, labels):
    sampler = strip_sampler(3)
    given = None if labels is None else np.array(labels, np.int32)
    walked = walk.of_classes(sampler, Route(SEEDS, 2, given))
    rows = labels or [0, 1, 2]
    assert walked.images.shape == (len(rows), 6, 2, 4, 1)
    np.testing.assert_allclose(
        _labels(walked.images), np.repeat([rows], 6, 0).T / 4.0, atol=0.005
    )
    (single,) = walk.through(strip_sampler(), Route(SEEDS, 2)).images
    for images in walked.images:
        np.testing.assert_array_equal(images[:, 0], single[:, 0])


def test_one_value_walks_for_each_stop(strip_sampler):
    sampler = strip_sampler(3)
    route = Route(SEEDS, 5, np.array([1, 2], np.int32))
    walked = walk.sweep(sampler, route, -1)
    assert walked.images.shape == (3, 5, 2, 4, 1)
    assert not walked.closed
    values = _values(walked.images)
    moved = np.linspace(-0.5, 0.5, 5)
    np.testing.assert_allclose(values[..., 3], [moved] * 3, atol=0.005)
    kept = np.repeat(_stops(sampler)[:, np.newaxis, :3], 5, axis=1) / 4.0
    np.testing.assert_allclose(values[..., :3], kept, atol=0.005)
    labels = np.repeat([[1], [2], [1]], 5, axis=1) / 4.0
    np.testing.assert_allclose(_labels(walked.images), labels, atol=0.005)


@pytest.mark.parametrize("go", [walk.through, walk.of_classes])
def test_walk_of_one_stop_is_refused(strip_sampler, go):
    with pytest.raises(ValueError, match="at least 2 stops. Received: 1"):
        go(strip_sampler(3), Route(SEEDS[:1], 2))


def test_walk_of_classes_needs_classes(strip_sampler):
    with pytest.raises(ValueError, match="trained with labels. Received"):
        walk.of_classes(strip_sampler(), Route(SEEDS, 2))


@pytest.mark.parametrize("frames", [1, 0])
def test_too_few_frames_are_refused(frames):
    with pytest.raises(ValueError, match=f"at least 2. Received: {frames}"):
        Route(SEEDS, frames)
