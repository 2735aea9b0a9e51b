"""Layers by which generators make maps, enlarge them, and make an image.

The first two include a normalisation and an activation, so that a deployed
generator can compute these before it lays values out as pixels: there a
converter folds them into the product or the convolution before.
"""

from __future__ import annotations

import functools
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment
from tfgan_zoo.layers.activations import clip_to_pixels
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


class SubpixelDetails(deployment.DeployableLayer):
    """Enlarges images: equal pixels, and details that sum to 0.

    A convolution makes the details of each pixel's R x R, less their mean, and
    a pixel shuffle lays them out (Shi et al. 2016, arXiv:1609.05158). So the
    enlarged image, shrunk by averages, is the image again, but for the clipping
    to [-1, 1].

    Called with images float [B, H, W, C] and features float [B, H, W, F] of
    any H and W; returns float32 [B, R H, R W, C] in [-1, 1].

    Args:
        conv: from the features to R R C channels, padded as "same", stride 1,
            without an activation.
        factor: R.
    """

    def __init__(
        self, conv: keras.layers.Layer, *, factor: int = 2, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.conv = conv
        self.factor = factor
        self.parts = factor**2  # of a pixel

    def call(
        self,
        images: tf.Tensor,
        features: tf.Tensor,
        training: bool | None = None,
    ) -> tf.Tensor:
        if self.is_deployed:
            return self._with_centered_kernel(images, features)
        details = tf.cast(self.conv(features), tf.float32)  # [B, H, W, R R C]
        # Of each pixel's R x R, row by row.
        parts = tf.split(details, self.parts, axis=-1)
        base = tf.cast(images, tf.float32) - tf.add_n(parts) / self.parts
        enlarged = tf.concat([base + part for part in parts], -1)
        enlarged = tf.nn.depth_to_space(enlarged, self.factor)
        return clip_to_pixels(enlarged, training)

    def _with_centered_kernel(
        self, images: tf.Tensor, features: tf.Tensor
    ) -> tf.Tensor:
        """The mean is subtracted from the kernel and the bias beforehand."""
        kernel, bias = (
            deployment.constant(functools.partial(_center, weight, self.parts))
            for weight in self.conv.weights
        )
        details = tf.nn.conv2d(features, kernel, 1, "SAME") + bias
        enlarged = tf.concat([images] * self.parts, -1) + details
        return tf.nn.depth_to_space(clip_to_pixels(enlarged), self.factor)


def _center(values: tf.Tensor, count: int) -> tf.Tensor:
    """Subtracts the mean over the parts from [..., count * C]."""
    parts = tf.split(values, count, axis=-1)
    mean = tf.add_n(parts) / count
    return tf.concat([part - mean for part in parts], -1)


class DoubledImages(deployment.DeployableLayer):
    """Doubles the sides of images, bilinearly, with pixels' centers at halves.

    Along each axis that is a filter of [1, 3, 3, 1] / 4 over pixels with zeros
    between them; at the edges pixels repeat. Called with float [B, H, W, C], H
    and W known; returns float32 [B, 2 H, 2 W, C].
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})

    def call(self, images: tf.Tensor) -> tf.Tensor:
        _, height, width, channels = images.shape
        if self.is_deployed:
            return tf.image.resize(images, [2 * height, 2 * width])
        # The gradient of a resizing has none itself.
        padding = [[0, 0], [1, 1], [1, 1], [0, 0]]
        padded = tf.pad(images, padding, "SYMMETRIC")
        parts = tf.nn.conv2d(padded, _bilinear_kernel(channels), 1, "VALID")
        return tf.nn.depth_to_space(parts, 2)


def _bilinear_kernel(channels: int) -> np.ndarray:
    """Returns float32 [3, 3, C, 4 C], for the four pixels of each one."""
    halves = np.array([[1, 3, 0], [0, 3, 1]], np.float32) / 4.0
    weights = np.einsum("ai,bj->ijab", halves, halves)  # [3, 3, 2, 2]
    kernel = np.einsum("ijab,cd->ijcabd", weights, np.eye(channels))
    return kernel.reshape(3, 3, channels, -1).astype(np.float32)
