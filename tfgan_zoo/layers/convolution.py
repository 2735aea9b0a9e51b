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
"""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers.convolution_gradients import (
    convolution,
    transposed_convolution,
)


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
        return add_bias_and_activate(self, outputs)


class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """`keras.layers.Conv2DTranspose`, trained faster on CPUs."""

    @property
    def transposed_kernel(self) -> tf.Tensor:
        """[K, K, O, I], see `folding.convolve_by_pixel_shuffle`."""
        return tf.convert_to_tensor(self.kernel)

    @property
    def transposed_size(self) -> int:
        return self.kernel_size[0]

    @property
    def transposed_stride(self) -> int:
        return self.strides[0]

    def has_plain_kernel(self, inputs: tf.Tensor) -> bool:
        """Whether `folding.convolve` takes the layer, of such inputs."""
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
        return add_bias_and_activate(self, outputs)


def _is_replaceable(layer: keras.layers.Conv2D) -> bool:
    (size, *sizes), (stride, *strides) = layer.kernel_size, layer.strides
    return (
        [size] == sizes
        and [stride] == strides
        and size % stride == 0
        and layer.padding == "same"
        and layer.dilation_rate == (1, 1)
        and layer.groups == 1
        and getattr(layer, "output_padding", None) is None
        and is_on_cpu()
    )


def is_on_cpu() -> bool:
    """Returns whether TensorFlow sees CPUs alone."""
    return all(
        device.device_type == "CPU"
        for device in tf.config.list_logical_devices()
    )


def add_bias_and_activate(
    layer: keras.layers.Conv2D, outputs: tf.Tensor
) -> tf.Tensor:
    """Returns a layer's outputs, from the products of its kernel."""
    if layer.use_bias:
        outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(layer.bias))
    return layer.activation(outputs)
