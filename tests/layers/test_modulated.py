"""Modulated convolutions against a kernel made for each image."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import ModulatedConv2D
from tfgan_zoo.layers.deployment import deployed

ROOT_2 = np.sqrt(2.0)
FORMS = [{}, {"double": True}, {"to_image": True, "kernel_size": 1}]


@pytest.fixture
def inputs():
    random = np.random.default_rng(0)
    maps = random.normal(size=(2, 4, 6, 3)).astype(np.float32)
    return maps, random.normal(size=(2, 7)).astype(np.float32)


def _built(inputs, **form):
    layer = ModulatedConv2D(5, **form)
    layer(*inputs)
    layer.bias.assign(np.linspace(-1.0, 1.0, 5))
    return layer


def _by_equations(layer, maps, w):
    """Section 2.2 of the paper, an image at a time."""
    style = w @ (layer.to_style.kernel.numpy() / np.sqrt(7.0)) + 1.0
    size = layer.kernel_size
    kernel = layer.kernel.numpy() / np.sqrt(3.0 * size * size)
    images = []
    for image, s in zip(maps, style):
        modulated = kernel * s[:, np.newaxis]  # equation 1
        if not layer.to_image:  # equation 3, and leaky ReLU's gain
            squares = np.square(modulated).sum((0, 1, 2))
            modulated *= ROOT_2 / np.sqrt(squares)
        if layer.double:
            image = image.repeat(2, axis=0).repeat(2, axis=1)
        x = tf.nn.conv2d(image[np.newaxis], modulated, 1, "SAME")[0]
        x = x.numpy() + layer.bias.numpy()
        images.append(x if layer.to_image else np.maximum(x, 0.2 * x))
    return np.stack(images)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_outputs_are_those_of_a_kernel_for_each_image(inputs, form):
    layer = _built(inputs, **form)
    expected = _by_equations(layer, *inputs)
    for training in (False, True):
        outputs = layer(*inputs, training=training)
        np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_deployed_it_computes_the_same(inputs, form):
    layer = _built(inputs, **form)
    expected = layer(*inputs)
    with deployed(layer):
        outputs = layer(*inputs)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_demodulation_takes_the_size_of_a_style_out(inputs):
    maps, w = inputs
    layer = _built(inputs)
    before = layer(maps, w)
    for weight in (layer.to_style.kernel, layer.to_style.bias):
        weight.assign(3.0 * weight)
    np.testing.assert_allclose(layer(maps, w), before, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_gradients_in_training_are_those_outside(inputs, form):
    layer = _built(inputs, **form)
    gradients = []
    for training in (False, True):
        with tf.GradientTape() as tape:
            outputs = layer(*inputs, training=training)
            loss = tf.reduce_sum(tf.sin(outputs))
        gradients.append(tape.gradient(loss, layer.trainable_variables))
    for one, other in zip(*gradients):
        assert np.abs(one).max() > 1e-3
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_batches_of_a_constant_map_differ_by_their_styles(inputs):
    """The first layer's maps are one for the whole batch."""
    maps, w = inputs
    layer = _built(inputs)
    expected = _by_equations(layer, np.stack([maps[0]] * 2), w)
    np.testing.assert_allclose(
        layer(maps[:1], w), expected, rtol=1e-4, atol=1e-5
    )
    assert np.abs(expected[0] - expected[1]).max() > 0.1
