"""Matrices and the resampling against NumPy, exact where no pixel is split."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.augment import geometry
from tfgan_zoo.random import StepRandom


def _images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


def _random(rows):
    return StepRandom(3, tf.constant(5), rows)


@pytest.mark.parametrize("size", [4, 7])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_quarter_turn_is_exact(size, turns):
    images = _images(2, size, size, 3)
    angle = tf.fill([2], turns * math.pi / 2)
    actual = geometry.resample(images, tf.round(geometry.rotation(angle)))
    expected = np.rot90(images, turns, axes=(1, 2))
    np.testing.assert_array_equal(actual, expected)


def test_rotation_is_counter_clockwise():
    images = np.zeros([1, 5, 5, 1], np.float32)
    images[0, 2, 3:] = 1.0  # a hand that points to the right
    turned = geometry.resample(images, geometry.rotation(tf.constant([0.6])))
    assert np.sum(turned[0, :2]) > 0.5 > 0.1 > np.sum(turned[0, 3:])


def test_flip_is_exact():
    images = _images(2, 4, 7, 3)
    flip = geometry.shrinking(tf.constant([-1.0, 1.0]), tf.ones(2))
    actual = geometry.resample(images, flip)
    np.testing.assert_array_equal(actual[0], images[0, :, ::-1])
    np.testing.assert_array_equal(actual[1], images[1])


@pytest.mark.parametrize(("right", "down"), [(2, -1), (-3, 3), (0, 1)])
def test_integer_translation_is_exact_and_reflects(right, down):
    images = _images(1, 4, 7, 3)
    matrix = geometry.translation(
        tf.constant([float(right)]), tf.constant([float(down)])
    )
    actual = geometry.resample(images, matrix)
    padded = np.pad(images, [(0, 0), (3, 3), (3, 3), (0, 0)], "reflect")
    expected = padded[:, 3 - down : 7 - down, 3 - right : 10 - right]
    np.testing.assert_array_equal(actual, expected)


def test_fractions_of_a_pixel_worked_by_hand():
    row = tf.constant([0.0, 1.0, 3.0, 7.0])[None, None, :, None]
    images = tf.tile(row, [2, 2, 1, 1])
    shift = geometry.translation(
        tf.constant([-0.25, 0.0]), tf.constant([0.0, 0.5])
    )
    actual = geometry.resample(images, shift)
    # A quarter to the left; the last is between 7 and, reflected, 3.
    np.testing.assert_allclose(
        actual[0, :, :, 0], [[0.25, 1.5, 4.0, 6.0]] * 2, atol=1e-6
    )
    np.testing.assert_allclose(actual[1], images[1], atol=1e-6)


def test_shrinking_by_half_enlarges_about_the_centre_worked_by_hand():
    row = tf.constant([0.0, 4.0, 8.0, 20.0])[None, None, :, None]
    twice = geometry.shrinking(tf.constant([0.5]), tf.constant([1.0]))
    actual = geometry.resample(tf.tile(row, [1, 2, 1, 1]), twice)
    # From -1.5 -0.5 0.5 1.5 to -0.75 -0.25 0.25 0.75 px off the centre.
    np.testing.assert_allclose(actual[0, 0, :, 0], [3, 5, 7, 11], atol=1e-5)


def test_resample_equals_numpy_far_outside_the_image():
    images = _images(6, 5, 8, 3)
    generator = np.random.default_rng(1)
    matrix = np.tile(np.eye(3, dtype=np.float32), [6, 1, 1])
    matrix[:, :2] += generator.normal(size=[6, 2, 3])
    matrix[:, :2, 2] *= 3.0
    actual = geometry.resample(images, tf.constant(matrix))
    pad = 60
    padded = np.pad(images, [(0, 0), (pad, pad), (pad, pad), (0, 0)], "reflect")
    expected = np.empty_like(images)
    for b, i, j in np.ndindex(6, 5, 8):
        x, y, _ = matrix[b].astype(float) @ [j - 3.5, i - 2.0, 1.0]
        x, y = x + 3.5 + pad, y + 2.0 + pad
        left, top = math.floor(x), math.floor(y)
        around = padded[b, top : top + 2, left : left + 2]
        weights = np.outer([1 - y + top, y - top], [1 - x + left, x - left])
        expected[b, i, j] = np.einsum("yxc,yx->c", around, weights)
    np.testing.assert_allclose(actual, expected, atol=2e-5)


def _matrices(a, b, c, d, right, down):
    matrix = np.tile(np.eye(3), [len(np.atleast_1d(a + b + right)), 1, 1])
    matrix[:, 0, 0], matrix[:, 0, 1], matrix[:, 0, 2] = a, b, right
    matrix[:, 1, 0], matrix[:, 1, 1], matrix[:, 1, 2] = c, d, down
    return matrix


def _rotated(angle):
    # Counter-clockwise to the eye, as y points downwards.
    sine, cosine = np.sin(angle), np.cos(angle)
    return _matrices(cosine, sine, -sine, cosine, 0, 0)


def _expected_matrix(random, p, height, width):
    """Karras et al. 2020, appendix B: forward matrices, then one inverse."""
    p_rotate = 1 - math.sqrt(1 - p)
    tosses = random.uniform("geometry_tosses", [8]).numpy()
    won = (tosses < [p] * 6 + [p_rotate] * 2).T
    uniform = random.uniform("geometry_uniform", [6]).numpy().T.astype(float)
    normal = random.normal("geometry_normal", [4]).numpy().T.astype(float)
    flip = np.where(won[0], np.floor(2 * uniform[0]), 0)
    turn = np.where(won[1], np.floor(4 * uniform[1]), 0)
    shift = np.where(won[2], uniform[2:4] * 0.25 - 0.125, 0)
    shift = np.round(shift * [[width], [height]])
    scale = np.where(won[3], 2 ** (0.2 * normal[0]), 1)
    before = np.where(won[6], (2 * uniform[4] - 1) * np.pi, 0)
    stretch = np.where(won[4], 2 ** (0.2 * normal[1]), 1)
    after = np.where(won[7], (2 * uniform[5] - 1) * np.pi, 0)
    fraction = np.where(won[5], normal[2:] * 0.125, 0) * [[width], [height]]
    transformation = np.eye(3)
    for matrix in (
        _matrices(1 - 2 * flip, 0, 0, 1, 0, 0),
        _rotated(turn * np.pi / 2),
        _matrices(1, 0, 0, 1, *shift),
        _matrices(scale, 0, 0, scale, 0, 0),
        _rotated(before),
        _matrices(stretch, 0, 0, 1 / stretch, 0, 0),
        _rotated(after),
        _matrices(1, 0, 0, 1, *fraction),
    ):
        transformation = matrix @ transformation
    return np.linalg.inv(transformation)


@pytest.mark.parametrize("probability", [0.6, 1.0])
def test_drawn_matrix_equals_numpy(probability):
    random = _random(50)
    actual = geometry.draw_matrix(
        random, height=24, width=32, probability=probability
    )
    expected = _expected_matrix(random, probability, 24, 32)
    np.testing.assert_allclose(actual, expected, atol=1e-4)


def test_drawn_matrix_is_exactly_the_identity_at_probability_0_in_a_graph():
    probability = tf.Variable(0.0)  # no constant that folding would do away

    @tf.function
    def draw():
        return geometry.draw_matrix(
            _random(9), height=24, width=32, probability=probability
        )

    np.testing.assert_array_equal(draw(), np.tile(np.eye(3), [9, 1, 1]))


@pytest.mark.parametrize(
    ("probability", "flipped", "log_area_std"),
    [(1.0, 0.5, 0.4), (0.5, 0.25, 0.4 * math.sqrt(0.5)), (0.0, 0.0, 0.0)],
)
def test_drawn_matrix_has_the_distribution_of_the_paper(
    probability, flipped, log_area_std
):
    matrix = geometry.draw_matrix(
        _random(4000),
        height=32,
        width=32,
        probability=tf.constant(probability),
    )
    area = np.linalg.det(matrix[:, :2, :2])
    assert abs(np.mean(area < 0) - flipped) < 0.025
    assert abs(np.log2(np.abs(area)).std() - log_area_std) < 0.02
    is_turned = np.abs(matrix[:, 0, 1]) + np.abs(matrix[:, 1, 0]) > 1e-6
    # Neither by 90 or 270 degrees nor, before or after, by any angle.
    straight = (1 - probability / 2) * (1 - probability)
    assert abs(np.mean(is_turned) - (1 - straight)) < 0.025
