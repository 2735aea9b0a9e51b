"""A new SavedModel of what was checked, and nothing else.

TensorFlow's loader gets this one instead of the file: without a saver, an
initializer, a gradient, an asset or an object of a registered class, and with
such attributes alone as the operators declare.
"""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.framework import function_pb2, node_def_pb2
from tensorflow.core.protobuf import (
    saved_model_pb2,
    saved_object_graph_pb2,
    struct_pb2,
)

from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.functions import NAME
from tfgan_zoo.untrusted.graphs import Model
from tfgan_zoo.untrusted.regular_files import GRAPH_NAME
from tfgan_zoo.untrusted.signatures import Signature, Spec

# What gradients of loops and the order of reads need, beside what operators
# declare. Devices, kernels, debuggers and compilers are not among it.
_KEPT = {
    "_lower_using_switch_merge": "b",
    "_num_original_outputs": "i",
    "_read_only_resource_inputs": "list",
    "_stateful_parallelism": "b",
}
# Settings of how to run: TensorFlow's own defaults instead. It makes room for
# as many steps of a loop as may run at once, and ends the process if it cannot.
_DROPPED = {"config", "config_proto", "executor_type", "parallel_iterations"}


def load(model: Model, values: dict[int, np.ndarray]) -> Any:
    """Returns what `tf.saved_model.load` makes of a rebuilt model.

    Args:
        model: what to keep.
        values: of its variables, by their numbers among its objects.
    """
    message = _rebuild(model, sorted(values))
    # In memory, so that a full or read-only disk does not matter.
    folder = f"ram://tfgan_zoo_{uuid.uuid4().hex}"
    tf.io.gfile.makedirs(folder)
    try:
        with tf.io.gfile.GFile(f"{folder}/{GRAPH_NAME}", "wb") as file:
            file.write(message.SerializeToString())
        options = tf.saved_model.LoadOptions(experimental_skip_checkpoint=True)
        loaded = tf.saved_model.load(folder, options=options)
    finally:
        tf.io.gfile.rmtree(folder)
    for variable, number in zip(loaded.variables, sorted(values)):
        variable.assign(values[number])
    return loaded


def _rebuild(model: Model, variables: list[int]) -> Any:
    message = saved_model_pb2.SavedModel(saved_model_schema_version=1)
    meta_graph = message.meta_graphs.add()
    meta_graph.meta_info_def.tags.append("serve")
    meta_graph.meta_info_def.tensorflow_version = tf.__version__
    graph = meta_graph.graph_def
    graph.versions.producer = tf.version.GRAPH_DEF_VERSION
    # Names of our own, which no operator and no other model bears.
    names = {name: f"checked_{i}" for i, name in enumerate(model.functions)}
    for function in model.functions.values():
        graph.library.function.append(_function(function, names))
    for number, tensor in model.constants.items():
        node = graph.node.add(name=f"constant_{number}", op="Const")
        node.attr["dtype"].type = tensor.dtype
        node.attr["value"].tensor.CopyFrom(tensor)
    _add_objects(meta_graph.object_graph_def, model, variables, names)
    return message


def _add_objects(
    objects: Any, model: Model, variables: list[int], names: dict[str, str]
) -> None:
    """Adds a root with the list of variables and the map of signatures."""
    root, listed, signatures = (
        objects.nodes.add(
            user_object=saved_object_graph_pb2.SavedUserObject(
                identifier=identifier,
                version={"producer": 1, "min_consumer": 1},
            )
        )
        for identifier in (
            "_generic_user_object",
            "trackable_list_wrapper",
            "signature_map",
        )
    )
    root.children.add(node_id=1, local_name="variables")
    root.children.add(node_id=2, local_name="signatures")
    places: dict[int, int] = {}
    for number in variables:
        listed.children.add(
            node_id=len(objects.nodes), local_name=str(len(places))
        )
        places[number] = len(objects.nodes)
        _add_variable(objects, model.objects[number].variable)
    for number in model.constants:
        places[number] = len(objects.nodes)
        objects.nodes.add().constant.operation = f"constant_{number}"
    for name, signature in model.signatures.items():
        signatures.children.add(node_id=len(objects.nodes), local_name=name)
        function = names[signature.function]
        objects.nodes.add().bare_concrete_function.CopyFrom(
            _bare(signature, function)
        )
        saved = objects.concrete_functions[function]
        saved.bound_inputs.extend(places[n] for n in signature.captures)
        inputs = saved.canonicalized_input_signature.tuple_value.values
        inputs.add().tuple_value.SetInParent()
        inputs.add().CopyFrom(_structure(signature.inputs))
        saved.output_signature.CopyFrom(_structure(signature.outputs))


def _add_variable(objects: Any, variable: Any) -> None:
    added = objects.nodes.add().variable
    added.dtype = variable.dtype
    added.shape.CopyFrom(variable.shape)
    added.trainable = variable.trainable
    if NAME.fullmatch(variable.name):
        added.name = variable.name


def _bare(signature: Signature, function: str) -> Any:
    keywords = [argument.name for argument in signature.inputs]
    bare = saved_object_graph_pb2.SavedBareConcreteFunction(
        concrete_function_name=function, argument_keywords=keywords
    )
    spec = bare.function_spec
    spec.input_signature.none_value.SetInParent()
    named = spec.fullargspec.named_tuple_value
    named.name = "FullArgSpec"
    # Keyword arguments alone, in the order of the function's.
    for key in ("args", "kwonlyargs"):
        value = named.values.add(key=key).value
        value.list_value.SetInParent()
    value.list_value.values.extend(
        struct_pb2.StructuredValue(string_value=keyword) for keyword in keywords
    )
    for key in ("varargs", "varkw", "defaults", "kwonlydefaults"):
        named.values.add(key=key).value.none_value.SetInParent()
    named.values.add(key="annotations").value.dict_value.SetInParent()
    return bare


def _structure(specs: tuple[Spec, ...]) -> Any:
    value = struct_pb2.StructuredValue()
    value.dict_value.SetInParent()
    for spec in specs:
        field = value.dict_value.fields[spec.name].tensor_spec_value
        field.name = spec.name
        field.dtype = spec.dtype
        field.shape.CopyFrom(spec.shape)
    return value


def _function(function: Any, names: dict[str, str]) -> Any:
    """Copies what a FunctionDef computes, under its new name."""
    declared = function.signature
    copy = function_pb2.FunctionDef(ret=function.ret)
    copy.control_ret.update(function.control_ret)
    copy.signature.name = names[declared.name]
    copy.signature.is_stateful = declared.is_stateful
    copy.signature.control_output.extend(declared.control_output)
    for index, arg in enumerate(declared.input_arg):
        added = copy.signature.input_arg.add(name=arg.name, type=arg.type)
        added.handle_data.extend(arg.handle_data)
        _copy_shape(function.arg_attr[index], copy.arg_attr[index])
    for arg in declared.output_arg:
        copy.signature.output_arg.add(name=arg.name, type=arg.type)
    copy.node_def.extend(_node(node, names) for node in function.node_def)
    return copy


def _copy_shape(attributes: Any, copy: Any) -> None:
    attribute = attributes.attr
    if len(attribute["_output_shapes"].list.shape) == 1:
        copy.attr["_output_shapes"].CopyFrom(attribute["_output_shapes"])
    name = attribute["_user_specified_name"].s
    if NAME.fullmatch(name.decode("utf-8", "replace")):
        copy.attr["_user_specified_name"].s = name


def _node(node: Any, names: dict[str, str]) -> Any:
    copy = node_def_pb2.NodeDef(name=node.name, op=node.op, input=node.input)
    declared = {
        attr.name for attr in operators.definition(node.op).attr
    } - _DROPPED
    for key, value in node.attr.items():
        if key in declared or _KEPT.get(key) == value.WhichOneof("value"):
            copy.attr[key].CopyFrom(value)
            _rename(copy.attr[key], names)
    return copy


def _rename(value: Any, names: dict[str, str]) -> None:
    kind = value.WhichOneof("value")
    functions = [value.func] if kind == "func" else value.list.func
    for function in functions if kind in ("func", "list") else ():
        if function.name:
            function.name = names[function.name]
        function.ClearField("attr")
