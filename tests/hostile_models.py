"""SavedModels that try to do harm, made by editing a harmless one.

Nothing is traced but the harmless one: nodes, functions and objects are
written as protocol buffers, so that a hundred models are made in a moment.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import attr_value_pb2
from tensorflow.core.protobuf import saved_model_pb2

from tfgan_zoo import untrusted

GRAPH = "saved_model.pb"
SIZE = 4


@pytest.fixture(scope="session")
def harmless_model(tmp_path_factory):
    """The folder of the model that all others are made of."""
    folder = tmp_path_factory.mktemp("harmless") / "saved_model"
    write_harmless(folder)
    return folder


@pytest.fixture
def hostile(harmless_model, tmp_path):
    """A copy to edit, and a file that it must leave alone."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "victim").write_text("as it was")
    return Model.copy(harmless_model, tmp_path / "saved_model", scratch)


def state(folder):
    """All that an effect would change."""
    return {
        path: (os.lstat(path).st_mtime_ns, os.lstat(path).st_size)
        for path in [folder, *folder.rglob("*")]
    }


def require_refused(model, match=None):
    """Checks that a model is refused in a line, by a check and by a load."""
    before = state(model.folder.parent)
    for refuse in (untrusted.require_harmless, untrusted.load):
        with pytest.raises(ValueError, match=match) as caught:
            refuse(model.folder)
        text = str(caught.value)
        assert text.startswith("A model must ") and text.isprintable()
        assert f"Received: {model.folder}" in text
        assert len(text) < 800
    assert state(model.folder.parent) == before


def write_harmless(folder):
    """Writes a model of [N, 4] -> [N, 4], of two variables and a constant."""

    class Harmless(tf.Module):
        def __init__(self):
            super().__init__()
            self.scale = tf.Variable(np.arange(SIZE, dtype=np.float32))
            self.shift = tf.Variable(np.ones([1, SIZE], np.float32))
            self.seeds = tf.constant([[0.5]])

        @tf.function(
            input_signature=[tf.TensorSpec([None, SIZE], tf.float32, "latents")]
        )
        def serve(self, latents):
            return {"images": latents * self.scale + self.shift + self.seeds}

    model = Harmless()
    signatures = {"serving_default": model.serve}
    tf.saved_model.save(model, str(folder), signatures=signatures)


@dataclasses.dataclass
class Model:
    """A copy of the harmless model, to be edited.

    Attributes:
        folder: of the SavedModel.
        scratch: what it would read and write.
        message: its SavedModel.
        helper: name of `hostile_function`.
    """

    folder: Path
    scratch: Path
    message: saved_model_pb2.SavedModel = dataclasses.field(repr=False)
    helper: str = "helper"

    @classmethod
    def copy(cls, harmless, folder, scratch):
        shutil.copytree(harmless, folder)
        content = (folder / GRAPH).read_bytes()
        message = saved_model_pb2.SavedModel.FromString(content)
        return cls(folder, scratch, message)

    def write(self):
        content = self.message.SerializeToString()
        (self.folder / GRAPH).write_bytes(content)

    @property
    def meta_graph(self):
        return self.message.meta_graphs[0]

    @property
    def graph(self):
        return self.meta_graph.graph_def

    @property
    def objects(self):
        return self.meta_graph.object_graph_def

    @property
    def serve(self):
        """The function that the signature's wrapper calls."""
        return self.function("__inference_serve_")

    @property
    def wrapper(self):
        return self.function("__inference_signature_wrapper_")

    def function(self, prefix):
        (found,) = (
            one
            for one in self.graph.library.function
            if one.signature.name.startswith(prefix)
        )
        return found

    @property
    def signature_node(self):
        """The object of the signature."""
        map_ = self._child(self.objects.nodes[0], "signatures")
        return self._child(map_, "serving_default")

    def _child(self, node, name):
        (number,) = (c.node_id for c in node.children if c.local_name == name)
        return self.objects.nodes[number]

    def new_function(self, name, *, inputs=(), outputs=()):
        """Adds an empty function of (name, dtype) inputs and outputs."""
        function = self.graph.library.function.add()
        function.signature.name = name
        for arg, dtype in inputs:
            function.signature.input_arg.add(name=arg, type=dtype)
        for arg, dtype in outputs:
            function.signature.output_arg.add(name=arg, type=dtype)
        return function

    def hostile_function(self):
        """Adds a function without inputs and outputs that writes a file."""
        function = self.new_function(self.helper)
        write_file(function, self.scratch)
        return function

    def call(self, function, name, inputs=(), outputs=()):
        """Adds a call of a function to another."""
        return node(
            function,
            "StatefulPartitionedCall",
            inputs,
            f=Function(name),
            Tin=[tf.float32] * len(inputs),
            Tout=list(outputs),
        )

    def image(self, function, name):
        """Makes a [N, 4] value of a function what it returns."""
        (key,) = function.ret
        function.ret[key] = name


@dataclasses.dataclass
class Function:
    """A function as a node's attribute."""

    name: str


def node(function, op, inputs=(), *, name=None, **attributes):
    """Adds a node to a function, and returns the name of its first output."""
    nodes = function.node_def
    added = nodes.add(name=name or f"hostile_{len(nodes)}", op=op, input=inputs)
    for key, value in attributes.items():
        if value is not None:
            added.attr[key].CopyFrom(_attribute(value))
    definition = getattr(tf.raw_ops, op, None)
    output = _OUTPUTS.get(op, "output") if definition else "output"
    return f"{added.name}:{output}:0"


_OUTPUTS = {
    "AddV2": "z",
    "Cast": "y",
    "ConvertToListOfTensors": "output",
    "LeftShift": "z",
    "Less": "z",
    "Mul": "z",
    "ResizeNearestNeighbor": "resized_images",
    "TensorListReserve": "handle",
    "TensorListStack": "tensor",
    "TensorListSetItem": "output_handle",
    "LogicalAnd": "z",
    "MatMul": "product",
    "ReadFile": "contents",
}


def constant(function, value, dtype=None):
    """Adds a constant to a function."""
    tensor = tf.make_tensor_proto(value, dtype)
    return tensor_constant(function, tensor)


def tensor_constant(function, tensor):
    return node(
        function, "Const", dtype=tf.dtypes.as_dtype(tensor.dtype), value=tensor
    )


def claims(shape, dtype=tf.float32):
    """A tensor of a few bytes that claims to be of any shape."""
    tensor = tf.make_tensor_proto(0, dtype)
    for size in shape:
        tensor.tensor_shape.dim.add(size=size)
    return tensor


def write_file(function, scratch):
    """Adds a node that overwrites a file of the scratch folder."""
    path = constant(function, str(scratch / "victim"))
    node(function, "WriteFile", [path, path], name="write")
    function.signature.is_stateful = True
    function.control_ret["write"] = "write"
    function.signature.control_output.append("write")


def _attribute(value):
    attribute = attr_value_pb2.AttrValue()
    if isinstance(value, bool):
        attribute.b = value
    elif isinstance(value, int):
        attribute.i = value
    elif isinstance(value, str):
        attribute.s = value.encode()
    elif isinstance(value, tf.DType):
        attribute.type = value.as_datatype_enum
    elif isinstance(value, Function):
        attribute.func.name = value.name
    elif isinstance(value, list):
        attribute.list.SetInParent()
        for one in value:
            if isinstance(one, Function):
                attribute.list.func.add(name=one.name)
            elif isinstance(one, tf.DType):
                attribute.list.type.append(one.as_datatype_enum)
            else:
                attribute.list.shape.add().CopyFrom(one.as_proto())
    elif isinstance(value, tf.TensorShape):
        attribute.shape.CopyFrom(value.as_proto())
    else:
        attribute.tensor.CopyFrom(value)
    return attribute
