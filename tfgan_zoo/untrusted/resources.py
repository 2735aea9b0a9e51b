"""What variables and lists of tensors make of sizes."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.refusal import Refusal
from tfgan_zoo.untrusted.tensors import (
    Shape,
    Tensor,
    TensorList,
    Value,
    Variable,
    unfit,
)


def _read_variable(node: Any, inputs: list[Value]) -> list[Value]:
    (variable,) = require_kind(node, inputs[:1], Variable)
    if node.op == "ReadVariableOp":
        return [Tensor(variable.dtype, variable.shape)]
    if node.op == "VariableShape":
        dtype = tf.dtypes.as_dtype(
            operators.attribute(node, "out_type").type or tf.int32
        )
        sizes = np.array(variable.shape, dtype.as_numpy_dtype)
        return [Tensor(dtype, sizes.shape, sizes)]
    (indices,) = require_kind(node, inputs[1:], Tensor)
    if operators.attribute(node, "batch_dims").i or not variable.shape:
        raise unfit(node.op)
    return [Tensor(variable.dtype, indices.shape + variable.shape[1:])]


def _reserve_list(node: Any, inputs: list[Value]) -> list[Value]:
    element, count = require_kind(node, inputs, Tensor)
    if count.value is None or count.value.ndim or count.value < 0:
        raise Refusal(
            "make tensors whose sizes follow from those of its inputs",
            f"whose {node.op} makes some that follow from values",
        )
    dtype = tf.dtypes.as_dtype(operators.attribute(node, "element_dtype").type)
    return [TensorList(int(count.value), _known_shape(element), dtype)]


def _list_from_tensor(node: Any, inputs: list[Value]) -> list[Value]:
    tensor, _ = require_kind(node, inputs, Tensor)
    if not tensor.shape:
        raise unfit(node.op)
    return [TensorList(tensor.shape[0], tensor.shape[1:], tensor.dtype)]


def _set_item(node: Any, inputs: list[Value]) -> list[Value]:
    (listed,) = require_kind(node, inputs[:1], TensorList)
    _, item = require_kind(node, inputs[1:], Tensor)
    if (
        operators.attribute(node, "resize_if_index_out_of_bounds").b
        or item.dtype != listed.dtype
        or listed.element not in (None, item.shape)
    ):
        raise unfit(node.op)
    return [dataclasses.replace(listed, element=item.shape)]


def _read_list(node: Any, inputs: list[Value]) -> list[Value]:
    (listed,) = require_kind(node, inputs[:1], TensorList)
    if node.op == "TensorListLength":
        return [Tensor(tf.int32, (), np.array(listed.count, np.int32))]
    element = listed.element
    if element is None:
        element = _known_shape(require_kind(node, inputs[-1:], Tensor)[0])
    if element is None:
        raise unfit(node.op)
    outer: Shape = (listed.count,) if node.op == "TensorListStack" else ()
    return [Tensor(listed.dtype, outer + element)]


def _known_shape(tensor: Tensor) -> Shape | None:
    """Returns the shape that a tensor holds, None where it is open."""
    value = tensor.value
    if value is None or value.ndim != 1 or (value < 0).any():
        return None
    return tuple(value.tolist())


def require_kind(node: Any, values: list[Value], kind: type) -> list[Any]:
    """Returns the inputs of a node, which must all be of one class.

    Raises:
        Refusal: there are none, or one is of another class.
    """
    if not values or not all(isinstance(value, kind) for value in values):
        raise unfit(node.op)
    return values


# From an operator to the values that it makes of its node and its inputs.
OUTPUTS: dict[str, Callable[[Any, list[Value]], list[Value]]] = {
    "ReadVariableOp": _read_variable,
    "ResourceGather": _read_variable,
    "VariableShape": _read_variable,
    "TensorListReserve": _reserve_list,
    "TensorListFromTensor": _list_from_tensor,
    "TensorListSetItem": _set_item,
    "TensorListGetItem": _read_list,
    "TensorListStack": _read_list,
    "TensorListLength": _read_list,
}
