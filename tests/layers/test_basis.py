"""Bases: maps of vectors, and vectors of maps, against NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers import DiscriminativeBasis, GenerativeBasis

NUMBERS = np.random.default_rng(0)


def test_maps_are_the_basis_times_the_amounts():
    layer = GenerativeBasis(4, 3)
    vectors = NUMBERS.normal(size=(2, 5)).astype(np.float32)
    maps = layer(vectors)
    amounts = vectors @ layer.to_amounts.kernel.numpy()
    expected = amounts[:, None, None] * layer.basis.numpy()
    assert maps.shape == [2, 4, 4, 3]
    np.testing.assert_allclose(maps, expected, rtol=1e-5, atol=1e-6)


def test_vectors_are_the_sums_of_the_maps_times_the_basis():
    layer = DiscriminativeBasis()
    maps = NUMBERS.normal(size=(2, 4, 4, 3)).astype(np.float32)
    vectors = layer(maps)
    expected = (maps * layer.basis.numpy()).sum((1, 2))
    np.testing.assert_allclose(vectors, expected, rtol=1e-4, atol=1e-5)


def test_both_keep_a_variance_of_1_at_first():
    keras.utils.set_random_seed(0)
    vectors = tf.random.stateless_normal([64, 32], [0, 0])
    maps = GenerativeBasis(4, 512)(vectors)
    assert np.std(maps) == pytest.approx(1.0, rel=0.1)
    normals = tf.random.stateless_normal([64, 4, 4, 512], [0, 1])
    assert np.std(DiscriminativeBasis()(normals)) == pytest.approx(1, rel=0.1)


def test_sums_are_float32_under_mixed_bfloat16():
    """256 + 1 is 256 in bfloat16."""
    with precision_policy("mixed_bfloat16"):
        assert GenerativeBasis(4, 3)(tf.ones([1, 2])).dtype == tf.bfloat16
        layer = DiscriminativeBasis()
    ones = tf.ones([1, 4, 300, 2], tf.bfloat16)
    layer.build(ones.shape)
    layer.basis.assign(tf.ones_like(layer.basis))
    np.testing.assert_array_equal(layer(ones), [[1200.0, 1200.0]])


def test_layers_are_built_again_from_their_config():
    layer = GenerativeBasis.from_config(GenerativeBasis(2, 3).get_config())
    assert layer(tf.ones([1, 5])).shape == [1, 2, 2, 3]
    DiscriminativeBasis.from_config(DiscriminativeBasis().get_config())
