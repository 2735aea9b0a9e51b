"""Graphs that take for ever to check or to run, or end the process."""

import inspect
import time

import numpy as np
import pytest
import tensorflow as tf
from hostile_models import SIZE, Function, constant, node, require_refused
from tensorflow.core.framework import types_pb2

from tfgan_zoo import untrusted
from tfgan_zoo.untrusted import cost, folding
from tfgan_zoo.untrusted.tensors import Tensor


def _integers(function, **attributes):
    for name, values in attributes.items():
        list_ = function.node_def[-1].attr[name].list
        list_.SetInParent()
        list_.i.extend(values)


def _ones(function, shape):
    dims = constant(function, np.array(shape, np.int32))
    one = constant(function, 1.0)
    return node(
        function, "Fill", [dims, one], T=tf.float32, index_type=tf.int32
    )


def _convolution(model, operator="Conv2D"):
    """Of an image and a kernel of 4,096 x 4,096: 2**48 multiplications."""
    image = _ones(model.serve, [1, 4096, 4096, 1])
    kernel = _ones(model.serve, [4096, 4096, 1, 1])
    node(model.serve, operator, [image, kernel], T=tf.float32, padding="SAME")
    _integers(model.serve, strides=[1, 1, 1, 1])


def _depthwise(model):
    _convolution(model, "DepthwiseConv2dNative")


def _transposed_convolution(model):
    kernel = _ones(model.serve, [4096, 4096, 1, 1])
    given = _ones(model.serve, [1, 4096, 4096, 1])
    size = constant(model.serve, np.array([1, 4096, 4096, 1], np.int32))
    inputs = [size, kernel, given]
    node(
        model.serve,
        "Conv2DBackpropInput",
        inputs,
        T=tf.float32,
        padding="SAME",
    )
    _integers(model.serve, strides=[1, 1, 1, 1])


def _pool(model, operator="MaxPool"):
    image = _ones(model.serve, [1, 4096, 4096, 1])
    node(model.serve, operator, [image], T=tf.float32, padding="SAME")
    _integers(model.serve, ksize=[1, 4096, 4096, 1], strides=[1, 1, 1, 1])


def _average(model):
    _pool(model, "AvgPool")


def _products(model):
    matrix = _ones(model.serve, [8192, 8192])
    for _ in range(3):
        matrix = node(model.serve, "MatMul", [matrix, matrix], T=tf.float32)


def _products_by_equation(model):
    matrix = _ones(model.serve, [8192, 8192])
    for _ in range(3):
        matrix = node(
            model.serve,
            "Einsum",
            [matrix, matrix],
            T=tf.float32,
            N=2,
            equation="ab,bc->ac",
        )


def _sum_of_the_same(model):
    matrix = _ones(model.serve, [8192, 8192])
    inputs = [matrix] * 2000
    node(model.serve, "AddN", inputs, T=tf.float32, N=len(inputs))


@pytest.mark.parametrize(
    "edit",
    [
        _convolution,
        _depthwise,
        _transposed_convolution,
        _pool,
        _average,
        _products,
        _products_by_equation,
        _sum_of_the_same,
    ],
)
def test_small_results_that_take_for_ever_are_refused(hostile, edit):
    edit(hostile)
    hostile.write()
    require_refused(hostile, "A model must end soon.* multiplications")


@pytest.mark.parametrize(
    ("operator", "attributes", "shapes", "count"),
    [
        ("MatMul", {}, [[2, 3], [3, 5], [2, 5]], 2 * 3 * 5),
        ("MatMul", {"transpose_a": True}, [[3, 2], [3, 5], [2, 5]], 30),
        ("BatchMatMulV2", {}, [[7, 2, 3], [7, 3, 5], [7, 2, 5]], 210),
        (
            "Conv2D",
            {},
            [[1, 8, 8, 2], [3, 5, 2, 7], [1, 8, 8, 7]],
            8 * 8 * 7 * 3 * 5 * 2,
        ),
        (
            "DepthwiseConv2dNative",
            {},
            [[1, 8, 8, 2], [3, 5, 2, 1], [1, 8, 8, 2]],
            8 * 8 * 2 * 3 * 5,
        ),
        (
            "Conv2DBackpropInput",
            {},
            [[4], [3, 5, 2, 7], [1, 8, 8, 7], [1, 8, 8, 2]],
            8 * 8 * 7 * 3 * 5 * 2,
        ),
        ("Einsum", {"equation": "ab,bc->ac"}, [[2, 3], [3, 5], [2, 5]], 30),
        (
            "Einsum",
            {"equation": "...ab,bc->...ac"},
            [[7, 2, 3], [3, 5], [7, 2, 5]],
            210,
        ),
    ],
)
def test_multiplications_are_counted(
    hostile, operator, attributes, shapes, count
):
    node(hostile.serve, operator, **attributes)
    *inputs, output = (Tensor(tf.float32, tuple(shape)) for shape in shapes)
    values = sum(one.size for one in (*inputs, output))
    counted = cost.multiplications(hostile.serve.node_def[-1], inputs, [output])
    assert counted == count + 16 * values


def _loop(model, condition):
    """A loop of a counter whose condition is edited."""
    kinds = [("i", types_pb2.DT_INT32)]
    asks = model.new_function(
        "asks", inputs=kinds, outputs=[("go", types_pb2.DT_BOOL)]
    )
    body = model.new_function(
        "body", inputs=kinds, outputs=[("o", types_pb2.DT_INT32)]
    )
    one = constant(body, np.int32(1))
    body.ret["o"] = node(body, "AddV2", ["i", one], T=tf.int32)
    asks.ret["go"] = condition(asks)
    node(
        model.serve,
        "StatelessWhile",
        [constant(model.serve, np.int32(0))],
        T=[tf.int32],
        cond=Function("asks"),
        body=Function("body"),
        output_shapes=[tf.TensorShape([])],
    )


def _less(asks):
    return node(asks, "Less", ["i", constant(asks, np.int32(3))], T=tf.int32)


def _circle(asks):
    """Copies of each other, which were followed for ever."""
    node(asks, "Identity", ["b:output:0"], name="a", T=tf.bool)
    return node(asks, "Identity", ["a:output:0"], name="b", T=tf.bool)


def _circle_of_counters(asks):
    node(asks, "Identity", ["b:output:0"], name="a", T=tf.int32)
    node(asks, "Identity", ["a:output:0"], name="b", T=tf.int32)
    limit = constant(asks, np.int32(3))
    return node(asks, "Less", ["a:output:0", limit], T=tf.int32)


def _doubling(asks):
    """2**200 ways to one comparison."""
    value = _less(asks)
    for _ in range(200):
        value = node(asks, "LogicalAnd", [value, value])
    return value


@pytest.mark.parametrize("condition", [_circle, _circle_of_counters])
def test_a_condition_that_waits_for_itself_is_refused(hostile, condition):
    _loop(hostile, condition)
    hostile.write()
    require_refused(hostile, "A model must consist of whole functions")


def test_many_ways_to_one_comparison_are_gone_once(hostile):
    _loop(hostile, _doubling)
    hostile.write()
    start = time.monotonic()
    untrusted.require_harmless(hostile.folder)
    assert time.monotonic() - start < 20


def _split_of_no_scalar(model):
    """TensorFlow's shape function ends the process."""
    value = constant(model.serve, np.ones([4, 2], np.float32))
    sizes = constant(model.serve, np.array([2, 2], np.int32))
    axes = constant(model.serve, np.array([[0, 1], [0, 1]], np.int32))
    node(
        model.serve,
        "SplitV",
        [value, sizes, axes],
        T=tf.float32,
        Tlen=tf.int32,
        num_split=2,
    )


def _split_into_billions(model):
    axis = constant(model.serve, np.int32(0))
    value = constant(model.serve, np.ones([4], np.float32))
    node(model.serve, "Split", [axis, value], T=tf.float32, num_split=2**31 - 1)


def _large_attribute(model):
    value = constant(model.serve, np.ones([4], np.float32))
    node(model.serve, "Identity", [value], T=tf.float32)
    node(model.serve, "Relu", [value], T=tf.float32, odd="x" * 2**21)


@pytest.mark.parametrize(
    ("rule", "edit"),
    [
        ("hold operators that fit", _split_of_no_scalar),
        ("hold operators of at most 10,000 tensors", _split_into_billions),
        ("hold operators of at most 10,000 tensors", _large_attribute),
    ],
)
def test_what_the_check_could_not_bear_is_refused(hostile, rule, edit):
    edit(hostile)
    hostile.write()
    require_refused(hostile, f"A model must {rule}")


def test_known_values_that_grow_are_forgotten(hostile):
    """The check itself would have tried to make 2**40 of them."""
    value = constant(hostile.serve, np.zeros([1024], np.int32))
    indices = constant(hostile.serve, np.zeros([1, 1024], np.int32))
    axis = constant(hostile.serve, np.int32(0))
    kinds = {"Tparams": tf.int32, "Tindices": tf.int32, "Taxis": tf.int32}
    for _ in range(3):
        value = node(hostile.serve, "GatherV2", [value, indices, axis], **kinds)
        indices = value
    hostile.write()
    require_refused(hostile, "make tensors that fit .* whose GatherV2 makes")


REDUCED = ["All", "Any", "Max", "Min", "Prod", "Sum"]


@pytest.mark.parametrize("operator", REDUCED)
def test_sizes_that_are_reduced_are_known(hostile, operator):
    """Python calls some of the operators' inputs by other names."""
    is_logical = operator in ("All", "Any")
    values = np.array([True, True] if is_logical else [2, 3])
    kind = {} if is_logical else {"T": tf.int32}
    value = constant(hostile.serve, values.astype(bool if is_logical else "i4"))
    axes = constant(hostile.serve, np.array([0], np.int32))
    node(hostile.serve, operator, [value, axes], Tidx=tf.int32, **kind)
    hostile.write()
    untrusted.require_harmless(hostile.folder)


def test_every_operator_that_is_computed_has_names_in_python():
    for name in sorted(folding.EVALUATED):
        parameters, attributes = folding.parameters(name)
        names = {*attributes, *(one for one, _ in parameters)}
        taken = folding.python_names(name, names)
        function = getattr(tf.raw_ops, name)
        assert {*taken.values()} <= {*inspect.signature(function).parameters}


def test_an_image_of_a_flattened_row_is_made(hostile):
    """The product of sizes, as `tf.reduce_prod(tf.shape(x))` has it."""
    latents = hostile.serve.signature.input_arg[0].name
    shape = node(
        hostile.serve, "Shape", [latents], T=tf.float32, out_type=tf.int32
    )
    axes = constant(hostile.serve, np.array([0], np.int32))
    product = node(
        hostile.serve,
        "Prod",
        [shape, axes],
        T=tf.int32,
        Tidx=tf.int32,
        keep_dims=True,
    )
    one = constant(hostile.serve, 1.0)
    node(
        hostile.serve, "Fill", [product, one], T=tf.float32, index_type=tf.int32
    )
    hostile.write()
    signature = untrusted.load(hostile.folder).signatures["serving_default"]
    assert signature(latents=tf.zeros([2, SIZE]))["images"].shape == [2, SIZE]
