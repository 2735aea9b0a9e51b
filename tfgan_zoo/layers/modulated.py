"""Convolutions in a style: Karras et al. 2020 (arXiv:1912.04958), section 2.2.

A style s scales the input channels of a kernel w, and demodulation divides
each output channel by its expected standard deviation (equations 1 and 3):

    w'_ijk = s_i w_ijk,    w''_ijk = w'_ijk / sqrt(sum_ik w'_ijk^2)

The styles of a batch would make a kernel for each of its images. The same comes
of one kernel whose inputs are multiplied by s_i and whose outputs by

    d_j = 1 / sqrt(sum_i s_i^2 sum_k w_ijk^2),

which is a plain convolution between two products on every runtime.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment
from tfgan_zoo.layers.activations import leaky_relu
from tfgan_zoo.layers.convolution_gradients import (
    convolution,
    transposed_convolution,
)
from tfgan_zoo.layers.equalized import EqualizedDense, EqualizedLayer
from tfgan_zoo.layers.folding import convolve_by_pixel_shuffle
from tfgan_zoo.layers.resnet import widened

_EPSILON = 1e-8


class ModulatedConv2D(EqualizedLayer):
    """A convolution in a style, of equalised learning rate, padded as "same".

    Called with maps float [B, H, W, C], H and W known, and w float32 [B, W],
    of which it makes its style; returns [B, H, W, `filters`] or, if it
    doubles, [B, 2 H, 2 W, `filters`].

    Args:
        filters: channels of the outputs.
        kernel_size: height and width of the kernel; 3 if it doubles.
        double: whether it doubles the sides of the maps first, by nearest
            neighbours.
        to_image: whether neither demodulation nor a leaky ReLU, with its gain
            of sqrt(2), follows.
    """

    # Of the doubling one, see `convolve_by_pixel_shuffle`.
    transposed_size = 4
    transposed_stride = 2
    use_bias = False  # It comes after demodulation.

    def __init__(
        self,
        filters: int,
        kernel_size: int = 3,
        *,
        double: bool = False,
        to_image: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.double = double
        self.to_image = to_image

    def build(self, input_shape: tf.TensorShape) -> None:
        size, channels = self.kernel_size, input_shape[-1]
        self.to_style = EqualizedDense(channels, bias=1.0, dtype="float32")
        self.to_map = keras.layers.Reshape((1, 1, channels), dtype="float32")
        shape = [size, size, channels, self.filters]
        self.add_kernel(shape, gain=1.0, rate=1.0)
        self.add_bias()
        super().build(input_shape)

    @property
    def transposed_kernel(self) -> tf.Tensor:
        """[4, 4, O, I], which a transposed convolution reads backwards."""
        kernel = widened(tf.reverse(self.kernel_in_use(), [0, 1]))
        return tf.transpose(kernel, [0, 1, 3, 2])

    def call(
        self, maps: tf.Tensor, w: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        style = self.to_style(w)  # [B, C]
        x = maps * tf.cast(self.to_map(style), maps.dtype)
        if self.double and self.is_deployed:
            return convolve_by_pixel_shuffle(
                self, x, lambda maps: self._finish(maps, style)
            )
        return self._finish(self._convolve(x, training), style)

    def _convolve(self, x: tf.Tensor, training: bool | None) -> tf.Tensor:
        if not self.double:
            kernel = self.kernel_in_use()
            if training:
                return convolution(1)(x, kernel)
            return tf.nn.conv2d(x, kernel, 1, "SAME")
        kernel = self.transposed_kernel
        if training:
            return transposed_convolution(2)(x, kernel)
        _, height, width, _ = x.shape
        shape = [tf.shape(x)[0], 2 * height, 2 * width, self.filters]
        return tf.nn.conv2d_transpose(x, kernel, shape, 2, "SAME")

    def _finish(self, maps: tf.Tensor, style: tf.Tensor) -> tf.Tensor:
        channels = maps.shape[-1]  # 4 times as many before a pixel shuffle
        bias = deployment.repeated(self.bias, channels)
        if self.to_image:
            return maps + bias
        scale = deployment.repeated(self._demodulation(style), channels)
        scale = tf.reshape(scale, [-1, 1, 1, channels])
        return leaky_relu(maps * tf.cast(scale, maps.dtype) + bias)

    def _demodulation(self, style: tf.Tensor) -> tf.Tensor:
        """Returns d [B, O], times leaky ReLU's gain."""
        if self.is_deployed:
            norms = deployment.constant(self._squared_norms)
        else:
            norms = self._squared_norms()
        variances = tf.matmul(style * style, norms)
        return tf.math.rsqrt(variances + _EPSILON)

    def _squared_norms(self) -> tf.Tensor:
        """Returns half of sum_k w_ijk^2, float32 [I, O]."""
        return 0.5 * tf.reduce_sum(
            tf.square(self.kernel * self.scale), axis=[0, 1]
        )
