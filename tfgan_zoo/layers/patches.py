"""Patches of feature maps, and the loss that contrasts them.

Park et al. 2020 (arXiv:2007.15651), section 3.3.
"""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from tfgan_zoo.random import StepRandom

_PATCHES = 64
_TEMPERATURE = 0.07


def sample_positions(
    features: Sequence[tf.Tensor], rng: StepRandom
) -> list[tf.Tensor | None]:
    """Returns positions int32 [B, S] of each layer, all of them different.

    Args:
        features: float [B, h, w, C] each, of static sizes.
        rng: with B rows.

    Returns:
        A layer's positions, row by row; None stands for all of them, where a
        layer has no more than `_PATCHES`.
    """
    positions: list[tf.Tensor | None] = []
    for index, maps in enumerate(features):
        count = maps.shape[1] * maps.shape[2]
        if count <= _PATCHES:
            positions.append(None)
            continue
        order = rng.uniform(f"positions/{index}", [count])
        positions.append(tf.math.top_k(order, _PATCHES, sorted=False).indices)
    return positions


def take_patches(
    features: Sequence[tf.Tensor], positions: Sequence[tf.Tensor | None]
) -> list[tf.Tensor]:
    """Returns float [B, S, C] of features [B, h, w, C] at `positions`."""
    patches = []
    for maps, at in zip(features, positions):
        _, height, width, channels = maps.shape
        rows = tf.reshape(maps, [-1, height * width, channels])
        patches.append(
            rows if at is None else tf.gather(rows, at, batch_dims=1)
        )
    return patches


def patch_nce(queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
    """Returns how badly each query picks the key of its position.

    The paper's equation 3: -log(exp(v . v+ / t) / sum over n exp(v . v_n / t))
    with a temperature t of 0.07, where the v_n are the keys of the same image,
    v+ among them.

    Args:
        queries, keys: float32 [B, S, D], unit vectors.

    Returns:
        float32 [B], the mean over the positions.
    """
    scores = tf.matmul(queries, keys, transpose_b=True) / _TEMPERATURE
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
        tf.broadcast_to(tf.range(scores.shape[1]), tf.shape(scores)[:2]), scores
    )
    return tf.reduce_mean(losses, axis=1)
