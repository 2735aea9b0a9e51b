"""Learning rates that follow the step or the losses."""

from __future__ import annotations

from collections.abc import Iterable

import tensorflow as tf

from tfgan_zoo import replicas
from tfgan_zoo.backend import keras
from tfgan_zoo.gan.players import DISCRIMINATOR, GENERATOR, Player
from tfgan_zoo.recipe import Recipe


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
    recipe: Recipe,
    players: Iterable[Player],
    mean_losses: tuple[tf.Tensor, tf.Tensor],
) -> None:
    """Sets learning rates by the networks' shares of both losses.

    As gandlf's AdaptiveLearningRate: rate * share, so the base rates are the
    highest, and the discriminator's loss, a sum over real and generated
    images, counts half. Differs from it: negative losses count by their size,
    where it refuses them.

    Args:
        recipe: its learning rates are the highest.
        players: all of them.
        mean_losses: the generators' and the discriminators', over this
            replica's batch.
    """
    generator, discriminator = (
        tf.abs(replicas.mean(loss)) for loss in mean_losses
    )
    sizes = {GENERATOR: generator, DISCRIMINATOR: 0.5 * discriminator}
    total = sizes[GENERATOR] + sizes[DISCRIMINATOR]
    base_rates = {
        GENERATOR: recipe.generator_learning_rate,
        DISCRIMINATOR: recipe.discriminator_learning_rate,
    }
    rates = {
        role: base_rates[role] * tf.math.divide_no_nan(sizes[role], total)
        for role in sizes
    }
    players = list(players)
    replicas.assign(
        [player.optimizer.learning_rate for player in players],
        lambda _, rate: rate,
        [rates[player.role] for player in players],
    )
