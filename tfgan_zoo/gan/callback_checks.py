"""Callbacks of Keras that `fit` refuses, as they would do nothing for a GAN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import check_keras_object, keras
from tfgan_zoo.gan.argument_checks import check_folder


def check_callbacks(given: Any, log_names: Sequence[str]) -> None:
    """Checks the callbacks that `fit` is given.

    Args:
        given: a callback, several, a `CallbackList` or None.
        log_names: what the GAN logs.

    Raises:
        TypeError: one is no callback of this Keras, or sets the learning rate
            of one optimizer.
        ValueError: one would write a Keras file, or monitors a value that
            nobody logs.
    """
    callbacks = _flatten(given)
    for callback in callbacks:
        _check_callback(callback)
    # A callback of the user's own may add to the logs.
    if all(_is_of_keras(callback) for callback in callbacks):
        for callback in callbacks:
            _check_monitor(callback, log_names)


def _flatten(given: Any) -> list[Any]:
    callbacks: list[Any] = []
    for callback in tf.nest.flatten(given):
        if isinstance(callback, keras.callbacks.CallbackList):
            callbacks += callback.callbacks
        elif callback is not None:
            callbacks.append(callback)
    return callbacks


def _check_callback(callback: Any) -> None:
    callbacks = keras.callbacks
    check_keras_object(
        "callbacks", callback, (callbacks.Callback,), "callbacks"
    )
    rate_setters = (
        callbacks.LearningRateScheduler,
        callbacks.ReduceLROnPlateau,
    )
    if isinstance(callback, rate_setters):
        raise TypeError(
            "A GAN has two optimizers, whose rates no callback of Keras sets; "
            "give `compile` a `learning_rate_decay`, or optimizers with a "
            f"schedule each. Received: {type(callback).__name__}."
        )
    if (
        isinstance(callback, callbacks.ModelCheckpoint)
        and not callback.save_weights_only
    ):
        check_folder(callback.filepath)


def _is_of_keras(callback: Any) -> bool:
    if isinstance(callback, keras.callbacks.LambdaCallback):
        return False
    package, *_ = keras.Model.__module__.partition(".")
    return type(callback).__module__.partition(".")[0] == package


def _check_monitor(callback: Any, log_names: Sequence[str]) -> None:
    # Keras only warns, once an epoch, and never stops or saves.
    is_checkpoint = isinstance(callback, keras.callbacks.ModelCheckpoint)
    if is_checkpoint and not callback.save_best_only:
        return
    if not (
        is_checkpoint or isinstance(callback, keras.callbacks.EarlyStopping)
    ):
        return
    if callback.monitor not in log_names:
        raise ValueError(
            f"`monitor` of {type(callback).__name__} must be one of: "
            f"{', '.join(log_names)}; a GAN has no validation loss. "
            f"Received: {callback.monitor}."
        )
