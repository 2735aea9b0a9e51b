"""Stateless random numbers, for training steps and for the seeds of samples.

The algorithm is always Philox, not the platform's choice, so that CPU and GPU
generate the same numbers.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

_ALGORITHM = "philox"


@dataclasses.dataclass(frozen=True)
class StepRandom:
    """The random numbers of one training step, by name.

    A number is a function of (seed, step, scope and name, row of the global
    batch). Every replica generates those of the whole global batch and keeps
    its own rows, so N replicas get the numbers that one would get, and a
    repeated step gets the same ones.

    Attributes:
        seed: the training's.
        step: int64 scalar, the training step.
        rows: of the batch on this replica.
        scope: put before the names.
    """

    seed: int
    step: tf.Tensor
    rows: int | tf.Tensor
    scope: str = ""

    def scoped(self, name: str) -> StepRandom:
        """Returns random numbers that are independent of this scope's."""
        return dataclasses.replace(self, scope=f"{self.scope}{name}/")

    def normal(self, name: str, shape: Sequence[int] = ()) -> tf.Tensor:
        """Returns standard normals, float32 [rows, *shape]."""
        return self._slice_local_rows(
            tf.random.stateless_normal(
                self._global_shape(shape), self._key(name), alg=_ALGORITHM
            )
        )

    def uniform(self, name: str, shape: Sequence[int] = ()) -> tf.Tensor:
        """Returns uniform numbers in [0, 1), float32 [rows, *shape]."""
        return self._slice_local_rows(
            tf.random.stateless_uniform(
                self._global_shape(shape), self._key(name), alg=_ALGORITHM
            )
        )

    def integers(
        self, name: str, shape: Sequence[int] = (), *, minval: int, maxval: int
    ) -> tf.Tensor:
        """Returns integers in [minval, maxval), int32 [rows, *shape]."""
        return self._slice_local_rows(
            tf.random.stateless_uniform(
                self._global_shape(shape),
                self._key(name),
                minval,
                maxval,
                tf.int32,
                alg=_ALGORITHM,
            )
        )

    def _key(self, name: str) -> tf.Tensor:
        key = tf.stack(
            [tf.constant(self.seed, tf.int64), tf.cast(self.step, tf.int64)]
        )
        path = f"{self.scope}{name}"
        if path == LATENTS:
            return key
        return tf.random.experimental.stateless_fold_in(
            key, zlib.crc32(path.encode()), alg=_ALGORITHM
        )

    def _global_shape(self, shape: Sequence[int]) -> list[int | tf.Tensor]:
        context = tf.distribute.get_replica_context()
        # Where the replicas are driven from, as in a callback, there is none.
        replicas = context.num_replicas_in_sync if context else 1
        return [replicas * self.rows, *shape]

    def _slice_local_rows(self, values: tf.Tensor) -> tf.Tensor:
        context = tf.distribute.get_replica_context()
        if context is None or context.num_replicas_in_sync == 1:
            return values
        first = context.replica_id_in_sync_group * self.rows
        return tf.slice(
            values,
            [first] + [0] * (values.shape.rank - 1),
            [self.rows] + [-1] * (values.shape.rank - 1),
        )


# The name of the numbers whose key is (seed, step) itself.
LATENTS = "latents"


def seeded_normal(seeds: tf.Tensor, size: int) -> tf.Tensor:
    """Returns a row of standard normals for each seed, from that seed alone.

    Args:
        seeds: int64 [N].
        size: values per row.

    Returns:
        float32 [N, size].
    """
    if tf.executing_eagerly():
        return _traced_seeded_normal(seeds, size)
    count = tf.shape(seeds)[0]
    iterations = (count + _SEEDS_PER_ITERATION - 1) // _SEEDS_PER_ITERATION
    pairs = tf.stack([seeds, tf.zeros_like(seeds)], axis=1)
    padded = tf.pad(
        pairs, [[0, iterations * _SEEDS_PER_ITERATION - count], [0, 0]]
    )
    normals = tf.map_fn(
        lambda some: _normals(some, size),
        tf.reshape(padded, [iterations, _SEEDS_PER_ITERATION, 2]),
        fn_output_signature=tf.TensorSpec(
            [_SEEDS_PER_ITERATION, size], tf.float32
        ),
    )
    return tf.reshape(normals, [-1, size])[:count]


# Each iteration of the loop has an overhead, which 16 seeds share.
_SEEDS_PER_ITERATION = 16
# The number of Philox in `tf.random.Algorithm`, and the key by which TensorFlow
# scrambles a stateless seed.
_PHILOX = 1
_SCRAMBLING_KEY = np.array([0x02461E293EC8F720], np.uint64)


def _normals(pairs: tf.Tensor, size: int) -> tf.Tensor:
    """Returns what `tf.random.stateless_normal` returns for each seed.

    That takes about fifteen operations for each seed; this takes two, and a
    few for all seeds together.

    Args:
        pairs: int64 [N, 2], N known.
        size: values per row.

    Returns:
        float32 [N, size].
    """
    scrambled = tf.stack(
        [
            tf.raw_ops.StatelessRandomUniformFullIntV2(
                shape=[4],
                key=_SCRAMBLING_KEY,
                counter=pair,
                alg=_PHILOX,
                dtype=tf.uint32,
            )
            for pair in tf.unstack(tf.cast(pairs, tf.uint64))
        ]
    )
    words = tf.cast(scrambled, tf.uint64)
    high = tf.bitwise.left_shift(words[:, 1::2], tf.constant(32, tf.uint64))
    words = tf.bitwise.bitwise_or(words[:, ::2], high)
    keys = words[:, :1]
    counters = tf.stack([tf.zeros_like(words[:, 1]), words[:, 1]], axis=1)
    return tf.stack(
        [
            tf.raw_ops.StatelessRandomNormalV2(
                shape=[size], key=key, counter=counter, alg=_PHILOX
            )
            for key, counter in zip(tf.unstack(keys), tf.unstack(counters))
        ]
    )


# Eager execution would dispatch the operations of each row, which is slow.
_traced_seeded_normal = tf.function(seeded_normal, reduce_retracing=True)
