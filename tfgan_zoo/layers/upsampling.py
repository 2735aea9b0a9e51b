"""Layers by which generators make maps and enlarge them.

They include a normalisation and an activation, so that a deployed
generator can compute these before it lays values out as pixels: there a
converter folds them into the product or the convolution before.
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
