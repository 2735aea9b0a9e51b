"""How long operators take, from the shapes that they are given and make.

A convolution of an image of 8,192 x 8,192 pixels by a kernel as large takes a
day, and its result is no larger than many others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Callable

from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.tensors import Shape, Tensor, Value

# A value that is read or made takes as long as so many multiplications of a
# product of matrices.
_VALUE = 16


def multiplications(
    node: Any, inputs: Sequence[Value], outputs: Sequence[Value]
) -> int:
    """Returns about how many multiplications a node does, or others as long.

    Args:
        node: that TensorFlow's shape function takes with these inputs.
        inputs: of it.
        outputs: of it.
    """
    count = _VALUE * sum(value.size for value in (*inputs, *outputs))
    product = _PRODUCTS.get(node.op)
    if product is None:
        return count
    tensors = [
        value for value in (*inputs, *outputs) if isinstance(value, Tensor)
    ]
    return count + product(node, [value.shape for value in tensors])


def _matrices(node: Any, shapes: list[Shape]) -> int:
    (first, _, output) = shapes
    is_transposed = any(
        operators.attribute(node, name).b
        for name in ("transpose_a", "adj_x")
        if name in node.attr
    )
    return math.prod(output) * first[-2 if is_transposed else -1]


def _convolution(node: Any, shapes: list[Shape]) -> int:
    del node
    (_, kernel, output) = shapes
    return math.prod(output) * math.prod(kernel[:-1])


def _depthwise(node: Any, shapes: list[Shape]) -> int:
    del node
    (_, kernel, output) = shapes
    return math.prod(output) * math.prod(kernel[:2])


def _to_input(node: Any, shapes: list[Shape]) -> int:
    del node
    (_, kernel, gradient, _) = shapes
    return math.prod(gradient) * math.prod(kernel[:-1])


def _to_kernel(node: Any, shapes: list[Shape]) -> int:
    del node
    (_, _, gradient, kernel) = shapes
    return math.prod(gradient) * math.prod(kernel[:-1])


def _pool(node: Any, shapes: list[Shape]) -> int:
    (_, output) = shapes
    window = operators.attribute(node, "ksize").list.i
    return math.prod(output) * abs(math.prod(window))


def _einsum(node: Any, shapes: list[Shape]) -> int:
    """Multiplies the sizes of all axes that the equation names."""
    equation = operators.attribute(node, "equation").s.decode()
    sizes: dict[Any, int] = {}
    terms = equation.partition("->")[0].split(",")
    for term, shape in zip(terms, shapes):
        before, _, after = term.partition("...")
        unnamed = len(shape) - len(before) - len(after)
        # Axes of an ellipsis are counted from its end.
        axes = [*before, *range(-unnamed, 0), *after]
        for axis, size in zip(axes, shape):
            sizes[axis] = max(size, sizes.get(axis, 1))
    return math.prod(sizes.values())


_PRODUCTS: dict[str, Callable[[Any, list[Shape]], int]] = {
    "AvgPool": _pool,
    "BatchMatMul": _matrices,
    "BatchMatMulV2": _matrices,
    "BatchMatMulV3": _matrices,
    "Conv2D": _convolution,
    "Conv2DBackpropFilter": _to_kernel,
    "Conv2DBackpropInput": _to_input,
    "DepthwiseConv2dNative": _depthwise,
    "Einsum": _einsum,
    "MatMul": _matrices,
    "MaxPool": _pool,
}
