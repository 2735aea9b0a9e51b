"""Norms within kernels: how generators compute outside training.

There a batch normalisation multiplies each channel by one number and adds
another, which can be part of the kernel and the bias before it. In a deployed
generator, transposed convolutions are convolutions to `stride^2` times as many
channels, whose pixels are then laid out (Shi et al. 2016, arXiv:1609.05158).
"""

from __future__ import annotations

import functools
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment
from tfgan_zoo.layers.convolution import Conv2DTranspose
from tfgan_zoo.layers.convolution_gradients import (
    subpixel_convolution,
    subpixel_kernel,
)
from tfgan_zoo.layers.normalization import BatchNormalization


def foldable(norm: keras.layers.Layer | None) -> BatchNormalization | None:
    """Returns a norm that scales and moves each channel alike in all images.

    None of another one, or of one that is not built.
    """
    is_one = isinstance(norm, BatchNormalization) and norm.built
    return norm if is_one else None


def convolve(
    layer: Conv2DTranspose,
    inputs: tf.Tensor,
    norm: BatchNormalization | None = None,
) -> tf.Tensor:
    """Returns `norm(layer(inputs))` in one pass over the maps.

    Args:
        layer: one with a `has_plain_kernel`.
        inputs: float [B, H, W, I].
        norm: one that is `foldable`, or None.
    """
    kernel, bias = _folded_convolution(layer, norm)
    inputs = tf.cast(inputs, layer.compute_dtype)
    stride = layer.transposed_stride
    _, height, width, _ = inputs.shape
    shape = [
        tf.shape(inputs)[0],
        stride * height,
        stride * width,
        layer.filters,
    ]
    # No pixel shuffle: oneDNN's conv2d gives an empty batch a wrong shape.
    outputs = tf.nn.conv2d_transpose(inputs, kernel, shape, stride, "SAME")
    return outputs if bias is None else tf.nn.bias_add(outputs, bias)


def convolve_by_pixel_shuffle(
    layer: Any,
    inputs: tf.Tensor,
    then: Callable[[tf.Tensor], tf.Tensor],
    norm: BatchNormalization | None = None,
) -> tf.Tensor:
    """Returns `then(norm(layer(inputs)))`, both before the shuffle.

    If the kernel's size is not a multiple of the stride, nothing is shuffled.

    Args:
        layer: a built transposed convolution padded as "same", with a
            `transposed_kernel` of a `transposed_size` and a
            `transposed_stride`.
        inputs: float [B, H, W, I].
        then: acts on each channel alone; if it has parameters per channel, it
            repeats them for a multiple of the channels.
        norm: one that is `foldable`, of a layer with a `has_plain_kernel`; or
            None.
    """
    stride = layer.transposed_stride
    if layer.transposed_size % stride:
        return then(layer(inputs))
    parts = deployment.constant(
        lambda: subpixel_kernel(_folded_convolution(layer, norm)[0], stride)
    )
    bias = None
    if layer.use_bias or norm is not None:
        bias = deployment.constant(lambda: _folded_convolution(layer, norm)[1])

    def shuffled(maps: tf.Tensor) -> tf.Tensor:
        if bias is not None:
            maps += deployment.repeated(bias, maps.shape[-1])
        return then(maps)

    inputs = tf.cast(inputs, layer.compute_dtype)
    return subpixel_convolution(inputs, parts, stride, shuffled)


def project(
    layer: keras.layers.Dense, inputs: tf.Tensor, norm: BatchNormalization
) -> tf.Tensor:
    """Returns `layer(inputs)`, normalised as C channels in turn.

    For a deployed generator.

    Args:
        layer: without an activation, of a multiple of C units.
        inputs: float [B, Z].
        norm: one that is `foldable`, of C channels.
    """
    own_bias = layer.bias if layer.use_bias else None

    def folded(place: int) -> tf.Tensor:
        pair = _folded(layer.kernel, own_bias, norm, layer.compute_dtype, -1)
        return pair[place]

    kernel, bias = (
        deployment.constant(functools.partial(folded, place))
        for place in (0, 1)
    )
    inputs = tf.cast(inputs, layer.compute_dtype)
    return tf.nn.bias_add(tf.matmul(inputs, kernel), bias)


def _folded_convolution(
    layer: Any, norm: BatchNormalization | None
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Returns a kernel [K, K, O, I] and a bias [O], None if it has none."""
    bias = layer.bias if layer.use_bias else None
    kernel = layer.transposed_kernel
    return _folded(kernel, bias, norm, layer.compute_dtype, 2)


def _folded(
    kernel: tf.Tensor,
    bias: tf.Tensor | None,
    norm: BatchNormalization | None,
    dtype: Any,
    axis: int,
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Returns kernel and bias with a norm in them, whose channels repeat.

    Args:
        axis: of the kernel's outputs.
    """
    if norm is not None:
        scale = norm.gamma / tf.sqrt(norm.moving_variance + norm.epsilon)
        offset = norm.beta - norm.moving_mean * scale
        outputs = kernel.shape[axis]
        scale, offset = (
            deployment.repeated(values, outputs) for values in (scale, offset)
        )
        shape = [1] * len(kernel.shape)
        shape[axis] = outputs
        kernel = tf.cast(kernel, scale.dtype) * tf.reshape(scale, shape)
        if bias is not None:
            offset += tf.cast(bias, scale.dtype) * scale
        bias = offset
    return (
        tf.cast(kernel, dtype),
        None if bias is None else tf.cast(bias, dtype),
    )
