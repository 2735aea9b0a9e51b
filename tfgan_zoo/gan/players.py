"""Who takes part in an adversarial training, and what is passed around."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import tensorflow as tf

from tfgan_zoo import constraints, optimizers
from tfgan_zoo.backend import check_keras_object, keras

# Features by name, [B, ...] each: `image` and, of labelled data, `label`.
Batch = Mapping[str, tf.Tensor]
# Parts of a loss by name, [B, ...] or scalar each.
Terms = dict[str, tf.Tensor]

GENERATOR = "generator"
DISCRIMINATOR = "discriminator"


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
