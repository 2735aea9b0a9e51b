"""ADA's colours against the paper's 4x4 matrices, and by hand."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.augment import color
from tfgan_zoo.random import StepRandom

TO_GREY = np.ones([3, 3]) / 3


class _Known:
    """Every toss is won; draws are 0 but those that are given."""

    def __init__(self, **values):
        self.values = values

    def _draw(self, name, shape, **_):
        return tf.fill([1, *shape], self.values.get(name, 0.0))

    uniform = normal = integers = _draw


def _drawn(random, probability):
    def tossed(name, values):
        toss = random.uniform(f"{name}_toss").numpy() < probability
        return np.where(toss, values, 0.0)

    inverted = random.integers("inverted", minval=0, maxval=2)
    hue = (random.uniform("hue").numpy() * 2 - 1) * np.pi
    draws = (
        tossed("brightness", random.normal("brightness").numpy() * 0.2),
        2 ** tossed("contrast", random.normal("contrast").numpy() * 0.5),
        tossed("inverted", inverted),
        tossed("hue", hue),
        2 ** tossed("saturation", random.normal("saturation").numpy()),
    )
    return np.stack(draws, axis=1)


def _matrix(brightness, contrast, inverted, hue, saturation):
    """The paper's product of 4x4 matrices on (red, green, blue, 1)."""

    def matrix(linear, shift=0.0):
        out = np.eye(4)
        out[:3, :3], out[:3, 3] = linear, shift
        return out

    axis = np.ones(3) / math.sqrt(3)
    cross = np.cross(np.eye(3), -axis)  # cross @ x is axis x x
    turned = (
        np.cos(hue) * np.eye(3)
        + (1 - np.cos(hue)) * TO_GREY
        + np.sin(hue) * cross
    )
    return (
        matrix(TO_GREY + saturation * (np.eye(3) - TO_GREY))
        @ matrix(turned)
        @ matrix(np.eye(3) - 2 * inverted * TO_GREY)
        @ matrix(contrast * np.eye(3))
        @ matrix(np.eye(3), brightness)
    )


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("probability", [0.6, 1.0])
def test_transform_equals_the_matrices_of_the_paper(channels, probability):
    random = StepRandom(3, tf.constant(5), 40)
    images = np.random.default_rng(0).uniform(-1, 1, [40, 3, 2, channels])
    actual = color.transform(
        tf.constant(images, tf.float32), random, probability=probability
    )
    ones = np.ones([40, 3, 2, 1])
    colored = np.concatenate([images] * (3 // channels) + [ones], axis=3)
    matrices = np.stack([_matrix(*row) for row in _drawn(random, probability)])
    expected = np.einsum("bhwj,bij->bhwi", colored, matrices)[..., :channels]
    np.testing.assert_allclose(actual, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("draws", "expected"),
    [
        ({"hue": 5 / 6}, [0.0, 1.0, 0.0]),  # by 120 degrees
        ({"hue": 0.0}, [-1 / 3, 2 / 3, 2 / 3]),  # by -180
        ({"inverted": 1.0, "hue": 0.5}, [1 / 3, -2 / 3, -2 / 3]),
        ({"contrast": 2.0, "hue": 0.5}, [2.0, 0.0, 0.0]),
        ({"brightness": 0.5, "hue": 0.5}, [1.1, 0.1, 0.1]),
        ({"saturation": 1.0, "hue": 0.5}, [5 / 3, -1 / 3, -1 / 3]),
    ],
)
def test_transform_of_red_worked_by_hand(draws, expected):
    red = tf.constant([1.0, 0.0, 0.0])[None, None, None]
    actual = color.transform(red, _Known(**draws), probability=1.0)
    np.testing.assert_allclose(actual[0, 0, 0], expected, atol=1e-6)
