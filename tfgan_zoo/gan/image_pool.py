"""`ImagePool`: generated images of earlier steps, for a discriminator."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.random import StepRandom

_SIZE = 50


class ImagePool(tf.Module):
    """Images that a generator made before, shown to its discriminator again.

    Shrivastava et al. 2017 (arXiv:1612.07828), section 2.3, as Zhu et al. 2017
    (arXiv:1703.10593), section 4, use it: of the images of a step, one after
    the other, each is stored and returned until the pool is full; then, with
    probability 1/2, it takes the place of a random one in the pool, which is
    returned, else it is returned itself.

    The pool is that of the global batch, the same on all replicas; each of them
    returns its own rows. Built in the scope of the training's `tf.distribute`
    strategy.

    Args:
        image_shape: (height, width, channels).
        size: images in a full pool.

    Attributes:
        images: float32 variable [size, H, W, C].
        count: int32 variable, how many of them are stored.
    """

    def __init__(
        self, image_shape: tuple[int, ...], *, size: int = _SIZE
    ) -> None:
        super().__init__(name="image_pool")
        self.images = _state(tf.zeros([size, *image_shape]), "images")
        self.count = _state(tf.constant(0), "count")

    def exchange(self, images: tf.Tensor, rng: StepRandom) -> tf.Tensor:
        """Stores images and returns as many, in replica context.

        Args:
            images: float [B, H, W, C] of this replica.
            rng: with B rows.

        Returns:
            float32 [B, H, W, C], without a gradient.
        """
        images = tf.stop_gradient(tf.cast(images, tf.float32))
        size = self.images.shape[0]
        new, slots, chances = (
            replicas.gather(values)
            for values in (
                images,
                rng.integers("slot", minval=0, maxval=size),
                rng.uniform("swap"),
            )
        )
        rows = tf.range(tf.shape(new)[0])
        free = self.count + rows  # the slot of each row that fills the pool
        is_filling = free < size
        slots = tf.where(is_filling, free, slots)
        is_stored = is_filling | (chances < 0.5)
        origins = _origins(slots, is_stored, size)
        candidates = tf.concat([self.images, new], 0)
        # While the pool fills, a row comes back itself.
        origins = tf.where(is_stored & ~is_filling, origins, size + rows)
        contents = _contents(slots, is_stored, size)
        local = _local_rows(origins, tf.shape(images)[0])
        returned = tf.gather(candidates, local)
        self.images.assign(tf.gather(candidates, contents))
        self.count.assign(tf.minimum(self.count + tf.size(rows), size))
        return returned


def _origins(slots: tf.Tensor, is_stored: tf.Tensor, size: int) -> tf.Tensor:
    """Returns where the image is that a row finds in its slot, int32 [B].

    It is the last one that an earlier row of the batch has stored there.

    Args:
        slots: int32 [B].
        is_stored: bool [B], whether the row is stored in its slot.
        size: of the pool.

    Returns:
        Indices in the pool's images and, from `size` on, the batch's.
    """
    rows = tf.range(tf.size(slots))
    is_earlier = rows[:, tf.newaxis] > rows  # [B, B]
    writes = (slots[:, tf.newaxis] == slots) & is_stored & is_earlier
    last = tf.reduce_max(tf.where(writes, rows, -1), axis=1)
    return tf.where(last < 0, slots, size + last)


def _contents(slots: tf.Tensor, is_stored: tf.Tensor, size: int) -> tf.Tensor:
    """Returns which image each slot holds afterwards, int32 [size]."""
    rows = tf.range(tf.size(slots))
    all_slots = tf.range(size)
    writes = (all_slots[:, tf.newaxis] == slots) & is_stored  # [size, B]
    last = tf.reduce_max(tf.where(writes, rows, -1), axis=1)
    return tf.where(last < 0, all_slots, size + last)


def _local_rows(values: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
    """Returns this replica's `count` rows of the global batch's."""
    if replicas.count() == 1:
        return values
    context = tf.distribute.get_replica_context()
    first = context.replica_id_in_sync_group * count
    return values[first : first + count]


def _state(value: tf.Tensor, name: str) -> tf.Variable:
    return tf.Variable(
        value,
        trainable=False,
        name=name,
        aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
    )
