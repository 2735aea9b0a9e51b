"""Branches and loops, of which one cannot know what they will do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.functions import Function
from tfgan_zoo.untrusted.refusal import Refusal
from tfgan_zoo.untrusted.tensors import Tensor, TensorList, Value, constant

_MAX_PASSES = 8


def join(operator: str, first: list[Value], second: list[Value]) -> list[Value]:
    """Returns what is known of values that are one or the other.

    Raises:
        Refusal: their shapes differ.
    """
    if len(first) != len(second):
        raise _unequal(operator)
    return [_join(operator, *pair) for pair in zip(first, second)]


def _join(operator: str, first: Value, second: Value) -> Value:
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        if first.dtype != second.dtype or first.shape != second.shape:
            raise _unequal(operator)
        if first.value is None or second.value is None:
            return first if first.value is None else second
        is_equal = np.array_equal(first.value, second.value)
        return first if is_equal else dataclasses.replace(first, value=None)
    if isinstance(first, TensorList) and isinstance(second, TensorList):
        if second.element is None:
            first, second = second, first
        if dataclasses.replace(first, element=second.element) != second or (
            first.element not in (None, second.element)
        ):
            raise _unequal(operator)
        return second
    if first != second:
        raise _unequal(operator)
    return first


def _unequal(operator: str) -> Refusal:
    return Refusal(
        "make tensors of equal shapes in all branches and steps",
        f"whose {operator} makes others",
    )


def fixed_point(
    operator: str,
    inputs: list[Value],
    body: Callable[[list[Value]], list[Value]],
) -> list[Value]:
    """Returns what is known of a loop's values at every step.

    Raises:
        Refusal: their shapes change from step to step.
    """
    state = inputs
    for _ in range(_MAX_PASSES):
        joined = join(operator, state, body(state))
        if all(map(_equal, joined, state)):
            return joined
        state = joined
    raise _unequal(operator)


def _equal(first: Value, second: Value) -> bool:
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        # Shapes and types are equal already.
        return (first.value is None) == (second.value is None)
    return first == second


def steps(
    condition: Any, body: Any, inputs: list[Value], state: list[Value]
) -> int:
    """Returns how often a loop runs at most.

    It must count: go on while a number that each step raises is less than
    another, known one. `tf.map_fn`, `tf.scan` and `tf.range` do so.

    Args:
        condition: FunctionDef that says whether it goes on.
        body: FunctionDef of a step.
        inputs: of the first step.
        state: what is known of the inputs of every step.

    Raises:
        Refusal: it does not count in such a way.
    """
    asks, does = Function(condition), Function(body)
    ends = []
    pending, seen = [asks.results[0]], set()
    while pending:
        node = asks.source(pending.pop())
        # One may be asked for along very many ways.
        if node is None or node.name in seen:
            continue
        seen.add(node.name)
        if node.op == "LogicalAnd":
            pending += node.input[:2]
        elif node.op == "Less":
            counter = asks.argument(node.input[0])
            limit = _number(asks, node.input[1], state)
            start = None if counter is None else _number_of(inputs[counter])
            if counter is None or limit is None or start is None:
                continue
            step = _step(does, counter)
            # Beyond the largest number it would begin again at the least.
            if step and limit + step <= _largest(inputs[counter]):
                ends.append(max(0, -(-(limit - start) // step)))
    if not ends:
        raise Refusal(
            "have loops that count to a known number",
            "with a loop that may never end",
        )
    return min(ends)


def _step(body: Function, counter: int) -> int:
    """Returns what each step adds to a value; 0 where that is not known."""
    node = body.source(body.results[counter])
    if node is None or node.op not in ("Add", "AddV2"):
        return 0
    for operand, addend in (node.input[:2], node.input[1::-1]):
        if body.argument(operand) == counter:
            return max(0, _constant(body.source(addend)) or 0)
    return 0


def _number(function: Function, name: str, state: list[Value]) -> int | None:
    index = function.argument(name)
    if index is not None:
        return _number_of(state[index])
    return _constant(function.source(name))


def _constant(node: Any) -> int | None:
    if node is None or node.op != "Const":
        return None
    return _number_of(constant(operators.attribute(node, "value").tensor, 1))


def _number_of(value: Value) -> int | None:
    known = value.value if isinstance(value, Tensor) else None
    if known is None or known.ndim or known.dtype.kind != "i":
        return None
    return int(known)


def _largest(value: Value) -> int:
    return int(np.iinfo(value.dtype.as_numpy_dtype).max)
