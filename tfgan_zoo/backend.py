"""The Keras 2 API that this TensorFlow brings.

TensorFlow 2.15 carries it as `tf.keras`; from 2.16 on `tf.keras` is Keras 3,
and Keras 2 comes as the package `tf_keras`. Every module takes `keras` from
here, so that the choice is made once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Callable

import tensorflow as tf

TENSORFLOW_VERSION = tuple(int(part) for part in tf.__version__.split(".")[:2])

if TENSORFLOW_VERSION < (2, 16):
    keras = tf.keras
else:
    import tf_keras as keras  # type: ignore[no-redef]

__all__ = [
    "TENSORFLOW_VERSION",
    "computing_in_float32",
    "keras",
    "precision_policy",
]


@contextlib.contextmanager
def precision_policy(name: str) -> Iterator[None]:
    """Makes layers built within compute by Keras' precision policy `name`."""
    before = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(name)
    try:
        yield
    finally:
        keras.mixed_precision.set_global_policy(before)


@contextlib.contextmanager
def computing_in_float32(network: tf.Module) -> Iterator[None]:
    """Makes a built network of a mixed policy compute in float32 within.

    For second derivatives, which 8 bits of precision spoil. What is computed
    within stays float32 wherever its gradient is taken. A graph that was
    traced before, as that of a `tf.function`, stays as it is.

    Under several replicas it must be entered and left by all of them at the
    same places, and outside `tf.cond` and `tf.while_loop`: the policies belong
    to the network, which the replicas' threads share, so they wait for each
    other.

    Args:
        network: a Keras model; all its layers, nested ones too, are switched.
    """
    mixed = [
        (layer, layer.dtype_policy)
        for layer in network._flatten_layers()
        if layer.compute_dtype != layer.variable_dtype
    ]

    def switch(*_: Any) -> None:
        for layer, policy in mixed:
            layer._set_dtype_policy(policy.variable_dtype)

    def restore(*_: Any) -> None:
        for layer, policy in mixed:
            layer._set_dtype_policy(policy)

    if not mixed:
        yield
        return
    _when_all_replicas_are_here(switch)
    try:
        yield
    except BaseException:  # the other replicas may never get here
        restore()
        raise
    _when_all_replicas_are_here(restore)


def _when_all_replicas_are_here(action: Callable[..., None]) -> None:
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        action()
    else:
        context.merge_call(action)
