"""The image pool against the authors' loop, on one replica and on several."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.gan.image_pool import ImagePool
from tfgan_zoo.random import StepRandom

SIZE, BATCH_SIZE = 5, 4
SHAPE = (2, 3, 1)


def _random(step, rows=BATCH_SIZE):
    return StepRandom(seed=1, step=tf.constant(step, tf.int64), rows=rows)


def _images(step, rows=BATCH_SIZE):
    """Each pixel of a row is its number in the training."""
    numbers = np.arange(step * rows, (step + 1) * rows, dtype=np.float32)
    return numbers[:, None, None, None] * np.ones(SHAPE, np.float32)


def _loop(pool, images, step):
    """Image by image, as the paper's section 4 has it."""
    rng = _random(step)
    slots = rng.integers("slot", minval=0, maxval=SIZE).numpy()
    swaps = rng.uniform("swap").numpy() < 0.5
    returned = []
    for image, slot, swap in zip(images, slots, swaps):
        if len(pool) < SIZE:
            pool.append(image)
            returned.append(image)
        elif swap:
            returned.append(pool[slot])
            pool[slot] = image
        else:
            returned.append(image)
    return np.stack(returned)


def test_pool_is_that_of_a_loop_over_the_images():
    pool, expected_pool = ImagePool(SHAPE, size=SIZE), []
    others = 0
    for step in range(30):
        images = _images(step)
        expected = _loop(expected_pool, images, step)
        received = pool.exchange(tf.constant(images), _random(step))
        np.testing.assert_array_equal(received, expected)
        others += np.count_nonzero(received != images) // np.prod(SHAPE)
        held = len(expected_pool)
        assert pool.count.numpy() == held
        np.testing.assert_array_equal(pool.images[:held], expected_pool)
    # Half of 120, less those of the first steps.
    assert 35 <= others <= 75


def test_two_images_for_one_slot_follow_each_other():
    pool = ImagePool(SHAPE, size=1)
    pool.count.assign(1)
    pool.images.assign(-tf.ones([1, *SHAPE]))
    rows = 16
    images = _images(0, rows)
    swaps = _random(0, rows).uniform("swap").numpy() < 0.5
    received = pool.exchange(images, _random(0, rows)).numpy()[:, 0, 0, 0]
    before = -1.0
    for row, swap in enumerate(swaps):
        assert received[row] == (before if swap else row)
        before = row if swap else before
    assert pool.images[0, 0, 0, 0].numpy() == before


def test_gradients_do_not_pass():
    pool, images = ImagePool(SHAPE, size=SIZE), tf.constant(_images(0))
    with tf.GradientTape() as tape:
        tape.watch(images)
        loss = tf.reduce_sum(pool.exchange(images, _random(0)))
    assert tape.gradient(loss, images) is None


def _exchange(strategy, steps=4, rows=12):
    """What comes back step by step, and the pool."""
    with strategy.scope():
        pool = ImagePool(SHAPE, size=SIZE)
    local = rows // strategy.num_replicas_in_sync

    @tf.function
    def run(parts, step):
        rng = StepRandom(seed=1, step=step, rows=local)
        return strategy.run(lambda part: pool.exchange(part, rng), (parts,))

    returned = []
    for step in range(steps):
        images = np.reshape(_images(step, rows), [-1, local, *SHAPE])

        def part(context, images=images):
            return tf.constant(images[context.replica_id_in_sync_group])

        parts = strategy.experimental_distribute_values_from_function(part)
        received = run(parts, tf.constant(step, tf.int64))
        results = strategy.experimental_local_results(received)
        returned.append(np.concatenate(results))
    return np.stack(returned), pool.images.numpy(), pool.count.numpy()


def test_replicas_share_one_pool(several_replicas):
    alone = _exchange(tf.distribute.get_strategy())
    for expected, received in zip(alone, _exchange(several_replicas)):
        np.testing.assert_array_equal(received, expected)
    others = alone[0] != np.stack([_images(step, 12) for step in range(4)])
    assert others.any()


def test_checkpoint_holds_the_pool(tmp_path):
    pool = ImagePool(SHAPE, size=SIZE)
    for step in range(3):
        pool.exchange(_images(step), _random(step))
    path = tf.train.Checkpoint(pool=pool).save(str(tmp_path / "c"))
    other = ImagePool(SHAPE, size=SIZE)
    tf.train.Checkpoint(pool=other).restore(path).assert_consumed()
    for one in (pool, other):
        one.last = one.exchange(_images(3), _random(3))
    np.testing.assert_array_equal(pool.last, other.last)
    np.testing.assert_array_equal(pool.images, other.images)


@pytest.mark.parametrize("size", [1, 50])
def test_pool_has_its_size(size):
    assert ImagePool(SHAPE, size=size).images.shape == [size, *SHAPE]
