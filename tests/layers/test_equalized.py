"""Layers of equalised learning rate, against NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers import EqualizedConv2D, EqualizedDense

ROOT_2 = np.sqrt(2.0)


def _leaky(x):
    return np.maximum(x, 0.2 * x)


@pytest.fixture
def maps():
    random = np.random.default_rng(0)
    return random.normal(size=(2, 4, 6, 3)).astype(np.float32)


def test_dense_scales_its_kernel_by_the_fan_in_and_its_rate():
    layer = EqualizedDense(2, is_activated=True, bias=0.5, rate=0.1)
    x = np.array([[1.0, -2.0, 3.0, 4.0]], np.float32)
    layer(x)
    kernel = layer.kernel.numpy()
    expected = _leaky(x @ (kernel * 0.1 * ROOT_2 / 2.0) + 0.5)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5)
    np.testing.assert_allclose(layer.bias, [5.0, 5.0])


def test_outputs_have_the_variance_of_the_inputs():
    keras.utils.set_random_seed(0)
    x = tf.random.stateless_normal([64, 256], [0, 0])
    for rate in (1.0, 0.01):
        # That of a leaky ReLU, sqrt((1 + 0.2^2) / 2), times the gain.
        activated = EqualizedDense(256, is_activated=True, rate=rate)(x)
        assert np.sqrt(np.mean(np.square(activated))) == pytest.approx(
            np.sqrt(1.04), rel=0.05
        )
        assert np.std(EqualizedDense(256, rate=rate)(x)) == pytest.approx(
            1.0, rel=0.05
        )


def test_a_step_of_the_kernel_moves_outputs_by_the_rate():
    x = tf.ones([1, 4])
    moved = []
    for rate in (1.0, 0.01):
        layer = EqualizedDense(3, rate=rate)
        before = layer(x)
        layer.kernel.assign_add(tf.ones_like(layer.kernel))
        moved.append(float(tf.reduce_mean(layer(x) - before)))
    # 4 inputs, each weight scaled by 1 / sqrt(4).
    np.testing.assert_allclose(moved, [2.0, 0.02], rtol=1e-4)


@pytest.mark.parametrize("size", [1, 3])
def test_convolution_is_a_plain_one_of_the_scaled_kernel(maps, size):
    layer = EqualizedConv2D(5, size)
    layer(maps)
    layer.bias.assign(np.arange(5.0))
    kernel = layer.kernel.numpy() * ROOT_2 / np.sqrt(3 * size * size)
    convolved = tf.nn.conv2d(maps, kernel, 1, "SAME").numpy()
    expected = _leaky(convolved + np.arange(5.0))
    for training in (False, True):
        outputs = layer(maps, training=training)
        np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_halving_averages_what_a_plain_convolution_gives(maps):
    layer = EqualizedConv2D(5, is_activated=False, halve=True)
    outputs = layer(maps, training=True)
    kernel = layer.kernel.numpy() / np.sqrt(27.0)
    convolved = tf.nn.conv2d(maps, kernel, 1, "SAME")
    expected = tf.nn.avg_pool2d(convolved, 2, 2, "VALID")
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
    assert [v.name for v in layer.weights] == [layer.kernel.name]


def test_kernels_are_float32_where_the_layer_computes_in_16_bits(maps):
    with precision_policy("mixed_bfloat16"):
        layer = EqualizedConv2D(5)
        outputs = layer(maps, training=True)
    assert outputs.dtype == tf.bfloat16
    assert layer.kernel.dtype == tf.float32
