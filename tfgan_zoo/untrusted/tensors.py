"""Tensors known by dtype and shape, and by value where they are small."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import Any, Union

import numpy as np
import tensorflow as tf

from tfgan_zoo.untrusted.refusal import Refusal

Shape = tuple[int, ...]

# Some kernels end the process where a tensor has more axes than TensorFlow can
# count, which are 254; most take 8.
MAX_AXES = 32
# Larger tensors are no sizes, axes or paddings.
MAX_KNOWN = 1024
# Of a node's attributes, or of a constant.
MAX_BYTES = 2**20
_STRING_BYTES = 24


@dataclasses.dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor of known shape.

    Attributes:
        dtype: of its values.
        shape: of it.
        value: where it is small and does not depend on the inputs' values.
    """

    dtype: tf.DType
    shape: Shape
    value: np.ndarray | None = None

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def room(self) -> int:
        """What counts against memory, in values of float32.

        An axis of 0 counts as 1: TensorFlow multiplies the sizes of the others
        all the same, and ends the process where that overflows.
        """
        bytes_ = _STRING_BYTES if self.dtype == tf.string else self.dtype.size
        return extent(self.shape) * -(-bytes_ // 4)

    @functools.cached_property
    def key(self) -> tuple[int, Shape, bytes | None]:
        """All of it, to compare it with another."""
        content = None if self.value is None else self.value.tobytes()
        return self.dtype.as_datatype_enum, self.shape, content


@dataclasses.dataclass(frozen=True)
class TensorList:
    """A list of tensors of one shape, None before one is known."""

    count: int
    element: Shape | None
    dtype: tf.DType

    @property
    def size(self) -> int:
        return self.count * math.prod(self.element or ())

    @property
    def room(self) -> int:
        return self.count * Tensor(self.dtype, self.element or ()).room


@dataclasses.dataclass(frozen=True)
class Variable:
    """The handle of a variable."""

    dtype: tf.DType
    shape: Shape
    size = 1
    room = 1


Value = Union[Tensor, TensorList, Variable]


def extent(shape: Shape) -> int:
    """Returns the product of sizes, of which 0 counts as 1."""
    return math.prod(size or 1 for size in shape)


def constant(proto: Any, limit: int) -> Tensor:
    """Returns a TensorProto's tensor; a short one can claim any size.

    Raises:
        Refusal: it has over `limit` values, or cannot be read.
    """
    sizes = [dim.size for dim in proto.tensor_shape.dim]
    dtype = _dtype(proto.dtype)
    if (
        proto.tensor_shape.unknown_rank
        or min(sizes, default=0) < 0
        or dtype in (tf.resource, tf.variant)
    ):
        raise unfit("Const")
    if len(sizes) > MAX_AXES:
        raise too_deep("Const", len(sizes))
    size = math.prod(sizes)
    room = Tensor(dtype, tuple(sizes)).room
    if room > limit:
        raise too_large("Const", room)
    if size > MAX_KNOWN or dtype == tf.string:
        return Tensor(dtype, tuple(sizes))
    if proto.ByteSize() > MAX_BYTES:
        raise unfit("Const")
    try:
        return Tensor(dtype, tuple(sizes), tf.make_ndarray(proto))
    except (TypeError, ValueError):
        raise unfit("Const") from None


def too_large(operator: str, size: int) -> Refusal:
    """Returns what to say of a tensor of `size` values."""
    return Refusal(
        "make tensors that fit into memory",
        f"whose {operator} makes one of {size:,} values",
    )


def too_deep(operator: str, axes: int) -> Refusal:
    """Returns what to say of a tensor of so many axes."""
    return Refusal(
        f"make tensors of {MAX_AXES} axes at most",
        f"whose {operator} makes one of {axes:,}",
    )


def unfit(operator: str) -> Refusal:
    """Returns what to say of an operator that cannot run."""
    return Refusal(
        "hold operators that fit their inputs",
        f"whose {operator} does not",
        damaged=True,
    )


def _dtype(number: int) -> tf.DType:
    try:
        return tf.dtypes.as_dtype(number)
    except TypeError:
        raise unfit("Const") from None
