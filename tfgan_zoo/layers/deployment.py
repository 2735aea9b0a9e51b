"""How layers compute in a generator that goes to a phone or a browser.

Within `deployed` a network's layers make the same images, except for rounding,
by operations for which the runtimes have fast kernels, on CPUs, on GPUs and in
integers, and in an order that lets a converter fold one into another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Callable

import tensorflow as tf

from tfgan_zoo.backend import keras

# Integers up to it are exact in 16 bits, in which files may store them.
_MOST_IN_16_BITS = 2048


class DeployableLayer(keras.layers.Layer):
    """A layer that computes in another form on phones and in browsers.

    Attributes:
        is_deployed: whether it computes in that form.
        in_integers: whether its activations will have 8 bits there.
    """

    is_deployed: bool = False
    in_integers: bool = False


@contextlib.contextmanager
def deployed(
    network: tf.Module, *, in_integers: bool = False
) -> Iterator[None]:
    """Lets the layers of a network compute in their deployed form.

    A graph that was traced before stays as it is.

    Args:
        network: a Keras model or layer, or another module.
        in_integers: whether activations will have 8 bits. Then the input of a
            tanh is clipped, which changes images by at most 0.0007 and leaves
            the bits to values that can be seen.
    """
    layers = [
        layer
        for layer in (network, *network.submodules)
        if isinstance(layer, DeployableLayer)
    ]
    before = [(layer.is_deployed, layer.in_integers) for layer in layers]
    for layer in layers:
        layer.is_deployed, layer.in_integers = True, in_integers
    try:
        yield
    finally:
        for layer, forms in zip(layers, before):
            layer.is_deployed, layer.in_integers = forms


def repeated(parameters: tf.Tensor, channels: int) -> tf.Tensor:
    """Repeats parameters [..., C] in turn, to [..., `channels`]."""
    times = channels // parameters.shape[-1]
    if times == 1:
        return parameters
    return tf.concat([tf.convert_to_tensor(parameters)] * times, -1)


def constant(compute: Callable[[], tf.Tensor]) -> tf.Tensor:
    """Returns `compute()`, computed now and not in the graph.

    Converters do not fold large constants; phones then compute them again for
    every image, or have no operator for it.

    Args:
        compute: a function of variables alone.
    """
    with tf.init_scope():
        value = compute().numpy()
    return tf.constant(value)


def one_hot(
    labels: tf.Tensor, num_classes: int, *, in_integers: bool
) -> tf.Tensor:
    """Returns float32 [B, `num_classes`]: ones for labels int [B], else zeros.

    By comparison: GPUs refuse `ONE_HOT` if a file stores its one and its zero
    in 16 bits.
    """
    if _is_looked_up(num_classes, in_integers):
        return tf.gather(tf.eye(num_classes), labels)
    numbers = tf.reshape(tf.cast(labels, tf.float32), [-1, 1])
    classes = tf.range(num_classes, dtype=tf.float32)
    return tf.cast(tf.equal(numbers, classes), tf.float32)


def look_up(
    table: tf.Tensor, labels: tf.Tensor, *, in_integers: bool
) -> tf.Tensor:
    """Returns the rows [B, C] of a float32 table [N, C] for labels int [B].

    By a product: GPUs refuse the `GATHER` of a table of 16 bits.
    """
    classes = table.shape[0]
    if _is_looked_up(classes, in_integers):
        return tf.gather(table, labels)
    return tf.matmul(one_hot(labels, classes, in_integers=False), table)


def _is_looked_up(num_classes: int, in_integers: bool) -> bool:
    """Whether `GATHER` is used: where GPUs take it, or labels don't compare."""
    return in_integers or num_classes > _MOST_IN_16_BITS
