"""Graphs that ask for all the memory, or for all the time."""

import time

import numpy as np
import pytest
import tensorflow as tf
from hostile_models import (
    SIZE,
    Function,
    claims,
    constant,
    node,
    require_refused,
    tensor_constant,
)
from tensorflow.core.framework import types_pb2

from tfgan_zoo import untrusted

HUGE = 2**40
ROW = [1.0] * SIZE


def _fill(model):
    _filled(model.serve, [HUGE])


def _filled(function, shape):
    dims = constant(function, np.array(shape, np.int64))
    one = constant(function, 1.0)
    return node(
        function, "Fill", [dims, one], T=tf.float32, index_type=tf.int64
    )


def _fill_of_computed_size(model):
    function = model.serve
    size = constant(function, np.array([2**20], np.int64))
    squared = node(function, "Mul", [size, size], T=tf.int64)
    one = constant(function, 1.0)
    node(function, "Fill", [squared, one], T=tf.float32, index_type=tf.int64)


def _fill_in_a_function(model):
    helper = model.new_function("helper")
    _filled(helper, [2**20, 2**20])
    model.call(model.serve, "helper")


def _many_fills(model):
    for _ in range(100):
        _filled(model.serve, [2**25])


def _tile(model):
    one = constant(model.serve, ROW)
    times = constant(model.serve, np.array([HUGE], np.int64))
    _typed(model.serve, "Tile", [one, times], Tmultiples=tf.int64)


def _broadcast(model):
    one = constant(model.serve, [[1.0]])
    shape = constant(model.serve, np.array([2**20, 2**20], np.int64))
    _typed(model.serve, "BroadcastTo", [one, shape], Tidx=tf.int64)


def _range(model):
    limits = [constant(model.serve, np.int64(value)) for value in (0, HUGE, 1)]
    node(model.serve, "Range", limits, Tidx=tf.int64)


def _pad(model):
    one = constant(model.serve, ROW)
    sides = constant(model.serve, np.array([[0, HUGE]], np.int64))
    _typed(model.serve, "Pad", [one, sides], Tpaddings=tf.int64)


def _one_hot(model):
    function = model.serve
    indices = constant(function, np.zeros([2**9, 2**9], np.int32))
    depth = constant(function, np.int32(2**30))
    one, zero = constant(function, 1.0), constant(function, 0.0)
    _typed(function, "OneHot", [indices, depth, one, zero], TI=tf.int32)


def _random(model):
    function = model.serve
    shape = constant(function, np.array([2**20, 2**20], np.int64))
    seed = constant(function, np.array([1, 2], np.int64))
    node(
        function,
        "StatelessRandomNormal",
        [shape, seed],
        T=tf.int64,
        Tseed=tf.int64,
        dtype=tf.float32,
    )


def _resize(model):
    function = model.serve
    image = constant(function, [[[[1.0]]]])
    size = constant(function, np.array([2**20, 2**20], np.int32))
    _typed(function, "ResizeNearestNeighbor", [image, size])


def _scatter(model):
    function = model.serve
    indices = constant(function, np.array([[0]], np.int64))
    updates = constant(function, [1.0])
    shape = constant(function, np.array([HUGE], np.int64))
    _typed(function, "ScatterNd", [indices, updates, shape], Tindices=tf.int64)


def _list(model):
    _reserved(model, constant(model.serve, np.int32(2**31 - 1)))


def _list_of_a_size_from_values(model):
    number = node(
        model.serve, "Cast", [_scalar(model)], SrcT=tf.float32, DstT=tf.int32
    )
    _reserved(model, number.replace(":output:", ":y:"))


def _reserved(model, count):
    shape = constant(model.serve, np.array([SIZE], np.int32))
    node(
        model.serve,
        "TensorListReserve",
        [shape, count],
        element_dtype=tf.float32,
        shape_type=tf.int32,
    )


def _scalar(model):
    """A number that nobody knows beforehand."""
    latents = model.serve.signature.input_arg[0].name
    axes = constant(model.serve, np.array([0, 1], np.int32))
    return _typed(model.serve, "Sum", [latents, axes], Tidx=tf.int32)


def _fill_of_a_size_from_values(model):
    function = model.serve
    number = node(
        function, "Cast", [_scalar(model)], SrcT=tf.float32, DstT=tf.int64
    ).replace(":output:", ":y:")
    one = constant(function, 1.0)
    axis = constant(function, np.int32(0))
    dims = _typed(
        function, "ExpandDims", [number, axis], type_=tf.int64, Tdim=tf.int32
    )
    node(function, "Fill", [dims, one], T=tf.float32, index_type=tf.int64)


def _doubling(model):
    value = constant(model.serve, ROW)
    axis = constant(model.serve, np.int32(0))
    for _ in range(40):
        value = _typed(
            model.serve, "ConcatV2", [value, value, axis], N=2, Tidx=tf.int32
        )


def _outer_product(model):
    column = constant(model.serve, np.ones([2**14, 1], np.float32))
    row = constant(model.serve, np.ones([1, 2**14], np.float32))
    _typed(model.serve, "Mul", [column, row])


def _matrix_product(model):
    column = constant(model.serve, np.ones([2**14, 1], np.float32))
    row = constant(model.serve, np.ones([1, 2**14], np.float32))
    _typed(model.serve, "MatMul", [column, row])


def _power_of_the_batch(model):
    """Small for one image, but not for 64."""
    function = model.serve
    latents = function.signature.input_arg[0].name
    shape = _typed(function, "Shape", [latents], out_type=tf.int32)
    axis = constant(function, np.int32(0))
    first = _typed(
        function,
        "GatherV2",
        [shape, constant(function, np.int32(0)), axis],
        Tparams=tf.int32,
        Tindices=tf.int32,
        Taxis=tf.int32,
    )
    dims = _typed(function, "Pack", [first] * 8, type_=tf.int32, N=8, axis=0)
    node(
        function,
        "Fill",
        [dims, constant(function, 1.0)],
        T=tf.float32,
        index_type=tf.int32,
    )


def _constant(model):
    tensor_constant(model.serve, claims([2**20, 2**20]))


def _captured_constant(model):
    for one in model.graph.node:
        if one.op == "Const" and one.attr["value"].tensor.dtype == 1:
            one.attr["value"].tensor.CopyFrom(claims([2**20, 2**20]))


def _constant_of_an_unused_function(model):
    """Named in an attribute that no operator declares."""
    helper = model.new_function("helper")
    tensor_constant(helper, claims([2**30, 2**30]))
    model.new_function("empty")
    model.call(model.serve, "empty")
    called = model.serve.node_def[-1].attr["f"].func
    called.attr["inner"].func.name = "helper"


def _variable(model):
    for one in model.objects.nodes:
        if one.WhichOneof("kind") == "variable":
            one.variable.shape.dim[0].size = HUGE


def _typed(function, op, inputs, *, type_=tf.float32, **attributes):
    return node(function, op, inputs, T=type_, **attributes)


def _counting_loop(model, *, limit=5, step=1, compare="Less", grows=False):
    """A loop of a counter and a row, as `tf.while_loop` writes it."""
    kinds = [("i", types_pb2.DT_INT32), ("row", types_pb2.DT_FLOAT)]
    outputs = [("o", types_pb2.DT_INT32), ("p", types_pb2.DT_FLOAT)]
    condition = model.new_function(
        "condition", inputs=kinds, outputs=[("go", types_pb2.DT_BOOL)]
    )
    end = constant(condition, np.int32(limit))
    node(condition, compare, ["i", end], name="less", T=tf.int32)
    condition.ret["go"] = "less:z:0"
    body = model.new_function("body", inputs=kinds, outputs=outputs)
    added = constant(body, np.int32(step))
    node(body, "AddV2", ["i", added], name="next", T=tf.int32)
    body.ret["o"], body.ret["p"] = "next:z:0", "row"
    if grows:
        axis = constant(body, np.int32(0))
        body.ret["p"] = node(
            body,
            "ConcatV2",
            ["row", "row", axis],
            T=tf.float32,
            Tidx=tf.int32,
            N=2,
        )
    _while(model.serve, constant(model.serve, ROW), "body")
    return body


def _while(function, row, body):
    node(
        function,
        "StatelessWhile",
        [constant(function, np.int32(0)), row],
        T=[tf.int32, tf.float32],
        cond=Function("condition"),
        body=Function(body),
        output_shapes=[tf.TensorShape([]), tf.TensorShape([SIZE])],
    )


def _endless_loop(model):
    _counting_loop(model, step=0)


def _loop_that_counts_down(model):
    _counting_loop(model, step=-1)


def _loop_of_another_condition(model):
    _counting_loop(model, compare="NotEqual")


def _loop_that_overflows(model):
    _counting_loop(model, limit=2**31 - 1, step=2**30)


def _long_loop(model):
    _counting_loop(model, limit=2**31 - 2)


def _loop_that_grows(model):
    _counting_loop(model, grows=True)


def _loop_of_a_large_body(model):
    body = _counting_loop(model, limit=1000)
    _filled(body, [2**25])


def _nested_loops(model):
    """Each is short, and all together are not."""
    inner = _counting_loop(model, limit=1000)
    for depth in range(3):
        outer = model.graph.library.function.add()
        outer.CopyFrom(inner)
        outer.signature.name = f"body_{depth}"
        _while(outer, "row", inner.signature.name)
        inner = outer
    _while(model.serve, constant(model.serve, ROW), inner.signature.name)


MEMORY = [
    _fill,
    _fill_of_computed_size,
    _fill_in_a_function,
    _many_fills,
    _tile,
    _broadcast,
    _range,
    _pad,
    _one_hot,
    _random,
    _resize,
    _scatter,
    _list,
    _doubling,
    _outer_product,
    _matrix_product,
    _power_of_the_batch,
    _constant,
    _captured_constant,
    _variable,
]
VALUES = [_fill_of_a_size_from_values, _list_of_a_size_from_values]
ENDLESS = [
    _endless_loop,
    _loop_that_counts_down,
    _loop_of_another_condition,
    _loop_that_overflows,
]
LONG = [_long_loop, _loop_of_a_large_body, _nested_loops]
RULES = {
    "make tensors that fit into memory": MEMORY,
    "make tensors whose sizes follow from those of its inputs": VALUES,
    "have loops that count to a known number": ENDLESS,
    "end soon": LONG,
    "make tensors of equal shapes in all branches": [_loop_that_grows],
}


@pytest.mark.parametrize(
    ("rule", "edit"),
    [(rule, edit) for rule, edits in RULES.items() for edit in edits],
)
def test_a_graph_that_asks_for_too_much_is_refused(hostile, rule, edit):
    edit(hostile)
    hostile.write()
    start = time.monotonic()
    require_refused(hostile, f"A model must {rule}")
    # It takes a tenth of a second; what it asks for would take for ever.
    assert time.monotonic() - start < 20


def test_a_constant_that_nothing_reads_is_not_made(hostile):
    _constant_of_an_unused_function(hostile)
    hostile.write()
    untrusted.load(hostile.folder)


def test_a_loop_that_counts_is_run(hostile):
    body = _counting_loop(hostile, limit=3)
    body.ret["p"] = node(body, "AddV2", ["row", "row"], T=tf.float32)
    loop = hostile.serve.node_def[-1].name
    (image,) = hostile.serve.ret.values()
    hostile.image(
        hostile.serve,
        node(hostile.serve, "Mul", [image, f"{loop}:output:1"], T=tf.float32),
    )
    hostile.write()
    signature = untrusted.load(hostile.folder).signatures["serving_default"]
    made = signature(latents=tf.zeros([2, SIZE]))["images"]
    np.testing.assert_array_equal(made, np.full([2, SIZE], 1.5 * 2**3))
