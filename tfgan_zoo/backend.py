"""The Keras 2 API that this TensorFlow brings.

TensorFlow 2.15 carries it as `tf.keras`; from 2.16 on `tf.keras` is Keras 3,
and Keras 2 comes as the package `tf_keras`. Every module takes `keras` from
here, so that the choice is made once.
"""

from __future__ import annotations

import contextlib
import sys
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
    "check_keras_object",
    "check_keras_layers",
    "check_keras_policy",
    "computing_in_float32",
    "keras",
    "precision_policy",
    "refuse_other_keras",
    "standard_settings",
]


@contextlib.contextmanager
def standard_settings() -> Iterator[None]:
    """Makes Keras build within as if its process-wide settings were default.

    `~/.keras/keras.json`, `set_image_data_format` and `set_floatx` change
    which axis of an image layers take for the channels, and of which type
    variables are. A policy of `set_global_policy` stays.
    """
    backend = keras.backend
    before = backend.image_data_format(), backend.floatx()
    backend.set_image_data_format("channels_last")
    backend.set_floatx("float32")
    try:
        yield
    finally:
        backend.set_image_data_format(before[0])
        backend.set_floatx(before[1])


def check_keras_object(
    name: str, value: Any, kinds: tuple[type, ...], noun: str
) -> None:
    """Checks that `value` is of one of this Keras' classes.

    Args:
        name: of the argument.
        value: what was given for it.
        kinds: classes of `keras`.
        noun: what `kinds` are, such as "a Keras model".

    Raises:
        TypeError: it is something else, or of another Keras.
    """
    if isinstance(value, kinds):
        return
    refuse_other_keras(f"`{name}`", value, noun)
    received = _class_name(value)
    raise TypeError(f"`{name}` must be {noun}. Received: {received}.")


def refuse_other_keras(name: str, value: Any, noun: str) -> None:
    """Refuses an object, or a class, of a Keras that is not `keras`.

    Args:
        name: what was given, as a message calls it.
        value: what was given for it.
        noun: what it has to be, such as "a model".

    Raises:
        TypeError: it is of another Keras.
    """
    if _is_of_other_keras(value if isinstance(value, type) else type(value)):
        raise TypeError(
            f"{name} must be {noun} of Keras 2, which `from "
            "tfgan_zoo.backend import keras` gives; `tf.keras` of TensorFlow "
            "2.16 and later is Keras 3, and Keras 2 is the package tf_keras. "
            f"Received: {_class_name(value)}."
        )


def check_keras_layers(name: str, network: tf.Module) -> None:
    """Checks that a network holds no layers of another Keras.

    Its weights would not be trained.

    Args:
        name: of the network.
        network: a model of `keras`.

    Raises:
        TypeError: it holds one.
    """
    for part in tf.train.TrackableView(network).descendants():
        refuse_other_keras(f"Layers of the {name}", part, "those")


def _class_name(value: Any) -> str:
    kind = value if isinstance(value, type) else type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    return f"the class {name}" if isinstance(value, type) else name


def check_keras_policy() -> None:
    """Checks that no precision policy was set in Keras 3, to no effect.

    Raises:
        ValueError: Keras 3 has a policy beside its `floatx`, and this Keras
            another.
    """
    settings: Any = getattr(sys.modules.get("keras"), "config", None)
    if TENSORFLOW_VERSION < (2, 16) or not hasattr(settings, "dtype_policy"):
        return
    name = settings.dtype_policy().name
    policy = keras.mixed_precision.global_policy().name
    # Without a policy there is that of `floatx`, which `keras.json` may set.
    if name not in (policy, settings.floatx()):
        raise ValueError(
            "A precision policy must be set in Keras 2: `from "
            "tfgan_zoo.backend import keras`, then `keras.mixed_precision."
            "set_global_policy(...)`; `tf.keras` of TensorFlow 2.16 and later "
            f"is Keras 3. Received: {name} in Keras 3, {policy} in Keras 2."
        )


def _is_of_other_keras(kind: type) -> bool:
    root, *_ = keras.Model.__module__.partition(".")
    roots = {base.__module__.partition(".")[0] for base in kind.__mro__}
    return root not in roots and bool(roots & {"keras", "tf_keras"})


@contextlib.contextmanager
def precision_policy(name: str) -> Iterator[None]:
    """Makes layers built within compute by Keras' precision policy `name`."""
    before = keras.mixed_precision.global_policy()
    if before is not keras.mixed_precision.global_policy():
        # None was set: each call makes one of `floatx`, which may change.
        before = None
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
