"""Layers as they are deployed make what they make elsewhere."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers import (
    BatchNormalization,
    Colorize,
    ConditionalBatchNormalization,
    Conv2DTranspose,
    GeneratorBlock,
    ProjectAndReshape,
    SpectralConv2D,
    SubpixelDetails,
    UpsampleBlock,
    deployment,
)
from tfgan_zoo.layers.activations import PixelTanh
from tfgan_zoo.layers.labels import OneHot
from tfgan_zoo.lines import luma


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
    block = UpsampleBlock(layer, norm=BatchNormalization())
    block(inputs)
    _disturbed(block)
    expected = block(inputs)
    with deployment.deployed(block):
        np.testing.assert_allclose(block(inputs), expected, atol=1e-5)
        assert "Conv2DBackpropInput" not in _operations(block, inputs)
    assert np.ptp(expected) > 1.0
    assert expected.shape == (2, 5 * stride, 7 * stride, 4)


def test_kernel_that_is_no_multiple_of_the_stride_stays():
    inputs = _random(2, 5, 7, 3)
    block = UpsampleBlock(Conv2DTranspose(4, 5, strides=2, padding="same"))
    expected = block(inputs)
    with deployment.deployed(block):
        received = block(inputs)
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
    with deployment.deployed(block):
        received = block(inputs, *given)
        names = _operations(lambda x: block(x, *given), inputs)
    np.testing.assert_allclose(received, expected, rtol=1e-4, atol=1e-4)
    assert not names & {"Conv2DBackpropInput", "GatherV2", "RealDiv"}
    assert ("MatMul" in names) == bool(num_classes)  # labels are looked up


def test_conditional_norm_is_one_scale_and_one_offset():
    norm = ConditionalBatchNormalization(3)
    inputs, labels = _random(4, 2, 2, 5), tf.constant([0, 1, 2, 1])
    norm(inputs, labels)
    _disturbed(norm)
    expected = norm(inputs, labels)
    with deployment.deployed(norm):
        received = norm(inputs, labels)
        twice = norm(tf.concat([inputs, inputs], -1), labels)
    np.testing.assert_allclose(received, expected, atol=1e-5)
    both = tf.concat([expected, expected], -1)
    np.testing.assert_allclose(twice, both, atol=1e-5)


@pytest.mark.parametrize("in_integers", [True, False])
@pytest.mark.parametrize("num_classes", [3, 2048, 2049])
def test_rows_of_a_table_are_exact(num_classes, in_integers):
    table = _random(num_classes, 4)
    labels = tf.constant([num_classes - 1, 0, 2, num_classes - 2])

    def look_up(labels):
        return deployment.look_up(table, labels, in_integers=in_integers)

    expected = table.numpy()[labels.numpy()]
    np.testing.assert_array_equal(look_up(labels), expected)
    is_compared = "Equal" in _operations(look_up, labels)
    assert is_compared == (num_classes <= 2048 and not in_integers)


def test_projection_is_reshaped_after_what_follows():
    block = ProjectAndReshape(
        keras.layers.Dense(12),
        keras.layers.Reshape((2, 2, 3)),
        norm=BatchNormalization(),
    )
    inputs = _random(4, 5)
    block(inputs)
    _disturbed(block)
    expected = block(inputs)
    with deployment.deployed(block):
        np.testing.assert_allclose(block(inputs), expected, atol=1e-5)


@pytest.mark.parametrize("factor", [2, 4])
def test_details_of_a_centered_kernel_sum_to_zero_of_themselves(factor):
    conv = keras.layers.Conv2D(factor**2 * 3, 3, padding="same")
    layer = SubpixelDetails(conv, factor=factor)
    images, features = 0.2 * _random(2, 5, 7, 3), _random(2, 5, 7, 4, seed=1)
    layer(images, features)
    _disturbed(layer)
    expected = layer(images, features)
    with deployment.deployed(layer):
        received = layer(images, features)
        names = _operations(layer, images, features)
    np.testing.assert_allclose(received, expected, atol=1e-5)
    assert expected.shape == (2, factor * 5, factor * 7, 3)
    assert np.ptp(expected) > 1.0
    assert not names & {"Split", "SplitV"}


def test_the_luma_of_colorized_images_is_the_grey_image():
    layer = Colorize(keras.layers.Conv2D(3, 3, padding="same"))
    images, features = 0.2 * _random(2, 5, 7, 1), 0.2 * _random(2, 5, 7, 4)
    layer(images, features)
    expected = layer(images, features)
    with deployment.deployed(layer):
        received = layer(images, features)
        names = _operations(layer, images, features)
    np.testing.assert_allclose(received, expected, atol=1e-5)
    np.testing.assert_allclose(luma(expected), images, atol=1e-5)
    assert np.ptp(expected - images) > 0.1
    assert not names & {"Split", "SplitV"}


def test_one_hot_vectors_are_rows_of_a_table():
    layer, labels = OneHot(4), tf.constant([0, 3, 1])
    expected = layer(labels)
    with deployment.deployed(layer):
        np.testing.assert_array_equal(layer(labels), expected)
        assert not {"GatherV2", "OneHot"} & _operations(layer, labels)
    with deployment.deployed(layer, in_integers=True):
        np.testing.assert_array_equal(layer(labels), expected)
        assert "GatherV2" in _operations(layer, labels)
    np.testing.assert_array_equal(expected, np.eye(4)[[0, 3, 1]])


def test_spectral_kernels_are_constants():
    layer = SpectralConv2D(4, 3)
    inputs = _random(1, 6, 6, 2)
    expected = layer(inputs)
    with deployment.deployed(layer):
        names = _operations(layer, inputs)
        np.testing.assert_allclose(layer(inputs), expected, atol=1e-6)
    assert not names & {"MatMul", "RealDiv"}


def test_pixels_in_integers_change_by_little():
    x, layer = tf.linspace(-20.0, 20.0, 4001), PixelTanh()
    with deployment.deployed(layer):
        np.testing.assert_array_equal(layer(x), tf.tanh(x))
    with deployment.deployed(layer, in_integers=True):
        bounded = layer(x)
    apart = np.abs(bounded - tf.tanh(x))
    assert 1e-5 < apart.max() < 7e-4
    near = np.abs(x) < 3.9
    np.testing.assert_allclose(bounded[near], tf.tanh(x)[near], atol=1e-6)


def test_it_ends_with_the_block_and_belongs_to_the_network():
    network = keras.Sequential([UpsampleBlock(Conv2DTranspose(4, 4, 2))])
    other, (block,) = PixelTanh(), network.layers
    with deployment.deployed(network, in_integers=True):
        with deployment.deployed(network):
            assert block.is_deployed and not block.in_integers
        assert block.in_integers
        assert not other.is_deployed
    assert not block.is_deployed and not block.in_integers


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("filters", [3, 6])
def test_a_norm_is_part_of_the_kernel_outside_training(
    filters, use_bias, policy
):
    with precision_policy(policy):
        conv = Conv2DTranspose(
            filters,
            4,
            strides=2,
            padding="same",
            use_bias=use_bias,
            kernel_initializer=keras.initializers.GlorotUniform(seed=0),
        )
        block = UpsampleBlock(conv, norm=BatchNormalization())
        inputs = _random(2, 5, 6, 4)
        block(inputs)
        _disturbed(block)
        expected = tf.nn.relu(block.norm(conv(inputs)))
        received = block(inputs)
        names = _operations(block, inputs)
        with deployment.deployed(block):
            shuffled = block(inputs)
    expected, received, shuffled = (
        tf.cast(each, tf.float32) for each in (expected, received, shuffled)
    )
    tolerance = np.abs(expected).max() * (1e-6 if policy == "float32" else 0.02)
    np.testing.assert_allclose(received, expected, atol=tolerance)
    np.testing.assert_allclose(shuffled, expected, atol=tolerance)
    assert "BiasAdd" in names
    assert "DepthToSpace" not in names


def test_a_projection_has_its_norm_in_the_kernel_when_deployed():
    block = ProjectAndReshape(
        keras.layers.Dense(12, use_bias=False),
        keras.layers.Reshape((2, 2, 3)),
        norm=BatchNormalization(),
    )
    inputs = _random(4, 5)
    block(inputs)
    _disturbed(block)
    with deployment.deployed(block):
        names = _operations(block, inputs)
    assert not names & {"Mul", "Rsqrt", "AddV2"}
