"""Activations of discriminators, and the last of generators."""

from __future__ import annotations

from typing import Callable

import tensorflow as tf

from tfgan_zoo.layers.deployment import DeployableLayer

_SLOPE = 0.2
# Beyond it a tanh is above 0.9993. ReLU6, which runtimes fold into the operator
# before, clips to [0, 6] in its place.
_TANH_BOUND = 4.0
_RELU6_HALF = 3.0


def leaky_relu(x: tf.Tensor) -> tf.Tensor:
    """Returns x where it is above 0, and a fifth of it elsewhere.

    The slope is that of Radford et al. 2015 (arXiv:1511.06434), section 3.

    Args:
        x: float, of any shape.
    """
    return tf.nn.leaky_relu(x, _SLOPE)


class PixelTanh(DeployableLayer):
    """The tanh in float32 under every policy: pixels in [-1, 1].

    Deployed in integers, x is clipped to +-4: larger values, which all look
    the same, would otherwise take most of the 256 steps.
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        x = tf.cast(inputs, tf.float32)
        if self.in_integers:
            scale = _RELU6_HALF / _TANH_BOUND
            bounded = tf.nn.relu6(x * scale + _RELU6_HALF)
            x = bounded / scale - _TANH_BOUND
        return tf.tanh(x)


def clip_to_pixels(
    images: tf.Tensor, training: bool | None = False
) -> tf.Tensor:
    """Clips to [-1, 1]; in training, gradients that lead back into it pass.

    Without these, a network that once makes all pixels black stays there.

    Args:
        images: float, of any shape.
        training: see Keras.
    """
    # An export cannot hold a custom gradient.
    return _clip_in_training(images) if training else _clip(images)


def _clip(images: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value(images, -1.0, 1.0)


@tf.custom_gradient
def _clip_in_training(
    images: tf.Tensor,
) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    def gradient(upstream: tf.Tensor) -> tf.Tensor:
        leads_out = (images > 1.0) & (upstream < 0.0)
        leads_out |= (images < -1.0) & (upstream > 0.0)
        return tf.where(leads_out, 0.0, upstream)

    return _clip(images), gradient
