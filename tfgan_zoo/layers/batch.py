"""Layers that append statistics of the batch to the features of an example.

At the end of a discriminator, they let it detect a generator that makes one
image over and over. Each takes features [B, F] and returns
float32 [B, F + N]: the features, then N statistics of the batch.

The batch is the global one: the rows of all replicas are gathered, and each
replica returns its own. If replicas divide their losses by their number and sum
their gradients, any number of them gives the same result as one.
"""

from __future__ import annotations

import functools
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import similarity as similarities
from tfgan_zoo.settings import COUNT

# As in the authors' code; the root has no gradient at 0.
_LEAST_VARIANCE = 1e-8


def _global_batch(rows: tf.Tensor) -> tuple[tf.Tensor, int | tf.Tensor]:
    """Returns the rows of all replicas, and the index of this one's first."""
    context = tf.distribute.get_replica_context()
    # No context: a network is built in the scope of a strategy.
    if context is None or context.num_replicas_in_sync == 1:
        return rows, 0
    first = context.replica_id_in_sync_group * tf.shape(rows)[0]
    return context.all_gather(rows, axis=0), first


def _mean_deviation(variance: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.sqrt(variance + _LEAST_VARIANCE), -1)


class _BatchFeature(keras.layers.Layer):
    """Appends `statistics` to the features; float32 under every policy."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})

    def build(self, input_shape: tf.TensorShape) -> None:
        if len(input_shape) != 2:
            raise ValueError(
                "`inputs` must be features [B, F]. "
                f"Received: shape {tuple(input_shape)}."
            )
        super().build(input_shape)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return tf.concat([inputs, self.statistics(inputs)], -1)

    def statistics(self, inputs: tf.Tensor) -> tf.Tensor:
        """Returns float32 [B, N] of float32 features [B, F]."""
        raise NotImplementedError


class MinibatchStandardDeviation(_BatchFeature):
    """Appends one value: how much the features vary over the batch.

    Karras et al. 2018 (arXiv:1710.10196), section 3: the standard deviation of
    each feature over the batch, and of these the mean over the features; the
    same value for every example. With a `group_size` G this is computed in each
    group: rows 0 to G - 1 of the global batch, G to 2G - 1, and so on; the last
    group takes what is left.

    Differs from the paper: features [B, F] instead of maps [B, H, W, C].

    Args:
        group_size: G, examples per group; by default the global batch. The
            authors' code has 4.

    Raises:
        ValueError: `group_size` is under 2.
    """

    def __init__(self, group_size: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if group_size is not None and group_size < 2:
            raise ValueError(
                f"`group_size` must be at least 2. Received: {group_size}."
            )
        self.group_size = group_size

    def statistics(self, inputs: tf.Tensor) -> tf.Tensor:
        rows, first = _global_batch(inputs)
        count = tf.shape(inputs)[0]
        if self.group_size is None:
            variance = tf.math.reduce_variance(rows, 0)
            return tf.broadcast_to(_mean_deviation(variance), [count, 1])
        groups = tf.range(tf.shape(rows)[0]) // self.group_size
        mean_of = functools.partial(
            tf.math.unsorted_segment_mean,
            segment_ids=groups,
            num_segments=groups[-1] + 1,
        )
        centered = rows - tf.gather(mean_of(rows), groups)
        variances = mean_of(tf.square(centered))  # [groups, F]
        of_rows = tf.gather(_mean_deviation(variances), groups)
        return of_rows[first : first + count, None]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "group_size": self.group_size}


class BatchSimilarity(_BatchFeature):
    """Appends how similar an example is to the others of its batch.

    For features x_i [F] and kernels T_n [F, D], n = 1 to N:

        o(x_i)_n = 1 / (B - 1) sum over j != i of c(x_i T_n, x_j T_n)

    with c one of `similarity.SIMILARITIES`: Salimans et al. 2016
    (arXiv:1606.03498), section 3.2, with other similarities, those of
    codekansas/gandlf.

    Differs from gandlf: an example is compared with all others, not with one
    chosen at random, which may be itself, so the layer needs no random numbers;
    learnt projections are compared, not the features; and the features stay in
    the output.

    Args:
        similarity: a name in `similarity.SIMILARITIES`.
        num_kernels: N. Time and memory are proportional to B * B * N * D.
        kernel_dim: D.

    Raises:
        ValueError: no similarity has that name, or a size is under 1.
    """

    def __init__(
        self,
        similarity: str = "exp_l1",
        *,
        num_kernels: int = 100,
        kernel_dim: int = 5,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.in_range("num_kernels", num_kernels, COUNT)
        checks.in_range("kernel_dim", kernel_dim, COUNT)
        self.compare = similarities.get(similarity)
        self.similarity = similarity
        self.num_kernels = num_kernels
        self.kernel_dim = kernel_dim

    def build(self, input_shape: tf.TensorShape) -> None:
        super().build(input_shape)
        # Features near 1 then lie about 1 apart, where exp(-distance) has a
        # gradient. The authors scale by their first batch to the same end.
        initializer = keras.initializers.VarianceScaling(
            1.0 / self.kernel_dim**2, "fan_in"
        )
        self.kernel = self.add_weight(
            "kernel",
            [input_shape[-1], self.num_kernels * self.kernel_dim],
            initializer=initializer,
        )

    def statistics(self, inputs: tf.Tensor) -> tf.Tensor:
        projected = tf.reshape(
            tf.matmul(inputs, self.kernel),
            [-1, self.num_kernels, self.kernel_dim],
        )
        rows, first = _global_batch(projected)
        values = self.compare(projected[:, None], rows[None])  # [b, B, N]
        count = tf.shape(rows)[0]
        rows_here = first + tf.range(tf.shape(inputs)[0])
        is_other = 1.0 - tf.one_hot(rows_here, count)  # [b, B]
        total = tf.reduce_sum(values * is_other[:, :, None], 1)
        return self.pooled(total, tf.cast(tf.maximum(count - 1, 1), tf.float32))

    def pooled(self, total: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
        """Returns [B, N] of the similarities' sum and the others' number."""
        return total / others

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "similarity": self.similarity,
            "num_kernels": self.num_kernels,
            "kernel_dim": self.kernel_dim,
        }


class MinibatchDiscrimination(BatchSimilarity):
    """Appends the similarities' sum: Salimans et al. 2016, section 3.2.

    arXiv:1606.03498. For M_i = x_i T, T a tensor [F, N, D]:

        o(x_i)_n = sum over j of exp(-|M_i,n - M_j,n|_1)

    Differs from the paper: the sum leaves out j = i, a constant 1, as in the
    authors' code, whose sizes are the defaults here. The sum grows with the
    batch, so use the discriminator on batches of the size that it was trained
    with.

    Args:
        num_kernels: N, B in the paper.
        kernel_dim: D, C in the paper.

    Raises:
        ValueError: a size is under 1.
    """

    def __init__(
        self, *, num_kernels: int = 100, kernel_dim: int = 5, **kwargs: Any
    ) -> None:
        super().__init__(
            "exp_l1", num_kernels=num_kernels, kernel_dim=kernel_dim, **kwargs
        )

    def pooled(self, total: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
        return total

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["similarity"]
        return config


BATCH_FEATURES: dict[str, Callable[[], keras.layers.Layer | None]] = {
    "none": lambda: None,
    "minibatch_stddev": MinibatchStandardDeviation,
    "minibatch_discrimination": MinibatchDiscrimination,
    **{
        f"batch_similarity_{kind}": functools.partial(BatchSimilarity, kind)
        for kind in similarities.SIMILARITIES
    },
}


def names() -> list[str]:
    """Returns the names that `get` knows, sorted."""
    return sorted(BATCH_FEATURES)


def get(name: str) -> keras.layers.Layer | None:
    """Returns a new layer of that name with its defaults; None for "none".

    Raises:
        ValueError: no layer has that name.
    """
    checks.one_of("batch_feature", name, names())
    return BATCH_FEATURES[name]()
