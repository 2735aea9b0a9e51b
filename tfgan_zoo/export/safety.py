"""What a SavedModel would do, read before it can do anything.

A SavedModel is a program: loading it runs its initialisers, and calling it
whatever its author put in, files, processes and the network included. So its
graphs are read as data first, and must hold operators from a list alone, none
of which reaches past the process' own memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import saved_model_pb2

GRAPH_NAME = "saved_model.pb"

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
_FusedConv2D _FusedMatMul
"""
_SHAPES = """
BatchToSpaceND BroadcastArgs BroadcastTo Cast ConcatV2 DepthToSpace ExpandDims
Fill Gather GatherNd GatherV2 Identity IdentityN MirrorPad OneHot Pack Pad PadV2
Range Rank Reshape ReverseV2 ScatterNd Shape ShapeN Size Slice SpaceToBatchND
SpaceToDepth Split SplitV Squeeze StopGradient StridedSlice Tile Transpose
Unpack Where ZerosLike OnesLike EnsureShape PreventGradient Snapshot
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
Assert Case Const If LoopCond Merge NoOp PartitionedCall Placeholder
PlaceholderWithDefault StatefulPartitionedCall StatelessCase StatelessIf
StatelessWhile Switch While Enter Exit NextIteration _Arg _Retval
EmptyTensorList TensorListConcatV2 TensorListElementShape TensorListFromTensor
TensorListGetItem TensorListLength TensorListReserve TensorListResize
TensorListSetItem TensorListStack
"""
_VARIABLES = """
AssignVariableOp DestroyResourceOp DisableCopyOnRead ReadVariableOp
ResourceGather VarHandleOp VarIsInitializedOp VariableShape
"""
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
# What TensorFlow itself adds to every SavedModel, to read and write weights;
# only in functions of these names, which nothing else may call.
_SAVERS = ("__inference__traced_save", "__inference__traced_restore")
_OF_SAVERS = frozenset(
    [
        "MergeV2Checkpoints",
        "RestoreV2",
        "SaveV2",
        "ShardedFilename",
        "StaticRegexFullMatch",
        "StringJoin",
    ]
)
_SHOWN = 5


def foreign_operators(saved_model: Path) -> list[str]:
    """Returns the operators of a SavedModel that are on no list.

    Args:
        saved_model: its folder; nothing of it is run.

    Returns:
        Their names, sorted; those of the weights' savers where another
        function could reach them.

    Raises:
        ValueError: there is no SavedModel, or its graph cannot be read.
    """
    message = _read(saved_model / GRAPH_NAME)
    foreign: set[str] = set()
    for meta_graph in message.meta_graphs:
        graph = meta_graph.graph_def
        callable_names = _names(graph.library.function)
        foreign |= _unlisted(graph.node) - callable_names
        for function in graph.library.function:
            found = _unlisted(function.node_def) - callable_names
            if _is_saver(function.signature.name):
                found -= _OF_SAVERS
            foreign |= found
            foreign |= _savers_called(function.node_def)
        objects = meta_graph.object_graph_def
        foreign |= set(filter(_is_saver, objects.concrete_functions))
    return sorted(foreign)


def require_harmless(saved_model: Path) -> None:
    """Checks a SavedModel before it is loaded.

    Raises:
        ValueError: it holds operators that are on no list, or as of
            `foreign_operators`.
    """
    foreign = foreign_operators(saved_model)
    if foreign:
        more = f" and {len(foreign) - _SHOWN} more" * (len(foreign) > _SHOWN)
        raise ValueError(
            "A model must compute by arithmetic alone, as it is a program that "
            "could touch files, processes and the network; --trust loads it "
            f"all the same. Received: {saved_model}, which holds "
            f"{', '.join(foreign[:_SHOWN])}{more}."
        )


def _read(path: Path) -> Any:
    if not path.is_file():
        raise ValueError(
            f"A model must be a SavedModel. Received: {path.parent}, without "
            f"{path.name}."
        )
    try:
        return saved_model_pb2.SavedModel.FromString(path.read_bytes())
    except DecodeError:
        raise ValueError(
            f"A model must be a whole SavedModel. Received: {path}, which is "
            "damaged."
        ) from None


def _is_saver(name: str) -> bool:
    return name.startswith(_SAVERS)


def _unlisted(nodes: Iterable[Any]) -> set[str]:
    return {node.op for node in nodes} - ALLOWED


def _names(functions: Iterable[Any]) -> set[str]:
    """Functions may be called by these names, as if they were operators."""
    return {
        function.signature.name
        for function in functions
        if not _is_saver(function.signature.name)
    }


def _savers_called(nodes: Iterable[Any]) -> set[str]:
    called: set[str] = set()
    for node in nodes:
        for value in node.attr.values():
            names = [value.func.name, *(one.name for one in value.list.func)]
            called |= {name for name in names if name and _is_saver(name)}
    return called
