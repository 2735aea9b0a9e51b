"""Convolutions in groups: the same numbers as Keras', with all gradients."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import GroupedConv2D, leaky_relu

NUMBERS = np.random.default_rng(0)
IMAGES = NUMBERS.normal(size=(2, 5, 4, 6)).astype(np.float32)


def _layer(groups, size=3):
    keras.utils.set_random_seed(0)
    layer = GroupedConv2D(
        9, size, padding="same", groups=groups, activation=leaky_relu
    )
    layer.build(IMAGES.shape)
    layer.bias.assign(NUMBERS.normal(size=9))
    return layer


def _by_hand(layer, images):
    """Each group's channels through its part of the kernel."""
    parts = zip(
        tf.split(images, layer.groups, -1),
        tf.split(layer.kernel, layer.groups, -1),
    )
    maps = [tf.nn.conv2d(x, kernel, 1, "SAME") for x, kernel in parts]
    return leaky_relu(tf.concat(maps, -1) + layer.bias)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("groups", "size"), [(1, 3), (3, 3), (3, 1), (3, 5)])
def test_each_group_is_a_convolution(groups, size, training):
    layer = _layer(groups, size)
    outputs = layer(IMAGES, training=training)
    expected = _by_hand(layer, tf.constant(IMAGES))
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def _penalty_gradients(layer, call):
    images = tf.constant(IMAGES)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(images)
            outputs = tf.reduce_sum(tf.tanh(call(images)))
        gradient = inner.gradient(outputs, images)
        penalty = tf.reduce_sum(gradient**2)
    return gradient, outer.gradient(penalty, layer.kernel)


def test_gradients_of_a_gradient_are_those_of_the_convolutions():
    layer = _layer(3)
    ours = _penalty_gradients(layer, lambda x: layer(x, training=True))
    expected = _penalty_gradients(layer, lambda x: _by_hand(layer, x))
    for gradient, other in zip(ours, expected):
        assert np.abs(other).max() > 0.1
        np.testing.assert_allclose(gradient, other, rtol=1e-3, atol=1e-5)
