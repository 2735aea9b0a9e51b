"""Vectors to the first maps of a generator, and a discriminator's last back.

Huang et al. 2024 (arXiv:2501.05441): each channel has one learnt map, the
basis, and a vector has how much of it there is.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras


class GenerativeBasis(keras.layers.Layer):
    """Vectors [B, Z] to maps [B, S, S, C]: a multiple of each channel's basis.

    Args:
        side: S.
        channels: C.
    """

    def __init__(self, side: int, channels: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.side = side
        self.channels = channels
        self.to_amounts = keras.layers.Dense(
            channels,
            use_bias=False,
            # Normal, of a variance of 1 / Z.
            kernel_initializer=keras.initializers.VarianceScaling(
                1.0, "fan_in", "untruncated_normal"
            ),
            dtype=self.dtype_policy,
        )
        self.reshape = keras.layers.Reshape(
            (1, 1, channels), dtype=self.dtype_policy
        )

    def build(self, input_shape: tf.TensorShape) -> None:
        normal = keras.initializers.RandomNormal(stddev=1.0)
        shape = [self.side, self.side, self.channels]
        self.basis = self.add_weight("basis", shape, initializer=normal)
        super().build(input_shape)

    def call(self, vectors: tf.Tensor) -> tf.Tensor:
        return self.reshape(self.to_amounts(vectors)) * self.basis

    def get_config(self) -> dict[str, Any]:
        sizes = {"side": self.side, "channels": self.channels}
        return {**super().get_config(), **sizes}


class DiscriminativeBasis(keras.layers.Layer):
    """Maps [B, H, W, C] to float32 [B, C]: products with each channel's basis.

    Computed in float32 under every policy, as a sum over positions would be
    rounded in bfloat16.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})

    def build(self, input_shape: tf.TensorShape) -> None:
        _, height, width, channels = input_shape
        # Products keep the variance.
        normal = keras.initializers.RandomNormal(
            stddev=(height * width) ** -0.5
        )
        shape = [height, width, channels]
        self.basis = self.add_weight("basis", shape, initializer=normal)
        super().build(input_shape)

    def call(self, maps: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(maps * self.basis, [1, 2])
