"""Normalisations against NumPy; over the batch, on one replica and on two."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    BatchNormalization,
    ConditionalBatchNormalization,
    LayerNormalization,
)
from tfgan_zoo.layers.normalization import synchronize

EPSILON = 1e-5
LABELS = np.array([2, 0, 1, 1, 2, 0, 0, 2], np.int32)


@pytest.fixture
def images():
    random = np.random.default_rng(0)
    return random.normal(3.0, 2.0, (8, 5, 5, 3)).astype(np.float32)


def _expected(images):
    mean = images.mean((0, 1, 2))
    variance = images.var((0, 1, 2))
    return (images - mean) / np.sqrt(variance + EPSILON), mean, variance


def test_training_normalises_and_moves_the_statistics(images):
    layer = BatchNormalization(momentum=0.9, epsilon=EPSILON)
    outputs = layer(images, training=True)
    expected, mean, variance = _expected(images)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean, 0.1 * mean, rtol=1e-4)
    np.testing.assert_allclose(
        layer.moving_variance, 0.9 + 0.1 * variance, rtol=1e-4
    )


def test_inference_uses_the_moving_statistics_and_leaves_them(images):
    layer = BatchNormalization(epsilon=EPSILON)
    layer(images, training=True)
    mean = layer.moving_mean.numpy()
    variance = layer.moving_variance.numpy()
    outputs = layer(images, training=False)
    expected = (images - mean) / np.sqrt(variance + EPSILON)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
    np.testing.assert_array_equal(layer.moving_mean, mean)


def test_two_replicas_normalise_over_the_global_batch(images, two_replicas):
    with two_replicas.scope():
        layer = BatchNormalization(epsilon=EPSILON)
        layer.build(tf.TensorShape([None, 5, 5, 3]))
    # Halves of different statistics: each alone would give other outputs.
    images[:4] += 10.0
    halves = two_replicas.experimental_distribute_values_from_function(
        lambda context: tf.constant(
            np.split(images, 2)[context.replica_id_in_sync_group]
        )
    )

    @tf.function
    def run(halves):
        return two_replicas.run(lambda x: layer(x, training=True), (halves,))

    outputs = two_replicas.experimental_local_results(run(halves))
    expected, mean, variance = _expected(images)
    np.testing.assert_allclose(np.concatenate(outputs), expected, atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean, 0.1 * mean, rtol=1e-4)
    np.testing.assert_allclose(
        layer.moving_variance, 0.9 + 0.1 * variance, rtol=1e-4
    )


def test_unsynchronized_replicas_normalise_alone_and_move_together(
    images, two_replicas
):
    with two_replicas.scope():
        network = keras.Sequential([BatchNormalization(epsilon=EPSILON)])
        network.build([None, 5, 5, 3])
    synchronize(network, False)
    images[:4] += 10.0
    parts = np.split(images, 2)
    halves = two_replicas.experimental_distribute_values_from_function(
        lambda context: tf.constant(parts[context.replica_id_in_sync_group])
    )

    @tf.function
    def run(halves):
        return two_replicas.run(lambda x: network(x, training=True), (halves,))

    outputs = two_replicas.experimental_local_results(run(halves))
    expected = [_expected(part) for part in parts]
    for output, (normalised, *_) in zip(outputs, expected):
        np.testing.assert_allclose(output, normalised, atol=1e-5)
    (layer,) = network.layers
    mean, variance = (np.mean([e[n] for e in expected], 0) for n in (1, 2))
    for copy in two_replicas.experimental_local_results(layer.moving_mean):
        np.testing.assert_allclose(copy, 0.1 * mean, rtol=1e-4)
    np.testing.assert_allclose(
        layer.moving_variance, 0.9 + 0.1 * variance, rtol=1e-4
    )


def test_bfloat16_inputs_keep_float32_statistics(images):
    layer = BatchNormalization(dtype="mixed_bfloat16")
    outputs = layer(tf.cast(images, tf.bfloat16), training=True)
    assert outputs.dtype == tf.bfloat16
    assert {v.dtype for v in layer.variables} == {tf.float32}
    expected, *_ = _expected(images)
    np.testing.assert_allclose(
        tf.cast(outputs, tf.float32), expected, atol=0.05
    )


def _conditional(**arguments):
    """A layer of three classes, each with a gamma and beta of its own."""
    layer = ConditionalBatchNormalization(3, epsilon=EPSILON, **arguments)
    layer.build(tf.TensorShape([None, 5, 5, 3]))
    layer.gamma.assign(np.arange(1.0, 10.0).reshape(3, 3) / 4.0)
    layer.beta.assign(np.arange(-4.0, 5.0).reshape(3, 3) / 2.0)
    return layer


def _expected_conditional(layer, images):
    """Standardised over all classes, then scaled image by image."""
    standardized, *_ = _expected(images)
    gamma, beta = layer.gamma.numpy(), layer.beta.numpy()
    return np.stack(
        [
            image * gamma[label] + beta[label]
            for image, label in zip(standardized, LABELS)
        ]
    )


def test_conditional_equals_the_unconditional_at_first(images):
    layer = ConditionalBatchNormalization(3, epsilon=EPSILON)
    plain = BatchNormalization(epsilon=EPSILON)
    for training in (True, False):
        np.testing.assert_allclose(
            layer(images, LABELS, training=training),
            plain(images, training=training),
            atol=1e-6,
        )
    assert layer.gamma.shape == layer.beta.shape == [3, 3]
    np.testing.assert_array_equal(layer.moving_mean, plain.moving_mean)


def test_conditional_scales_each_image_by_its_class(images):
    layer = _conditional()
    outputs = layer(images, LABELS, training=True)
    expected = _expected_conditional(layer, images)
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_conditional_inference_of_one_image_by_hand():
    layer = _conditional()
    layer.moving_mean.assign([1.0, 1.0, 1.0])
    layer.moving_variance.assign([4.0 - EPSILON] * 3)
    images = np.full((1, 1, 1, 3), 5.0, np.float32)
    # (5 - 1) / 2 = 2, times (7, 8, 9) / 4, plus (1, 1.5, 2)
    outputs = layer(images, np.array([2], np.int32), training=False)
    np.testing.assert_allclose(outputs, [[[[4.5, 5.5, 6.5]]]], rtol=1e-6)


def test_conditional_gradient_reaches_the_classes_of_the_batch(images):
    layer = _conditional()
    images, labels = images[:4], np.array([2, 0, 0, 2], np.int32)
    with tf.GradientTape() as tape:
        outputs = layer(images, labels, training=True)
        loss = tf.reduce_sum(outputs)
    gradient = tf.convert_to_tensor(tape.gradient(loss, layer.beta))
    # The positions of two images each; class 1 is absent.
    np.testing.assert_allclose(gradient, [[50.0] * 3, [0.0] * 3, [50.0] * 3])


def test_two_replicas_normalise_conditionally_as_one(images, two_replicas):
    with two_replicas.scope():
        layer = _conditional()
    images[:4] += 10.0
    halves = two_replicas.experimental_distribute_values_from_function(
        lambda context: tuple(
            tf.constant(np.split(one, 2)[context.replica_id_in_sync_group])
            for one in (images, LABELS)
        )
    )

    @tf.function
    def run(halves):
        return two_replicas.run(
            lambda pair: layer(*pair, training=True), (halves,)
        )

    outputs = two_replicas.experimental_local_results(run(halves))
    expected = _expected_conditional(layer, images)
    np.testing.assert_allclose(np.concatenate(outputs), expected, atol=1e-5)
    _, mean, variance = _expected(images)
    np.testing.assert_allclose(layer.moving_mean, 0.1 * mean, rtol=1e-4)
    np.testing.assert_allclose(
        layer.moving_variance, 0.9 + 0.1 * variance, rtol=1e-4
    )


def test_conditional_bfloat16_inputs_keep_float32_weights(images):
    layer = _conditional(dtype="mixed_bfloat16")
    outputs = layer(tf.cast(images, tf.bfloat16), LABELS, training=True)
    assert outputs.dtype == tf.bfloat16
    assert {v.dtype for v in layer.variables} == {tf.float32}
    np.testing.assert_allclose(
        tf.cast(outputs, tf.float32),
        _expected_conditional(layer, images),
        atol=0.1,
    )


@pytest.mark.parametrize("label", [-1, 3])
def test_label_out_of_range_is_an_error_on_a_cpu(images, label):
    layer = _conditional()
    with tf.device("CPU:0"):
        with pytest.raises(tf.errors.InvalidArgumentError, match=str(label)):
            layer(images[:1], np.array([label], np.int32))


def test_layer_normalises_each_example_over_all_its_values(images):
    images[0] += 100.0  # of no matter to the others
    layer = LayerNormalization(epsilon=EPSILON)
    layer.build(tf.TensorShape([None, 5, 5, 3]))
    layer.gamma.assign([1.0, 2.0, 3.0])
    layer.beta.assign([0.0, -1.0, 1.0])
    mean = images.mean((1, 2, 3), keepdims=True, dtype=np.float64)
    variance = images.var((1, 2, 3), keepdims=True, dtype=np.float64)
    expected = (images - mean) / np.sqrt(variance + EPSILON)
    np.testing.assert_allclose(
        layer(images), expected * [1.0, 2.0, 3.0] + [0.0, -1.0, 1.0], atol=1e-4
    )


def test_layer_normalisation_by_hand():
    outputs = LayerNormalization(epsilon=1.0)(tf.constant([[1.0, 3.0, 8.0]]))
    # Mean 4, variance (9 + 1 + 16) / 3; the root of one more is 3.1091264.
    np.testing.assert_allclose(
        outputs, [[-0.9649013, -0.3216338, 1.2865350]], rtol=1e-6
    )


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_layer_normalisation_has_a_second_derivative(images, dtype):
    layer = LayerNormalization(dtype=dtype)
    layer(images)
    weights = tf.random.stateless_normal(images.shape, [0, 1])

    def penalty(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            outputs = tf.cast(layer(images), tf.float32)
            loss = tf.reduce_sum(tf.tanh(outputs) * weights)
        return tf.reduce_sum(tf.square(tape.gradient(loss, images)))

    inputs = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = penalty(inputs)
    gradient, by_gamma = tape.gradient(value, [inputs, layer.gamma])
    # The inputs' scale s divides the gradient: its square falls by 2 / s.
    slope = float(tf.reduce_sum(gradient * (inputs - _means(inputs))))
    assert slope == pytest.approx(-2.0 * float(value), rel=0.02)
    assert np.abs(by_gamma).max() > 1e-3


def _means(images):
    return tf.reduce_mean(images, [1, 2, 3], keepdims=True)


def test_layer_normalisation_of_bfloat16_is_rounded_once(images):
    layer = LayerNormalization(dtype="mixed_bfloat16")
    rounded = tf.cast(images, tf.bfloat16)
    outputs = layer(rounded)
    assert {v.dtype for v in layer.variables} == {tf.float32}
    exact = LayerNormalization()(tf.cast(rounded, tf.float32))
    np.testing.assert_array_equal(outputs, tf.cast(exact, tf.bfloat16))


@pytest.mark.parametrize(
    "layer",
    [
        BatchNormalization(0.8, 1e-3),
        ConditionalBatchNormalization(4, momentum=0.8, epsilon=1e-3),
        LayerNormalization(epsilon=1e-3),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_config_round_trips(layer):
    config = layer.get_config()
    assert config["epsilon"] == 1e-3
    assert type(layer).from_config(config).get_config() == config
