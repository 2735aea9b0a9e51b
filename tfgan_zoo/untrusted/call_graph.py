"""Which functions of a SavedModel call which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tfgan_zoo.messages import shorten
from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.refusal import Refusal


def called_functions(nodes: Iterable[Any]) -> Iterator[str]:
    """Yields the functions that nodes name in their attributes."""
    for node in nodes:
        yield from _named(node.attr.values())


def _named(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        kind = value.WhichOneof("value")
        if kind == "func":
            functions = [value.func]
        elif kind == "list":
            functions = list(value.list.func)
        else:
            continue
        for function in functions:
            if function.name:
                yield function.name
            yield from _named(function.attr.values())


def functions_by_name(meta_graph: Any) -> dict[str, Any]:
    """Returns the FunctionDefs of a MetaGraphDef.

    Raises:
        Refusal: a name is repeated, or is that of an operator.
    """
    functions = meta_graph.graph_def.library.function
    library = {function.signature.name: function for function in functions}
    if len(library) < len(functions):
        raise Refusal("name each function once", "which repeats a name")
    for name in library:
        if operators.definition(name) is not None:
            raise Refusal(
                "have functions with names of their own",
                f"with a function that bears the name of operator {name}",
            )
    return library


def functions_of_objects(meta_graph: Any) -> Iterator[str]:
    """Yields the functions that objects and gradients name."""
    objects = meta_graph.object_graph_def
    yield from objects.concrete_functions
    for node in objects.nodes:
        kind = node.WhichOneof("kind")
        if kind == "function":
            yield from node.function.concrete_functions
        elif kind == "bare_concrete_function":
            yield node.bare_concrete_function.concrete_function_name
        elif kind == "captured_tensor":
            yield node.captured_tensor.concrete_function
    library = meta_graph.graph_def.library
    for gradient in library.gradient:
        yield from (gradient.function_name, gradient.gradient_func)
    for registered in library.registered_gradients:
        yield registered.gradient_func


def operators_reached(
    library: dict[str, Any], roots: Iterable[str]
) -> set[str]:
    """Returns the operators of `roots` and of all that they call."""
    return {
        node.op
        for name in order_callees_first(library, roots)
        for node in library[name].node_def
    }


def order_callees_first(
    library: dict[str, Any], roots: Iterable[str]
) -> list[str]:
    """Returns `roots` and all that they call, each after what it calls.

    Raises:
        Refusal: a function is missing, or calls itself.
    """
    ordered: dict[str, None] = {}
    open_: dict[str, None] = {}
    # Without recursion, which a long chain would exhaust.
    pending = [(name, False) for name in roots]
    while pending:
        name, is_done = pending.pop()
        if is_done:
            del open_[name]
            ordered[name] = None
        elif name in open_:
            raise Refusal(
                "have functions that do not call themselves",
                f"whose function {shorten(name)} does",
            )
        elif name not in ordered:
            if name not in library:
                raise Refusal(
                    "hold the functions that it names",
                    f"without {shorten(name)}",
                    damaged=True,
                )
            open_[name] = None
            pending.append((name, True))
            callees = {*called_functions(library[name].node_def)}
            pending += [(name, False) for name in callees - ordered.keys()]
    return [*ordered]
