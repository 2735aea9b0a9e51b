"""The operators that a foreign graph may hold.

None reaches past the memory of the process, none keeps state, and of each it
is known beforehand how large its results are. A list of bad operators would
miss the next one.
"""

from __future__ import annotations

from typing import Any

from tensorflow.core.framework import attr_value_pb2
from tensorflow.python.framework import op_def_registry

_ARITHMETIC = """
Abs Acos Acosh Add AddN AddV2 Asin Asinh Atan Atan2 Atanh BiasAdd BitwiseAnd
BitwiseOr BitwiseXor Ceil ClipByValue Cos Cosh Cumsum Div DivNoNan Elu Erf Erfc
Erfinv Exp Expm1 Floor FloorDiv FloorMod Inv Invert LeakyRelu LeftShift Lgamma
Log Log1p LogSoftmax Maximum Minimum Mod Mul MulNoNan Ndtri Neg Pow RealDiv
Reciprocal RightShift Relu Relu6 Rint Round Rsqrt Selu Sigmoid Sign Sin Sinh
Softmax Softplus Softsign Sqrt Square SquaredDifference Sub Tan Tanh TruncateDiv
Xdivy Xlogy
"""
_COMPARISONS = """
All Any ApproximateEqual Equal Greater GreaterEqual IsFinite IsInf IsNan Less
LessEqual LogicalAnd LogicalNot LogicalOr NotEqual Select SelectV2
"""
_ALGEBRA = """
ArgMax ArgMin AvgPool BatchMatMul BatchMatMulV2 BatchMatMulV3 Conv2D
Conv2DBackpropFilter Conv2DBackpropInput DepthwiseConv2dNative Einsum
FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 L2Loss MatMul Max MaxPool Mean
Min Prod ResizeBicubic ResizeBilinear ResizeNearestNeighbor Sum TopKV2
"""
_SHAPES = """
BatchToSpaceND BroadcastArgs BroadcastTo Cast ConcatV2 DepthToSpace ExpandDims
Fill Gather GatherNd GatherV2 Identity IdentityN MirrorPad OneHot Pack Pad PadV2
Range Rank Reshape ReverseV2 ScatterNd Shape ShapeN Size Slice SpaceToBatchND
SpaceToDepth Split SplitV Squeeze StopGradient StridedSlice Tile Transpose
Unpack ZerosLike OnesLike EnsureShape PreventGradient Snapshot
"""
_RANDOM = """
StatelessMultinomial StatelessRandomGetAlg StatelessRandomGetKeyCounter
StatelessRandomGetKeyCounterAlg StatelessRandomNormal StatelessRandomNormalV2
StatelessRandomUniform StatelessRandomUniformFullInt
StatelessRandomUniformFullIntV2 StatelessRandomUniformInt
StatelessRandomUniformIntV2 StatelessRandomUniformV2 StatelessTruncatedNormal
StatelessTruncatedNormalV2
"""
_CONTROL = """
Assert Case Const If NoOp PartitionedCall StatefulPartitionedCall StatelessCase
StatelessIf StatelessWhile While TensorListFromTensor TensorListGetItem
TensorListLength TensorListReserve TensorListSetItem TensorListStack
"""
# They read; nothing assigns.
_VARIABLES = "ReadVariableOp ResourceGather VariableShape"

ALLOWED = frozenset(
    " ".join(
        (
            _ARITHMETIC,
            _COMPARISONS,
            _ALGEBRA,
            _SHAPES,
            _RANDOM,
            _CONTROL,
            _VARIABLES,
        )
    ).split()
)

# What TensorFlow adds to every SavedModel to write and read weights. It is not
# kept; what else is found there is refused.
OF_SAVERS = ALLOWED | frozenset(
    [
        "AssignVariableOp",
        "DisableCopyOnRead",
        "MergeV2Checkpoints",
        "RestoreV2",
        "SaveV2",
        "ShardedFilename",
        "StaticRegexFullMatch",
        "StringJoin",
    ]
)


def definition(name: str) -> Any:
    """Returns an operator's OpDef, None where there is no such operator."""
    return op_def_registry.get(name)


def attribute(node: Any, name: str) -> Any:
    """Returns a node's AttrValue, by default the operator's own."""
    # Asking the map itself would add the name to it.
    if name in node.attr:
        return node.attr[name]
    for declared in definition(node.op).attr:
        if declared.name == name:
            return declared.default_value
    return attr_value_pb2.AttrValue()
