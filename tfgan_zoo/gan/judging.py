"""What the discriminator is shown of a batch, and what it says of it."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.networks import Discriminator, Judgement, called
from tfgan_zoo.random import StepRandom, drawing


def packed(images: tf.Tensor, count: int) -> tf.Tensor:
    """Stacks neighbours of a batch along the channels.

    Lin et al. 2018 (arXiv:1712.04086), section 3.

    Args:
        images: [B, ..., C], B a multiple of `count`.
        count: how many the discriminator judges at once.

    Returns:
        [B / count, ..., count * C].
    """
    if count == 1:
        return images
    *inner, channels = images.shape[1:]
    groups = tf.reshape(images, [-1, count, *inner, channels])
    rank = groups.shape.rank
    groups = tf.transpose(groups, [0, *range(2, rank - 1), 1, rank - 1])
    return tf.reshape(groups, [-1, *inner, count * channels])


@dataclasses.dataclass(frozen=True)
class Judge:
    """A discriminator with all that stands between it and the images.

    Attributes:
        discriminator: images (packed, if the recipe packs), labels, training
            -> logits.
        recipe: packing and instance noise.
        augmentation: (images, random) -> images, or None.
        step: int64 scalar, for the noise's decay.
    """

    discriminator: keras.Model
    recipe: Recipe
    augmentation: Callable[[tf.Tensor, StepRandom], tf.Tensor] | None
    step: tf.Tensor

    def shown(self, images: tf.Tensor, random: StepRandom) -> tf.Tensor:
        """Returns what the discriminator gets to see of `images`."""
        if self.augmentation is not None:
            images = self.augmentation(images, random.scoped("augmentation"))
        if self.recipe.instance_noise:
            noise = random.normal("instance_noise", images.shape[1:])
            images += self._noise_level() * noise
        return packed(images, self.recipe.packing)

    def __call__(
        self, shown: tf.Tensor, labels: Any, random: StepRandom
    ) -> Judgement:
        """Returns the judgement of what `shown` returned, in training."""
        with drawing(self.packed_random(random)):
            return judge(self.discriminator, shown, labels, training=True)

    def packed_random(self, random: StepRandom) -> StepRandom:
        """Returns random numbers with a row for each of the logits."""
        rows = random.rows // self.recipe.packing
        return dataclasses.replace(random, rows=rows)

    def _noise_level(self) -> tf.Tensor | float:
        """Sonderby et al. 2017 (arXiv:1610.04490), section 2.4, annealed."""
        recipe = self.recipe
        if not recipe.instance_noise_steps:
            return recipe.instance_noise
        done = tf.cast(self.step, tf.float32) / recipe.instance_noise_steps
        return recipe.instance_noise * tf.maximum(1.0 - done, 0.0)


def judge(
    discriminator: keras.Model, shown: tf.Tensor, labels: Any, training: bool
) -> Judgement:
    """Returns the judgement of any Keras model, with what features it tells."""
    if isinstance(discriminator, Discriminator):
        return discriminator.judge(shown, labels, training)
    logits = called(discriminator, shown, labels, training)
    if logits.shape.rank == 2:
        logits = logits[:, 0]
    return Judgement(tf.cast(logits, tf.float32), None)
