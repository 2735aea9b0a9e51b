"""Random numbers belong to (seed, step, position), and to a sample's seed."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import random


def _draw(strategy, kind="normal", name="a", seed=0, step=3, **arguments):
    replicas = strategy.num_replicas_in_sync

    def draw():
        rng = random.StepRandom(seed, tf.constant(step), 8 // replicas)
        return getattr(rng.scoped("pass"), kind)(name, (3, 2), **arguments)

    values = strategy.run(draw)
    return np.concatenate(strategy.experimental_local_results(values))


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [("normal", {}), ("uniform", {}), ("integers", {"minval": 2, "maxval": 9})],
)
def test_draws_of_two_replicas_are_those_of_one(two_replicas, kind, arguments):
    one = tf.distribute.get_strategy()
    np.testing.assert_array_equal(
        _draw(two_replicas, kind, **arguments), _draw(one, kind, **arguments)
    )


@pytest.mark.parametrize("other", [{"step": 4}, {"seed": 1}, {"name": "b"}])
def test_draws_differ_by_step_seed_and_name(other):
    one = tf.distribute.get_strategy()
    assert not np.intersect1d(_draw(one), _draw(one, **other)).size


def test_draws_of_a_step_differ_by_scope():
    rng = random.StepRandom(0, tf.constant(0), 8)
    plain, real = rng.normal("a"), rng.scoped("real").normal("a")
    assert not np.intersect1d(plain, real).size


def test_draws_have_the_distribution_of_their_name():
    rng = random.StepRandom(0, tf.constant(0), 1000)
    normal = rng.normal("a", [100]).numpy()
    assert abs(normal.mean()) < 0.01
    assert 0.99 < normal.std() < 1.01
    uniform = rng.uniform("a", [100]).numpy()
    assert 0.0 <= uniform.min() < 0.001
    assert 0.999 < uniform.max() < 1.0
    assert abs(uniform.mean() - 0.5) < 0.01
    integers = rng.integers("a", [100], minval=2, maxval=5).numpy()
    shares = np.bincount(integers.ravel()) / integers.size
    np.testing.assert_allclose(shares, [0, 0, 1 / 3, 1 / 3, 1 / 3], atol=0.01)


def test_latents_are_drawn_by_the_seed_and_the_step_themselves():
    """A training of an earlier version is repeated by this one."""
    rows = random.StepRandom(5, tf.constant(3), 2).normal("latents", [4])
    expected = tf.random.stateless_normal([2, 4], [5, 3], alg="philox")
    np.testing.assert_array_equal(rows, expected)


def test_seeded_normal_depends_on_its_own_seed_alone():
    seeds = np.array([5, 2**40, 5, -1], np.int64)
    rows = random.seeded_normal(tf.constant(seeds), 16).numpy()
    np.testing.assert_array_equal(rows[0], rows[2])
    alone = random.seeded_normal(tf.constant(seeds[1:2]), 16).numpy()
    np.testing.assert_array_equal(rows[1:2], alone)
    assert len(np.unique(rows[:, 0])) == 3


@pytest.mark.parametrize("count", [0, 1, 16, 17, 50])
@pytest.mark.parametrize("size", [1, 513])
def test_seeded_normal_is_tensorflows_of_each_seed(count, size):
    seeds = np.random.default_rng(0).integers(-(2**63), 2**63, count)
    rows = random.seeded_normal(tf.constant(seeds, tf.int64), size)
    assert rows.shape == (count, size)
    for seed, row in zip(seeds, rows):
        expected = tf.random.stateless_normal([size], [seed, 0], alg="philox")
        np.testing.assert_array_equal(row, expected)


def test_seeded_normal_is_what_it_was():
    """Golden: an exported generator makes the same images for ever."""
    rows = random.seeded_normal(tf.constant([0, 7], tf.int64), 2).numpy()
    np.testing.assert_allclose(rows, GOLDEN, rtol=1e-5)


GOLDEN = [[-1.6970340, -0.4813767], [-0.6741728, -0.3586926]]
