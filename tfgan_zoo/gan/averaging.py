"""The exponential moving average of a generator's weights."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.backend import keras

_WARM_UP_STEPS = 10


def move(
    average: keras.Model, network: keras.Model, *, decay: float, step: tf.Tensor
) -> None:
    """Moves the averaged network towards the network, in a training step.

    The decay ramps up from 0.1, so that the first weights, which are noise,
    are soon forgotten.

    Args:
        average, network: of one kind.
        decay: share of the average that a step keeps in the long run.
        step: int64 scalar, steps done before.
    """
    done = tf.cast(step, tf.float32)
    ramp = (1.0 + done) / (_WARM_UP_STEPS + done)
    rate = 1.0 - tf.minimum(decay, ramp)
    replicas.assign(
        average.trainable_variables,
        lambda old, new: old + rate * (new - old),
        network.trainable_variables,
    )
    for old, new in zip(
        average.non_trainable_variables, network.non_trainable_variables
    ):
        if new.dtype.is_floating:
            old.assign_add(rate * (new - old))
        else:  # Of counters and switches there is no average.
            old.assign(new)
