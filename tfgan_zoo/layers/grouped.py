"""Convolutions in groups of channels."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo.layers.convolution import (
    Conv2D,
    add_bias_and_activate,
    is_on_cpu,
)


class GroupedConv2D(Conv2D):
    """`keras.layers.Conv2D` with `groups`, whose gradients CPUs have too.

    TensorFlow has none for them on CPUs, so in training all groups are one
    batch of matrix products there, which any gradient can go through, that of
    a gradient penalty as well. It takes strides and dilations of 1, an odd
    square kernel and `padding="same"`.
    """

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        if self.groups == 1 or not (training and is_on_cpu()):
            return super().call(inputs, training=training)
        kernel = tf.convert_to_tensor(self.kernel)
        return add_bias_and_activate(
            self, _by_products(inputs, kernel, self.groups)
        )


def _by_products(
    inputs: tf.Tensor, kernel: tf.Tensor, groups: int
) -> tf.Tensor:
    """Convolves [B, H, W, G * I] with [K, K, I, G * O] to [B, H, W, G * O]."""
    size, _, channels, filters = kernel.shape
    _, height, width, _ = inputs.shape
    edge = [size // 2, size // 2]
    maps = tf.reshape(inputs, [-1, height, width, groups, channels])
    maps = tf.transpose(maps, [3, 0, 1, 2, 4])  # [G, B, H, W, I]
    maps = tf.pad(maps, [[0, 0], [0, 0], edge, edge, [0, 0]])
    patches = tf.concat(
        [
            maps[:, :, row : row + height, column : column + width]
            for row in range(size)
            for column in range(size)
        ],
        -1,
    )
    patches = tf.reshape(patches, [groups, -1, size * size * channels])
    kernel = tf.reshape(kernel, [size * size * channels, groups, -1])
    products = tf.matmul(patches, tf.transpose(kernel, [1, 0, 2]))
    outputs = tf.reshape(
        products, [groups, -1, height, width, filters // groups]
    )
    outputs = tf.transpose(outputs, [1, 2, 3, 0, 4])
    return tf.reshape(outputs, [-1, height, width, filters])
