"""Strided convolutions that train faster on CPUs.

`Conv2D` and `Conv2DTranspose` are Keras' layers, with the same variables and
results. On CPUs two of the operations by which TensorFlow trains them take
several times as long as their arithmetic needs; in training these are replaced:

- the gradient for inputs of few channels, which is also the transposed
  convolution that makes an image, by a convolution to `stride^2` times as many
  channels, whose pixels are then laid out (Shi et al. 2016, arXiv:1609.05158);
- the gradient for the kernel in 16 bits, where maps are small or the kernel is
  1x1, by matrix products of the shifted map.

Both sum the same products in another order. Layers are trained as Keras' are
unless their kernel is square, its side a multiple of the stride, and their
padding "same".

In a deployed generator `convolve_by_pixel_shuffle` makes every transposed
convolution one to `stride^2` times as many channels.
"""

from __future__ import annotations

from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment

# As measured by benchmarks/convolutions.py.
_FEW_CHANNELS = 4
_SMALL_MAP = 8 * 8
_MANY_CHANNELS = 16


class Conv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D`, trained faster on CPUs."""

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        stride = self.strides[0]
        fits = all(side and side % stride == 0 for side in inputs.shape[1:3])
        if not (training and fits and _is_replaceable(self)):
            return super().call(inputs)
        outputs = convolution(stride)(inputs, tf.convert_to_tensor(self.kernel))
        return with_bias(self, outputs)


class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """`keras.layers.Conv2DTranspose`, trained faster on CPUs."""

    @property
    def transposed_kernel(self) -> tf.Tensor:
        """[K, K, O, I], see `convolve_by_pixel_shuffle`."""
        return tf.convert_to_tensor(self.kernel)

    @property
    def transposed_size(self) -> int:
        return self.kernel_size[0]

    @property
    def transposed_stride(self) -> int:
        return self.strides[0]

    def is_scalable(self, inputs: tf.Tensor) -> bool:
        """Whether `convolve_and_scale` takes the layer, of such inputs."""
        return (
            self.built
            and None not in inputs.shape[1:3]
            and self.activation is keras.activations.linear
            and _is_replaceable(self)
        )

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        is_known = None not in inputs.shape[1:3]
        if not (training and is_known and _is_replaceable(self)):
            return super().call(inputs)
        outputs = transposed_convolution(self.strides[0])(
            inputs, tf.convert_to_tensor(self.kernel)
        )
        return with_bias(self, outputs)


Affine = Callable[[], "tuple[tf.Tensor, tf.Tensor]"]


def convolve_and_scale(
    layer: Conv2DTranspose, inputs: tf.Tensor, affine: Affine | None = None
) -> tf.Tensor:
    """Returns `layer(inputs) * scale + offset`, by a kernel that is scaled.

    Args:
        layer: one that `is_scalable`, without an activation.
        inputs: float [B, H, W, I].
        affine: returns scale and offset, float32 [O] each; None for 1 and 0.
    """
    kernel, offset = _scaled(layer, affine)
    outputs = input_gradient(
        tf.cast(inputs, layer.compute_dtype), kernel, layer.transposed_stride
    )
    return outputs if offset is None else tf.nn.bias_add(outputs, offset)


def convolve_by_pixel_shuffle(
    layer: Any,
    inputs: tf.Tensor,
    then: Callable[[tf.Tensor], tf.Tensor],
    affine: Affine | None = None,
) -> tf.Tensor:
    """Returns `then(layer(inputs))`, with `then` applied before the shuffle.

    If the kernel's size is not a multiple of the stride, nothing is shuffled.

    Args:
        layer: a built transposed convolution padded as "same", with a
            `transposed_kernel` of a `transposed_size` and a
            `transposed_stride`.
        inputs: float [B, H, W, I].
        then: acts on each channel alone; if it has parameters per channel, it
            repeats them for a multiple of the channels.
        affine: of a layer that `is_scalable`, see `convolve_and_scale`.
    """
    stride = layer.transposed_stride
    if layer.transposed_size % stride:
        return then(layer(inputs))
    parts = deployment.constant(
        lambda: _parts(_scaled(layer, affine)[0], stride)
    )
    offset = None
    if layer.use_bias or affine is not None:
        offset = deployment.constant(lambda: _scaled(layer, affine)[1])

    def shuffled(maps: tf.Tensor) -> tf.Tensor:
        if offset is not None:
            maps += deployment.repeated(offset, maps.shape[-1])
        return then(maps)

    return _subpixel(
        tf.cast(inputs, layer.compute_dtype), parts, stride, shuffled
    )


def _scaled(
    layer: Any, affine: Affine | None
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Returns a kernel [K, K, O, I] and what is added [O], if anything is."""
    kernel, dtype = layer.transposed_kernel, layer.compute_dtype
    offset = layer.bias if layer.use_bias else None
    if affine is not None:
        scale, more = affine()
        kernel = tf.cast(kernel, scale.dtype) * scale[:, tf.newaxis]
        if offset is not None:
            more += tf.cast(offset, scale.dtype) * scale
        offset = more
    return (
        tf.cast(kernel, dtype),
        None if offset is None else tf.cast(offset, dtype),
    )


def _is_replaceable(layer: keras.layers.Conv2D) -> bool:
    (size, *sizes), (stride, *strides) = layer.kernel_size, layer.strides
    return (
        [size] == sizes
        and [stride] == strides
        and size % stride == 0
        and layer.padding == "same"
        and layer.dilation_rate == (1, 1)
        and layer.groups == 1
        and is_on_cpu()
    )


def is_on_cpu() -> bool:
    """Returns whether TensorFlow sees CPUs alone."""
    return all(
        device.device_type == "CPU"
        for device in tf.config.list_logical_devices()
    )


def with_bias(layer: keras.layers.Conv2D, outputs: tf.Tensor) -> tf.Tensor:
    """Returns a layer's outputs, of what its kernel made."""
    if layer.use_bias:
        outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(layer.bias))
    return layer.activation(outputs)


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
    return _subpixel(coarse, _parts(kernel, stride), stride)


def _parts(kernel: tf.Tensor, stride: int) -> tf.Tensor:
    """Rearranges a kernel for `_subpixel`.

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


def _subpixel(
    coarse: tf.Tensor,
    parts: tf.Tensor,
    stride: int,
    then: Callable[[tf.Tensor], tf.Tensor] = tf.identity,
) -> tf.Tensor:
    """As `input_gradient`, with `then` before the pixels are laid out."""
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
