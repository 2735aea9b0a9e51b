"""Inputs and seeds of samples, and many samples in little memory."""

from __future__ import annotations

import math
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import checks, inputs, memory
from tfgan_zoo import labels as class_labels
from tfgan_zoo.inputs import InputSpec
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


def to_inputs(values: Any, spec: InputSpec) -> Any:
    """Returns what a generator takes as one tensor, symbolic ones as they are.

    Args:
        values: numbers [N, ...].
        spec: of the input. Images may be of other sizes.

    Raises:
        TypeError: they are no numbers.
        ValueError: they are of another shape, or sides of images are no
            multiples of what the generator needs.
    """
    name = "Latents" if spec.kind == inputs.LATENTS else "Images"
    if isinstance(values, np.ndarray) or not hasattr(values, "shape"):
        values = _to_floats(values, name)
    received = tf.TensorShape(values.shape)
    shape = spec.shape
    expected = tf.TensorShape([None] * len(shape) + list(shape[-1:]))
    if not received.is_compatible_with(expected):
        sides = ", ".join(map(str, shape))
        raise ValueError(
            f"{name} must be of shape [N, {sides}]. "
            f"Received: {received.as_list()}."
        )
    if received.rank == 4:
        _require_multiple(received[1:3].as_list(), spec.multiple)
    return values


def _require_multiple(sides: list[int | None], multiple: int) -> None:
    if any(side is not None and side % multiple for side in sides):
        raise ValueError(
            f"The sides of images must be multiples of {multiple}. "
            f"Received: {' x '.join(map(str, sides))}."
        )


def _to_floats(values: Any, name: str) -> tf.Tensor:
    try:
        array = np.asarray(values)
    except ValueError:  # rows of several lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise TypeError(
            f"{name} must be numbers [N, ...], an array or a tensor. "
            f"Received: {value_text(values)}."
        )
    return tf.constant(array.astype(np.float32))


def require_labels(count: int, labels: Any, num_classes: int) -> Any:
    """Returns the labels of `count` samples, None if there are no classes.

    Raises:
        ValueError: a conditional generator gets none, too few or too many, or
            one is no class.
    """
    if num_classes and labels is None:
        raise ValueError(
            "A conditional generator needs `labels`, integers between 0 "
            f"and {num_classes - 1}. Received: None."
        )
    return class_labels.broadcast_labels(count, labels, num_classes)


def in_batches(
    sample: Callable[..., tf.Tensor],
    rows: np.ndarray,
    labels: np.ndarray | None,
    sample_shape: tuple[int, ...],
) -> np.ndarray:
    """Returns many samples, in memory that their number alone adds to.

    Args:
        sample: (rows, labels) -> samples.
        rows: seeds, or images, [N, ...].
        labels: int32 [N], or None.
        sample_shape: without the batch.

    Raises:
        MemoryError: they do not fit into memory.
    """
    values = max(1, math.prod(sample_shape))
    size = max(1, min(_BATCH_VALUES // values, _LARGEST_BATCH))
    samples: np.ndarray | None = None
    # An empty batch has a type as well.
    for start in range(0, max(len(rows), 1), size):
        part = slice(start, start + size)
        batch = sample(
            tf.constant(rows[part]),
            None if labels is None else tf.constant(labels[part]),
        ).numpy()
        if samples is None:
            shape = (len(rows), *batch.shape[1:])
            samples = memory.allocate(shape, batch.dtype)
        samples[part] = batch
    assert samples is not None
    return samples
