"""Normalisation over the global batch, by class, or over each example."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment, training_pass

# Statistics and affine weights stay float32 under every precision policy.
_FLOAT32: dict[str, Any] = {"dtype": "float32", "experimental_autocast": False}


class _GlobalBatch(keras.layers.Layer):
    """Standardises with statistics of the global batch, kept in float32.

    Args:
        momentum: share of the old moving statistics kept by each update.
        epsilon: added to the variance.

    Attributes:
        synchronized: whether the statistics of a training step are the global
            batch's, or each replica's own. The moving ones are means over the
            replicas either way.
    """

    synchronized = True

    def __init__(
        self, momentum: float = 0.9, epsilon: float = 1e-5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon

    def _add_affine(self, shape: list[int]) -> None:
        self.gamma = self.add_weight(
            "gamma", shape, initializer="ones", **_FLOAT32
        )
        self.beta = self.add_weight(
            "beta", shape, initializer="zeros", **_FLOAT32
        )

    def _add_moving(self, channels: int) -> None:
        moving = {
            "trainable": False,
            "synchronization": tf.VariableSynchronization.ON_READ,
            # All replicas move them alike; and one worker alone can save them.
            "aggregation": tf.VariableAggregation.ONLY_FIRST_REPLICA,
            **_FLOAT32,
        }
        self.moving_mean = self.add_weight(
            "moving_mean", [channels], initializer="zeros", **moving
        )
        self.moving_variance = self.add_weight(
            "moving_variance", [channels], initializer="ones", **moving
        )

    def _normalized(
        self,
        inputs: tf.Tensor,
        *,
        scale: tf.Tensor,
        offset: tf.Tensor,
        training: bool | None,
    ) -> tf.Tensor:
        """Normalises, with `scale` and `offset` [C], and moves the averages."""
        if not training:
            return self._affine(
                inputs, self.moving_mean, self.moving_variance, scale, offset
            )
        if replicas.count() > 1 and self.synchronized:
            mean, variance = self._global_moments(inputs)
            outputs = self._affine(inputs, mean, variance, scale, offset)
        else:
            outputs, mean, variance = self._fused(inputs, scale, offset)
            mean, variance = replicas.mean(mean), replicas.mean(variance)
        self._update(self.moving_mean, mean)
        self._update(self.moving_variance, variance)
        return outputs

    def _fused(
        self, inputs: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor
    ) -> tuple[tf.Tensor, ...]:
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=scale,
            offset=offset,
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
        mean = replicas.mean(tf.reduce_mean(inputs, axes))
        variance = replicas.mean(
            tf.reduce_mean(tf.math.squared_difference(inputs, mean), axes)
        )
        return mean, variance

    def _affine(
        self,
        inputs: tf.Tensor,
        mean: tf.Tensor,
        variance: tf.Tensor,
        scale: tf.Tensor,
        offset: tf.Tensor,
    ) -> tf.Tensor:
        mean, variance, scale, offset = (
            deployment.repeated(values, inputs.shape[-1])
            for values in (mean, variance, scale, offset)
        )
        outputs = tf.nn.batch_normalization(
            tf.cast(inputs, tf.float32),
            mean,
            variance,
            offset,
            scale,
            self.epsilon,
        )
        return tf.cast(outputs, inputs.dtype)

    def _update(self, moving: tf.Variable, batch: tf.Tensor) -> None:
        if training_pass.current().updates_state:
            moving.assign_add((1.0 - self.momentum) * (batch - moving))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "epsilon": self.epsilon,
        }


def synchronize(network: tf.Module, synchronized: bool) -> None:
    """Sets whether batch norms use the statistics of all replicas."""
    for layer in network.submodules:
        if isinstance(layer, _GlobalBatch):
            layer.synchronized = synchronized


class BatchNormalization(_GlobalBatch):
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

    def build(self, input_shape: tf.TensorShape) -> None:
        self._add_affine([input_shape[-1]])
        self._add_moving(input_shape[-1])
        super().build(input_shape)

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        return self._normalized(
            inputs, scale=self.gamma, offset=self.beta, training=training
        )


class ConditionalBatchNormalization(_GlobalBatch, deployment.DeployableLayer):
    """Batch normalisation whose scale and offset depend on the class.

    De Vries et al. 2017 (arXiv:1707.00683), section 3, with a table of gamma
    and beta by class in place of a network that predicts them, as in Miyato &
    Koyama 2018 (arXiv:1802.05637), section 4. The statistics are those of
    `BatchNormalization`: of the global batch, all classes together.

    Called with images or feature maps float [B, H, W, C] and labels int [B] in
    [0, `num_classes`). A label out of that range is an error on a CPU; on a
    GPU it raises nothing and takes 0 for gamma and beta.

    Args:
        num_classes: rows of the tables.
        momentum, epsilon: see `BatchNormalization`.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        **kwargs: Any,
    ) -> None:
        super().__init__(momentum, epsilon, **kwargs)
        self.num_classes = num_classes

    def build(self, input_shape: tf.TensorShape) -> None:
        self._add_affine([self.num_classes, input_shape[-1]])
        self._add_moving(input_shape[-1])
        super().build(input_shape)

    def call(
        self,
        inputs: tf.Tensor,
        labels: tf.Tensor,
        training: bool | None = None,
    ) -> tf.Tensor:
        if self.is_deployed:
            return self._apply_by_class(inputs, labels)
        channels = inputs.shape[-1]
        standardized = self._normalized(
            inputs,
            scale=tf.ones([channels]),
            offset=tf.zeros([channels]),
            training=training,
        )
        gamma, beta = (
            tf.reshape(tf.gather(table, labels), [-1, 1, 1, channels])
            for table in (self.gamma, self.beta)
        )  # [B, 1, 1, C] each
        outputs = tf.cast(standardized, tf.float32) * gamma + beta
        return tf.cast(outputs, inputs.dtype)

    def _apply_by_class(
        self, inputs: tf.Tensor, labels: tf.Tensor
    ) -> tf.Tensor:
        """Normalises by one scale and one offset per class and channel.

        In integers, every further operation would round once more.
        """

        def scale() -> tf.Tensor:
            deviation = tf.sqrt(self.moving_variance + self.epsilon)
            return tf.convert_to_tensor(self.gamma) / deviation

        def offset() -> tf.Tensor:
            return self.beta - self.moving_mean * scale()

        shape = [-1, 1, 1, inputs.shape[-1]]
        scales, offsets = (
            deployment.look_up(
                deployment.repeated(deployment.constant(table), shape[-1]),
                labels,
                in_integers=self.in_integers,
            )
            for table in (scale, offset)
        )
        return inputs * tf.reshape(scales, shape) + tf.reshape(offsets, shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_classes": self.num_classes}


class LayerNormalization(keras.layers.Layer):
    """Normalises each example over all its positions and channels.

    Ba et al. 2016 (arXiv:1607.06450), section 3, as discriminators under a
    gradient penalty use it, Gulrajani et al. 2017 (arXiv:1704.00028), section
    4: one gamma and beta a channel. Keras' own over these axes would learn one
    for every position of every channel. Computed in float32.

    Args:
        epsilon: added to the variance.
    """

    def __init__(self, *, epsilon: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape: tf.TensorShape) -> None:
        shape = [input_shape[-1]]
        self.gamma = self.add_weight(
            "gamma", shape, initializer="ones", **_FLOAT32
        )
        self.beta = self.add_weight(
            "beta", shape, initializer="zeros", **_FLOAT32
        )
        super().build(input_shape)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        values = tf.cast(inputs, tf.float32)
        axes = list(range(1, inputs.shape.rank))
        mean, variance = tf.nn.moments(values, axes, keepdims=True)
        outputs = tf.nn.batch_normalization(
            values, mean, variance, self.beta, self.gamma, self.epsilon
        )
        return tf.cast(outputs, inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "epsilon": self.epsilon}
