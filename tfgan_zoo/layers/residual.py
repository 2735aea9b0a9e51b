"""`Residual`: an input beside what layers make of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.backend import keras

MERGES: dict[str, Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = {
    "ave": lambda x, y: 0.5 * (x + y),
    "concat": lambda x, y: tf.concat([x, y], -1),
    "max": tf.maximum,
    "mul": tf.multiply,
    "sum": tf.add,
}


class Residual(keras.layers.Layer):
    """Merges an input x with what layers f make of it, by default x + f(x).

    He et al. 2015 (arXiv:1512.03385), equation 1; with `project`, equation 2:
    W x + f(x), W a 1x1 convolution (for inputs [B, C] a dense layer) without
    bias, where f changes the number of channels. The other merges are those
    of codekansas/gandlf's wrapper that keep the shape, and `concat`.

    Args:
        layers: f, a layer or several in sequence, which keep all axes but the
            last. `training` is passed to those that take it.
        merge: one of `MERGES`: "sum" x + y, "mul" x y, "ave" (x + y) / 2,
            "max" the larger, "concat" x beside y on the last axis.
        project: whether x is projected to the channels of f(x) where these
            differ.

    Raises:
        ValueError: no merge has that name, there is no layer, or, when built,
            f changes a shape that it must keep.
    """

    def __init__(
        self,
        layers: keras.layers.Layer | Sequence[keras.layers.Layer],
        *,
        merge: str = "sum",
        project: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.one_of("merge", merge, sorted(MERGES))
        self.layers: list[keras.layers.Layer] = (
            list(layers) if isinstance(layers, Sequence) else [layers]
        )
        if not self.layers:
            raise ValueError("`layers` must hold a layer. Received: [].")
        self.merge = merge
        self.project = project
        self.projection: keras.layers.Layer | None = None

    def build(self, input_shape: tf.TensorShape) -> None:
        before = after = tf.TensorShape(input_shape)
        for layer in self.layers:
            after = tf.TensorShape(layer.compute_output_shape(after))
        is_wider = before[-1] != after[-1] and self.merge != "concat"
        if (
            before.rank != after.rank
            or not before[:-1].is_compatible_with(after[:-1])
            or (is_wider and not self.project)
        ):
            raise ValueError(
                "`layers` must keep the shape; with `project` or `concat` they "
                f"may change its last axis. Received: {before} to {after}."
            )
        if is_wider:
            self.projection = self._make_projection(before.rank, after[-1])
            self.projection.build(before)
        super().build(input_shape)

    def _make_projection(self, rank: int, channels: int) -> keras.layers.Layer:
        kwargs = {"use_bias": False, "dtype": self.dtype_policy}
        if rank == 4:
            return keras.layers.Conv2D(channels, 1, **kwargs)
        return keras.layers.Dense(channels, **kwargs)

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        outputs = inputs
        for layer in self.layers:
            # Keras hands this call's `training` on to layers called within it.
            outputs = layer(outputs)
        if self.projection is not None:
            inputs = self.projection(inputs)
        return MERGES[self.merge](inputs, tf.cast(outputs, inputs.dtype))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "layers": [keras.layers.serialize(layer) for layer in self.layers],
            "merge": self.merge,
            "project": self.project,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Residual:
        layers = [keras.layers.deserialize(layer) for layer in config["layers"]]
        return cls(**{**config, "layers": layers})
