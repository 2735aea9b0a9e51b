"""How layers compute in a generator that goes to a phone or a browser.

Within `deployed` they make the same images, but for rounding, by operations
that the runtimes there have fast kernels for, on processors, on GPUs and in
integers, and in an order that lets a converter fold one into another.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Callable

import tensorflow as tf

_active = threading.local()


@contextlib.contextmanager
def deployed(*, in_integers: bool = False) -> Iterator[None]:
    """Layers that are called within compute as they are deployed.

    Args:
        in_integers: whether activations will have 8 bits. Then the range of
            what goes into a tanh is bounded, which changes images by at most
            0.0007 and leaves the bits to what shows.
    """
    before = is_deployed(), is_in_integers()
    _active.deployed, _active.in_integers = True, in_integers
    try:
        yield
    finally:
        _active.deployed, _active.in_integers = before


def is_deployed() -> bool:
    """Returns whether the caller runs within `deployed`."""
    return getattr(_active, "deployed", False)


def is_in_integers() -> bool:
    """Returns whether the caller runs within `deployed(in_integers=True)`."""
    return getattr(_active, "in_integers", False)


def laid_out(
    values: tf.Tensor,
    lay_out: Callable[[tf.Tensor], tf.Tensor],
    then: Callable[[tf.Tensor], tf.Tensor],
) -> tf.Tensor:
    """Returns `then(lay_out(values))`; deployed, `lay_out(then(values))`.

    So `then` can be folded into what made the values.

    Args:
        values: float [..., N * C].
        lay_out: moves values, so that its results' channels are C.
        then: acts on each channel alone, and where it has parameters a
            channel, repeats them for N * C of them.
    """
    return lay_out(then(values)) if is_deployed() else then(lay_out(values))


def repeated(parameters: tf.Tensor, channels: int) -> tf.Tensor:
    """Repeats parameters [..., C] in turn, to [..., `channels`]."""
    times = channels // parameters.shape[-1]
    if times == 1:
        return parameters
    return tf.concat([tf.convert_to_tensor(parameters)] * times, -1)


def constant(compute: Callable[[], tf.Tensor]) -> tf.Tensor:
    """Returns `compute()`; deployed, computed now.

    Converters do not compute what is large, and then phones do it again for
    every image, or have no operator for it.

    Args:
        compute: a function of variables alone.
    """
    if not is_deployed():
        return compute()
    with tf.init_scope():
        value = compute().numpy()
    return tf.constant(value)
