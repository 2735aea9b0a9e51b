"""A function of a graph: its nodes in order, and where each value is from."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tfgan_zoo.messages import shorten
from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.refusal import Refusal
from tfgan_zoo.untrusted.tensors import Value

# How TensorFlow names nodes.
NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*")
# What returns its input.
_COPIES = ("Identity", "StopGradient")


class Function:
    """A FunctionDef that can be followed.

    Attributes:
        results: the names of what it returns.

    Raises:
        Refusal: it names what it does not hold, or something twice; or a
            node waits for itself.
    """

    def __init__(self, definition: Any) -> None:
        self._name = definition.signature.name
        arguments = [arg.name for arg in definition.signature.input_arg]
        self._arguments = {name: i for i, name in enumerate(arguments)}
        self._nodes = {node.name: node for node in definition.node_def}
        names = {*self._arguments, *self._nodes}
        if (
            len(names) < len(arguments) + len(definition.node_def)
            or definition.signature.attr  # of a type that a caller gives
            or not all(map(NAME.fullmatch, names))
        ):
            raise self._broken()
        outputs = [arg.name for arg in definition.signature.output_arg]
        if any(name not in definition.ret for name in outputs):
            raise self._broken()
        self.results = [definition.ret[name] for name in outputs]
        for name in definition.control_ret.values():
            if name not in self._nodes:
                raise self._broken()
        self._ordered = self._in_order()
        self._origins = self._find_origins()

    def argument(self, name: str) -> int | None:
        """Returns the number of the argument that a value is, or None."""
        return self._arguments.get(self._origin(name))

    def source(self, name: str) -> Any:
        """Returns the node that makes a value, or None for an argument."""
        return self._nodes.get(self._origin(name))

    def _origin(self, name: str) -> str:
        name = name.partition(":")[0]
        return self._origins.get(name, name)

    def _find_origins(self) -> dict[str, str]:
        """Returns of each copy which node or argument it is a copy of.

        Once for all, as to follow long chains of copies takes long.
        """
        origins: dict[str, str] = {}
        for node in self._ordered:
            if node.op in _COPIES and node.input:
                source = node.input[0].partition(":")[0]
                origins[node.name] = origins.get(source, source)
        return origins

    def evaluate(
        self,
        arguments: list[Value],
        run: Callable[[Any, list[Value]], list[Value]],
    ) -> list[Value]:
        """Returns what it returns.

        Args:
            arguments: of it.
            run: what a node makes of its inputs.

        Raises:
            Refusal: an input is of no node, or of one after it.
        """
        if len(arguments) != len(self._arguments):
            raise self._broken()
        values = dict(zip(self._arguments, arguments))
        for node in self._ordered:
            inputs = [name for name in node.input if name[:1] != "^"]
            try:
                outputs = run(node, [values[name] for name in inputs])
            except KeyError:
                raise self._broken() from None
            names = _output_names(node)
            if len(names) != len(outputs):
                raise self._broken()
            values.update(zip(names, outputs))
        try:
            return [values[name] for name in self.results]
        except KeyError:
            raise self._broken() from None

    def _in_order(self) -> list[Any]:
        """Returns its nodes, each after those that it waits for."""
        waiting: dict[str, int] = {}
        followers: dict[str, list[str]] = {}
        for node in self._nodes.values():
            sources = {
                name.lstrip("^").partition(":")[0] for name in node.input
            } - self._arguments.keys()
            if not sources <= self._nodes.keys():
                raise self._broken()
            waiting[node.name] = len(sources)
            for source in sources:
                followers.setdefault(source, []).append(node.name)
        ready = [name for name, count in waiting.items() if not count]
        ordered = []
        while ready:
            name = ready.pop()
            ordered.append(self._nodes[name])
            for follower in followers.get(name, ()):
                waiting[follower] -= 1
                if not waiting[follower]:
                    ready.append(follower)
        if len(ordered) < len(self._nodes):
            raise self._broken()
        return ordered

    def _broken(self) -> Refusal:
        return Refusal(
            "consist of whole functions",
            f"whose function {shorten(self._name)} is not",
            damaged=True,
        )


def _output_names(node: Any) -> list[str]:
    """Returns how other nodes name each output of a node."""
    names = []
    for arg in operators.definition(node.op).output_arg:
        count = 1
        if arg.number_attr:
            count = operators.attribute(node, arg.number_attr).i
        elif arg.type_list_attr:
            count = len(operators.attribute(node, arg.type_list_attr).list.type)
        names += [f"{node.name}:{arg.name}:{index}" for index in range(count)]
    return names
