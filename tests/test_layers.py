"""Batch normalisation against NumPy, on one replica and on two."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import BatchNormalization

EPSILON = 1e-5


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


def test_bfloat16_inputs_keep_float32_statistics(images):
    layer = BatchNormalization(dtype="mixed_bfloat16")
    outputs = layer(tf.cast(images, tf.bfloat16), training=True)
    assert outputs.dtype == tf.bfloat16
    assert {v.dtype for v in layer.variables} == {tf.float32}
    expected, *_ = _expected(images)
    np.testing.assert_allclose(
        tf.cast(outputs, tf.float32), expected, atol=0.05
    )
