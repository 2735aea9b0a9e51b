"""The one input pipeline: examples -> endless shuffled batches."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import math
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.data.store import Examples

_PREFETCHED_BATCHES = 2
# A read costs half a millisecond, in which it could have fetched so much.
_READ_BYTES = 2**15
_MOST_ELEMENTS = 32
_QUIET_SECONDS = 0.5
_MOST_SECONDS = 30.0


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
    shard = _Shard.of(batch_size, context)
    group_size = _elements_per_read(shard.part_size, examples.spec)
    dataset = tf.data.Dataset.counter(first_step * shard.parts, group_size)
    dataset = dataset.map(_loader(examples, shard, group_size, seed))
    if group_size > 1:
        endless = tf.data.experimental.assert_cardinality(
            tf.data.INFINITE_CARDINALITY
        )
        dataset = dataset.unbatch().apply(endless)
    return dataset.prefetch(_PREFETCHED_BATCHES).with_options(_options())


@dataclasses.dataclass(frozen=True)
class _Shard:
    """The parts of each global batch that are read here, one for a replica.

    Attributes:
        batch_size: of a global batch.
        part_size: examples of a part.
        parts: how many are read here.
        first: the number of the first of them.
    """

    batch_size: int
    part_size: int
    parts: int = 1
    first: int = 0

    @classmethod
    def of(
        cls, batch_size: int, context: tf.distribute.InputContext | None
    ) -> _Shard:
        """Returns the shard of an input pipeline, see `batches`."""
        if context is None:
            return cls(batch_size, batch_size)
        replicas = context.num_replicas_in_sync
        if batch_size % replicas:
            raise ValueError(
                "`batch_size` must be a multiple of the number of replicas, "
                f"{replicas}. Received: {batch_size}."
            )
        parts = replicas // context.num_input_pipelines
        first = parts * context.input_pipeline_id
        return cls(batch_size, batch_size // replicas, parts, first)

    def positions(self, elements: np.ndarray) -> np.ndarray:
        """Returns where the examples of elements are in the whole sequence."""
        steps, parts = np.divmod(elements, self.parts)
        starts = steps * self.batch_size
        starts += (self.first + parts) * self.part_size
        return (starts[:, np.newaxis] + np.arange(self.part_size)).ravel()


def _loader(
    examples: Examples, shard: _Shard, group_size: int, seed: int
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns what loads elements from the number of the first one."""
    features = examples.spec.features
    # A single element has no axis for elements.
    prefix = [group_size] * (group_size > 1) + [shard.part_size]

    def read(first: np.ndarray) -> list[np.ndarray]:
        positions = shard.positions(first + np.arange(group_size))
        with READS.track():
            arrays = examples.read_shuffled(positions, seed=seed)
        return [
            arrays[name].reshape(*prefix, *feature.shape)
            for name, feature in features.items()
        ]

    @tf.autograph.experimental.do_not_convert
    def load(first: tf.Tensor) -> dict[str, tf.Tensor]:
        dtypes = [tf.as_dtype(feature.dtype) for feature in features.values()]
        values = tf.numpy_function(read, [first], dtypes, stateful=False)
        batch = dict(zip(features, values))
        for name, feature in features.items():
            batch[name].set_shape([*prefix, *feature.shape])
            if feature.kind == "image":
                batch[name] = tf.cast(batch[name], tf.float32) / 127.5 - 1.0
        return batch

    return load


def _elements_per_read(part_size: int, spec: DatasetSpec) -> int:
    """Returns how many elements to read at once; several if they are small."""
    values = sum(math.prod(feature.shape) for feature in spec.features.values())
    fitting = _READ_BYTES // (part_size * values)
    return max(1, min(fitting, _MOST_ELEMENTS))


def _options() -> tf.data.Options:
    options = tf.data.Options()
    # Sharding would drop batches that belong to all workers.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.OFF
    )
    # Nothing here is left to tune, and the tuner, which sleeps ever longer, up
    # to a minute, would keep the end of a training waiting for it.
    options.autotune.enabled = False
    return options


def _check(batch_size: int, first_step: int) -> None:
    if batch_size < 1:
        raise ValueError(
            f"`batch_size` must be at least 1. Received: {batch_size}."
        )
    if first_step < 0:
        raise ValueError(
            f"`first_step` must be at least 0. Received: {first_step}."
        )


class Reads:
    """The reads under way in this process, which its end waits for.

    A pipeline reads ahead on threads of TensorFlow's, by calling Python. Once
    the interpreter is ending such a call never returns, and the iterator's
    destructor, which waits for it, hangs the process. An endless pipeline is
    at rest when its buffers are full.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._last = float("-inf")

    @contextlib.contextmanager
    def track(self) -> Iterator[None]:
        """What is done in here is a read."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._under_way += change
            self._last = time.monotonic()

    def wait(self) -> None:
        """Returns when there has been no read for a while."""
        end = time.monotonic() + _MOST_SECONDS
        while time.monotonic() < end and self._busy():
            time.sleep(_QUIET_SECONDS / 10)

    def _busy(self) -> bool:
        with self._lock:
            quiet = time.monotonic() - self._last
            return self._under_way > 0 or quiet < _QUIET_SECONDS


READS = Reads()
atexit.register(READS.wait)
