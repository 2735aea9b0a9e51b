"""Constraints, applied to a discriminator's variables after each step."""

from __future__ import annotations

import math
from typing import Callable

import tensorflow as tf

from tfgan_zoo import checks

Constraint = Callable[[tf.Tensor], tf.Tensor]
"""A variable's value -> its new value, of the same shape and type."""


def names() -> list[str]:
    """Returns the names of all constraints, `none` among them, sorted."""
    return sorted(["none", *_CONSTRAINTS])


def get(name: str, limit: float) -> Constraint | None:
    """Returns the constraint of that name; None for `none`.

    Args:
        name: one of `names()`.
        limit: what no value exceeds afterwards, above 0; `none` ignores it.

    Raises:
        ValueError: no constraint has that name, or `limit` is not above 0.
    """
    checks.one_of("constraint", name, names())
    if name == "none":
        return None
    if not 0.0 < limit < math.inf:
        raise ValueError(
            f"`limit` must be above 0 and finite. Received: {limit}."
        )
    constrain = _CONSTRAINTS[name]
    return lambda value: constrain(value, limit)


def _weight_clipping(value: tf.Tensor, limit: float) -> tf.Tensor:
    """Arjovsky et al. 2017 (arXiv:1701.07875), Algorithm 1, line 7."""
    return tf.clip_by_value(value, -limit, limit)


def _smooth_bound(value: tf.Tensor, limit: float) -> tf.Tensor:
    """`limit * tanh(value)`, like codekansas/gandlf's `MaxValue`.

    Its slope at 0 is `limit`: with a limit below 1 weights shrink by about
    that factor in every step.
    """
    return limit * tf.tanh(value)


_CONSTRAINTS: dict[str, Callable[[tf.Tensor, float], tf.Tensor]] = {
    "weight_clipping": _weight_clipping,
    "smooth_bound": _smooth_bound,
}
