"""Residual blocks against plain convolutions, resizing and NumPy's sigma."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    DiscriminatorBlock,
    DoublingConv2D,
    GeneratorBlock,
)

KERNEL = np.arange(1.0, 10.0, dtype=np.float32).reshape(3, 3, 1, 1)
LABELS = tf.constant([1, 0])


@pytest.fixture
def maps():
    random = np.random.default_rng(0)
    return random.normal(size=(2, 4, 6, 3)).astype(np.float32)


def _randomised(layer):
    """Kernels of many singular values, biases and statistics far from 0."""
    random = np.random.default_rng(1)
    for variable in layer.variables:
        values = random.normal(size=variable.shape)
        if "variance" in variable.name:
            values = 0.5 + np.abs(values)
        variable.assign(values)


def _settle(*convs):
    """Sets each u to where the power iteration would take it."""
    for conv in convs:
        if hasattr(conv, "u"):
            conv.u.assign(np.linalg.svd(_matrix(conv))[2][0])


def _matrix(conv):
    kernel = conv.kernel.numpy()
    return kernel.reshape(-1, kernel.shape[-1])


def _used_kernel(conv):
    """The kernel divided by its largest singular value, if it is spectral."""
    kernel = conv.kernel.numpy()
    if not hasattr(conv, "u"):
        return kernel
    return kernel / np.linalg.svd(_matrix(conv), compute_uv=False)[0]


def _convolved(maps, conv):
    outputs = tf.nn.conv2d(maps, _used_kernel(conv), 1, "SAME")
    return outputs + conv.bias if conv.use_bias else outputs


def _doubled(maps):
    return np.repeat(np.repeat(maps, 2, axis=1), 2, axis=2)


def _halved(maps):
    return tf.nn.avg_pool2d(maps, 2, 2, "VALID")


def _normed(maps, norm, labels):
    gamma, beta = norm.gamma.numpy(), norm.beta.numpy()
    if labels is not None:
        gamma, beta = gamma[labels][:, None, None], beta[labels][:, None, None]
    scale = gamma / np.sqrt(norm.moving_variance.numpy() + 1e-5)
    return (maps - norm.moving_mean.numpy()) * scale + beta


def _expected_of_generator(block, maps, labels):
    """Every step of the paper's figure, at the size where it puts it."""
    x = np.maximum(_normed(maps, block.norms[0], labels), 0.0)
    x = _convolved(_doubled(x), block.first)
    x = np.maximum(_normed(x, block.norms[1], labels), 0.0)
    return _convolved(x, block.second) + _convolved(
        _doubled(maps), block.shortcut
    )


def _expected_of_discriminator(block, maps):
    x = maps if block.first else np.maximum(maps, 0.0)
    x = np.maximum(_convolved(x, block.convs[0]), 0.0)
    x = _convolved(x, block.convs[1])
    beside = maps
    if block.shortcut is not None:
        beside = _convolved(maps, block.shortcut)
    return _halved(x + beside) if block.halve else x + beside


@pytest.mark.parametrize("spectral", [False, True])
@pytest.mark.parametrize("labels", [None, LABELS])
def test_generator_block_equals_its_plain_parts(maps, spectral, labels):
    classes = 0 if labels is None else 2
    block = GeneratorBlock(5, num_classes=classes, spectral=spectral)
    block(maps, labels)
    _randomised(block)
    _settle(block.first, block.second, block.shortcut)
    outputs = block(maps, labels)
    assert outputs.shape == [2, 8, 12, 5]
    expected = _expected_of_generator(block, maps, labels)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-3)
    assert np.std(expected) > 0.5


@pytest.mark.parametrize(
    ("filters", "settings"),
    [
        (5, {"first": True}),
        (5, {}),
        (3, {}),
        (5, {"halve": False}),
        (3, {"halve": False}),
    ],
)
def test_discriminator_block_equals_its_plain_parts(maps, filters, settings):
    block = DiscriminatorBlock(filters, **settings)
    block(maps)
    _randomised(block)
    _settle(*block.convs, block.shortcut)
    side = 1 if settings.get("halve") is False else 2
    outputs = block(maps)
    assert outputs.shape == [2, 4 // side, 6 // side, filters]
    expected = _expected_of_discriminator(block, maps)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-4)
    assert np.std(expected) > 0.1


def test_doubling_convolution_of_one_pixel_by_hand():
    block = GeneratorBlock(1)
    block(tf.zeros([1, 1, 1, 1]))
    block.first.kernel.assign(KERNEL)
    # Of the pixel's four copies each output sees a corner of the kernel:
    # 5 + 6 + 8 + 9, 4 + 5 + 7 + 8, 2 + 3 + 5 + 6 and 1 + 2 + 4 + 5.
    np.testing.assert_allclose(
        block.first(tf.ones([1, 1, 1, 1]))[0, ..., 0],
        [[28.0, 24.0], [16.0, 12.0]],
        rtol=1e-6,
    )


def test_halving_convolution_of_one_pixel_by_hand():
    block = DiscriminatorBlock(1)
    block(tf.zeros([1, 2, 2, 1]))
    block.convs[1].kernel.assign(KERNEL)
    image = tf.reshape([1.0, 0.0, 0.0, 0.0], [1, 2, 2, 1])
    # (5 + 4 + 2 + 1) / 4, by sigma: the root of 1 + 4 + 9 + ... + 81, 285
    np.testing.assert_allclose(
        block.convs[1](image)[0, 0, 0], [3.0 / 16.881943], rtol=1e-6
    )


def test_blocks_have_the_channels_biases_and_norms_of_the_paper(maps):
    generator = GeneratorBlock(5, num_classes=4)
    generator(maps, LABELS)
    assert generator.first.kernel.shape == [3, 3, 3, 5]
    biases = [v.shape for v in generator.variables if "bias" in v.name]
    assert biases == [[5]]
    kinds = {type(norm) for norm in generator.norms}
    assert kinds == {ConditionalBatchNormalization}
    kinds = {type(norm) for norm in GeneratorBlock(5).norms}
    assert kinds == {BatchNormalization}
    for first, within in ((False, 3), (True, 5)):
        block = DiscriminatorBlock(5, first=first)
        block(maps)
        assert [conv.kernel.shape for conv in block.convs] == [
            [3, 3, 3, within],
            [3, 3, within, 5],
        ]


@pytest.mark.parametrize("kind", [GeneratorBlock, DiscriminatorBlock])
def test_policy_of_construction_holds_where_another_is_global(maps, kind):
    exact = kind(3)
    with precision_policy("mixed_bfloat16"):
        exact(maps)
        block = kind(3)
    block(maps)
    block.set_weights(exact.get_weights())
    outputs = block(maps)
    assert (outputs.dtype, exact(maps).dtype) == (tf.bfloat16, tf.float32)
    assert {v.dtype for v in block.variables} == {tf.float32}
    outputs = tf.cast(outputs, tf.float32)
    np.testing.assert_allclose(outputs, exact(maps), atol=0.05)


def test_gradient_of_an_image_gradient_reaches_the_kernels(maps):
    keras.utils.set_random_seed(0)
    block = DiscriminatorBlock(4)
    images = tf.constant(maps)
    block(images)
    _settle(*block.convs, block.shortcut)
    kernel = block.convs[1].kernel

    def slope():
        with tf.GradientTape() as tape:
            tape.watch(images)
            total = tf.reduce_sum(block(images) ** 2)
        return tf.reduce_sum(tape.gradient(total, images) ** 2)

    with tf.GradientTape() as tape:
        value = slope()
    gradient = tape.gradient(value, kernel).numpy()
    start, direction = kernel.numpy(), gradient / np.linalg.norm(gradient)
    ends = []
    for sign in (1.0, -1.0):
        kernel.assign(start + sign * 1e-2 * direction)
        ends.append(float(slope()))
    difference = (ends[0] - ends[1]) / 2e-2
    assert difference == pytest.approx(np.linalg.norm(gradient), rel=0.01)
    assert difference > 1.0


@pytest.mark.parametrize(
    "block",
    [
        GeneratorBlock(5, num_classes=3, spectral=True),
        DiscriminatorBlock(5, halve=False, first=True),
    ],
    ids=["generator", "discriminator"],
)
def test_config_round_trips(block):
    again = type(block).from_config(block.get_config())
    assert again.get_config() == block.get_config()


def test_doubling_convolution_takes_maps_of_any_size(maps):
    conv = DoublingConv2D(5, 3, padding="same", activation="relu")
    conv(maps)
    _randomised(conv)
    expected = np.maximum(_convolved(_doubled(maps), conv), 0.0)
    assert expected.shape == (2, 8, 12, 5) and np.ptp(expected) > 1.0
    np.testing.assert_allclose(conv(maps), expected, rtol=1e-4, atol=1e-4)
    spec = tf.TensorSpec([None, None, None, 3])
    traced = tf.function(lambda x: conv(x)).get_concrete_function(spec)
    assert traced.structured_outputs.shape.as_list() == [None, None, None, 5]
    np.testing.assert_allclose(traced(maps), expected, rtol=1e-4, atol=1e-4)
