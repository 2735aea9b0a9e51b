"""Operations of a training step across the replicas of its strategy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

import tensorflow as tf


def count() -> int:
    """Returns the number of replicas in sync."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def share(values: tf.Tensor) -> tf.Tensor:
    """Returns this replica's part of the mean over the global batch.

    `apply_gradients` sums over replicas, so the parts must sum to the mean.
    """
    return tf.reduce_mean(values) / count()


def gather(values: tf.Tensor) -> tf.Tensor:
    """Returns the global batch's rows, [replicas * B, ...], on each replica."""
    if count() == 1:
        return values
    context = tf.distribute.get_replica_context()
    return context.all_gather(values, axis=0)


def mean(value: tf.Tensor) -> tf.Tensor:
    """Returns the mean of a value over the replicas, on each replica."""
    if count() == 1:
        return value
    context = tf.distribute.get_replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)


def assign(
    variables: Sequence[tf.Variable],
    new_value: Callable[..., tf.Tensor],
    *arguments: Sequence[Any],
) -> None:
    """Sets `variable <- new_value(variable, *arguments)`, on every replica.

    For variables of optimizers, to which a single replica may not assign.

    Args:
        variables: mirrored, where there are several replicas.
        new_value: a function of tensors.
        *arguments: further arguments, a sequence as long as `variables` each.
    """

    def update(strategy: tf.distribute.Strategy, *columns: Any) -> None:
        for variable, *rest in zip(variables, *columns):
            strategy.extended.update(
                variable,
                lambda v, *args: v.assign(new_value(v, *args)),
                args=tuple(rest),
                group=False,
            )

    context = tf.distribute.get_replica_context()
    context.merge_call(update, args=arguments)
