"""What single operators make of sizes, without computing on real tensors.

The shapes come from TensorFlow's own shape functions, one operator at a time;
the numbers that sizes are computed from are small, and are computed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.folding import EVALUATED, evaluate
from tfgan_zoo.untrusted.refusal import Refusal
from tfgan_zoo.untrusted.tensors import (
    MAX_AXES,
    MAX_BYTES,
    MAX_KNOWN,
    Shape,
    Tensor,
    extent,
    unfit,
)

# Inputs and outputs of a node.
_MAX_TENSORS = 10_000
# Shape functions that end the process where an input is of another rank.
_RANKS = {"SplitV": {1: 1, 2: 0}}
# Of these, those whose results are no larger than what they are given.
_NO_LARGER = frozenset({"Cast", "GatherV2", "Pack", "Prod", "StridedSlice"})
# Of one type, which they return, and of shapes that are broadcast.
_ELEMENTWISE = frozenset(
    """
    Add AddV2 BitwiseOr Erf Exp LeakyRelu LeftShift Log Maximum Minimum Mul Neg
    RealDiv Relu Round Rsqrt Sigmoid Softplus Sqrt Square SquaredDifference Sub
    Tanh
    """.split()  # noqa: SIM905
)
# The only output, by its number, that a shape function always leaves open.
_RESERVED = ("FusedBatchNormV3", 5)
_FROM_SHAPES = {"Shape", "ShapeN", "Size", "Rank"}


class ShapeFunctions:
    """TensorFlow's shape functions, in a graph that nothing runs."""

    def __init__(self) -> None:
        self._graph = tf.Graph()
        self._fed: dict[Any, tf.Tensor] = {}
        self._known: dict[Any, list[Tensor]] = {}

    def __call__(self, node: Any, inputs: list[Tensor]) -> list[Tensor]:
        """Returns what a node makes of tensors.

        Raises:
            Refusal: it does not fit its inputs, or how large its results are
                depends on their values.
        """
        _require_few(node, inputs)
        # The same few are asked for again by loops, calls and signatures.
        key = (node.SerializeToString(), *(tensor.key for tensor in inputs))
        if key not in self._known:
            self._known[key] = self._infer(node, inputs)
        return self._known[key]

    def _infer(self, node: Any, inputs: list[Tensor]) -> list[Tensor]:
        return _quickly(node, inputs) or self._ask(node, inputs)

    def _ask(self, node: Any, inputs: list[Tensor]) -> list[Tensor]:
        attributes = {
            attr.name: node.attr[attr.name]
            for attr in operators.definition(node.op).attr
            if attr.name in node.attr
        }
        try:
            with self._graph.as_default():
                outputs = self._graph.create_op(
                    node.op, [*map(self._feed, inputs)], attrs=attributes
                ).outputs
        except (tf.errors.OpError, TypeError, ValueError, KeyError):
            raise unfit(node.op) from None
        shapes = [_output_shape(node, *pair) for pair in enumerate(outputs)]
        values = _values(node, inputs, shapes)
        return [
            Tensor(tensor.dtype, shape, value)
            for tensor, shape, value in zip(outputs, shapes, values)
        ]

    def _feed(self, tensor: Tensor) -> tf.Tensor:
        value = tensor.value
        if tensor.key not in self._fed:
            self._fed[tensor.key] = (
                tf.compat.v1.placeholder(tensor.dtype, tensor.shape)
                if value is None
                else tf.constant(value, tensor.dtype, tensor.shape)
            )
        return self._fed[tensor.key]


def _require_few(node: Any, inputs: list[Tensor]) -> None:
    """Checks what takes long, or ends the process, if TensorFlow is asked."""
    counts = [
        operators.attribute(node, arg.number_attr).i
        for arg in operators.definition(node.op).output_arg
        if arg.number_attr
    ]
    if (
        max([len(inputs), *counts]) > _MAX_TENSORS
        or node.ByteSize() > MAX_BYTES
    ):
        raise Refusal(
            f"hold operators of at most {_MAX_TENSORS:,} tensors and "
            f"{MAX_BYTES:,} bytes",
            f"whose {node.op} is larger",
        )
    ranks = _RANKS.get(node.op, {})
    if any(len(inputs[i].shape) != rank for i, rank in ranks.items()):
        raise unfit(node.op)


def _output_shape(node: Any, index: int, output: tf.Tensor) -> Shape:
    if output.shape.is_fully_defined():
        return tuple(output.shape)
    # A scalar on a CPU; what a GPU keeps there for the gradient is no larger
    # than the images.
    if (node.op, index) == _RESERVED:
        return ()
    raise Refusal(
        "make tensors whose sizes follow from those of its inputs",
        f"whose {node.op} makes some that follow from values",
    )


def _quickly(node: Any, inputs: list[Tensor]) -> list[Tensor]:
    """Returns what a plain node makes, nothing where that must be asked.

    Asking TensorFlow takes half a millisecond, and most nodes are plain.
    """
    known = [tensor.value for tensor in inputs]
    if (
        node.op in _NO_LARGER
        and len(known) <= MAX_KNOWN
        and all(value is not None for value in known)
    ):
        outputs = evaluate(node, known)
        return [
            Tensor(
                tf.dtypes.as_dtype(value.dtype),
                value.shape,
                value if value.size <= MAX_KNOWN else None,
            )
            for value in outputs
            if value is not None
        ]
    if node.op not in _ELEMENTWISE or not inputs:
        return []
    if any(tensor.dtype != inputs[0].dtype for tensor in inputs):
        raise unfit(node.op)
    try:
        shape = np.broadcast_shapes(*(tensor.shape for tensor in inputs))
    except ValueError:
        raise unfit(node.op) from None
    (value,) = _values(node, inputs, [shape])
    return [Tensor(inputs[0].dtype, shape, value)]


def _values(
    node: Any, inputs: list[Tensor], shapes: list[Shape]
) -> list[np.ndarray | None]:
    if node.op in _FROM_SHAPES:
        out_type = operators.attribute(node, "out_type").type
        return _sizes(node.op, inputs, out_type)
    known = [tensor.value for tensor in inputs]
    if (
        node.op not in EVALUATED
        or any(value is None for value in known)
        or sum(map(extent, shapes)) > MAX_KNOWN
        or max(map(len, shapes), default=0) > MAX_AXES
    ):
        return [None] * len(shapes)
    return evaluate(node, known)


def _sizes(
    operator: str, inputs: list[Tensor], out_type: int
) -> list[np.ndarray | None]:
    dtype = tf.dtypes.as_dtype(out_type or tf.int32).as_numpy_dtype
    of_one = {
        "Size": lambda tensor: tensor.size,
        "Rank": lambda tensor: len(tensor.shape),
    }.get(operator, lambda tensor: tensor.shape)
    return [np.array(of_one(tensor), dtype) for tensor in inputs]
