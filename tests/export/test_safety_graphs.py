"""Graphs that run something as they are loaded, or are not what they say."""

import numpy as np
import pytest
import tensorflow as tf
from hostile_models import (
    Function,
    claims,
    constant,
    node,
    require_refused,
    tensor_constant,
)
from tensorflow.core.framework import types_pb2

from tfgan_zoo import untrusted

LATENTS = np.arange(12, dtype=np.float32).reshape(3, 4)


def _init_signature(model):
    initializer = model.meta_graph.signature_def["__saved_model_init_op"]
    initializer.outputs["__saved_model_init_op"].name = _hidden(model)


def _main_op(model):
    _collect(model, "saved_model_main_op")


def _legacy_init_op(model):
    _collect(model, "legacy_init_op")


def _collect(model, key):
    names = model.meta_graph.collection_def[key].node_list
    del names.value[:]
    names.value.append(_hidden(model))


def _hidden(model):
    """A node that does nothing itself, but waits for one that may."""
    model.graph.node.add(name="quiet", op="Const")
    model.graph.node.add(name="init", op="NoOp", input=["^quiet"])
    return "init"


def _missing_initializer(model):
    key = "saved_model_main_op"
    model.meta_graph.collection_def[key].node_list.value.append("nowhere")


def _table_initializer(model):
    key = "table_initializer"
    model.meta_graph.collection_def[key].node_list.value.append("NoOp")


def _asset(model):
    model.meta_graph.asset_file_def.add(filename="../../victim")


def _asset_collection(model):
    key = "saved_model_assets"
    model.meta_graph.collection_def[key].any_list.value.add()


def _asset_object(model):
    model.objects.nodes.add().asset.asset_file_def_index = 0


def _resource_object(model):
    model.objects.nodes.add().resource.SetInParent()


def _object_of_unknown_kind(model):
    model.objects.nodes.add()


def _own_saver(model):
    saved = model.objects.nodes[0].saveable_objects["VARIABLE_VALUE"]
    saved.save_function, saved.restore_function = 1, 2


def _registered_saver(model):
    model.objects.nodes[0].registered_saver = "Custom.Saver"


def _no_object_graph(model):
    model.meta_graph.ClearField("object_graph_def")


def _empty_object_graph(model):
    model.objects.Clear()
    model.objects.SetInParent()


def _two_graphs(model):
    model.message.meta_graphs.add().CopyFrom(model.meta_graph)


def _two_graphs_of_tags(model):
    model.message.meta_graphs.add().meta_info_def.tags.append("other")


def _no_graph(model):
    del model.message.meta_graphs[:]


def _function_twice(model):
    model.graph.library.function.add().CopyFrom(model.serve)


def _missing_function(model):
    model.call(model.serve, "nowhere")


def _function_that_calls_itself(model):
    model.call(model.serve, model.serve.signature.name)


def _functions_that_call_each_other(model):
    first, second = model.new_function("first"), model.new_function("second")
    model.call(first, "second")
    model.call(second, "first")
    model.call(model.serve, "first")


def _polymorphic_function(model):
    attribute = model.serve.signature.attr.add()
    attribute.name, attribute.type = "T", "type"


def _node_twice(model):
    model.serve.node_def.add().CopyFrom(model.serve.node_def[0])


def _node_named_as_an_argument(model):
    name = model.serve.signature.input_arg[0].name
    node(model.serve, "NoOp", name=name)


def _nodes_in_a_circle(model):
    for name, source in (("one", "two"), ("two", "one")):
        inputs = [f"{source}:output:0"]
        node(model.serve, "Identity", inputs, name=name, T=tf.float32)


def _missing_input(model):
    node(model.serve, "Identity", ["nowhere:output:0"], T=tf.float32)


def _missing_control_input(model):
    node(model.serve, "NoOp", ["^nowhere"])


def _missing_output_of_a_node(model):
    name = model.serve.node_def[0].name
    node(model.serve, "Identity", [f"{name}:output:7"], T=tf.float32)


def _missing_result(model):
    model.serve.ret.clear()


def _missing_control_result(model):
    model.serve.control_ret["odd"] = "nowhere"


def _wrong_number_of_arguments(model):
    model.new_function("helper", inputs=[("x", types_pb2.DT_FLOAT)])
    model.call(model.serve, "helper")


def _wrong_type_of_a_value(model):
    model.image(model.serve, constant(model.serve, [[1] * 4]))


def _missing_attributes(model):
    one = constant(model.serve, 1.0)
    node(model.serve, "Cast", [one])


def _nul_in_a_node(model):
    node(model.serve, "NoOp", name="odd\0")


def _nul_in_a_function(model):
    model.new_function("odd\0")
    model.call(model.serve, "odd\0")


def _dots_in_a_node(model):
    node(model.serve, "NoOp", name="../../odd")


def _nul_in_a_signature(model):
    _rename_signature(model, "serving\0default")


def _dots_in_a_signature(model):
    _rename_signature(model, "../../victim")


def _rename_signature(model, name):
    for one in model.objects.nodes:
        for child in one.children:
            if child.local_name == "serving_default":
                child.local_name = name


def _nul_in_a_variable(model):
    _variable(model).name = "odd\0"


def _dots_in_a_variable(model):
    _variable(model).name = "../../victim"


def _variable(model):
    return next(
        one.variable
        for one in model.objects.nodes
        if one.WhichOneof("kind") == "variable"
    )


def _string_image(model):
    model.image(model.serve, constant(model.serve, [["text"] * 4]))


def _constant_of_a_handle(model):
    tensor_constant(model.serve, claims([], tf.float32))
    model.serve.node_def[-1].attr["value"].tensor.dtype = types_pb2.DT_RESOURCE


def _constant_of_no_type(model):
    tensor_constant(model.serve, claims([], tf.float32))
    model.serve.node_def[-1].attr["value"].tensor.dtype = 97


def _handle_as_a_number(model):
    handle = model.serve.signature.input_arg[1].name
    node(model.serve, "Cast", [handle], SrcT=tf.float32, DstT=tf.float32)


def _number_as_a_handle(model):
    one = constant(model.serve, 1.0)
    node(model.serve, "ReadVariableOp", [one], dtype=tf.float32)


def _empty_function_attribute(model):
    model.call(model.serve, "")


def _calls_in_calls(model):
    model.new_function("f0")
    for number in range(100):
        function = model.new_function(f"f{number + 1}")
        model.call(function, f"f{number}")
    model.call(model.serve, "f100")


def _thousands_of_calls_in_calls(model):
    model.new_function("f0")
    for number in range(3000):
        function = model.new_function(f"f{number + 1}")
        model.call(function, f"f{number}")
    model.call(model.serve, "f3000")


def _doubling_calls(model):
    model.new_function("f0")
    for number in range(35):
        function = model.new_function(f"f{number + 1}")
        model.call(function, f"f{number}")
        model.call(function, f"f{number}")
    model.call(model.serve, "f35")


def _branches_that_differ(model):
    for name, value in (("one", 1.0), ("two", [1.0, 2.0])):
        outputs = [("y", types_pb2.DT_FLOAT)]
        function = model.new_function(name, outputs=outputs)
        function.ret["y"] = constant(function, value)
    condition = constant(model.serve, True)
    node(
        model.serve,
        "If",
        [condition],
        Tcond=tf.bool,
        Tout=[tf.float32],
        then_branch=Function("one"),
        else_branch=Function("two"),
    )


def _no_signatures(model):
    for child in model.objects.nodes[0].children:
        if child.local_name == "signatures":
            child.local_name = "other"


def _signature_of_no_function(model):
    model.signature_node.bare_concrete_function.concrete_function_name = "no"


def _signature_of_another_function(model):
    # As many arguments, but other ones.
    bare = model.signature_node.bare_concrete_function
    other = next(
        function.signature.name
        for function in model.graph.library.function
        if "_traced_save" in function.signature.name
    )
    saved = model.objects.concrete_functions
    saved[other].CopyFrom(saved[bare.concrete_function_name])
    bare.concrete_function_name = other


def _saved(model):
    name = model.wrapper.signature.name
    return model.objects.concrete_functions[name]


def _capture_of_no_object(model):
    _saved(model).bound_inputs[0] = 1000


def _capture_below_all_objects(model):
    _saved(model).bound_inputs[0] = -1


def _capture_of_the_root(model):
    _saved(model).bound_inputs[0] = 0


def _capture_of_a_captured_tensor(model):
    captured = model.objects.nodes.add().captured_tensor
    captured.concrete_function = model.serve.signature.name
    _saved(model).bound_inputs[0] = len(model.objects.nodes) - 1


def _capture_too_many(model):
    _saved(model).bound_inputs.append(_saved(model).bound_inputs[0])


def _capture_of_no_constant(model):
    for one in model.objects.nodes:
        if one.WhichOneof("kind") == "constant":
            one.constant.operation = "nowhere"


def _capture_of_a_constant_that_is_none(model):
    for one in model.objects.nodes:
        if one.WhichOneof("kind") == "constant":
            one.constant.operation = "NoOp"


def _child_of_no_object(model):
    for one in model.objects.nodes:
        for child in one.children:
            if child.local_name == "serving_default":
                child.node_id = 1000


def _input_of_another_type(model):
    _input(model).dtype = types_pb2.DT_STRING


def _input_of_another_name(model):
    _input(model)
    bare = model.signature_node.bare_concrete_function
    bare.argument_keywords[0] = "images"


def _input_of_any_rank(model):
    _input(model).shape.Clear()
    _input(model).shape.unknown_rank = True


def _input_of_another_shape(model):
    _input(model).shape.dim[1].size = 7


def _input_that_is_huge(model):
    _input(model).shape.dim[0].size = 2**40


def _input(model):
    values = _saved(model).canonicalized_input_signature.tuple_value.values
    return values[1].dict_value.fields["latents"].tensor_spec_value


def _positional_input(model):
    values = _saved(model).canonicalized_input_signature.tuple_value.values
    values[0].tuple_value.values.add().tensor_spec_value.dtype = 1


def _output(model):
    fields = _saved(model).output_signature.dict_value.fields
    return fields["images"].tensor_spec_value


def _output_of_another_shape(model):
    _output(model).shape.dim[1].size = 7


def _output_of_another_type(model):
    _output(model).dtype = types_pb2.DT_UINT8


def _no_output(model):
    _saved(model).output_signature.Clear()


RULES = {
    "run nothing when it is loaded": [
        _init_signature,
        _main_op,
        _legacy_init_op,
        _missing_initializer,
    ],
    "have neither assets nor tables": [
        _table_initializer,
        _asset,
        _asset_collection,
    ],
    "consist of functions, variables and constants": [
        _asset_object,
        _resource_object,
        _object_of_unknown_kind,
    ],
    "have variables that TensorFlow itself restores": [
        _own_saver,
        _registered_saver,
    ],
    "have an object graph, as TensorFlow 2 writes it": [
        _no_object_graph,
        _empty_object_graph,
    ],
    "hold one graph": [
        _two_graphs,
        _two_graphs_of_tags,
    ],
    "be a whole SavedModel": [
        _no_graph,
    ],
    "name each function once": [
        _function_twice,
    ],
    "hold the functions that it names": [
        _missing_function,
        _signature_of_no_function,
    ],
    "have functions that do not call themselves": [
        _function_that_calls_itself,
        _functions_that_call_each_other,
    ],
    "consist of whole functions": [
        _polymorphic_function,
        _node_twice,
        _node_named_as_an_argument,
        _nodes_in_a_circle,
        _missing_input,
        _missing_control_input,
        _missing_output_of_a_node,
        _missing_result,
        _missing_control_result,
        _wrong_number_of_arguments,
        _empty_function_attribute,
    ],
    "make what its signatures declare": [
        _wrong_type_of_a_value,
        _string_image,
        _output_of_another_shape,
    ],
    "hold operators that fit their inputs": [
        _missing_attributes,
        _constant_of_a_handle,
        _constant_of_no_type,
        _handle_as_a_number,
        _number_as_a_handle,
        _input_of_another_shape,
    ],
    "have names without NUL": [
        _nul_in_a_node,
        _nul_in_a_function,
        _dots_in_a_node,
        _nul_in_a_signature,
        _dots_in_a_signature,
        _nul_in_a_variable,
        _dots_in_a_variable,
    ],
    "nest 40 calls at most": [
        _calls_in_calls,
        _thousands_of_calls_in_calls,
    ],
    "run 20,000 operators at most": [
        _doubling_calls,
    ],
    "make tensors of equal shapes in all branches": [
        _branches_that_differ,
    ],
    "declare signatures": [
        _no_signatures,
    ],
    "compute by arithmetic alone": [
        _signature_of_another_function,
    ],
    "have a whole object graph": [
        _capture_of_no_object,
        _capture_below_all_objects,
        _child_of_no_object,
    ],
    "capture variables and constants alone": [
        _capture_of_the_root,
        _capture_of_a_captured_tensor,
    ],
    "capture constants that it holds": [
        _capture_of_no_constant,
        _capture_of_a_constant_that_is_none,
    ],
    "declare signatures that fit their functions": [
        _capture_too_many,
        _input_of_another_type,
        _input_of_another_name,
        _positional_input,
        _output_of_another_type,
        _no_output,
    ],
    "declare the ranks": [
        _input_of_any_rank,
    ],
    "make tensors that fit into memory": [
        _input_that_is_huge,
    ],
}


@pytest.mark.parametrize(
    ("rule", "edit"),
    [(rule, edit) for rule, edits in RULES.items() for edit in edits],
)
def test_a_graph_that_is_not_plain_is_refused(hostile, rule, edit):
    edit(hostile)
    hostile.write()
    require_refused(hostile, f"A model must {rule}")


def test_the_harmless_model_computes_what_tensorflow_computes(hostile):
    made, expected = (
        load(hostile.folder).signatures["serving_default"](
            latents=tf.constant(LATENTS)
        )["images"]
        for load in (
            untrusted.load,
            lambda path: tf.saved_model.load(str(path)),
        )
    )
    np.testing.assert_array_equal(made, expected)
    by_hand = LATENTS * np.arange(4, dtype=np.float32) + 1.0 + 0.5
    np.testing.assert_array_equal(made, by_hand)


def test_what_no_signature_reaches_is_not_loaded(hostile):
    """Neither gradients nor functions nor objects nor settings of a call."""
    model = hostile
    model.new_function("unused")
    model.objects.nodes[0].children.add(node_id=0, local_name="odd")
    gradient = model.graph.library.registered_gradients.add()
    gradient.registered_op_type = "CustomGradient-7"
    gradient.gradient_func = "unused"
    for function in (model.serve, model.wrapper):
        function.attr["_XlaMustCompile"].b = True
        for one in function.node_def:
            one.device = "/job:worker/task:1"
            one.attr["_gradient_op_type"].s = b"CustomGradient-7"
            one.attr["_class"].list.s.append(b"loc:@nowhere")
    model.write()
    loaded = untrusted.load(model.folder)
    assert not hasattr(loaded, "odd") and not hasattr(loaded, "serve")
    signature = loaded.signatures["serving_default"]
    latents = tf.constant(LATENTS)
    with tf.GradientTape() as tape:
        tape.watch(latents)
        total = tf.reduce_sum(signature(latents=latents)["images"])
    gradient = tape.gradient(total, latents)
    np.testing.assert_array_equal(gradient, [[0.0, 1.0, 2.0, 3.0]] * 3)
    content = signature.graph.as_graph_def(add_shapes=False)
    text = str(content)
    for word in ("unused", "CustomGradient", "worker", "XlaMust", "nowhere"):
        assert word not in text


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_numbers_that_a_graph_counts_keep_their_type(tmp_path, dtype):
    class Rows(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None, 3])])
        def images(self, latents):
            places = tf.range(3, dtype=dtype)  # of a type with a default
            table = places[:, tf.newaxis] - places
            return {"y": latents + tf.cast(table[1], tf.float32)}

    model = Rows()
    tf.saved_model.save(model, tmp_path, {"serving_default": model.images})
    latents = tf.zeros([2, 3])
    loaded = untrusted.load(tmp_path).signatures["serving_default"]
    np.testing.assert_array_equal(
        loaded(latents=latents)["y"], [[1.0, 0.0, -1.0]] * 2
    )
