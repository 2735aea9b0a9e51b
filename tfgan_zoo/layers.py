"""Layers that two or more networks share."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras


class BatchNormalization(keras.layers.Layer):
    """Batch normalisation over the global batch, whatever the replicas.

    Ioffe & Szegedy 2015 (arXiv:1502.03167), Algorithm 1. Keras' own either
    takes the statistics of each replica alone, or, synchronised, leaves the
    fused kernel and its unbiased moving variance; so one replica and two would
    not give the same weights. This one gives the same on any number.

    Differs from the paper: the moving variance averages the biased batch
    variance, which replicas can average exactly.

    Args:
        momentum: share of the old moving statistics kept by each update.
        epsilon: added to the variance.
    """

    def __init__(
        self, momentum: float = 0.9, epsilon: float = 1e-5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, input_shape: tf.TensorShape) -> None:
        shape = [input_shape[-1]]
        # Statistics stay float32 under every precision policy.
        kept = {"dtype": "float32", "experimental_autocast": False}
        self.gamma = self.add_weight("gamma", shape, initializer="ones", **kept)
        self.beta = self.add_weight("beta", shape, initializer="zeros", **kept)
        moving = {
            "trainable": False,
            "synchronization": tf.VariableSynchronization.ON_READ,
            "aggregation": tf.VariableAggregation.MEAN,
            **kept,
        }
        self.moving_mean = self.add_weight(
            "moving_mean", shape, initializer="zeros", **moving
        )
        self.moving_variance = self.add_weight(
            "moving_variance", shape, initializer="ones", **moving
        )
        super().build(input_shape)

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        if not training:
            return self._normalize(
                inputs, self.moving_mean, self.moving_variance
            )
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        if replicas == 1:
            outputs, mean, variance = self._fused(inputs)
        else:
            mean, variance = self._global_moments(inputs)
            outputs = self._normalize(inputs, mean, variance)
        self._update(self.moving_mean, mean)
        self._update(self.moving_variance, variance)
        return outputs

    def _fused(self, inputs: tf.Tensor) -> tuple[tf.Tensor, ...]:
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma,
            offset=self.beta,
            mean=[],
            variance=[],
            epsilon=self.epsilon,
            is_training=True,
        )
        count = tf.cast(tf.size(inputs) / tf.size(mean), tf.float32)
        return outputs, mean, variance * (count - 1.0) / count

    def _global_moments(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        inputs = tf.cast(inputs, tf.float32)
        axes = list(range(inputs.shape.rank - 1))
        context = tf.distribute.get_replica_context()
        mean = context.all_reduce(
            tf.distribute.ReduceOp.MEAN, tf.reduce_mean(inputs, axes)
        )
        variance = context.all_reduce(
            tf.distribute.ReduceOp.MEAN,
            tf.reduce_mean(tf.math.squared_difference(inputs, mean), axes),
        )
        return mean, variance

    def _normalize(
        self, inputs: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor
    ) -> tf.Tensor:
        outputs = tf.nn.batch_normalization(
            tf.cast(inputs, tf.float32),
            mean,
            variance,
            self.beta,
            self.gamma,
            self.epsilon,
        )
        return tf.cast(outputs, inputs.dtype)

    def _update(self, moving: tf.Variable, batch: tf.Tensor) -> None:
        moving.assign_add((1.0 - self.momentum) * (batch - moving))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "epsilon": self.epsilon,
        }
