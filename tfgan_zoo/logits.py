"""Logits [B, ...]: one per image, or one per patch of it."""

from __future__ import annotations

import tensorflow as tf


def mean_per_example(values: tf.Tensor) -> tf.Tensor:
    """Returns the mean of each example's values, [B], in float32.

    For values computed from each patch's logit, such as losses: Isola et al.
    2017 (arXiv:1611.07004), section 2.2.2.

    Args:
        values: floating [B, ...]; a scalar counts as a mean, and stays one.
    """
    values = tf.cast(values, tf.float32)
    if values.shape.rank < 2:
        return values
    return tf.reduce_mean(values, axis=list(range(1, values.shape.rank)))
