"""Checks of what functions return that `compile` was given, not a name."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def values_per_example(name: str, values: Any, logits: tf.Tensor) -> tf.Tensor:
    """Returns the values of a loss or penalty as float32.

    Args:
        name: of the argument of `compile`.
        values: what its function has returned.
        logits: [B, ...], what a value for each belongs to.

    Raises:
        TypeError: they are no floating tensor.
        ValueError: they are neither one for each example, or each patch of it,
            nor the mean of all.
    """
    values = _to_floats(name, values)
    expected = logits.shape[: values.shape.rank]
    if values.shape.rank == 0 or (
        values.shape.rank <= logits.shape.rank
        and values.shape.is_compatible_with(expected)
    ):
        return tf.cast(values, tf.float32)
    raise ValueError(
        f"`{name}` must return a value for each example, as the logits "
        f"{list(logits.shape)} have, or the mean of all. "
        f"Received: {list(values.shape)}."
    )


def latents(made: Any, normals: tf.Tensor) -> tf.Tensor:
    """Returns the latents that a function has made of standard normals.

    Raises:
        TypeError: they are no floating tensor.
        ValueError: they are of another shape than the normals.
    """
    made = _to_floats("latents", made)
    if not made.shape.is_compatible_with(normals.shape):
        raise ValueError(
            "`latents` must return latents of the shape of the standard "
            f"normals, {list(normals.shape)}. Received: {list(made.shape)}."
        )
    return made


def constrained(value: Any, variable: tf.Variable) -> tf.Tensor:
    """Returns the new value of a variable that a constraint has made.

    Raises:
        TypeError: it is no floating tensor.
        ValueError: it is of another shape than the variable.
    """
    value = _to_floats("constraint", value)
    if not value.shape.is_compatible_with(variable.shape):
        raise ValueError(
            "`constraint` must return a new value of the variable's shape, "
            f"{list(variable.shape)}. Received: {list(value.shape)}."
        )
    return tf.cast(value, variable.dtype)


def require_gradient(loss: str, gradients: list[Any]) -> None:
    """Checks that a loss depends on the weights that it is to train.

    Args:
        loss: which, such as "the generator's loss".
        gradients: by the weights; None where it does not depend on one.

    Raises:
        ValueError: it depends on none of them.
    """
    if gradients and all(gradient is None for gradient in gradients):
        raise ValueError(
            f"The {loss} must depend on a weight of that network, by functions "
            "of TensorFlow alone. Received: a loss without a gradient."
        )


def require_no_real(loss: tf.Tensor, real: tf.Tensor, tape: Any) -> None:
    """Checks that a generator's loss leaves the real logits alone.

    Args:
        loss: what it returned.
        real: the logits that it got as those of the real images.
        tape: that has watched them.

    Raises:
        ValueError: it has used them.
    """
    if tape.gradient(loss, real) is not None:
        raise ValueError(
            "A `Loss` whose generator's side uses the logits of real images "
            "must say so: `Loss(..., relates_real=True)`. "
            "Received: one of relates_real=False."
        )


def _to_floats(name: str, value: Any) -> tf.Tensor:
    try:
        tensor = tf.convert_to_tensor(value)
    except (TypeError, ValueError):
        tensor = None
    if tensor is None or not tensor.dtype.is_floating:
        kind = type(value).__name__ if tensor is None else tensor.dtype.name
        raise TypeError(
            f"`{name}` must return a floating tensor. Received: {kind}."
        )
    return tensor
