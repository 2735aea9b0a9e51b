"""The one input pipeline: examples -> endless shuffled batches."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from tfgan_zoo.data.at_exit import READS
from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.data.store import Examples

_PREFETCHED_BATCHES = 2
# A read costs half a millisecond, in which it could have fetched so much.
_READ_BYTES = 2**15
_MOST_TOGETHER = 32


def batches(
    examples: Examples,
    *,
    batch_size: int,
    seed: int,
    first_step: int = 0,
    context: tf.distribute.InputContext | None = None,
) -> tf.data.Dataset:
    """Returns endless batches; which examples one has depends on (seed, step).

    All examples come once an epoch, each epoch in an order of its own. A batch
    that an epoch does not fill goes on with the next.

    Args:
        examples: at least one.
        batch_size: images a step, over all replicas.
        seed: of the order; any integer.
        first_step: the step whose batch comes first.
        context: None gives global batches, for `fit`, with one worker. Given
            by `tf.distribute.Strategy.distribute_datasets_from_function`,
            each element is one replica's part of a global batch: the same
            global batches, however many workers there are.

    Returns:
        Dicts of the features that `examples.spec` describes, all of static
        shape: `image`, float32 [batch_size, H, W, C] in [-1, 1], or points,
        float32 [batch_size, 2] as they are; `label`, int32 [batch_size], if
        the data set is labelled; `source`, as `image`, if it has sources.

    Raises:
        ValueError: `batch_size` is below 1 or no multiple of the replicas,
            or `first_step` is negative.
    """
    _check(batch_size, first_step)
    parts, own_parts, first_part = _parts(batch_size, context)
    part_size = batch_size // parts
    features = examples.spec.features
    together = _together(part_size, examples.spec)
    # Elements that one read returns; a single one has no axis for them.
    prefix = [together, part_size] if together > 1 else [part_size]

    def read(first: np.ndarray) -> list[np.ndarray]:
        elements = first + np.arange(together)
        steps, places = np.divmod(elements, own_parts)
        starts = steps * batch_size + (first_part + places) * part_size
        positions = (starts[:, np.newaxis] + np.arange(part_size)).ravel()
        with READS.one():
            arrays = examples.read_shuffled(positions, seed=seed)
        return [
            arrays[name].reshape(*prefix, *feature.shape)
            for name, feature in features.items()
        ]

    @tf.autograph.experimental.do_not_convert
    def load(first: tf.Tensor) -> dict[str, tf.Tensor]:
        dtypes = [tf.as_dtype(one.dtype) for one in features.values()]
        values = tf.numpy_function(read, [first], dtypes, stateful=False)
        batch = dict(zip(features, values))
        for name, feature in features.items():
            batch[name].set_shape([*prefix, *feature.shape])
            if feature.kind == "image":
                batch[name] = tf.cast(batch[name], tf.float32) / 127.5 - 1.0
        return batch

    dataset = tf.data.Dataset.counter(first_step * own_parts, together)
    dataset = dataset.map(load)
    if together > 1:
        endless = tf.data.experimental.assert_cardinality(
            tf.data.INFINITE_CARDINALITY
        )
        dataset = dataset.unbatch().apply(endless)
    options = tf.data.Options()
    # Sharding would drop batches that belong to all workers.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.OFF
    )
    # Nothing here is left to tune, and the tuner, which sleeps ever longer, up
    # to a minute, would keep the end of a training waiting for it.
    options.autotune.enabled = False
    return dataset.prefetch(_PREFETCHED_BATCHES).with_options(options)


def _check(batch_size: int, first_step: int) -> None:
    if batch_size < 1:
        raise ValueError(
            f"`batch_size` must be at least 1. Received: {batch_size}."
        )
    if first_step < 0:
        raise ValueError(
            f"`first_step` must be at least 0. Received: {first_step}."
        )


def _together(part_size: int, spec: DatasetSpec) -> int:
    """How many elements to read at once; more than one if they are small."""
    values = sum(math.prod(one.shape) for one in spec.features.values())
    fitting = _READ_BYTES // (part_size * values)
    return max(1, min(fitting, _MOST_TOGETHER))


def _parts(
    batch_size: int, context: tf.distribute.InputContext | None
) -> tuple[int, int, int]:
    """Parts of a global batch: how many, how many here, the first here."""
    if context is None:
        return 1, 1, 0
    replicas = context.num_replicas_in_sync
    if batch_size % replicas:
        raise ValueError(
            "`batch_size` must be a multiple of the number of replicas, "
            f"{replicas}. Received: {batch_size}."
        )
    own = replicas // context.num_input_pipelines
    return replicas, own, own * context.input_pipeline_id
