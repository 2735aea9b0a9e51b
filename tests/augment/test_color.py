"""ADA's colours against the paper's 4x4 matrices, and by hand."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.augment import color
from tfgan_zoo.random import StepRandom

TO_GREY = np.ones([3, 3]) / 3


class _Known:
    """Wins every toss; the other draws are those of red as it is."""

    def __init__(self, *, normal=(0.0, 0.0, 0.0), uniform=(0.5, 0.0)):
        self._draws = {"color_normal": normal, "color_uniform": uniform}

    def uniform(self, name, shape):
        return tf.reshape(self._draws.get(name, [0.0] * 5), [1, *shape])

    normal = uniform


def _drawn(random, probability):
    won = (random.uniform("color_tosses", [5]).numpy() < probability).T
    normal = random.normal("color_normal", [3]).numpy().T
    uniform = random.uniform("color_uniform", [2]).numpy().T
    return {
        "brightness": np.where(won[0], 0.2 * normal[0], 0),
        "contrast": np.where(won[1], 2 ** (0.5 * normal[1]), 1),
        "saturation": np.where(won[2], 2 ** normal[2], 1),
        "hue": np.where(won[3], (2 * uniform[0] - 1) * np.pi, 0),
        "inverted": np.where(won[4], np.floor(2 * uniform[1]), 0),
    }


def _matrix(brightness, contrast, inverted, hue, saturation):
    """The paper's product of 4x4 matrices on (red, green, blue, 1)."""

    def matrix(linear, shift=0.0):
        out = np.eye(4)
        out[:3, :3], out[:3, 3] = linear, shift
        return out

    axis = np.ones(3) / math.sqrt(3)
    cross = np.cross(np.eye(3), axis)  # its product with x: axis x x
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
    drawn = _drawn(random, probability)
    colored = np.concatenate([images] * (3 // channels) + [ones], axis=3)
    matrices = np.stack(
        [_matrix(**dict(zip(drawn, row))) for row in zip(*drawn.values())]
    )
    expected = np.einsum("bhwj,bij->bhwi", colored, matrices)[..., :channels]
    np.testing.assert_allclose(actual, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("draws", "expected"),
    [
        ({}, [1.0, 0.0, 0.0]),
        ({"normal": (0.5, 0.0, 0.0)}, [1.1, 0.1, 0.1]),  # brighter by 0.1
        ({"normal": (0.0, 2.0, 0.0)}, [2.0, 0.0, 0.0]),  # contrast x 2
        ({"normal": (0.0, 0.0, 1.0)}, [5 / 3, -1 / 3, -1 / 3]),  # colour x 2
        ({"uniform": (5 / 6, 0.0)}, [0.0, 1.0, 0.0]),  # hue by 120 degrees
        ({"uniform": (0.0, 0.0)}, [-1 / 3, 2 / 3, 2 / 3]),  # by -180
        ({"uniform": (0.5, 0.5)}, [1 / 3, -2 / 3, -2 / 3]),  # luma inverted
    ],
)
def test_transform_of_red_worked_by_hand(draws, expected):
    red = tf.constant([1.0, 0.0, 0.0])[None, None, None]
    actual = color.transform(red, _Known(**draws), probability=1.0)
    np.testing.assert_allclose(actual[0, 0, 0], expected, atol=1e-6)
