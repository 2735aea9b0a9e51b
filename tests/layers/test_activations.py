"""The leaky ReLU, its slopes, and its gradient of 16 bits."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers.activations import leaky_relu

VALUES = [-5.0, -1.0, -0.0, 0.0, 0.5, 3.0]


@pytest.mark.parametrize("dtype", [tf.float32, tf.bfloat16, tf.float16])
def test_values_and_slopes_by_hand(dtype):
    x = tf.constant(VALUES, dtype)
    upstream = tf.constant([1.0, -2.0, 4.0, 4.0, -2.0, 3.0], dtype)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = leaky_relu(x)
    slopes = tape.gradient(y, x, upstream)
    assert y.dtype == slopes.dtype == dtype
    expected = [-1.0, -0.2, 0.0, 0.0, 0.5, 3.0]
    np.testing.assert_allclose(tf.cast(y, tf.float32), expected, rtol=0.005)
    expected = [0.2, -0.4, 0.8, 0.8, -2.0, 3.0]
    slopes = tf.cast(slopes, tf.float32)
    np.testing.assert_allclose(slopes, expected, rtol=0.01)


def test_second_derivative_passes_through_16_bits():
    x = tf.constant([-2.0, 3.0], tf.bfloat16)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = leaky_relu(x) ** 2
        slope = tape.gradient(y, x)
    second = tf.cast(outer.gradient(slope, x), tf.float32)
    np.testing.assert_allclose(second, [2 * 0.2**2, 2.0], rtol=0.02)
