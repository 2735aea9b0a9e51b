"""What single operators make of sizes, without computing on real tensors.

The shapes come from TensorFlow's own shape functions, one operator at a time;
the numbers that sizes are computed from are small, and are computed.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import math
from collections.abc import Iterable
from typing import Any, Union

import numpy as np
import tensorflow as tf

from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.refusal import Refusal

Shape = tuple[int, ...]

# Some kernels end the process where a tensor has more axes than TensorFlow can
# count, which are 254; most take 8.
MAX_AXES = 32
# Larger tensors are no sizes, axes or paddings.
_MAX_KNOWN = 1024
_STRING_BYTES = 24
# Of a node: inputs and outputs, and bytes of its attributes.
_MAX_TENSORS, _MAX_BYTES = 10_000, 2**20
# Shape functions that end the process where an input is of another rank.
_RANKS = {"SplitV": {1: 1, 2: 0}}
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
    if size > _MAX_KNOWN or dtype == tf.string:
        return Tensor(dtype, tuple(sizes))
    if proto.ByteSize() > _MAX_BYTES:
        raise unfit("Const")
    try:
        return Tensor(dtype, tuple(sizes), tf.make_ndarray(proto))
    except (TypeError, ValueError):
        raise unfit("Const") from None


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
                made = self._graph.create_op(
                    node.op, [*map(self._feed, inputs)], attrs=attributes
                ).outputs
        except (tf.errors.OpError, TypeError, ValueError, KeyError):
            raise unfit(node.op) from None
        shapes = [_output_shape(node, *pair) for pair in enumerate(made)]
        values = _values(node, inputs, shapes)
        return [
            Tensor(tensor.dtype, shape, value)
            for tensor, shape, value in zip(made, shapes, values)
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
        or node.ByteSize() > _MAX_BYTES
    ):
        raise Refusal(
            f"hold operators of at most {_MAX_TENSORS:,} tensors and "
            f"{_MAX_BYTES:,} bytes",
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
        and len(known) <= _MAX_KNOWN
        and all(value is not None for value in known)
    ):
        made = _evaluate(node, known)
        return [
            Tensor(
                tf.dtypes.as_dtype(value.dtype),
                value.shape,
                value if value.size <= _MAX_KNOWN else None,
            )
            for value in made
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
        or sum(map(extent, shapes)) > _MAX_KNOWN
        or max(map(len, shapes), default=0) > MAX_AXES
    ):
        return [None] * len(shapes)
    return _evaluate(node, known)


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


def _sizes(
    operator: str, inputs: list[Tensor], out_type: int
) -> list[np.ndarray | None]:
    dtype = tf.dtypes.as_dtype(out_type or tf.int32).as_numpy_dtype
    of_one = {
        "Size": lambda tensor: tensor.size,
        "Rank": lambda tensor: len(tensor.shape),
    }.get(operator, lambda tensor: tensor.shape)
    return [np.array(of_one(tensor), dtype) for tensor in inputs]


def _evaluate(node: Any, known: list[Any]) -> list[np.ndarray | None]:
    """Computes a node of small inputs and outputs."""
    taken, attributes = parameters(node.op)
    rest = iter(known)
    arguments: dict[str, Any] = {}
    for name, number_attribute in taken:
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
            made = function(**arguments)
    except (tf.errors.OpError, TypeError, ValueError):
        raise unfit(node.op) from None
    return [one.numpy() for one in (made if isinstance(made, list) else [made])]


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
