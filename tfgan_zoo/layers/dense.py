"""A dense layer whose units are batch-normalised."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers.normalization import BatchNormalization


class NormalizedDense(keras.layers.Layer):
    """`BatchNormalization` of a dense layer's units, which have no bias.

    Called with float [B, F]; returns [B, units], before any activation.

    Args:
        units: of the dense layer.
        kernel_initializer: of its weights, as Keras takes it.
    """

    def __init__(
        self,
        units: int,
        *,
        kernel_initializer: Any = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.dense = keras.layers.Dense(
            units, use_bias=False, kernel_initializer=kernel_initializer
        )
        # The fused kernel normalises maps only.
        self.to_map = keras.layers.Reshape((1, 1, units))
        self.norm = BatchNormalization()
        self.to_units = keras.layers.Reshape((units,))

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        units = self.dense(inputs)
        if not training:
            return self.norm(units)
        maps = self.to_map(units)
        return self.to_units(self.norm(maps, training=training))

    def get_config(self) -> dict[str, Any]:
        initializer = keras.initializers.serialize(
            self.dense.kernel_initializer
        )
        return {
            **super().get_config(),
            "units": self.units,
            "kernel_initializer": initializer,
        }
