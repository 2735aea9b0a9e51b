"""From images to a discriminator's output: augmentation, noise, packing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import augment
from tfgan_zoo.backend import keras
from tfgan_zoo.layers.training_pass import training_pass
from tfgan_zoo.networks import Discriminator, DiscriminatorOutput, call_network
from tfgan_zoo.random import StepRandom
from tfgan_zoo.recipe import Recipe


def pack(images: tf.Tensor, count: int) -> tf.Tensor:
    """Stacks neighbours of a batch along the channels.

    Lin et al. 2018 (arXiv:1712.04086), section 3.

    Args:
        images: [B, ..., C], B a multiple of `count`.
        count: images that the discriminator takes together.

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


def stack(features: Mapping[str, tf.Tensor]) -> tf.Tensor:
    """Stacks images [B, H, W, C] along the channels, in their order."""
    first, *rest = features.values()
    return tf.concat([first, *rest], -1) if rest else first


@dataclasses.dataclass(frozen=True)
class AugmentedDiscriminator:
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

    def preprocess(
        self, features: Mapping[str, tf.Tensor], random: StepRandom
    ) -> tf.Tensor:
        """Returns images augmented alike, stacked, with noise, and packed.

        Args:
            features: images by name, float [B, H, W, C] each.
            random: with B rows.
        """
        if self.augmentation is not None:
            features = augment.augment_features(
                self.augmentation, features, random.scoped("augmentation")
            )
        images = stack(features)
        if self.recipe.instance_noise:
            noise = random.normal("instance_noise", images.shape[1:])
            images += self._noise_level() * noise
        return pack(images, self.recipe.packing)

    def __call__(
        self, images: tf.Tensor, labels: Any, random: StepRandom
    ) -> DiscriminatorOutput:
        """Returns the output for what `preprocess` returned, in training."""
        with training_pass(random=self.packed_random(random)):
            return discriminate(
                self.discriminator, images, labels, training=True
            )

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


def discriminate(
    discriminator: keras.Model, images: tf.Tensor, labels: Any, training: bool
) -> DiscriminatorOutput:
    """Returns the output of any Keras model, with its features if it has them.

    Args:
        discriminator: images and, if it takes them, labels to logits [B],
            [B, 1] or, of patches, [B, ...].
        images: [B, ...], preprocessed.
        labels: int32 [B], or None.
        training: see Keras.
    """
    if isinstance(discriminator, Discriminator):
        return discriminator.discriminate(images, labels, training)
    logits = call_network(discriminator, images, labels, training)
    if logits.shape.rank == 2:
        logits = logits[:, 0]
    return DiscriminatorOutput(tf.cast(logits, tf.float32), None)
