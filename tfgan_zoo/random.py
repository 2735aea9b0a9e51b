"""Stateless random numbers: of a training step, and of a sample's seed.

Philox by name, not the platform's choice, so that CPU and GPU draw the same.
"""

from __future__ import annotations

import tensorflow as tf

_ALGORITHM = "philox"


def step_normal(
    replica_batch_size: int | tf.Tensor,
    size: int,
    *,
    seed: int,
    step: tf.Tensor,
) -> tf.Tensor:
    """Draws this replica's rows of the global batch's standard normals.

    Every replica draws the whole global batch and keeps its own rows, so N
    replicas see what one would have seen, and a repeated step the same again.

    Args:
        replica_batch_size: rows on this replica.
        size: values a row.
        seed: the training's seed.
        step: int64 scalar, the training step.

    Returns:
        float32 [replica_batch_size, size].
    """
    context = tf.distribute.get_replica_context()
    replicas = context.num_replicas_in_sync
    rows = tf.random.stateless_normal(
        [replicas * replica_batch_size, size],
        seed=tf.stack([tf.constant(seed, tf.int64), tf.cast(step, tf.int64)]),
        alg=_ALGORITHM,
    )
    if replicas == 1:
        return rows
    first = context.replica_id_in_sync_group * replica_batch_size
    return tf.slice(rows, [first, 0], [replica_batch_size, size])


def seeded_normal(seeds: tf.Tensor, size: int) -> tf.Tensor:
    """Draws one row of standard normals for each seed, from that seed alone.

    Args:
        seeds: int64 [N].
        size: values a row.

    Returns:
        float32 [N, size].
    """
    return tf.map_fn(
        lambda seed: tf.random.stateless_normal(
            [size], seed=tf.stack([seed, tf.zeros_like(seed)]), alg=_ALGORITHM
        ),
        seeds,
        fn_output_signature=tf.TensorSpec([size], tf.float32),
    )
