"""The replaced operations, against TensorFlow's own."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import models
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers import (
    Conv2D,
    Conv2DTranspose,
    convolution_gradients,
)

# Side of the fine map, channels of it, of the coarse one, kernel, stride.
SHAPES = [
    (8, 1, 6, 4, 2),
    (8, 3, 5, 3, 1),
    (6, 2, 4, 6, 3),
    (8, 17, 6, 4, 2),
    (6, 16, 3, 2, 2),
    (6, 20, 3, 3, 1),
    (24, 16, 3, 4, 2),
    (12, 16, 3, 1, 1),
]


def _random(*shape, seed):
    values = tf.random.stateless_normal(shape, [seed, 0])
    # Few bits, so that in 16 bits the inputs are the same.
    return tf.round(8.0 * values) / 8.0


def _tensorflows(fine, kernel, coarse, stride):
    """TensorFlow's own gradients of the sum of outputs times `coarse`."""
    with tf.GradientTape() as tape:
        tape.watch([fine, kernel])
        outputs = tf.nn.conv2d(fine, kernel, stride, "SAME")
    return tape.gradient(outputs, [fine, kernel], coarse)


def _error(value, expected):
    difference = tf.cast(value, tf.float32) - expected
    return np.abs(difference).max() / np.abs(expected).max()


@pytest.mark.parametrize(("side", "few", "many", "size", "stride"), SHAPES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_both_gradients_are_tensorflows(side, few, many, size, stride, dtype):
    fine = _random(2, side, side, few, seed=0)
    kernel = _random(size, size, few, many, seed=1)
    coarse = _random(2, side // stride, side // stride, many, seed=2)
    expected = _tensorflows(fine, kernel, coarse, stride)
    cast = [tf.cast(value, dtype) for value in (fine, kernel, coarse)]
    received = (
        convolution_gradients.input_gradient(cast[2], cast[1], stride),
        convolution_gradients.kernel_gradient(cast[0], cast[2], size, stride),
    )
    tolerance = {"float32": 1e-6, "bfloat16": 1e-2, "float16": 2e-3}[dtype]
    # Where the processor has no bfloat16, TensorFlow may sum in it: 3 % off.
    theirs = _tensorflows(*cast, stride)
    for one, own, right in zip(received, theirs, expected):
        assert one.dtype == dtype
        assert one.shape == right.shape
        assert _error(one, right) <= max(tolerance, 1.01 * _error(own, right))


def _pair(kind, policy="float32", **settings):
    """The layer and Keras' own, of the same weights."""
    with precision_policy(policy):
        own = kind(5, 4, strides=2, padding="same", **settings)
        theirs = kind.__base__(5, 4, strides=2, padding="same", **settings)
        for layer in (own, theirs):
            layer.build([None, 8, 8, 3])
    theirs.set_weights(
        [_random(*w.shape, seed=3).numpy() for w in own.get_weights()]
    )
    own.set_weights(theirs.get_weights())
    return own, theirs


@pytest.mark.parametrize("kind", [Conv2D, Conv2DTranspose])
@pytest.mark.parametrize("in_graph", [False, True])
def test_a_layer_trains_as_keras_own(kind, in_graph):
    inputs = _random(2, 8, 8, 3, seed=4)

    def trained(layer, **arguments):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, **arguments)
            total = tf.reduce_sum(outputs**3)
        return outputs, tape.gradient(
            total, [inputs, *layer.trainable_variables]
        )

    if in_graph:
        trained = tf.function(trained)
    own, theirs = _pair(kind, activation="relu", bias_initializer="ones")
    received = tf.nest.flatten(trained(own, training=True))
    expected = tf.nest.flatten(trained(theirs))
    assert len(received) == len(expected) == 4
    for one, other in zip(received, expected):
        assert one.shape == other.shape
        np.testing.assert_allclose(
            one, other, rtol=0, atol=1e-6 * np.abs(other).max()
        )
    assert own.compute_output_shape([2, 8, 8, 3]) == (
        theirs.compute_output_shape([2, 8, 8, 3])
    )


@pytest.mark.parametrize("kind", [Conv2D, Conv2DTranspose])
def test_a_gradient_has_a_gradient(kind):
    inputs = _random(2, 8, 8, 3, seed=4)

    def penalised(layer, **arguments):
        variables = layer.trainable_variables
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                outputs = tf.nn.tanh(layer(inputs, **arguments))
            slopes = tape.gradient(outputs, inputs)
            penalty = tf.reduce_sum(slopes**2)
        return outer.gradient(penalty, variables)

    own, theirs = _pair(kind, use_bias=False)
    for one, other in zip(penalised(own, training=True), penalised(theirs)):
        np.testing.assert_allclose(
            one, other, rtol=0, atol=1e-5 * np.abs(other).max()
        )


@pytest.mark.parametrize("kind", [Conv2D, Conv2DTranspose])
def test_inference_has_the_operation_that_exports_know(kind):
    own, _ = _pair(kind)
    names = {"Conv2D": "Conv2D", "Conv2DTranspose": "Conv2DBackpropInput"}

    def operations(training):
        graph = tf.function(lambda x: own(x, training=training))
        concrete = graph.get_concrete_function(tf.TensorSpec([1, 8, 8, 3]))
        return [operation.type for operation in concrete.graph.get_operations()]

    assert names[kind.__name__] in operations(False)
    assert "IdentityN" not in operations(False)
    assert "IdentityN" in operations(True)


@pytest.mark.parametrize("name", ["dcgan", "wgan_gp"])
def test_models_train_by_the_replaced_operations(name, monkeypatch):
    sides = []
    original = convolution_gradients.kernel_gradient

    def noted(inputs, *rest):
        sides.append(inputs.shape[1])
        return original(inputs, *rest)

    monkeypatch.setattr(convolution_gradients, "kernel_gradient", noted)
    gan = models.get(name)((28, 28, 1), num_classes=3)
    labels = tf.zeros(2, tf.int32)
    with tf.GradientTape() as tape:
        images = gan.generator(tf.zeros([2, gan.latent_dim]), labels, True)
        judgement = gan.discriminator.discriminate(images, labels, True)
    tape.gradient(judgement.logits, gan.trainable_variables)
    assert sides == [14, 28, 28, 14]


@pytest.mark.parametrize(
    "settings",
    [{"strides": 3}, {"padding": "valid"}, {"dilation_rate": 2, "strides": 1}],
)
def test_what_is_not_replaced_trains_as_keras_own(settings):
    settings = {"strides": 2, "padding": "same", **settings}
    own, theirs = (
        Conv2D(5, 4, **settings),
        keras.layers.Conv2D(5, 4, **settings),
    )
    inputs = _random(2, 9, 9, 3, seed=4)
    for layer in (own, theirs):
        layer.build(inputs.shape)
    theirs.set_weights(own.get_weights())
    np.testing.assert_array_equal(own(inputs, training=True), theirs(inputs))


def test_a_mixed_policy_computes_in_its_dtype():
    own, theirs = _pair(Conv2D, "mixed_bfloat16")
    inputs = _random(2, 8, 8, 3, seed=4)
    outputs = own(inputs, training=True)
    assert outputs.dtype == tf.bfloat16
    assert own.kernel.dtype == tf.float32
    np.testing.assert_array_equal(
        tf.cast(outputs, tf.float32), tf.cast(theirs(inputs), tf.float32)
    )
