"""Learning rates that follow the step or the losses."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.backend import keras


def decaying(
    rate: float, decay: str, steps: int
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """Returns a rate for an optimizer that takes `steps` steps.

    Args:
        rate: at the first step.
        decay: "linear", `rate * (1 - t / steps)` at step t; "cosine",
            `rate * (1 + cos(pi * t / steps)) / 2` (Loshchilov and Hutter 2017,
            arXiv:1608.03983, equation 5, of one period); or "none".
        steps: at which the rate is 0, and after which it stays so.
    """
    schedules = keras.optimizers.schedules
    if decay == "linear":
        return schedules.PolynomialDecay(rate, steps, end_learning_rate=0.0)
    if decay == "cosine":
        return schedules.CosineDecay(rate, steps)
    return rate


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
