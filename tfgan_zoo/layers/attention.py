"""Self-attention over the positions of a feature map."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers.spectral import SpectralConv2D

_REDUCTION = 8  # the paper's k


class SelfAttention(keras.layers.Layer):
    """Every position attends to all: gamma * o(x) + x.

    Zhang et al. 2019 (arXiv:1805.08318), section 3, equations 1 to 3, in its
    last version: f, g, h and v are convolutions 1x1 without bias, f, g and h
    to C / 8 channels, at least one, and v back to C. gamma is learned, a
    scalar, 0 at first. The softmax is computed in float32.

    Differs from the paper's released code, not from the paper: there h has
    C / 2 channels, and f and h are max-pooled 2x2.

    Called with float [B, H, W, C], H and W known; returns the same shape.

    Args:
        spectral: whether the convolutions are spectrally normalised.

    Raises:
        ValueError: the height or the width of the inputs is unknown.
    """

    def __init__(self, *, spectral: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.spectral = spectral

    def build(self, input_shape: tf.TensorShape) -> None:
        _, height, width, channels = input_shape
        if height is None or width is None:
            raise ValueError(
                "`inputs` must have a known height and width. "
                f"Received: shape {tuple(input_shape)}."
            )
        reduced = max(channels // _REDUCTION, 1)
        self.f = self._convolution(reduced)
        self.g = self._convolution(reduced)
        self.h = self._convolution(reduced)
        self.v = self._convolution(channels)
        self.gamma = self.add_weight(
            "gamma",
            [],
            dtype="float32",
            initializer="zeros",
            experimental_autocast=False,
        )
        super().build(input_shape)

    def _convolution(self, filters: int) -> keras.layers.Layer:
        kind = SpectralConv2D if self.spectral else keras.layers.Conv2D
        return kind(filters, 1, use_bias=False, dtype=self.dtype_policy)

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        _, height, width, _ = inputs.shape
        f, g, h = (
            tf.reshape(maps, [-1, height * width, maps.shape[-1]])
            for maps in (self.f(inputs), self.g(inputs), self.h(inputs))
        )  # [B, N, C / 8] each
        # s_ij = f(x_i) . g(x_j), in row j and column i: [B, N, N]
        scores = tf.cast(tf.matmul(g, f, transpose_b=True), tf.float32)
        beta = tf.cast(tf.nn.softmax(scores), h.dtype)
        attended = tf.matmul(beta, h)
        o = self.v(tf.reshape(attended, [-1, height, width, h.shape[-1]]))
        return tf.cast(self.gamma, o.dtype) * o + inputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "spectral": self.spectral}
