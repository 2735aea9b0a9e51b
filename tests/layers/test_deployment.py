"""Layers as they are deployed make what they make elsewhere."""

import threading

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    Conv2DTranspose,
    GeneratorBlock,
    SpectralConv2D,
    deployment,
)
from tfgan_zoo.layers.activations import to_image
from tfgan_zoo.layers.convolution import transposed


def _random(*shape, seed=0):
    return tf.random.stateless_normal(shape, [seed, 1])


def _operations(function, *inputs):
    graph = tf.function(function).get_concrete_function(*inputs).graph
    return {operation.type for operation in graph.get_operations()}


def _disturbed(layer):
    for number, weight in enumerate(layer.weights):
        weight.assign_add(0.3 * tf.abs(_random(*weight.shape, seed=number)))
    return layer


@pytest.mark.parametrize(
    ("size", "stride"), [(4, 2), (2, 2), (6, 2), (6, 3), (4, 4), (3, 1)]
)
@pytest.mark.parametrize("use_bias", [True, False])
def test_transposed_convolution_by_a_pixel_shuffle(size, stride, use_bias):
    inputs = _random(2, 5, 7, 3)
    layer = Conv2DTranspose(
        4, size, strides=stride, padding="same", use_bias=use_bias
    )
    norm = BatchNormalization()

    def run(inputs):
        return transposed(layer, inputs, lambda x: tf.nn.relu(norm(x)))

    run(inputs)
    _disturbed(layer)
    _disturbed(norm)
    expected = run(inputs)
    with deployment.deployed():
        np.testing.assert_allclose(run(inputs), expected, atol=1e-5)
        assert "Conv2DBackpropInput" not in _operations(run, inputs)
    assert np.ptp(expected) > 1.0
    assert expected.shape == (2, 5 * stride, 7 * stride, 4)


def test_kernel_that_is_no_multiple_of_the_stride_stays():
    inputs = _random(2, 5, 7, 3)
    layer = Conv2DTranspose(4, 5, strides=2, padding="same")
    expected = transposed(layer, inputs, tf.identity)
    with deployment.deployed():
        received = transposed(layer, inputs, tf.identity)
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("num_classes", [0, 3])
@pytest.mark.parametrize("spectral", [True, False])
def test_generator_block(num_classes, spectral):
    block = GeneratorBlock(6, num_classes=num_classes, spectral=spectral)
    inputs, labels = _random(3, 4, 4, 5), tf.constant([0, 2, 1])
    given = (labels,) if num_classes else ()
    block(inputs, *given)
    _disturbed(block)
    expected = block(inputs, *given)
    with deployment.deployed():
        received = block(inputs, *given)
        names = _operations(lambda x: block(x, *given), inputs)
    np.testing.assert_allclose(received, expected, rtol=1e-4, atol=1e-4)
    assert not names & {"Conv2DBackpropInput", "MatMul", "RealDiv"}


def test_conditional_norm_is_one_scale_and_one_offset():
    norm = ConditionalBatchNormalization(3)
    inputs, labels = _random(4, 2, 2, 5), tf.constant([0, 1, 2, 1])
    norm(inputs, labels)
    _disturbed(norm)
    expected = norm(inputs, labels)
    with deployment.deployed():
        received = norm(inputs, labels)
        twice = norm(tf.concat([inputs, inputs], -1), labels)
    np.testing.assert_allclose(received, expected, atol=1e-5)
    both = tf.concat([expected, expected], -1)
    np.testing.assert_allclose(twice, both, atol=1e-5)


def test_what_lays_out_comes_after_what_follows():
    dense = keras.layers.Dense(12)
    lay_out = keras.layers.Reshape((2, 2, 3))
    norm = BatchNormalization()

    def run(inputs):
        return deployment.laid_out(dense(inputs), lay_out, norm)

    inputs = _random(4, 5)
    run(inputs)
    _disturbed(norm)
    expected = run(inputs)
    with deployment.deployed():
        np.testing.assert_allclose(run(inputs), expected, atol=1e-5)


def test_spectral_kernels_are_constants():
    layer = SpectralConv2D(4, 3)
    inputs = _random(1, 6, 6, 2)
    expected = layer(inputs)
    with deployment.deployed():
        names = _operations(layer, inputs)
        np.testing.assert_allclose(layer(inputs), expected, atol=1e-6)
    assert not names & {"MatMul", "RealDiv"}


def test_pixels_in_integers_change_by_little():
    x = tf.linspace(-20.0, 20.0, 4001)
    with deployment.deployed():
        np.testing.assert_array_equal(to_image(x), tf.tanh(x))
    with deployment.deployed(in_integers=True):
        bounded = to_image(x)
    apart = np.abs(bounded - tf.tanh(x))
    assert 1e-5 < apart.max() < 7e-4
    near = np.abs(x) < 3.9
    np.testing.assert_allclose(bounded[near], tf.tanh(x)[near], atol=1e-6)


def test_it_ends_with_the_block_and_belongs_to_a_thread():
    found = []
    with deployment.deployed(in_integers=True):
        with deployment.deployed():
            assert not deployment.is_in_integers()
        assert deployment.is_in_integers()
        thread = threading.Thread(
            target=lambda: found.append(deployment.is_deployed())
        )
        thread.start()
        thread.join()
    assert found == [False]
    assert not deployment.is_deployed()
