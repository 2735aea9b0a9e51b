"""How large everything is that a graph makes, before it makes any of it.

The functions are followed as they would run, for one image and for a batch,
with shapes in place of tensors. What asks for too much memory or never ends is
refused: a tensor of 2**40 zeros takes one short line of a graph.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.messages import shorten
from tfgan_zoo.untrusted import (
    cost,
    functions,
    loops,
    operators,
    resources,
    shapes,
    tensors,
)
from tfgan_zoo.untrusted.graphs import Model
from tfgan_zoo.untrusted.refusal import Refusal
from tfgan_zoo.untrusted.signatures import Signature, Spec
from tfgan_zoo.untrusted.tensors import Tensor, Value, Variable
from tfgan_zoo.untrusted.variables import shape_of

# For an image: float32 values in a tensor (256 MiB), in all tensors, and values
# in all that loops make one after another.
_TENSOR, _TENSORS, _WORK = 2**26, 2**30, 2**33
# A node takes as long as making so many values.
_NODE_WORK = 2**10
# For an image: half a minute on two cores; StyleGAN2's of 1024 pixels, 2**36.
_MULTIPLICATIONS = 2**40
# Limits that are no image's: nodes that are followed, and calls in calls.
_MAX_NODES, _MAX_DEPTH = 20_000, 40
# Sampled at once; and the sides of images whose size is open.
_BATCHES, _SIDE = (1, 64), 256


def require_bounded(model: Model) -> set[str]:
    """Checks the sizes of all that the signatures make.

    Returns:
        The functions that they call.

    Raises:
        Refusal: a tensor is too large, or of a size that follows from values;
            a loop has no known end; an operator does not fit its inputs.
    """
    functions_used: set[str] = set()
    infer = shapes.ShapeFunctions()
    for batch in _BATCHES:
        # In all signatures together: there may be any number of them.
        nodes = 0
        for signature in model.signatures.values():
            walk = _Walk(model, batch, infer, nodes)
            _require_declared(signature, walk.run(signature), batch)
            functions_used |= walk.functions
            nodes = walk.nodes + 1
    return functions_used


def _require_declared(
    signature: Signature, outputs: list[Value], batch: int
) -> None:
    for spec, value in zip(signature.outputs, outputs):
        declared = _shape(spec)
        if (
            not isinstance(value, Tensor)
            or value.dtype != tf.dtypes.as_dtype(spec.dtype)
            or not tf.TensorShape(declared).is_compatible_with(value.shape)
        ):
            raise Refusal(
                "make what its signatures declare",
                f"whose {shorten(spec.name)} is another for {batch} images",
            )


def _shape(spec: Spec) -> list[int | None]:
    if spec.shape.unknown_rank:
        raise Refusal(
            "declare the ranks of its inputs and outputs",
            f"whose {shorten(spec.name)} has none",
        )
    sizes = [dim.size for dim in spec.shape.dim]
    return [size if size >= 0 else None for size in sizes]


class _Walk:
    """One way through a signature, with shapes of one batch.

    Attributes:
        functions: names of the functions on it.
        nodes: how many there were, with those of the ways before.
    """

    def __init__(
        self,
        model: Model,
        batch: int,
        infer: shapes.ShapeFunctions,
        nodes: int,
    ) -> None:
        self.functions: set[str] = set()
        self.nodes = nodes
        self._model = model
        self._batch = batch
        self._infer = infer
        self._depth = 0
        self._values, self._work, self._repeats = 0, 0, 1
        self._multiplications = 0

    def run(self, signature: Signature) -> list[Value]:
        inputs = [self._input(spec) for spec in signature.inputs]
        captures = [self._capture(number) for number in signature.captures]
        return self.call(signature.function, [*inputs, *captures])

    def call(self, name: str, arguments: list[Value]) -> list[Value]:
        """Returns what a function makes."""
        self.functions.add(name)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise Refusal(
                f"nest {_MAX_DEPTH} calls at most", "which nests more"
            )
        definition = self._model.functions[name]
        # Before so many are put in order.
        self._require_few(len(definition.node_def))
        function = functions.Function(definition)
        outputs = function.evaluate(arguments, self._node)
        self._depth -= 1
        return outputs

    def _node(self, node: Any, inputs: list[Value]) -> list[Value]:
        self._require_few(1)
        self.nodes += 1
        outputs = self._outputs(node, inputs)
        for value in outputs:
            self._count(node.op, value)
        self._work += _NODE_WORK * self._repeats
        self._multiplications += self._repeats * cost.multiplications(
            node, inputs, outputs
        )
        if self._multiplications > _MULTIPLICATIONS * self._batch:
            raise Refusal(
                "end soon",
                f"which would do {self._multiplications:,} multiplications",
            )
        if self._work > _WORK * self._batch:
            raise Refusal(
                "end soon", f"whose loops would make {self._work:,} values"
            )
        return outputs

    def _count(self, operator: str, value: Value) -> None:
        if isinstance(value, Tensor) and len(value.shape) > tensors.MAX_AXES:
            raise tensors.too_deep(operator, len(value.shape))
        if value.room > _TENSOR * self._batch:
            raise tensors.too_large(operator, value.room)
        self._values += value.room
        self._work += value.size * self._repeats
        if self._values > _TENSORS * self._batch:
            raise Refusal(
                "make tensors that fit into memory",
                f"whose tensors have over {self._values:,} values together",
            )

    def _require_few(self, more: int) -> None:
        if self.nodes + more > _MAX_NODES:
            raise Refusal(
                f"run {_MAX_NODES:,} operators at most", "which runs more"
            )

    def _outputs(self, node: Any, inputs: list[Value]) -> list[Value]:
        special = _SPECIAL.get(node.op)
        if special is not None:
            return special(self, node, inputs)
        of_resources = resources.OUTPUTS.get(node.op)
        if of_resources is not None:
            return of_resources(node, inputs)
        arguments = (
            resources.require_kind(node, inputs, Tensor) if inputs else []
        )
        outputs = self._infer(node, arguments)
        if any(value.dtype in _NO_NUMBERS for value in outputs):
            raise tensors.unfit(node.op)
        return [*outputs]

    def _input(self, spec: Spec) -> Tensor:
        sizes = _shape(spec)
        shape = tuple(
            size if size is not None else (_SIDE if axis else self._batch)
            for axis, size in enumerate(sizes)
        )
        tensor = Tensor(tf.dtypes.as_dtype(spec.dtype), shape)
        self._count(f"input {shorten(spec.name)}", tensor)
        return tensor

    def _capture(self, number: int) -> Value:
        if number in self._model.constants:
            return tensors.constant(self._model.constants[number], _TENSOR)
        variable = self._model.objects[number].variable
        shape = tuple(shape_of(number, variable))
        return Variable(tf.dtypes.as_dtype(variable.dtype), shape)

    def constant(self, node: Any, inputs: list[Value]) -> list[Value]:
        del inputs
        return [
            tensors.constant(operators.attribute(node, "value").tensor, _TENSOR)
        ]

    def same(self, node: Any, inputs: list[Value]) -> list[Value]:
        del node
        return inputs

    def nothing(self, node: Any, inputs: list[Value]) -> list[Value]:
        del node, inputs
        return []

    def function_call(self, node: Any, inputs: list[Value]) -> list[Value]:
        return self.call(operators.attribute(node, "f").func.name, inputs)

    def branches(self, node: Any, inputs: list[Value]) -> list[Value]:
        names = [
            function.name
            for function in operators.attribute(node, "branches").list.func
        ] or [
            operators.attribute(node, key).func.name
            for key in ("then_branch", "else_branch")
        ]
        first, *others = (self.call(name, inputs[1:]) for name in names)
        for other in others:
            first = loops.join(node.op, first, other)
        return first

    def loop(self, node: Any, inputs: list[Value]) -> list[Value]:
        body = operators.attribute(node, "body").func.name
        condition = operators.attribute(node, "cond").func.name
        state = loops.fixed_point(
            node.op, inputs, lambda values: self.call(body, values)
        )
        library = self._model.functions
        steps = loops.steps(library[condition], library[body], inputs, state)
        # Once more, as often as they run; the condition also after the last.
        self._repeats *= steps + 1
        self.call(condition, state)
        self.call(body, state)
        self._repeats //= steps + 1
        return state


_NO_NUMBERS = (tf.string, tf.resource, tf.variant)
_SPECIAL = {
    "Const": _Walk.constant,
    "Identity": _Walk.same,
    "IdentityN": _Walk.same,
    "StopGradient": _Walk.same,
    "NoOp": _Walk.nothing,
    "Assert": _Walk.nothing,
    "PartitionedCall": _Walk.function_call,
    "StatefulPartitionedCall": _Walk.function_call,
    "If": _Walk.branches,
    "StatelessIf": _Walk.branches,
    "Case": _Walk.branches,
    "StatelessCase": _Walk.branches,
    "While": _Walk.loop,
    "StatelessWhile": _Walk.loop,
}
