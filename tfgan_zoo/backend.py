"""The Keras 2 API that this TensorFlow brings.

TensorFlow 2.15 carries it as `tf.keras`; from 2.16 on `tf.keras` is Keras 3,
and Keras 2 comes as the package `tf_keras`. Every module takes `keras` from
here, so that the choice is made once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import tensorflow as tf

TENSORFLOW_VERSION = tuple(int(part) for part in tf.__version__.split(".")[:2])

if TENSORFLOW_VERSION < (2, 16):
    keras = tf.keras
else:
    import tf_keras as keras  # type: ignore[no-redef]

__all__ = ["TENSORFLOW_VERSION", "keras", "precision_policy"]


@contextlib.contextmanager
def precision_policy(name: str) -> Iterator[None]:
    """Makes layers built within compute by Keras' precision policy `name`."""
    before = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(name)
    try:
        yield
    finally:
        keras.mixed_precision.set_global_policy(before)
