"""Layers whose weights all learn at one rate, whatever their number.

The equalised learning rate of Karras et al. 2018 (arXiv:1710.10196), section
4.1: weights are stored as standard normals and scaled by 1 / sqrt(fan-in) as
they are used, so that an optimizer like Adam, whose steps do not depend on the
gradient's size, changes all layers as fast in proportion to their weights.
"""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment
from tfgan_zoo.layers.activations import leaky_relu
from tfgan_zoo.layers.convolution_gradients import convolution
from tfgan_zoo.layers.resnet import widened

# Of leaky ReLU, so that values keep their variance.
_GAIN = math.sqrt(2.0)


class EqualizedLayer(deployment.DeployableLayer):
    """Has a kernel that is scaled as it is used, and a bias."""

    def add_kernel(self, shape: list[int], *, gain: float, rate: float) -> None:
        """Adds a kernel of standard normals, divided by `rate`.

        Args:
            shape: the last axis is that of the outputs.
            gain: standard deviation of the outputs, for inputs of 1.
            rate: the layer's share of the learning rate.
        """
        self.kernel = self.add_weight(
            "kernel",
            shape,
            initializer=keras.initializers.RandomNormal(stddev=1.0 / rate),
            experimental_autocast=False,  # scaled in float32
        )
        self.scale = gain * rate / math.sqrt(math.prod(shape[:-1]))

    def add_bias(self, initial: float = 0.0) -> None:
        """Adds a bias, one value for each output."""
        self.bias = self.add_weight(
            "bias",
            [self.kernel.shape[-1]],
            initializer=keras.initializers.Constant(initial),
        )

    def kernel_in_use(self) -> tf.Tensor:
        """Returns the kernel that the layer computes with."""
        if self.is_deployed:
            return deployment.constant(self._scaled)
        return self._scaled()

    def _scaled(self) -> tf.Tensor:
        return tf.cast(self.kernel * self.scale, self.compute_dtype)


class EqualizedDense(EqualizedLayer):
    """A dense layer of equalised learning rate.

    Called with float [B, F]; returns [B, `units`].

    Args:
        units: of the outputs.
        is_activated: whether a leaky ReLU follows, and a gain of sqrt(2).
        bias: its initial value.
        rate: share of the learning rate with which it learns.
    """

    def __init__(
        self,
        units: int,
        *,
        is_activated: bool = False,
        bias: float = 0.0,
        rate: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.is_activated = is_activated
        self.initial_bias = bias
        self.rate = rate

    def build(self, input_shape: tf.TensorShape) -> None:
        gain = _GAIN if self.is_activated else 1.0
        shape = [input_shape[-1], self.units]
        self.add_kernel(shape, gain=gain, rate=self.rate)
        self.add_bias(self.initial_bias / self.rate)
        super().build(input_shape)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        outputs = tf.matmul(inputs, self.kernel_in_use())
        outputs = tf.nn.bias_add(outputs, self.bias * self.rate)
        return leaky_relu(outputs) if self.is_activated else outputs


class EqualizedConv2D(EqualizedLayer):
    """A convolution of equalised learning rate, padded as "same".

    Called with float [B, H, W, C]; returns [B, H, W, `filters`] or, if it
    halves, [B, H / 2, W / 2, `filters`], the averages of each 2x2.

    Args:
        filters: channels of the outputs.
        kernel_size: height and width of the kernel; 3 if it halves.
        is_activated: whether it has a bias, and a leaky ReLU follows with a
            gain of sqrt(2).
        halve: whether it halves the sides.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int = 3,
        *,
        is_activated: bool = True,
        halve: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.is_activated = is_activated
        self.halve = halve

    def build(self, input_shape: tf.TensorShape) -> None:
        gain = _GAIN if self.is_activated else 1.0
        size = self.kernel_size
        shape = [size, size, input_shape[-1], self.filters]
        self.add_kernel(shape, gain=gain, rate=1.0)
        if self.is_activated:
            self.add_bias()
        super().build(input_shape)

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        kernel, stride = self.kernel_in_use(), 1
        if self.halve:
            kernel, stride = 0.25 * widened(kernel), 2
        if training:
            outputs = convolution(stride)(inputs, kernel)
        else:
            outputs = tf.nn.conv2d(inputs, kernel, stride, "SAME")
        if not self.is_activated:
            return outputs
        return leaky_relu(tf.nn.bias_add(outputs, self.bias))
