"""Graphs at the limits of TensorFlow, and files that take long to check."""

import time

import numpy as np
import pytest
import tensorflow as tf
from hostile_models import (
    SIZE,
    Function,
    constant,
    node,
    require_refused,
    tensor_constant,
)
from tensorflow.core.framework import types_pb2
from tensorflow.core.protobuf import trackable_object_graph_pb2

from tfgan_zoo import untrusted
from tfgan_zoo.untrusted import bundles

HUGE = 2**40


def _dims(model, sizes):
    return constant(model.serve, np.array(sizes, np.int64))


def _empty(model, shape):
    """A tensor without values."""
    tensor = tf.make_tensor_proto(np.zeros([0], np.float32))
    tensor.tensor_shape.CopyFrom(tf.TensorShape(shape).as_proto())
    return tensor_constant(model.serve, tensor)


def _empty_constant(model):
    _empty(model, [HUGE, HUGE, 0])


def _empty_fill(model):
    inputs = [_dims(model, [HUGE, HUGE, 0]), constant(model.serve, 1.0)]
    node(model.serve, "Fill", inputs, T=tf.float32, index_type=tf.int64)


def _empty_reshape(model):
    inputs = [_empty(model, [0]), _dims(model, [HUGE, HUGE, 0])]
    node(model.serve, "Reshape", inputs, T=tf.float32, Tshape=tf.int64)


def _empty_tile(model):
    inputs = [_empty(model, [2, 2, 0]), _dims(model, [HUGE, HUGE, 1])]
    node(model.serve, "Tile", inputs, T=tf.float32, Tmultiples=tf.int64)


def _wide_numbers(model):
    """Four times as large as the same number of float32."""
    tensor = tf.make_tensor_proto(0, tf.complex128)
    tensor.tensor_shape.dim.add(size=2**25)
    tensor_constant(model.serve, tensor)


def _texts(model):
    tensor = tf.make_tensor_proto("x")
    tensor.tensor_shape.dim.add(size=2**25)
    tensor_constant(model.serve, tensor)


def _axes_of_a_constant(model):
    tensor_constant(model.serve, tf.make_tensor_proto(1.0, shape=[1] * 300))


def _axes_one_by_one(model):
    value = model.serve.signature.input_arg[0].name
    axis = constant(model.serve, np.int32(0))
    for _ in range(300):
        inputs = [value, axis]
        value = node(
            model.serve, "ExpandDims", inputs, T=tf.float32, Tdim=tf.int32
        )


def _axes_of_an_input(model):
    saved = model.objects.concrete_functions[model.wrapper.signature.name]
    values = saved.canonicalized_input_signature.tuple_value.values
    spec = values[1].dict_value.fields["latents"].tensor_spec_value
    spec.shape.CopyFrom(tf.TensorShape([None] + [1] * 300).as_proto())


MEMORY = "make tensors that fit into memory"
AXES = "make tensors of 32 axes at most"


@pytest.mark.parametrize(
    ("rule", "edit"),
    [
        (MEMORY, _empty_constant),
        (MEMORY, _empty_fill),
        (MEMORY, _empty_reshape),
        (MEMORY, _empty_tile),
        (MEMORY, _wide_numbers),
        (MEMORY, _texts),
        (AXES, _axes_of_a_constant),
        (AXES, _axes_one_by_one),
        (AXES, _axes_of_an_input),
    ],
)
def test_shapes_that_tensorflow_cannot_count_are_refused(hostile, rule, edit):
    """TensorFlow ends the process at some that hold no value at all."""
    edit(hostile)
    hostile.write()
    require_refused(hostile, f"A model must {rule}")


def test_a_tensor_without_values_is_harmless(hostile):
    _empty(hostile, [0, SIZE])
    hostile.write()
    assert untrusted.load(hostile.folder).signatures


def _very_many_nodes(model):
    _add_nodes(model, 60_000)


def _add_nodes(model, count):
    serve = model.serve
    for number in range(count):
        node(serve, "NoOp", name=f"n{number}")


def _very_many_functions(model):
    """None of which calls another."""
    model.call(model.serve, "f0")
    named = model.serve.node_def[-1].attr["odd"].list.func
    for number in range(30_000):
        model.new_function(f"f{number}")
        named.add(name=f"f{number}")
    _add_nodes(model, 20_000)


def _very_many_signatures(model):
    """Of one function, which is followed for each."""
    (map_,) = (
        model.objects.nodes[child.node_id]
        for child in model.objects.nodes[0].children
        if child.local_name == "signatures"
    )
    number = map_.children[0].node_id
    for index in range(10_000):
        map_.children.add(node_id=number, local_name=f"s{index}")


@pytest.mark.parametrize(
    "edit", [_very_many_nodes, _very_many_functions, _very_many_signatures]
)
def test_a_check_does_not_take_the_square_of_a_number(hostile, edit):
    edit(hostile)
    hostile.write()
    start = time.process_time()
    with pytest.raises(ValueError, match="run 20,000 operators at most"):
        untrusted.require_harmless(hostile.folder)
    # Seconds; it took minutes.
    assert time.process_time() - start < 20


def test_owners_of_weights_are_looked_at_once(hostile, monkeypatch):
    """Thousands of objects may share one that has thousands of children."""
    owners = trackable_object_graph_pb2.TrackableObjectGraph()
    root = owners.nodes.add()
    for name in ("next", *(f"c{number}" for number in range(20_000))):
        root.children.add(node_id=0, local_name=name)
    content = owners.SerializeToString()
    monkeypatch.setattr(bundles.Bundle, "string", lambda *_: content)
    objects = hostile.objects.nodes
    before = len(objects)
    objects[0].children.add(node_id=before, local_name="next")
    for number in range(before, before + 20_000):
        one = objects.add()
        one.user_object.identifier = "_generic_user_object"
        one.children.add(node_id=number + 1, local_name="next")
    one.ClearField("children")
    hostile.write()
    start = time.process_time()
    with pytest.raises(ValueError, match="variables are damaged"):
        untrusted.require_harmless(hostile.folder)
    assert time.process_time() - start < 10


def _loop(model, operator, at_once):
    """A loop of three steps that the image waits for."""
    kinds = [("i", types_pb2.DT_INT32)]
    asks = model.new_function(
        "asks", inputs=kinds, outputs=[("go", types_pb2.DT_BOOL)]
    )
    body = model.new_function(
        "body", inputs=kinds, outputs=[("o", types_pb2.DT_INT32)]
    )
    three, one = constant(asks, np.int32(3)), constant(body, np.int32(1))
    asks.ret["go"] = node(asks, "Less", ["i", three], T=tf.int32)
    body.ret["o"] = node(body, "AddV2", ["i", one], T=tf.int32)
    node(
        model.serve,
        operator,
        [constant(model.serve, np.int32(0))],
        name="loop",
        T=[tf.int32],
        cond=Function("asks"),
        body=Function("body"),
        output_shapes=[tf.TensorShape([])],
        parallel_iterations=at_once,
        _lower_using_switch_merge=True,
    )
    (image,) = model.serve.ret.values()
    inputs = [image, "^loop"]
    model.image(
        model.serve, node(model.serve, "Identity", inputs, T=tf.float32)
    )


@pytest.mark.parametrize("operator", ["While", "StatelessWhile"])
@pytest.mark.parametrize("at_once", [-1, 0, 2**31 - 1, 2**63 - 1])
def test_steps_at_once_are_as_many_as_tensorflow_has(
    hostile, operator, at_once
):
    """It makes room for all of them, and ended the process."""
    _loop(hostile, operator, at_once)
    hostile.write()
    signature = untrusted.load(hostile.folder).signatures["serving_default"]
    found = [
        one.attr["parallel_iterations"].i
        for function in signature.graph.as_graph_def().library.function
        for one in function.node_def
        if one.op == operator
    ]
    assert found == [10]
    made = signature(latents=tf.zeros([1, SIZE]))["images"]
    np.testing.assert_array_equal(made, [[1.5] * SIZE])
