"""The mapping network of style-based generators: latents to w.

Karras et al. 2019 (arXiv:1812.04948), section 2: dense layers that learn at a
hundredth of the rate make w of latents z, whose length they do not see. With
classes they get an embedding of the label beside z, normalised too, as in the
authors' code for arXiv:2006.06676.

Outside of training w is truncated (appendix B of the first): it lies on the
line from the average w to that of its latents, as far as z is long in
proportion to `_FULL_LENGTH` of its usual length. So truncated latents, shorter
ones, make images nearer to the average one, and those of the usual length what
the paper's make without truncation.
"""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.backend import keras
from tfgan_zoo.layers.equalized import EqualizedDense
from tfgan_zoo.layers.labels import OneHot

_RATE = 0.01
# A step's share of the average w, and the length of z, in its usual ones, from
# which on nothing is truncated.
_AVERAGE_RATE = 0.005
_FULL_LENGTH = 0.8
_EPSILON = 1e-8


def _normalize(rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns rows [B, N] of mean square 1, and their length before, [B, 1]."""
    squares = tf.reduce_mean(rows * rows, -1, keepdims=True)
    inverse = tf.math.rsqrt(squares + _EPSILON)
    return rows * inverse, squares * inverse


class Mapping(keras.layers.Layer):
    """Latents [B, Z], and labels [B] if it has classes, to w [B, Z]; float32.

    Args:
        latent_dim: Z.
        num_classes: of the labels, or 0.
        depth: number of layers.
    """

    def __init__(self, latent_dim: int, num_classes: int, depth: int) -> None:
        super().__init__(dtype="float32")
        self.latent_dim = latent_dim
        self.one_hot = self.embed = None
        if num_classes:
            self.one_hot = OneHot(num_classes, dtype="float32")
            self.embed = EqualizedDense(latent_dim, dtype="float32")
        self.main_layers = [
            EqualizedDense(
                latent_dim,
                is_activated=True,
                rate=_RATE,
                dtype="float32",
            )
            for _ in range(depth)
        ]

    def build(self, input_shape: tf.TensorShape) -> None:
        self.average = self.add_weight(
            "average",
            [self.latent_dim],
            initializer="zeros",
            trainable=False,
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        )
        super().build(input_shape)

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x, length = _normalize(latents)
        if self.embed is not None:
            embedded, _ = _normalize(self.embed(self.one_hot(labels)))
            x = tf.concat([x, embedded], -1)
        for layer in self.main_layers:
            x = layer(x)
        if not training:
            # In this order, integers are not rounded where the share is 1.
            share = tf.minimum(length / _FULL_LENGTH, 1.0)
            return share * x + (1.0 - share) * self.average
        return x

    def follow(self, w: tf.Tensor) -> None:
        """Moves the average towards that of a batch, in a training step."""
        mean = replicas.mean(tf.reduce_mean(w, 0))
        self.average.assign(
            self.average + _AVERAGE_RATE * (mean - self.average)
        )
