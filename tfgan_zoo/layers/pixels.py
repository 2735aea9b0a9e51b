"""Last layers of generators that change an image: what the source fixes stays.

Both add what a convolution makes of features to the source's pixels, so that
the network is left with what is missing.
"""

from __future__ import annotations

import functools
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment
from tfgan_zoo.layers.activations import clip_to_pixels
from tfgan_zoo.lines import luma


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


class Colorize(deployment.DeployableLayer):
    """Colours grey images: the luma stays, a convolution makes the colour.

    The convolution's red, green and blue, less their luma, are added to the
    grey image. So the luma of the result is the grey image, but for the
    clipping to [-1, 1].

    Called with images float [B, H, W, 1] and features float [B, H, W, F];
    returns float32 [B, H, W, 3] in [-1, 1].

    Args:
        conv: from the features to 3 channels, padded as "same", stride 1,
            without an activation.
    """

    def __init__(self, conv: keras.layers.Layer, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.conv = conv

    def call(
        self,
        images: tf.Tensor,
        features: tf.Tensor,
        training: bool | None = None,
    ) -> tf.Tensor:
        if self.is_deployed:
            kernel, bias = (
                deployment.constant(functools.partial(_without_luma, weight))
                for weight in self.conv.weights
            )
            colors = tf.nn.conv2d(features, kernel, 1, "SAME") + bias
            return clip_to_pixels(colors + images)
        colors = _without_luma(tf.cast(self.conv(features), tf.float32))
        return clip_to_pixels(colors + tf.cast(images, tf.float32), training)


def _center(values: tf.Tensor, count: int) -> tf.Tensor:
    """Subtracts the mean over the parts from [..., count * C]."""
    parts = tf.split(values, count, axis=-1)
    mean = tf.add_n(parts) / count
    return tf.concat([part - mean for part in parts], -1)


def _without_luma(colors: tf.Tensor) -> tf.Tensor:
    """Subtracts the luma of red, green and blue, [..., 3], from each."""
    return colors - luma(colors)
