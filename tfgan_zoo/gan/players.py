"""Who takes part in an adversarial training, and what is passed around."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import NamedTuple

import tensorflow as tf

from tfgan_zoo import constraints, optimizers, replicas
from tfgan_zoo.backend import check_keras_object, keras

# Features by name, [B, ...] each: `image`, of labelled data `label`, and
# `source` of what is to be translated.
Batch = Mapping[str, tf.Tensor]
# Parts of a loss by name, [B, ...] or scalar each.
Terms = dict[str, tf.Tensor]

_WARM_UP_STEPS = 10

GENERATOR = "generator"
DISCRIMINATOR = "discriminator"


class PlayerNetwork(NamedTuple):
    """A network that trains, before it has an optimizer.

    Attributes:
        network: built.
        role: `GENERATOR` or `DISCRIMINATOR`, which says when it learns, and
            by which of the recipe's optimizers.
        average: a copy of the network that follows it, or None.
    """

    network: keras.Model
    role: str
    average: keras.Model | None = None


@dataclasses.dataclass(frozen=True)
class Player:
    """One network of an adversarial training.

    Attributes:
        network: built.
        role: `GENERATOR` or `DISCRIMINATOR`.
        optimizer: its own.
        constraint: on its weights after each step, or None.
        average: a copy of the network that follows it, or None.

    Raises:
        TypeError: the network or the optimizer is none of this Keras.
    """

    network: keras.Model
    role: str
    optimizer: keras.optimizers.Optimizer
    constraint: constraints.Constraint | None = None
    average: keras.Model | None = None

    def __post_init__(self) -> None:
        check_keras_object("network", self.network, (keras.Model,), "a model")
        check_keras_object(
            "optimizer", self.optimizer, optimizers.KINDS, "an optimizer"
        )

    def update_average(self, *, decay: float, step: tf.Tensor | None) -> None:
        """Moves the average towards the network, in a training step.

        The decay ramps up from 0.1, so that the first weights, which are
        noise, are soon forgotten.

        Args:
            decay: share of the average that a step keeps in the long run.
            step: int64 scalar, steps done before; None without that warm-up.
        """
        if self.average is None:
            return
        rate: tf.Tensor | float = 1.0 - decay
        if step is not None:
            done = tf.cast(step, tf.float32)
            ramp = (1.0 + done) / (_WARM_UP_STEPS + done)
            rate = 1.0 - tf.minimum(decay, ramp)
        replicas.assign(
            self.average.trainable_variables,
            lambda old, new: old + rate * (new - old),
            self.network.trainable_variables,
        )
        for old, new in zip(
            self.average.non_trainable_variables,
            self.network.non_trainable_variables,
        ):
            if new.dtype.is_floating:
                old.assign_add(rate * (new - old))
            else:  # Of counters and switches there is no average.
                old.assign(new)
