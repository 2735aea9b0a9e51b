"""Similarities of vectors: pure functions that are differentiable everywhere.

The nine of codekansas/gandlf's `BatchSimilarity`, by their formulas. Each takes
float [..., D] twice, which may broadcast, and returns float [...]; each is
symmetric. With d1 = sum_k |a_k - b_k|, d2 = sum_k (a_k - b_k)^2 and
s = sum_k a_k b_k:

    exp_l1      exp(-d1)              in (0, 1], 1 where a = b
    exp_l2      exp(-d2)              in (0, 1], 1 where a = b
    l1          -d1                   at most 0
    l2          -d2                   at most 0
    cosine      s / (|a| |b|)         in [-1, 1]; 0 where a or b is 0
    sigmoid     1 / (1 + exp(-s))     in (0, 1)
    euclidean   1 / (1 + d2)          in (0, 1], 1 where a = b
    geometric   sigmoid * euclidean   in (0, 1)
    arithmetic  (sigmoid + euclidean) / 2

Differs from gandlf: its cosine takes the norm over the whole batch and is one
minus a mean, a distance, where this is the similarity of two vectors; in one
place its documentation gives exp_l1 without the minus sign.
`euclidean`, `geometric` and `arithmetic` come from Feng et al. 2015
(arXiv:1508.01585), their Euclidean, GESD and AESD with gamma 1 and c 0, but,
as in gandlf, of the squared distance: the distance itself has no gradient
where a = b.
"""

from __future__ import annotations

from typing import Callable

import tensorflow as tf

from tfgan_zoo import checks

Similarity = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]

_LEAST_SQUARED_NORM = 1e-8


def exp_l1(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns `exp(-sum_k |a_k - b_k|)`."""
    return tf.exp(l1(a, b))


def exp_l2(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns `exp(-sum_k (a_k - b_k)^2)`."""
    return tf.exp(l2(a, b))


def l1(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns `-sum_k |a_k - b_k|`."""
    return -tf.reduce_sum(tf.abs(a - b), -1)


def l2(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns `-sum_k (a_k - b_k)^2`."""
    return -tf.reduce_sum(tf.math.squared_difference(a, b), -1)


def cosine(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns the cosine of the angle between `a` and `b`."""
    return tf.reduce_sum(_unit(a) * _unit(b), -1)


def _unit(a: tf.Tensor) -> tf.Tensor:
    return tf.math.l2_normalize(a, -1, epsilon=_LEAST_SQUARED_NORM)


def sigmoid(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns the sigmoid of `sum_k a_k b_k`."""
    return tf.sigmoid(tf.reduce_sum(a * b, -1))


def euclidean(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns `1 / (1 + sum_k (a_k - b_k)^2)`."""
    return 1.0 / (1.0 - l2(a, b))


def geometric(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns the product of `sigmoid` and `euclidean`."""
    return sigmoid(a, b) * euclidean(a, b)


def arithmetic(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Returns the mean of `sigmoid` and `euclidean`."""
    return 0.5 * (sigmoid(a, b) + euclidean(a, b))


SIMILARITIES: dict[str, Similarity] = {
    "arithmetic": arithmetic,
    "cosine": cosine,
    "euclidean": euclidean,
    "exp_l1": exp_l1,
    "exp_l2": exp_l2,
    "geometric": geometric,
    "l1": l1,
    "l2": l2,
    "sigmoid": sigmoid,
}


def get(name: str) -> Similarity:
    """Returns the similarity of that name.

    Raises:
        ValueError: no similarity has that name.
    """
    checks.one_of("similarity", name, sorted(SIMILARITIES))
    return SIMILARITIES[name]
