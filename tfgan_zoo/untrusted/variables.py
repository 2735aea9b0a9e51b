"""The weights of a SavedModel, read as arrays."""

from __future__ import annotations

import math
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import trackable_object_graph_pb2

from tfgan_zoo.messages import error_text, shorten
from tfgan_zoo.untrusted.bundles import Bundle
from tfgan_zoo.untrusted.refusal import Refusal
from tfgan_zoo.untrusted.regular_files import VARIABLES

# 1 GiB of float32.
MAX_VALUES = 2**28
_OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"
_VALUE = "VARIABLE_VALUE"


def shape_of(number: int, variable: Any) -> list[int]:
    """Returns the shape that a SavedVariable declares.

    Raises:
        Refusal: it is not fixed.
    """
    sizes = [dim.size for dim in variable.shape.dim]
    if variable.shape.unknown_rank or min(sizes, default=0) < 0:
        raise Refusal(
            "have variables of fixed shapes",
            f"whose variable {number} is not",
        )
    return sizes


def read(
    saved_model: Path, objects: Any, numbers: list[int]
) -> dict[int, np.ndarray]:
    """Returns the values of variables.

    Args:
        saved_model: its folder, of regular files.
        objects: nodes of its object graph.
        numbers: of the variables among them.

    Raises:
        Refusal: one is missing, damaged, of another type or shape than
            declared, or larger than its file.
    """
    _require_size(saved_model, objects, numbers)
    if not numbers:
        return {}
    try:
        bundle = Bundle(saved_model / VARIABLES / VARIABLES)
        keys_by_number = _keys(bundle, objects)
        keys = [
            _checked_key(
                bundle, keys_by_number.get(number), number, objects[number]
            )
            for number in numbers
        ]
        return dict(zip(numbers, bundle.arrays(keys)))
    except (OSError, ValueError, DecodeError) as error:
        raise _damaged(error_text(error)) from None


def _require_size(saved_model: Path, objects: Any, numbers: list[int]) -> None:
    """Checks what is declared before anything of that size is made."""
    count, size = 0, 0
    for number in numbers:
        variable = objects[number].variable
        dtype = tf.dtypes.as_dtype(variable.dtype)
        if not (dtype.is_floating or dtype.is_integer or dtype.is_bool):
            raise Refusal(
                "have variables of numbers", f"with one of {dtype.name}"
            )
        values = math.prod(shape_of(number, variable))
        count += values
        size += values * dtype.size
    if count > MAX_VALUES:
        raise Refusal(
            f"have {MAX_VALUES:,} weights at most", f"which has {count:,}"
        )
    folder = saved_model / VARIABLES
    available = sum(
        path.stat().st_size for path in folder.glob(f"{VARIABLES}.data-*")
    )
    if size > available:
        raise _damaged(f"{available:,} bytes instead of {size:,}")


def _keys(bundle: Bundle, objects: Any) -> dict[int, str]:
    """Returns the checkpoint's keys by the variables' numbers.

    As TensorFlow finds them: the objects of both graphs that are reached from
    the root by the same names belong together.
    """
    if _OBJECTS not in bundle:
        raise _damaged("without an object graph")
    saved = trackable_object_graph_pb2.TrackableObjectGraph.FromString(
        bundle.string(_OBJECTS)
    ).nodes
    if not saved:
        raise _damaged("without an object graph")
    pairs = {0: 0}
    pending = deque([0])
    # Once for all: many objects may share one that has many children.
    names: dict[int, dict[str, int]] = {}
    while pending:
        number = pending.popleft()
        owner = pairs[number]
        if owner not in names:
            names[owner] = {
                child.local_name: child.node_id
                for child in saved[owner].children
            }
        for child in objects[number].children:
            other = names[owner].get(child.local_name)
            if child.node_id not in pairs and other is not None:
                if not 0 <= other < len(saved):
                    raise _damaged(f"without object {other}")
                pairs[child.node_id] = other
                pending.append(child.node_id)
    return {
        number: attribute.checkpoint_key
        for number, other in pairs.items()
        for attribute in saved[other].attributes
        if attribute.name == _VALUE
    }


def _checked_key(
    bundle: Bundle, key: str | None, number: int, node: Any
) -> str:
    name = shorten(node.variable.name or str(number))
    if key is None or key not in bundle:
        raise _damaged(f"without {name}")
    shape = shape_of(number, node.variable)
    if bundle.spec(key) != (node.variable.dtype, shape):
        dtype = tf.dtypes.as_dtype(node.variable.dtype)
        raise _damaged(f"where {name} is not {dtype.name} {shape}")
    return key


def _damaged(received: str) -> Refusal:
    return Refusal(
        "have whole weights",
        f"whose {VARIABLES} are damaged ({shorten(received, 200)})",
        damaged=True,
    )
