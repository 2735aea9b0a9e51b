"""Bilinear upsampling: in each form, as TensorFlow's operator."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import BilinearUpsampling2D
from tfgan_zoo.layers.deployment import deployed

MAPS = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype(np.float32)


def test_maps_are_those_of_tensorflows_operator():
    expected = tf.image.resize(MAPS, [6, 8])
    outputs = BilinearUpsampling2D()(MAPS)
    assert outputs.shape == [2, 6, 8, 5]
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)


def test_row_by_hand():
    row = tf.reshape(tf.constant([0.0, 4.0, 8.0]), [1, 1, 3, 1])
    doubled = BilinearUpsampling2D()(row)
    expected = [0.0, 1.0, 3.0, 5.0, 7.0, 8.0]
    np.testing.assert_array_equal(doubled[0, :, :, 0], [expected] * 2)


def test_gradient_is_that_of_tensorflows_operator():
    upstream = np.random.default_rng(1).normal(size=(2, 6, 8, 5))
    maps = tf.constant(MAPS)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(maps)
        doubled = BilinearUpsampling2D()(maps)
        expected = tf.image.resize(maps, [6, 8])
    upstream = tf.constant(upstream, tf.float32)
    np.testing.assert_allclose(
        tape.gradient(doubled, maps, upstream),
        tape.gradient(expected, maps, upstream),
        rtol=1e-5,
        atol=1e-6,
    )


def test_deployed_form_is_one_operator_with_the_same_maps():
    network = keras.Sequential([BilinearUpsampling2D()])
    expected = network(MAPS)
    specs = [tf.TensorSpec(MAPS.shape, tf.float32)]
    with deployed(network):
        function = tf.function(lambda x: network(x), input_signature=specs)
        graph = function.get_concrete_function().graph
    operators = [node.type for node in graph.get_operations()]
    assert operators.count("ResizeBilinear") == 1
    assert "Pad" not in operators and "Pack" not in operators
    np.testing.assert_allclose(function(MAPS), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_16_bits_stay(dtype):
    maps = tf.cast(MAPS, dtype)
    outputs = BilinearUpsampling2D(dtype=dtype)(maps)
    assert outputs.dtype == dtype
    expected = tf.image.resize(MAPS, [6, 8])
    np.testing.assert_allclose(
        tf.cast(outputs, tf.float32), expected, rtol=0.0, atol=0.05
    )
