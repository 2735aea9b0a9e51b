"""Dropout by reproducible random numbers."""

from __future__ import annotations

import dataclasses
import statistics
from typing import Any

import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import training_pass


class StepDropout(keras.layers.Layer):
    """Dropout in training, from the training step's random numbers.

    Srivastava et al. 2014 (JMLR 15), section 4: a unit is 0 with probability
    `rate`. The others are divided by 1 - rate, so that inference does not
    scale.

    In a training step the mask is a function of (seed, step, scope, stream,
    row of the global batch): a resumed training and N replicas have the masks
    of one uninterrupted replica. Elsewhere, with `training=True`, every call
    takes a new mask from `tf.random.uniform`.

    Args:
        rate: share of the units dropped, in [0, 1).
        stream: name of the layer's random numbers. Two layers of a network
            need two names, or they drop the same units. It is required,
            because Keras' own names count layers, and a resumed process may
            make these in another order.

    Raises:
        ValueError: `rate` is not in [0, 1), or `stream` is empty.
    """

    def __init__(self, rate: float, *, stream: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        checks.below_one("rate", rate)
        if not stream:
            raise ValueError(f"`stream` must be a name. Received: {stream!r}.")
        self.rate = rate
        self.stream = stream

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        if not training or self.rate == 0.0:
            return inputs
        is_kept = tf.cast(self._uniform(inputs) >= self.rate, inputs.dtype)
        return inputs * (is_kept / (1.0 - self.rate))

    def _uniform(self, inputs: tf.Tensor) -> tf.Tensor:
        random = training_pass.current().random
        if random is None:
            return tf.random.uniform(tf.shape(inputs))
        rows = inputs.shape[0] or tf.shape(inputs)[0]
        random = dataclasses.replace(random, rows=rows)
        return random.uniform(f"dropout/{self.stream}", inputs.shape[1:])

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "rate": self.rate,
            "stream": self.stream,
        }


class PermanentDropout(keras.layers.Layer):
    """Dropout that stays on when generating, as a function of the latents.

    Isola et al. 2017 (arXiv:1611.07004), section 3.1, keep dropout on at test
    time as the generator's noise. With noise n, standard normal:

        y_k = x_k / (1 - rate)  if n_k >= q  else 0,  P(n < q) = rate

    Differs from the paper: the noise is an input, a part of the latents, so a
    seed gives one image and an exported generator needs no random numbers. On
    maps a whole channel is dropped, Tompson et al. 2015 (arXiv:1411.4280),
    section 3.2. The gradient flows to x alone. With truncated or scaled latents
    the share that is dropped differs.

    Called with x float [B, K] or [B, H, W, K] and noise float [B, K].

    Args:
        rate: share of the units dropped, in [0, 1).

    Raises:
        ValueError: `rate` is not in [0, 1), or, when called, the shapes do not
            match.
    """

    def __init__(self, rate: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        checks.below_one("rate", rate)
        self.rate = rate

    def call(self, inputs: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        self._check_shapes(inputs.shape, noise.shape)
        if self.rate == 0.0:
            return inputs
        quantile = statistics.NormalDist().inv_cdf(self.rate)
        is_kept = tf.cast(noise >= tf.cast(quantile, noise.dtype), inputs.dtype)
        scale = is_kept / (1.0 - self.rate)
        if inputs.shape.rank == 4:
            scale = scale[:, None, None, :]
        return inputs * scale

    @staticmethod
    def _check_shapes(inputs: tf.TensorShape, noise: tf.TensorShape) -> None:
        if inputs.rank not in (2, 4):
            raise ValueError(
                f"`inputs` must be [B, K] or [B, H, W, K]. Received: {inputs}."
            )
        if not noise.is_compatible_with([inputs[0], inputs[-1]]):
            raise ValueError(
                f"`noise` must be [{inputs[0]}, {inputs[-1]}], a value for "
                f"each unit or channel. Received: {noise}."
            )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate}
