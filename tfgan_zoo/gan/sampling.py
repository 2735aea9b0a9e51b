"""Seeds of samples, and many samples in little memory."""

from __future__ import annotations

import math
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import checks, images, memory, random
from tfgan_zoo import labels as class_labels
from tfgan_zoo.messages import value_text

LARGEST_SEED = 2**63 - 1
# 64 images of 64x64 pixels and 3 channels.
_BATCH_VALUES = 64 * 64 * 64 * 3
_LARGEST_BATCH = 4096


def check_seed(name: str, seed: Any) -> int:
    """Returns a seed as an integer.

    Raises:
        TypeError: it is none.
        ValueError: it is not between 0 and 2^63 - 1.
    """
    value = checks.integer(name, seed)
    if not 0 <= value <= LARGEST_SEED:
        raise ValueError(
            f"`{name}` must be between 0 and 2^63 - 1, {LARGEST_SEED}. "
            f"Received: {value}."
        )
    return value


def seed_range(first: Any, count: Any) -> np.ndarray:
    """Returns the seeds `first`, `first` + 1 and so on, int64 [count].

    Raises:
        TypeError: one of the two is no integer.
        ValueError: `count` is negative, or a seed is out of its range.
    """
    count = checks.integer("count", count)
    if count < 0:
        raise ValueError(f"`count` must be at least 0. Received: {count}.")
    first = check_seed("seed", first)
    if first + count - 1 > LARGEST_SEED:
        raise ValueError(
            "`seed` + `count` - 1 must be at most 2^63 - 1, "
            f"{LARGEST_SEED}. Received: {first} + {count} - 1."
        )
    memory.require(count, count * np.dtype(np.int64).itemsize)
    # Before adding: the last seed may be the largest integer.
    return np.int64(first) + np.arange(count, dtype=np.int64)


def to_seeds(seeds: Any) -> tf.Tensor:
    """Returns seeds of any integer type as int64 [N].

    Raises:
        TypeError: they are no integers.
        ValueError: they are not in a row, or out of their range.
    """
    values = np.asarray(seeds)
    if values.ndim != 1:
        raise ValueError(
            "`seeds` must be integers [N], one for each image, such as "
            "[0, 1, 2]; `generate(3)` makes 3 images. "
            f"Received: shape {list(values.shape)}."
        )
    if values.size and values.dtype.kind not in "iu":
        # Integers too large for one type become floats or objects.
        row = seeds if isinstance(seeds, (list, tuple)) else values.tolist()
        for seed in row:
            check_seed("seeds", seed)
        raise TypeError(f"`seeds` must be integers. Received: {values.dtype}.")
    for extreme in (values.min(), values.max()) if values.size else ():
        check_seed("seeds", extreme)
    return tf.constant(values.astype(np.int64))


def to_latents(latents: Any, shape: tuple[int, ...]) -> Any:
    """Returns latents as one tensor, and symbolic ones as they are.

    Args:
        latents: numbers [N, ...].
        shape: of the latents of one sample. Images that a generator takes may
            be of other sizes.

    Raises:
        TypeError: they are no numbers.
        ValueError: they are of another shape.
    """
    if isinstance(latents, np.ndarray) or not hasattr(latents, "shape"):
        latents = _to_floats(latents)
    received = tf.TensorShape(latents.shape)
    expected = tf.TensorShape([None] * len(shape) + list(shape[-1:]))
    if not received.is_compatible_with(expected):
        sides = ", ".join(map(str, shape))
        raise ValueError(
            f"Latents must be of shape [N, {sides}]. "
            f"Received: {received.as_list()}."
        )
    return latents


def _to_floats(latents: Any) -> tf.Tensor:
    try:
        values = np.asarray(latents)
    except ValueError:  # rows of several lengths
        values = np.asarray(None)
    if values.dtype.kind not in "iuf":
        raise TypeError(
            "Latents must be numbers [N, Z], an array or a tensor. "
            f"Received: {value_text(latents)}."
        )
    return tf.constant(values.astype(np.float32))


def make_strips(gan: Any, real: np.ndarray) -> np.ndarray:
    """Returns strips: what the generator takes, its output, the real image.

    Smaller images are enlarged to equal pixels, grey ones beside colour are
    shown in colour.

    Args:
        gan: a `GAN` whose generator takes images.
        real: uint8 [N, H, W, C].

    Returns:
        uint8 [N, H, 3 W, C].
    """
    count = len(real)
    originals = images.from_uint8(real)
    rng = random.StepRandom(gan.seed, tf.constant(0), count)
    source = gan.step_inputs(originals, rng)
    labels = class_labels.broadcast_labels(count, None, gan.num_classes)
    columns = [source, gan(source, labels), originals]
    most = max(column.shape[-1] for column in columns)
    resized = [
        tf.image.resize(column, real.shape[1:3], "nearest") * tf.ones([most])
        for column in columns
    ]
    return images.to_uint8(tf.concat(resized, axis=2)).numpy()


def in_batches(
    sample: Callable[..., tf.Tensor],
    seeds: np.ndarray,
    labels: np.ndarray | None,
    sample_shape: tuple[int, ...],
) -> np.ndarray:
    """Returns the samples of many seeds, in memory that their number adds to.

    Args:
        sample: (seeds, labels) -> samples.
        seeds: int64 [N].
        labels: int32 [N], or None.
        sample_shape: without the batch.

    Raises:
        MemoryError: they do not fit into memory.
    """
    values = math.prod(sample_shape)
    size = max(1, min(_BATCH_VALUES // values, _LARGEST_BATCH))
    samples: np.ndarray | None = None
    # An empty batch has a type as well.
    for start in range(0, max(len(seeds), 1), size):
        rows = slice(start, start + size)
        batch = sample(
            tf.constant(seeds[rows]),
            None if labels is None else tf.constant(labels[rows]),
        ).numpy()
        if samples is None:
            shape = (len(seeds), *batch.shape[1:])
            samples = memory.allocate(shape, batch.dtype)
        samples[rows] = batch
    assert samples is not None
    return samples
