"""Convolutions and their gradients, by the operations that CPUs do fastest.

See `convolution.py`, whose layers use them in training.
"""

from __future__ import annotations

from typing import Any, Callable

import tensorflow as tf

# As measured by benchmarks/convolutions.py.
_FEW_CHANNELS = 4
_SMALL_MAP = 8 * 8
_MANY_CHANNELS = 16


def convolution(stride: int) -> Callable[..., tf.Tensor]:
    """Returns `tf.nn.conv2d(inputs, kernel, stride, "SAME")`, for training."""

    @tf.custom_gradient
    def convolve(inputs: tf.Tensor, kernel: tf.Tensor) -> tuple[Any, ...]:
        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return (
                input_gradient(upstream, kernel, stride),
                kernel_gradient(inputs, upstream, kernel.shape[0], stride),
            )

        return tf.nn.conv2d(inputs, kernel, stride, "SAME"), gradient

    return convolve


def transposed_convolution(stride: int) -> Callable[..., tf.Tensor]:
    """Returns `input_gradient(inputs, kernel, stride)`, for training."""

    @tf.custom_gradient
    def convolve(inputs: tf.Tensor, kernel: tf.Tensor) -> tuple[Any, ...]:
        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return (
                tf.nn.conv2d(upstream, kernel, stride, "SAME"),
                kernel_gradient(upstream, inputs, kernel.shape[0], stride),
            )

        return input_gradient(inputs, kernel, stride), gradient

    return convolve


def input_gradient(
    coarse: tf.Tensor, kernel: tf.Tensor, stride: int
) -> tf.Tensor:
    """Returns the gradient for the inputs of a "SAME" convolution.

    Args:
        coarse: [B, H, W, O].
        kernel: [K, K, C, O], K a multiple of the stride.
        stride: S, of the convolution.

    Returns:
        [B, S * H, S * W, C].
    """
    channels = kernel.shape[2]
    _, height, width, _ = coarse.shape
    if channels > _FEW_CHANNELS:
        return tf.nn.conv2d_transpose(
            coarse,
            kernel,
            [tf.shape(coarse)[0], stride * height, stride * width, channels],
            stride,
            "SAME",
        )
    return subpixel_convolution(coarse, subpixel_kernel(kernel, stride), stride)


def subpixel_kernel(kernel: tf.Tensor, stride: int) -> tf.Tensor:
    """Rearranges a kernel for `subpixel_convolution`.

    A pixel of the fine map depends on K / S pixels of the coarse map along each
    axis, by the part of the kernel that its place in the coarse pixel selects.

    Args:
        kernel: [K, K, C, O].
        stride: S.

    Returns:
        [K / S, K / S, O, S * S * C].
    """
    size, channels = kernel.shape[0], kernel.shape[2]
    seen = size // stride
    parts = tf.reshape(kernel, [seen, stride, seen, stride, channels, -1])
    parts = tf.transpose(parts, [0, 2, 5, 1, 3, 4])[::-1, ::-1]
    return tf.reshape(parts, [seen, seen, -1, stride * stride * channels])


def subpixel_convolution(
    coarse: tf.Tensor,
    parts: tf.Tensor,
    stride: int,
    then: Callable[[tf.Tensor], tf.Tensor] = tf.identity,
) -> tf.Tensor:
    """Returns `input_gradient`, with `then` before the pixels are laid out.

    Args:
        coarse: float [B, H, W, O].
        parts: of `subpixel_kernel`, [K / S, K / S, O, S * S * C].
        stride: S.
        then: acts on each of the S * S * C channels alone.

    Returns:
        [B, S * H, S * W, C].
    """
    seen = parts.shape[0]
    _, height, width, _ = coarse.shape
    edge = [seen - 1, seen - 1]
    coarse = tf.pad(coarse, [[0, 0], edge, edge, [0, 0]])
    outputs = then(tf.nn.conv2d(coarse, parts, 1, "VALID"))
    if stride > 1:
        outputs = tf.nn.depth_to_space(outputs, stride)
    before = (seen - 1) * stride // 2
    return outputs[
        :,
        before : before + stride * height,
        before : before + stride * width,
    ]


def kernel_gradient(
    inputs: tf.Tensor, upstream: tf.Tensor, size: int, stride: int
) -> tf.Tensor:
    """Returns the gradient of a convolution padded as "SAME" for its kernel.

    Args:
        inputs: [B, S * H, S * W, C].
        upstream: the gradient for the outputs, [B, H, W, O].
        size: K of the kernel, a multiple of the stride.
        stride: S.

    Returns:
        [K, K, C, O].
    """
    channels, filters = inputs.shape[-1], upstream.shape[-1]
    height, width = upstream.shape[1:3]
    is_slow = (
        upstream.dtype.size == 2
        and (size == 1 or height * width <= _SMALL_MAP)
        and channels >= _MANY_CHANNELS
    )
    if not is_slow:
        return tf.raw_ops.Conv2DBackpropFilter(
            input=inputs,
            filter_sizes=[size, size, channels, filters],
            out_backprop=upstream,
            strides=[1, stride, stride, 1],
            padding="SAME",
        )
    return _kernel_gradient_by_products(inputs, upstream, size, stride)


def _kernel_gradient_by_products(
    inputs: tf.Tensor, upstream: tf.Tensor, size: int, stride: int
) -> tf.Tensor:
    """As `kernel_gradient`, by a matrix product for each shift of the map."""
    channels, filters = inputs.shape[-1], upstream.shape[-1]
    height, width = upstream.shape[1:3]
    before = (size - stride) // 2
    edge = [before, size - stride - before]
    inputs = tf.pad(inputs, [[0, 0], edge, edge, [0, 0]])
    if stride > 1:
        inputs = tf.nn.space_to_depth(inputs, stride)
    upstream = tf.reshape(upstream, [-1, filters])
    seen = size // stride
    parts = [
        tf.matmul(
            tf.reshape(
                inputs[:, row : row + height, column : column + width],
                [-1, inputs.shape[-1]],
            ),
            upstream,
            transpose_a=True,
        )
        for row in range(seen)
        for column in range(seen)
    ]
    gradient = tf.reshape(
        tf.stack(parts), [seen, seen, stride, stride, channels, filters]
    )
    gradient = tf.transpose(gradient, [0, 2, 1, 3, 4, 5])
    return tf.reshape(gradient, [size, size, channels, filters])
