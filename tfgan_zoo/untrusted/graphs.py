"""What of a SavedModel is run, found without running it.

Only the declared signatures and what they reach are kept. All the rest that
TensorFlow would load or call as well is looked at all the same, so that a model
which hides something is refused and not merely disarmed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from tfgan_zoo.messages import list_some, shorten
from tfgan_zoo.untrusted import call_graph, operators, signatures
from tfgan_zoo.untrusted.refusal import Refusal
from tfgan_zoo.untrusted.signatures import Signature

_INIT_SIGNATURE = "__saved_model_init_op"
_INIT_COLLECTIONS = ("saved_model_main_op", "legacy_init_op")
_EMPTY_COLLECTIONS = (
    "table_initializer",
    "saved_model_assets",
    "asset_filepaths",
)
_KINDS = {
    "user_object",
    "function",
    "bare_concrete_function",
    "variable",
    "constant",
    # Of a custom gradient, which is not kept.
    "captured_tensor",
}
# The main graph, which is not kept, holds the variables and the placeholders
# of the signatures.
_IN_MAIN_GRAPH = operators.ALLOWED | {"Placeholder", "VarHandleOp"}


@dataclasses.dataclass(frozen=True)
class Model:
    """What is kept of a SavedModel.

    Attributes:
        signatures: by name.
        functions: FunctionDefs by name, each after those that it calls.
        objects: nodes of the object graph, of which the captures are.
        constants: TensorProtos of captured constants, by node number.
    """

    signatures: dict[str, Signature]
    functions: dict[str, Any]
    objects: Any
    constants: dict[int, Any]


def check(saved_model: Any) -> Model:
    """Returns what the signatures of a SavedModel reach.

    Args:
        saved_model: the message.

    Raises:
        Refusal: it holds more or other things than functions of allowed
            operators, variables and constants.
    """
    meta_graph = _only_meta_graph(saved_model)
    foreign = foreign_operators(saved_model)
    if foreign:
        names = [shorten(name) for name in foreign]
        raise Refusal(
            "compute by arithmetic alone, as it is a program that could touch "
            "files, processes and the network",
            f"which holds {list_some(names)}",
        )
    _require_no_initialization(meta_graph)
    _require_plain_objects(meta_graph.object_graph_def)
    library = call_graph.functions_by_name(meta_graph)
    signatures_by_name = signatures.read(meta_graph.object_graph_def, library)
    names = call_graph.order_callees_first(
        library,
        [signature.function for signature in signatures_by_name.values()],
    )
    _require_plain_names(
        [
            *signatures_by_name,
            *names,
            *(node.name for name in names for node in library[name].node_def),
            *(node.variable.name for node in meta_graph.object_graph_def.nodes),
        ]
    )
    return Model(
        signatures_by_name,
        {name: library[name] for name in names},
        meta_graph.object_graph_def.nodes,
        _captured_constants(meta_graph, signatures_by_name),
    )


def foreign_operators(saved_model: Any) -> list[str]:
    """Returns the operators that are on no list, sorted.

    Those of TensorFlow's own savers are left out, where nothing but the saver
    of the main graph, which is not kept, can call them.

    Raises:
        Refusal: two functions have one name.
    """
    meta_graph = _only_meta_graph(saved_model)
    library = call_graph.functions_by_name(meta_graph)
    saving, nodes = _split_saver(meta_graph)
    roots = [
        *call_graph.called_functions(nodes),
        *call_graph.functions_of_objects(meta_graph),
    ]
    foreign = {node.op for node in nodes} - _IN_MAIN_GRAPH
    foreign |= call_graph.operators_reached(library, roots) - operators.ALLOWED
    savers = call_graph.called_functions(saving)
    foreign |= (
        call_graph.operators_reached(library, savers) - operators.OF_SAVERS
    )
    return sorted(foreign)


def _only_meta_graph(saved_model: Any) -> Any:
    count = len(saved_model.meta_graphs)
    if count != 1:
        raise Refusal("hold one graph", f"which holds {count}")
    (meta_graph,) = saved_model.meta_graphs
    if not meta_graph.object_graph_def.nodes:
        raise Refusal(
            "have an object graph, as TensorFlow 2 writes it",
            "which has none: loading it would run its initializers",
        )
    return meta_graph


def _split_saver(meta_graph: Any) -> tuple[list[Any], list[Any]]:
    """Returns the main graph's nodes that write and read weights; the rest."""
    saver = meta_graph.saver_def
    tensors = (saver.save_tensor_name, saver.restore_op_name)
    names = {tensor.partition(":")[0] for tensor in tensors}
    saving: list[Any] = []
    others: list[Any] = []
    for node in meta_graph.graph_def.node:
        calls = node.name in names and node.op == "StatefulPartitionedCall"
        (saving if calls else others).append(node)
    return saving, others


def _require_no_initialization(meta_graph: Any) -> None:
    """TensorFlow's own exports name an operator that does nothing."""
    tensors = [
        output.name
        for output in meta_graph.signature_def[_INIT_SIGNATURE].outputs.values()
    ]
    for key in _INIT_COLLECTIONS:
        tensors += meta_graph.collection_def[key].node_list.value
    plain = {
        node.name
        for node in meta_graph.graph_def.node
        if node.op == "NoOp" and not node.input
    }
    others = {name.partition(":")[0] for name in tensors} - plain
    if others:
        raise Refusal(
            "run nothing when it is loaded",
            f"whose initializer is {shorten(min(others))}",
        )
    full = [
        key
        for key in _EMPTY_COLLECTIONS
        if meta_graph.collection_def[key].ByteSize()
    ]
    if full or meta_graph.asset_file_def:
        raise Refusal("have neither assets nor tables", "which has some")


def _require_plain_objects(objects: Any) -> None:
    for node in objects.nodes:
        kind = node.WhichOneof("kind")
        if kind not in _KINDS:
            raise Refusal(
                "consist of functions, variables and constants",
                f"which holds an object of kind {kind}",
            )
        if node.saveable_objects or node.registered_saver:
            raise Refusal(
                "have variables that TensorFlow itself restores",
                "with a saver of its own",
            )


def _require_plain_names(names: Iterable[str]) -> None:
    """Checks names, which could become paths or end a C string."""
    for name in names:
        if "\0" in name or ".." in name.replace("\\", "/").split("/"):
            raise Refusal(
                "have names without NUL and without `..`",
                f"which names {shorten(name)}",
            )


def _captured_constants(
    meta_graph: Any, signatures_by_name: dict[str, Signature]
) -> dict[int, Any]:
    nodes = meta_graph.object_graph_def.nodes
    by_name = {node.name: node for node in meta_graph.graph_def.node}
    constants = {}
    captured = {
        number
        for signature in signatures_by_name.values()
        for number in signature.captures
    }
    for number in captured:
        kind = nodes[number].WhichOneof("kind")
        if kind == "constant":
            node = by_name.get(nodes[number].constant.operation)
            if node is None or node.op != "Const":
                raise Refusal(
                    "capture constants that it holds", "without one of them"
                )
            constants[number] = node.attr["value"].tensor
        elif kind != "variable":
            raise Refusal(
                "capture variables and constants alone",
                f"which captures an object of kind {kind}",
            )
    return constants
