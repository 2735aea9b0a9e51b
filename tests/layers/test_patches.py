"""Patches of feature maps: which, in which order, and their contrast."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.layers import patches
from tfgan_zoo.random import StepRandom


def _random(rows, step=0):
    return StepRandom(0, tf.constant(step, tf.int64), rows)


def _unit_vectors(*shape, seed=0):
    vectors = np.random.default_rng(seed).normal(size=shape)
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors.astype(np.float32)


def test_patch_nce_equals_numpy():
    queries, keys = _unit_vectors(3, 5, 8), _unit_vectors(3, 5, 8, seed=1)
    scores = np.exp(np.einsum("bsd,bnd->bsn", queries, keys) / 0.07)
    positive = np.einsum("bss->bs", scores)
    expected = -np.log(positive / scores.sum(-1)).mean(-1)
    received = patches.patch_nce(tf.constant(queries), tf.constant(keys))
    np.testing.assert_allclose(received, expected, rtol=1e-4)


def test_patch_nce_worked_by_hand():
    """Orthogonal patches that match score 1 / 0.07 against 0."""
    vectors = tf.eye(4)[tf.newaxis]
    expected = np.log(1.0 + 3.0 * np.exp(-1.0 / 0.07))
    matched = patches.patch_nce(vectors, vectors)
    np.testing.assert_allclose(matched, [expected], atol=2e-7)
    shifted = patches.patch_nce(vectors, tf.roll(vectors, 1, axis=1))
    np.testing.assert_allclose(shifted, [expected + 1.0 / 0.07], rtol=1e-5)


def test_positions_are_other_ones_of_each_image_layer_and_step():
    features = [tf.zeros([2, 32, 32, 3]), tf.zeros([2, 16, 16, 3])]
    features += [tf.zeros([2, 8, 8, 4])]
    large, small, whole = patches.sample_positions(features, _random(2))
    assert whole is None and large.shape == small.shape == [2, 64]
    for row in large.numpy():
        assert len(set(row)) == 64 and 512 < row.max() < 32 * 32
    assert small.numpy().max() < 16 * 16
    first, second = map(set, large.numpy())
    assert len(first & second) < 32
    again, other = (
        patches.sample_positions(features, _random(2, step))[0]
        for step in (0, 1)
    )
    np.testing.assert_array_equal(again, large)
    assert not np.array_equal(other, large)


def test_patches_are_taken_row_by_row():
    maps = tf.reshape(tf.range(24.0), [2, 3, 4, 1])
    some = tf.constant([[0, 5], [11, 4]])
    taken, everything = patches.take_patches([maps, maps], [some, None])
    np.testing.assert_array_equal(taken[:, :, 0], [[0, 5], [23, 16]])
    np.testing.assert_array_equal(
        everything[:, :, 0], np.arange(24).reshape(2, 12)
    )
