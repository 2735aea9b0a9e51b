"""Learning rates that follow the losses."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.backend import keras


def balance(
    optimizers: tuple[keras.optimizers.Optimizer, keras.optimizers.Optimizer],
    base_rates: tuple[float, float],
    mean_losses: tuple[tf.Tensor, tf.Tensor],
) -> None:
    """Sets learning rates by the networks' shares of both losses.

    As gandlf's AdaptiveLearningRate: rate * share, so the base rates are the
    highest, and the discriminator's loss, a sum over real and generated
    images, counts half. Differs from it: negative losses count by their size,
    where it refuses them.

    Args:
        optimizers: the generator's and the discriminator's.
        base_rates: their highest learning rates.
        mean_losses: over this replica's batch.
    """
    generator, discriminator = (
        tf.abs(replicas.mean(loss)) for loss in mean_losses
    )
    sizes = generator, 0.5 * discriminator
    replicas.assign(
        [optimizer.learning_rate for optimizer in optimizers],
        lambda _, rate: rate,
        [
            rate * tf.math.divide_no_nan(size, sizes[0] + sizes[1])
            for rate, size in zip(base_rates, sizes)
        ],
    )
