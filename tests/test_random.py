"""Random numbers belong to (seed, step, position), and to a sample's seed."""

import numpy as np
import tensorflow as tf

from tfgan_zoo import random


def _draw(strategy, step, seed=0, size=6):
    replicas = strategy.num_replicas_in_sync
    values = strategy.run(
        lambda: random.step_normal(8 // replicas, size, seed=seed, step=step)
    )
    return np.concatenate(strategy.experimental_local_results(values))


def test_step_normal_on_two_replicas_is_that_of_one(two_replicas):
    one = tf.distribute.get_strategy()
    np.testing.assert_array_equal(
        _draw(two_replicas, tf.constant(3, tf.int64)),
        _draw(one, tf.constant(3, tf.int64)),
    )


def test_step_normal_differs_by_step_and_by_seed():
    one = tf.distribute.get_strategy()
    first = _draw(one, tf.constant(0, tf.int64))
    assert not np.array_equal(first, _draw(one, tf.constant(1, tf.int64)))
    assert not np.array_equal(first, _draw(one, tf.constant(0), seed=1))


def test_step_normal_is_standard_normal():
    rows = random.step_normal(1000, 100, seed=0, step=tf.constant(0))
    assert abs(np.mean(rows)) < 0.01
    assert 0.99 < np.std(rows) < 1.01


def test_seeded_normal_depends_on_its_own_seed_alone():
    seeds = np.array([5, 2**40, 5, -1], np.int64)
    rows = random.seeded_normal(tf.constant(seeds), 16).numpy()
    np.testing.assert_array_equal(rows[0], rows[2])
    alone = random.seeded_normal(tf.constant(seeds[1:2]), 16).numpy()
    np.testing.assert_array_equal(rows[1:2], alone)
    assert len(np.unique(rows[:, 0])) == 3


def test_seeded_normal_is_what_it_was():
    """Golden: an exported generator paints the same pictures for ever."""
    rows = random.seeded_normal(tf.constant([0, 7], tf.int64), 2).numpy()
    np.testing.assert_allclose(rows, GOLDEN, rtol=1e-5)


GOLDEN = [[-1.6970340, -0.4813767], [-0.6741728, -0.3586926]]
