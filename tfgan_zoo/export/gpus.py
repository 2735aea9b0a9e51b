"""Which operators of a TFLite file GPU delegates take.

Measured on WebGPU with LiteRT.js 2.5.3, operator by operator and version by
version, as docs/decisions.md has it; TensorFlow's analyzer knows no versions,
and refuses layers whose weights have 16 bits, which delegates take.
tests/export/test_gpus.py compares with a browser for every architecture.
"""

from __future__ import annotations

import collections
import dataclasses
from typing import Any

from tensorflow.lite.python import schema_py_generated as schema

from tfgan_zoo.export import runtime

# By the newest version that is taken. Left out are PADV2 and SPLIT_V: they are
# taken, and give wrong numbers.
_OPERATORS = {
    1: "ARG_MAX COS CUMSUM ELU FLOOR HARD_SWISH LOGICAL_AND NEG ONE_HOT POW "
    "REDUCE_MIN RELU_N1_TO_1 RESHAPE ROUND SELECT SELECT_V2 SIN SQRT SQUARE",
    2: "AVERAGE_POOL_2D BATCH_MATMUL DEPTH_TO_SPACE DIV EMBEDDING_LOOKUP EQUAL "
    "EXP GELU GREATER GREATER_EQUAL LEAKY_RELU LESS LESS_EQUAL LOG LOGISTIC "
    "MAX_POOL_2D NOT_EQUAL RELU RELU6 RSQRT SPACE_TO_DEPTH SQUARED_DIFFERENCE "
    "STRIDED_SLICE SUB SUM TANH",
    3: "MEAN MIRROR_PAD REDUCE_MAX RESIZE_BILINEAR RESIZE_NEAREST_NEIGHBOR "
    "REVERSE_V2 SOFTMAX TILE TRANSPOSE_CONV",
    4: "CONCATENATION MAXIMUM MINIMUM PACK PAD SPLIT",
    5: "ABS ADD",
    6: "CAST CONV_2D DEPTHWISE_CONV_2D DEQUANTIZE QUANTIZE SLICE TRANSPOSE",
    7: "GATHER MUL",
    12: "FULLY_CONNECTED",
}
_NEWEST = {
    name: version
    for version, names in _OPERATORS.items()
    for name in names.split()
}
_MOST_DIMENSIONS = 4
_UNPACKS = "DEQUANTIZE"
# They read what a file stores, and not what is unpacked before.
_OF_STORED = {"EMBEDDING_LOOKUP", "GATHER", "ONE_HOT"}
# At the ends of a file with images of uint8 and weights of int8.
_INTEGERS = (schema.TensorType.INT8, schema.TensorType.UINT8)


@dataclasses.dataclass(frozen=True)
class GpuOperators:
    """How a GPU delegate divides a file.

    Attributes:
        taken: operators that run on the GPU.
        refused: the others, a phrase for each kind.
    """

    taken: int
    refused: tuple[str, ...]


def divide(content: bytes) -> GpuOperators:
    """Says which operators of a TFLite file GPU delegates take.

    Weights of 16 bits are unpacked, by `DEQUANTIZE`, as the delegate is made:
    they count as taken if all else is, and run on the processor otherwise.
    """
    model = schema.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    codes = runtime.operator_codes(model)
    operators = [
        (codes[operator.OpcodeIndex()], operator)
        for operator in map(graph.Operators, range(graph.OperatorsLength()))
    ]
    unpacked = {
        operator.Outputs(0)
        for (name, _), operator in operators
        if name == _UNPACKS
    }
    reasons = [
        _objection(name, version, operator, graph, unpacked)
        for (name, version), operator in operators
    ]
    refused = collections.Counter(filter(None, reasons))
    left = sum(refused.values())
    if refused:
        left += sum(
            name == _UNPACKS and not reason
            for ((name, _), _), reason in zip(operators, reasons)
        )
    phrases = tuple(f"{n} {reason}" for reason, n in sorted(refused.items()))
    return GpuOperators(len(operators) - left, phrases)


def _objection(
    name: str, version: int, operator: Any, graph: Any, unpacked: set[int]
) -> str:
    """Returns an operator with why it is refused, or ""."""
    if version > _NEWEST.get(name, 0):
        return f"{name} of version {version}"
    inputs, outputs = (
        [int(index) for index in indices if index >= 0]
        for indices in (operator.InputsAsNumpy(), operator.OutputsAsNumpy())
    )
    ranks = [graph.Tensors(index).ShapeLength() for index in inputs + outputs]
    if max(ranks) > _MOST_DIMENSIONS:
        return f"{name} of {max(ranks)} dimensions"
    if name == "QUANTIZE" and graph.Tensors(inputs[0]).Type() in _INTEGERS:
        return f"{name} from integers to integers"
    if name in _OF_STORED and unpacked.intersection(inputs):
        return f"{name} of values stored in 16 bits"
    if name == "MIRROR_PAD":
        mode = _options(operator, schema.MirrorPadOptions).Mode()
        return f"{name} that repeats the edge" if mode else ""
    if name == "STRIDED_SLICE":
        mask = _options(operator, schema.StridedSliceOptions).ShrinkAxisMask()
        return f"{name} that drops a dimension" if mask else ""
    return ""


def _options(operator: Any, kind: Any) -> Any:
    table = operator.BuiltinOptions()
    options = kind()
    options.Init(table.Bytes, table.Pos)
    return options
