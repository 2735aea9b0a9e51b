"""Adversarial losses: pure functions of logits, one value per example."""

from __future__ import annotations

from typing import Callable, NamedTuple

import tensorflow as tf


class Loss(NamedTuple):
    """The two sides of an adversarial loss.

    Attributes:
        discriminator: (real_logits [B], fake_logits [B]) -> float32 [B].
        generator: fake_logits [B] -> float32 [B].
    """

    discriminator: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
    generator: Callable[[tf.Tensor], tf.Tensor]


def minimax_discriminator_loss(
    real_logits: tf.Tensor, fake_logits: tf.Tensor
) -> tf.Tensor:
    """Goodfellow et al. 2014 (arXiv:1406.2661), equation 1, negated.

    Args:
        real_logits, fake_logits: float32 [B].

    Returns:
        float32 [B], `-log D(x) - log(1 - D(G(z)))`, D the sigmoid of logits.
    """
    # -log sigmoid(x) = softplus(-x); -log(1 - sigmoid(x)) = softplus(x)
    return tf.nn.softplus(-real_logits) + tf.nn.softplus(fake_logits)


def non_saturating_generator_loss(fake_logits: tf.Tensor) -> tf.Tensor:
    """`-log D(G(z))`, Goodfellow et al. 2014 (arXiv:1406.2661), section 3.

    Args:
        fake_logits: float32 [B].

    Returns:
        float32 [B].
    """
    return tf.nn.softplus(-fake_logits)  # -log sigmoid(x)


LOSSES: dict[str, Loss] = {
    "non_saturating": Loss(
        minimax_discriminator_loss, non_saturating_generator_loss
    ),
}


def get(name: str) -> Loss:
    """Returns the loss of that name.

    Raises:
        ValueError: no loss has that name.
    """
    if name not in LOSSES:
        known = ", ".join(sorted(LOSSES))
        raise ValueError(f"`loss` must be one of: {known}. Received: {name}.")
    return LOSSES[name]
