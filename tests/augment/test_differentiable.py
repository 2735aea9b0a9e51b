"""DiffAugment's parts against NumPy, given the same draws, and by hand."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import augment
from tfgan_zoo.random import StepRandom


def _random(rows):
    return StepRandom(3, tf.constant(5), rows)


def _images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


class _Known:
    """Draws the value that each name is given."""

    def __init__(self, **values):
        self.values = values

    def uniform(self, name, shape):
        return tf.reshape(self.values[name], [1, *shape])

    def integers(self, name, shape, *, minval, maxval):
        assert minval <= self.values[name] < maxval
        return tf.fill([1, *shape], self.values[name])


@pytest.mark.parametrize("channels", [1, 3])
def test_color_equals_numpy(channels):
    images, random = _images(8, 6, 5, channels), _random(8)
    actual = augment.diffaugment(images, random, policy="color")
    draws = random.uniform("color", [3, 1, 1, 1]).numpy()
    brightness, saturation, contrast = np.moveaxis(draws, 1, 0)
    expected = images + brightness - 0.5
    grey = expected.mean(3, keepdims=True)
    expected = (expected - grey) * saturation * 2 + grey
    mean = expected.mean((1, 2, 3), keepdims=True)
    expected = (expected - mean) * (contrast + 0.5) + mean
    np.testing.assert_allclose(actual, expected, atol=2e-6)


def test_color_of_two_pixels_worked_by_hand():
    images = tf.constant([[[[0.3, 0.0, 0.0], [0.0, 0.0, 0.0]]]])
    # Brightness +0.2, saturation x 2, contrast x 0.5.
    known = _Known(color=[0.7, 1.0, 0.0])
    actual = augment.diffaugment(images, known, policy="color")
    # 0.5 0.2 0.2 | 0.2 ..; 0.7 0.1 0.1 | 0.2 ..; halfway to the mean, 0.25.
    expected = [[[[0.475, 0.175, 0.175], [0.225, 0.225, 0.225]]]]
    np.testing.assert_allclose(actual, expected, atol=1e-6)


def test_brightness_is_uniform_between_minus_and_plus_one_half():
    flat = tf.fill([1000, 1, 1, 3], 0.25)  # no saturation, no contrast
    shifts = augment.diffaugment(flat, _random(1000), policy="color") - 0.25
    assert -0.5 <= np.min(shifts) < -0.49
    assert 0.49 < np.max(shifts) < 0.5
    assert abs(np.mean(shifts)) < 0.03


def _translated(image, down, right):
    height, width, _ = image.shape
    padded = np.pad(image, [(height, height), (width, width), (0, 0)])
    rows = slice(height - down, 2 * height - down)
    return padded[rows, width - right : 2 * width - right]


def test_translation_equals_numpy_and_reaches_an_eighth():
    images, random = _images(200, 16, 25, 3), _random(200)
    actual = augment.diffaugment(images, random, policy="translation")
    down = random.integers("translation_y", minval=-2, maxval=3).numpy()
    right = random.integers("translation_x", minval=-3, maxval=4).numpy()
    expected = [_translated(*one) for one in zip(images, down, right)]
    np.testing.assert_array_equal(actual, expected)
    assert set(zip(down, right)) > {(-2, -3), (-2, 3), (2, -3), (2, 3)}


def test_translation_down_and_left_worked_by_hand():
    image = np.zeros([1, 8, 8, 1], np.float32)
    image[0, 2, 5], image[0, 7, 3], image[0, 4, 0] = 0.5, 0.7, 0.9
    known = _Known(translation_y=1, translation_x=-1)
    actual = augment.diffaugment(image, known, policy="translation")
    expected = np.zeros([1, 8, 8, 1], np.float32)
    expected[0, 3, 4] = 0.5  # the two others leave at the bottom and the left
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize(("height", "width"), [(8, 12), (7, 10), (9, 6)])
def test_cutout_equals_numpy(height, width):
    images, random = _images(100, height, width, 3), _random(100)
    actual = augment.diffaugment(images, random, policy="cutout")
    expected = images.copy()
    cut_height, cut_width = height // 2, width // 2
    # An odd length is centred on a pixel, an even one between two or outside.
    below = height + 1 - cut_height % 2
    beside = width + 1 - cut_width % 2
    centre_y = random.integers("cutout_y", minval=0, maxval=below).numpy()
    centre_x = random.integers("cutout_x", minval=0, maxval=beside).numpy()
    tops, lefts = centre_y - cut_height // 2, centre_x - cut_width // 2
    for image, top, left in zip(expected, tops, lefts):
        rows = slice(max(top, 0), top + cut_height)
        image[rows, max(left, 0) : left + cut_width] = 0.0
    np.testing.assert_array_equal(actual, expected)
    assert tops.min() == -(cut_height // 2)
    assert tops.max() + cut_height == height + cut_height // 2


def test_cutout_at_the_upper_right_worked_by_hand():
    known = _Known(cutout_y=1, cutout_x=4)
    actual = augment.diffaugment(tf.ones([1, 4, 4, 1]), known, policy="cutout")
    expected = [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1]]
    np.testing.assert_array_equal(actual[0, :, :, 0], expected)


def test_parts_apply_in_the_order_of_the_policy():
    images, random = _images(4, 16, 16, 3), _random(4)
    first, second = (
        augment.diffaugment(images, random, policy=policy)
        for policy in ("cutout,color", "color,cutout")
    )
    by_hand = augment.diffaugment(
        augment.diffaugment(images, random, policy="cutout"),
        random,
        policy="color",
    )
    np.testing.assert_array_equal(first, by_hand)
    assert np.abs(first - second).max() > 0.01


def test_check_policy_returns_the_parts():
    assert augment.check_policy("cutout,color") == ["cutout", "color"]


@pytest.mark.parametrize("policy", ["colour", "", "color,", "color,color"])
def test_check_policy_names_the_known_parts_when_it_is_wrong(policy):
    known = f"color, cutout, translation. Received: {policy}.$"
    with pytest.raises(ValueError, match=known):
        augment.check_policy(policy)
    with pytest.raises(ValueError, match=known):
        augment.diffaugment(tf.zeros([1, 8, 8, 1]), _random(1), policy=policy)
