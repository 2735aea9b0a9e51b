"""Layers by which generators make maps and enlarge them.

`ProjectAndReshape` and `UpsampleBlock` include a normalisation and an
activation, so that a deployed generator can compute these before it lays values
out as pixels: there a converter folds them into the product or the convolution
before.
"""

from __future__ import annotations

from typing import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment, folding
from tfgan_zoo.layers.convolution import Conv2DTranspose

Activation = Callable[[tf.Tensor], tf.Tensor]


class _Normalized(deployment.DeployableLayer):
    """Has a normalisation, or none, and an activation."""

    def __init__(
        self, norm: keras.layers.Layer | None, activation: Activation
    ) -> None:
        super().__init__()
        self.norm = norm
        self.activation = activation

    def _finish(self, x: tf.Tensor, training: bool | None = False) -> tf.Tensor:
        if self.norm is not None:
            x = self.norm(x, training=training)
        return self.activation(x)


class ProjectAndReshape(_Normalized):
    """Projects vectors [B, Z] to maps [B, H, W, C]: dense, reshape, norm.

    The first step of Radford et al. 2015 (arXiv:1511.06434), figure 1.

    Args:
        project: a dense layer of H * W * C units.
        reshape: a Keras `Reshape` to (H, W, C).
        norm: acts on each channel alone, such as batch normalisation.
        activation: of single values.
    """

    def __init__(
        self,
        project: keras.layers.Layer,
        reshape: keras.layers.Layer,
        *,
        norm: keras.layers.Layer | None = None,
        activation: Activation = tf.nn.relu,
    ) -> None:
        super().__init__(norm, activation)
        self.project = project
        self.reshape = reshape

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        if self.is_deployed:
            return self.reshape(self._projected(inputs, training))
        return self._finish(self.reshape(self.project(inputs)), training)

    def _projected(self, inputs: tf.Tensor, training: bool | None) -> tf.Tensor:
        """Returns [B, H * W * C], with all but the reshape done."""
        is_plain = type(self.project) is keras.layers.Dense
        norm = folding.foldable(self.norm)
        if is_plain and norm is not None:
            return self.activation(folding.project(self.project, inputs, norm))
        return self._finish(self.project(inputs), training)


class UpsampleBlock(_Normalized):
    """Upsamples maps: transposed convolution, norm, activation.

    Called with float [B, H, W, I]; returns [B, S H, S W, O] for a stride of S.
    Deployed, the same by a convolution and a pixel shuffle.

    Args:
        conv: a `Conv2DTranspose` padded as "same".
        norm: acts on each channel alone, such as batch normalisation.
        activation: of single values.
    """

    def __init__(
        self,
        conv: keras.layers.Layer,
        *,
        norm: keras.layers.Layer | None = None,
        activation: Activation = tf.nn.relu,
    ) -> None:
        super().__init__(norm, activation)
        self.conv = conv

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        is_plain = isinstance(
            self.conv, Conv2DTranspose
        ) and self.conv.has_plain_kernel(inputs)
        norm = folding.foldable(self.norm) if is_plain else None
        if self.is_deployed:
            then = self._finish if norm is None else self.activation
            return folding.convolve_by_pixel_shuffle(
                self.conv, inputs, then, norm
            )
        if not training and norm is not None:
            return self.activation(folding.convolve(self.conv, inputs, norm))
        return self._finish(self.conv(inputs, training=training), training)


class BilinearUpsampling2D(deployment.DeployableLayer):
    """Doubles the sides of maps by bilinear interpolation.

    The centres of an input's pixel and of the four that it becomes are aligned,
    and pixels at an edge are repeated beyond it, as in `tf.image.resize`.

    Called with float [B, H, W, C], H and W known; returns [B, 2 H, 2 W, C] of
    the same type, or of float32 where the layer is deployed.
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        _, height, width, channels = inputs.shape
        if self.is_deployed:
            return tf.image.resize(inputs, [2 * height, 2 * width])
        # By matrix products, forwards and backwards: the operator has no 16
        # bits, and gradients of slices are slow on CPUs.
        rows = tf.matmul(
            _interpolation(height, inputs.dtype),
            tf.reshape(inputs, [-1, height, width * channels]),
        )
        columns = tf.matmul(
            _interpolation(width, inputs.dtype),
            tf.reshape(rows, [-1, width, channels]),
        )
        return tf.reshape(columns, [-1, 2 * height, 2 * width, channels])


def _interpolation(size: int, dtype: tf.DType) -> tf.Tensor:
    """Returns the weights of pixels in twice as many, [2 `size`, `size`]."""
    near = np.repeat(np.eye(size), 2, 0)
    # Each pixel's other neighbour: the one before, then the one after.
    places = np.arange(size)[:, np.newaxis] + [-1, 1]
    far = np.eye(size)[np.clip(places, 0, size - 1).ravel()]
    return tf.constant(0.75 * near + 0.25 * far, dtype)
