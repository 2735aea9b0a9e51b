"""FLOP and bytes of the operations of a graph, and the time they take."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import tensorflow as tf


class Machine(NamedTuple):
    """Peak rates, as the maker of a machine states them.

    Attributes:
        name: of the machine.
        flop_s: FLOP in a second, of dense matrices in bfloat16.
        bytes_s: bytes in a second, of its memory.
    """

    name: str
    flop_s: float
    bytes_s: float


# NVIDIA's data sheet of the H100, without sparsity; Cloud TPU's documentation.
MACHINES = (
    Machine("one NVIDIA H100 SXM", 989e12, 3.35e12),
    Machine("one TPU v5e", 197e12, 819e9),
    Machine("a pod of 256 TPU v5e", 256 * 197e12, 256 * 819e9),
)
_FUNCTION_ATTRIBUTES = ("f", "then_branch", "else_branch", "cond", "body")
# What says where data are, and moves none.
_NO_TRAFFIC = {
    "Identity",
    "IdentityN",
    "ReadVariableOp",
    "Reshape",
    "StopGradient",
}


def operations(graph: tf.Graph) -> Iterator[tf.Operation]:
    """Yields those of a graph and of the functions that it calls.

    Of a loop it is one round, of a condition both branches.
    """
    for operation in graph.get_operations():
        called = [
            n for n in _FUNCTION_ATTRIBUTES if n in operation.node_def.attr
        ]
        for name in called:
            function = operation.get_attr(name).name
            yield from operations(graph._get_function(function).graph)
        if not called:
            yield operation


def flop(operation: tf.Operation) -> int:
    """Returns the multiplications and additions of an operation.

    Those of a convolution are the same as of each of its gradients.
    """
    inputs = [entry.shape for entry in operation.inputs]
    output = operation.outputs[0].shape if operation.outputs else None
    kind = operation.type
    if kind == "Conv2D":
        return 2 * output.num_elements() * math.prod(inputs[1][:3])
    if kind == "Conv2DBackpropInput":
        return 2 * inputs[2].num_elements() * math.prod(inputs[1][:3])
    if kind == "Conv2DBackpropFilter":
        return 2 * inputs[2].num_elements() * math.prod(output[:3])
    if kind == "MatMul":
        inner = inputs[0][0 if operation.get_attr("transpose_a") else 1]
        return 2 * output.num_elements() * inner
    if kind == "BatchMatMulV2":
        inner = inputs[0][-2 if operation.get_attr("adj_x") else -1]
        return 2 * output.num_elements() * inner
    return 0


def moved_bytes(operation: tf.Operation) -> int:
    """Returns the bytes of what an operation reads and writes."""
    if operation.type in _NO_TRAFFIC or not operation.inputs:
        return 0
    return sum(
        entry.dtype.size * (entry.shape.num_elements() or 0)
        for entry in (*operation.inputs, *operation.outputs)
        if entry.dtype.size and entry.shape.rank is not None
    )


def machine_table(
    flop_image: float, bytes_image: float, images: float
) -> list[str]:
    """Returns the table of machines, in Markdown.

    Args:
        flop_image: FLOP of an image.
        bytes_image: moved for an image, in bfloat16.
        images: of the whole training.
    """
    lines = [
        "| machine | arithmetic, images/s | memory, images/s | images an hour "
        "| the whole training, hours | at peak arithmetic, hours |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for machine in MACHINES:
        rates = (machine.flop_s / flop_image, machine.bytes_s / bytes_image)
        hour = 3600.0 * min(rates)
        lines.append(
            f"| {machine.name} | {rates[0]:,.0f} | {rates[1]:,.0f} | "
            f"{hour / 1e6:,.0f} million | {images / hour:.2g} | "
            f"{images / rates[0] / 3600.0:.2g} |"
        )
    return lines
