"""The mapping network: what it does not see, its average, truncation."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import Mapping

LABELS = tf.constant([0, 1, 1])


@pytest.fixture
def z():
    normals = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    squares = np.square(normals).mean(1, keepdims=True)
    return normals / np.sqrt(squares)  # of the usual length


def _mapping(num_classes=0):
    mapping = Mapping(8, num_classes, 2)
    mapping(tf.zeros([1, 8]), tf.zeros([1], tf.int32))
    return mapping


def _leaky(x):
    return np.maximum(x, 0.2 * x)


def test_w_is_that_of_dense_layers_of_a_hundredth_of_the_rate(z):
    mapping = _mapping()
    expected = z
    for layer in mapping.main_layers:
        assert layer.kernel.numpy().std() == pytest.approx(100.0, rel=0.4)
        kernel = 0.01 * layer.kernel.numpy() * np.sqrt(2.0 / 8.0)
        expected = _leaky(expected @ kernel)
    np.testing.assert_allclose(mapping(z, training=True), expected, rtol=1e-4)


def test_the_length_of_z_is_not_seen_in_training(z):
    mapping = _mapping()
    w = mapping(z, training=True)
    np.testing.assert_allclose(mapping(3.0 * z, training=True), w, rtol=1e-4)
    np.testing.assert_allclose(mapping(0.1 * z, training=True), w, rtol=1e-4)


def test_short_latents_are_truncated_towards_the_average(z):
    mapping = _mapping()
    mapping.average.assign(np.arange(8.0))
    w = mapping(z, training=True)
    for length, share in ((0.0, 0.0), (0.4, 0.5), (0.8, 1.0), (5.0, 1.0)):
        expected = np.arange(8.0) + share * (w - np.arange(8.0))
        np.testing.assert_allclose(
            mapping(length * z), expected, rtol=1e-3, atol=1e-3
        )


def test_the_average_follows_the_mean_of_batches():
    mapping = _mapping()
    mapping.follow(tf.constant([[1.0] * 8, [3.0] * 8]))
    np.testing.assert_allclose(mapping.average, [0.005 * 2.0] * 8, rtol=1e-4)
    for _ in range(2000):
        mapping.follow(tf.constant([[1.0] * 8, [3.0] * 8]))
    np.testing.assert_allclose(mapping.average, [2.0] * 8, rtol=1e-3)


def test_classes_have_embeddings_of_the_length_of_z(z):
    mapping = _mapping(num_classes=2)
    first, second, third = mapping(z[[0, 0, 0]], LABELS, training=True)
    assert np.abs(first - second).max() > 0.1
    np.testing.assert_allclose(second, third, rtol=1e-5)
    embedding = mapping.embed.kernel
    embedding.assign(7.0 * embedding)  # normalised
    again = mapping(z[[0, 0, 0]], LABELS, training=True)
    np.testing.assert_allclose(again[0], first, rtol=1e-3)
