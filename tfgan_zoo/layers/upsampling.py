"""Layers by which generators make maps and enlarge them.

`ProjectAndReshape` and `UpsampleBlock` include a normalisation and an
activation, so that a deployed generator can compute these before it lays values
out as pixels: there a converter folds them into the product or the convolution
before.
"""

from __future__ import annotations

from typing import Callable

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment
from tfgan_zoo.layers.convolution import convolve_by_pixel_shuffle

Activation = Callable[[tf.Tensor], tf.Tensor]


class _Normalized(deployment.DeployableLayer):
    """Has a normalisation, or none, and an activation."""

    def __init__(
        self, norm: keras.layers.Layer | None, activation: Activation
    ) -> None:
        super().__init__()
        self.norm = norm
        self.activation = activation

    def _finish(self, x: tf.Tensor, training: bool | None) -> tf.Tensor:
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
        x = self.project(inputs)  # [B, H * W * C]
        if self.is_deployed:
            return self.reshape(self._finish(x, training))
        return self._finish(self.reshape(x), training)


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
        if self.is_deployed:
            return convolve_by_pixel_shuffle(
                self.conv, inputs, lambda x: self._finish(x, training)
            )
        return self._finish(self.conv(inputs, training=training), training)


class BilinearUpsampling2D(deployment.DeployableLayer):
    """Doubles the sides of maps by bilinear interpolation.

    The centres of an input's pixel and of the four that it becomes are aligned,
    and pixels at an edge are repeated beyond it, as in `tf.image.resize`.

    Called with float [B, H, W, C], H and W known; returns [B, 2 H, 2 W, C] of
    the same type.
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        if self.is_deployed:
            _, height, width, _ = inputs.shape
            return tf.image.resize(inputs, [2 * height, 2 * width])
        # On CPUs faster than the operator for it, which has no 16 bits.
        return _double(_double(inputs, axis=1), axis=2)


def _double(maps: tf.Tensor, *, axis: int) -> tf.Tensor:
    """Doubles the rows (axis 1) or columns (axis 2) of [B, H, W, C]."""
    size, others = maps.shape[axis], (slice(None),) * axis
    paddings = [[0, 0] for _ in maps.shape]
    paddings[axis] = [1, 1]
    padded = tf.pad(0.25 * maps, paddings, "SYMMETRIC")
    before, after = (
        padded[(*others, slice(size))],
        padded[(*others, slice(2, None))],
    )
    near = 0.75 * maps
    doubled = tf.stack([near + before, near + after], axis + 1)
    shape = [-1, *maps.shape[1:]]
    shape[axis] = 2 * size
    return tf.reshape(doubled, shape)
