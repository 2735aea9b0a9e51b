"""Keeps Keras models of unknown origin from asking for more than they hold.

A configuration of a hundred bytes may ask for a layer of a billion units, and
Keras makes its weights before it looks for them in the file.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any, Callable

import tensorflow as tf

# Keras makes some that it does not store, and copies of layers.
_TIMES, _ALWAYS = 4, 2**16
# For an image, of a layer and of all: values of float32, 256 MiB and 4 GiB.
_MOST_OF_LAYER, _MOST = 2**26, 2**30


@contextlib.contextmanager
def limit_weights(most: int | None) -> Iterator[None]:
    """Refuses variables that a file has no values for, before they are made.

    Args:
        most: values that the file holds; None for any number of weights.

    Raises:
        ValueError: they would have more.
    """
    if most is None:
        yield
        return
    count, limit = 0, _TIMES * most + _ALWAYS

    def create(make: Callable[..., Any], **arguments: Any) -> Any:
        nonlocal count
        shape = tf.TensorShape(arguments.get("shape"))
        count += math.prod(shape) if shape.is_fully_defined() else 1
        if count > limit:
            raise ValueError(
                f"with layers of {count:,} weights or more and {most:,} values"
            )
        return make(**arguments)

    with tf.variable_creator_scope(create):
        yield


def require_small(model: Any) -> None:
    """Checks the sizes of all that the layers of a model make of an image.

    Raises:
        ValueError: they do not fit into memory.
    """
    total = 0
    for layer in _flatten(model):
        for node in layer.inbound_nodes:
            for output in tf.nest.flatten(node.outputs):
                # Of one image; an open size, such as of a sequence, is 1.
                size = math.prod(size or 1 for size in output.shape[1:])
                total += size
                if max(size // _MOST_OF_LAYER, total // _MOST):
                    raise ValueError(
                        f"its layer {layer.name} makes {size:,} values of an "
                        "image"
                    )


def _flatten(model: Any) -> Iterator[Any]:
    """Yields the layers of a model, those of the models in it included."""
    waiting, seen = [model], set()
    while waiting:
        layer = waiting.pop()
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        yield layer
        waiting += getattr(layer, "layers", ())
