"""The signatures that a SavedModel declares."""

from __future__ import annotations

import dataclasses
from typing import Any

from tensorflow.core.framework import types_pb2

from tfgan_zoo.messages import shorten
from tfgan_zoo.untrusted.refusal import Refusal

_CHILD = "signatures"


@dataclasses.dataclass(frozen=True)
class Spec:
    """A tensor that goes into a signature, or comes out of it.

    Attributes:
        name: keyword of an input, key of an output.
        dtype: a DataType.
        shape: a TensorShapeProto.
    """

    name: str
    dtype: int
    shape: Any


@dataclasses.dataclass(frozen=True)
class Signature:
    """A function that takes and returns named tensors.

    Attributes:
        function: its name in the library.
        inputs: in the order of the function's first arguments.
        outputs: in the order of its results, which is that of their names.
        captures: numbers of the objects that are its other arguments.
    """

    function: str
    inputs: tuple[Spec, ...]
    outputs: tuple[Spec, ...]
    captures: tuple[int, ...]


def read(objects: Any, library: dict[str, Any]) -> dict[str, Signature]:
    """Returns the signatures by name.

    Args:
        objects: the SavedObjectGraph.
        library: FunctionDefs by name.

    Raises:
        Refusal: there are none, or one does not fit its function.
    """
    (number,) = [
        child.node_id
        for child in objects.nodes[0].children
        if child.local_name == _CHILD
    ][:1] or (0,)
    _require_node(objects, number)
    signatures = {}
    for child in objects.nodes[number].children if number else ():
        _require_node(objects, child.node_id)
        node = objects.nodes[child.node_id]
        if node.WhichOneof("kind") == "bare_concrete_function":
            signatures[child.local_name] = _signature(
                node.bare_concrete_function, objects, library
            )
    if not signatures:
        raise Refusal("declare signatures", "which declares none")
    return signatures


def _signature(bare: Any, objects: Any, library: dict[str, Any]) -> Signature:
    name = bare.concrete_function_name
    if name not in library or name not in objects.concrete_functions:
        raise _misfit(name)
    saved = objects.concrete_functions[name]
    for number in saved.bound_inputs:
        _require_node(objects, number)
    specs = _inputs(saved.canonicalized_input_signature, name)
    keywords = list(bare.argument_keywords)
    if sorted(specs) != sorted(keywords):
        raise _misfit(name)
    signature = Signature(
        name,
        tuple(specs[keyword] for keyword in keywords),
        _named_specs(saved.output_signature, name),
        tuple(saved.bound_inputs),
    )
    _require_fit(signature, library[name].signature)
    return signature


def _inputs(value: Any, function: str) -> dict[str, Spec]:
    """Reads ((), {name: spec}), as every signature is saved."""
    values = value.tuple_value.values
    if len(values) != 2 or values[0].tuple_value.values:
        raise _misfit(function)
    return {spec.name: spec for spec in _named_specs(values[1], function)}


def _named_specs(value: Any, function: str) -> tuple[Spec, ...]:
    specs = []
    for name, field in sorted(value.dict_value.fields.items()):
        if field.WhichOneof("kind") != "tensor_spec_value":
            raise _misfit(function)
        spec = field.tensor_spec_value
        specs.append(Spec(name, spec.dtype, spec.shape))
    return tuple(specs)


def _require_fit(signature: Signature, declared: Any) -> None:
    """Checks types and numbers against the function's own."""
    inputs = [argument.dtype for argument in signature.inputs]
    argument_types = [arg.type for arg in declared.input_arg]
    outputs = [result.dtype for result in signature.outputs]
    result_types = [arg.type for arg in declared.output_arg]
    count = len(inputs)
    if (
        declared.attr
        or argument_types[:count] != inputs
        or len(argument_types) != count + len(signature.captures)
        or result_types != outputs
        or not outputs
        or types_pb2.DT_RESOURCE in inputs + outputs
        or types_pb2.DT_VARIANT in inputs + outputs
    ):
        raise _misfit(signature.function)


def _require_node(objects: Any, number: int) -> None:
    if not 0 <= number < len(objects.nodes):
        raise Refusal(
            "have a whole object graph",
            f"whose object graph names object {number}, which is not there",
            damaged=True,
        )


def _misfit(function: str) -> Refusal:
    return Refusal(
        "declare signatures that fit their functions",
        f"whose function {shorten(function)} is another",
    )
