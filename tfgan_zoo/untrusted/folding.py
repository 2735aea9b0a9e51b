"""Constant folding: nodes whose inputs are known and small are computed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.tensors import unfit

# What sizes are computed by.
EVALUATED = frozenset(
    """
    Abs Add AddV2 All Any BroadcastArgs BroadcastTo Cast Ceil ConcatV2 Div Equal
    ExpandDims Fill Floor FloorDiv FloorMod GatherV2 Greater GreaterEqual
    Identity Less LessEqual LogicalAnd LogicalNot LogicalOr Max Maximum Min
    Minimum Mod Mul Neg NotEqual Pack Pad Prod Range RealDiv Reshape ReverseV2
    Round ScatterNd Select SelectV2 Slice Split SplitV Square Squeeze
    StridedSlice Sub Sum Tile Transpose TruncateDiv Unpack ZerosLike OnesLike
    """.split()  # noqa: SIM905
)


def evaluate(node: Any, known: list[Any]) -> list[np.ndarray | None]:
    """Computes a node of small inputs and outputs."""
    inputs, attributes = parameters(node.op)
    with tf.init_scope(), tf.device("CPU"):
        # As tensors: an operator with a default type, such as Range, would
        # take arrays of another for it.
        rest = iter([tf.constant(value, value.dtype) for value in known])
    arguments: dict[str, Any] = {}
    for name, number_attribute in inputs:
        if number_attribute:
            count = operators.attribute(node, number_attribute).i
            arguments[name] = [next(rest) for _ in range(count)]
        else:
            arguments[name] = next(rest)
    for name in attributes:
        if name in node.attr:
            arguments[name] = _python(operators.attribute(node, name))
    function = getattr(tf.raw_ops, node.op)
    names = python_names(node.op, arguments)
    arguments = {names[name]: value for name, value in arguments.items()}
    try:
        with tf.init_scope(), tf.device("CPU"):
            outputs = function(**arguments)
    except (tf.errors.OpError, TypeError, ValueError):
        raise unfit(node.op) from None
    tensors = outputs if isinstance(outputs, list) else [outputs]
    return [tensor.numpy() for tensor in tensors]


@functools.cache
def parameters(operator: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Returns an operator's inputs, with what counts them, and its settings."""
    definition = operators.definition(operator)
    arguments = definition.input_arg
    inferred = {arg.type_attr for arg in arguments}
    inferred |= {arg.number_attr for arg in arguments}
    return (
        [(arg.name, arg.number_attr) for arg in arguments],
        [a.name for a in definition.attr if a.name not in inferred],
    )


def python_names(operator: str, names: Iterable[str]) -> dict[str, str]:
    """Returns what Python calls an operator's inputs and settings."""
    taken = inspect.signature(getattr(tf.raw_ops, operator)).parameters
    return {
        name: name if name in taken else _PYTHON_NAMES[name] for name in names
    }


# Of operators' inputs and settings in Python, where it is another one.
_PYTHON_NAMES = {
    "dim": "axis",
    "e": "y",
    "reduction_indices": "axis",
    "split_dim": "axis",
    "squeeze_dims": "axis",
    "t": "x",
}


def _python(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "list":
        return list(value.list.i)
    content = getattr(value, kind)
    return tf.dtypes.as_dtype(content) if kind == "type" else content
