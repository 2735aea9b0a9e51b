"""Whom the doctor examines: two networks, and how they are trained."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import losses
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import BaseGAN, TranslationGAN, discriminators
from tfgan_zoo.gan.cycle import CycleGANModel
from tfgan_zoo.gan.players import Batch
from tfgan_zoo.networks import DiscriminatorOutput
from tfgan_zoo.random import StepRandom

# Probabilities are not taken for surer than this.
_SUREST = 1e-7


@dataclasses.dataclass(frozen=True)
class NetworkPair:
    """Two networks in training.

    Attributes:
        generator: in training.
        sampled: the generator that samples come of: the average, or the same.
        discriminator: in training.
        loss: whose gradients are looked at, without further terms.
        loss_name: of it, in `losses`; "" of another.
        latents: standard normals [N, *latent_shape] or, of a generator that
            takes images, features: `image` and, of data with sources, `source`,
            uint8 -> what the generator takes.
        latent_shape: of these normals; None where it takes images.
        discriminate: (images [N, ...], what the generator takes for them, or
            None of latents, labels or None, random numbers) -> the
            discriminator's output in training.
        prepare: of a generator that takes images, features by name, uint8, and
            labels -> `image` and `source` as a training step has them; None of
            latents.
        translate_back: of a second generator, images [N, H, W, C] -> what the
            first one takes; None without.
        num_classes: labels that the generator takes; 0 if none.
        packing: images that are discriminated together.
        step: int64 scalar, of the random numbers.
        seed: of them.
    """

    generator: keras.Model
    sampled: keras.Model
    discriminator: keras.Model
    loss: losses.Loss
    latents: Callable[[Any], tf.Tensor]
    latent_shape: tuple[int, ...] | None
    discriminate: Callable[
        [tf.Tensor, Any, Any, StepRandom], DiscriminatorOutput
    ]
    prepare: Callable[[Batch], Batch] | None = None
    translate_back: Callable[[tf.Tensor], tf.Tensor] | None = None
    num_classes: int = 0
    packing: int = 1
    step: tf.Variable | None = None
    seed: int = 0
    loss_name: str = ""


def wrap_gan(gan: BaseGAN) -> NetworkPair:
    """Returns a compiled GAN of this package as it trains."""
    recipe, components = gan.recipe, gan.components

    def discriminate(
        images: tf.Tensor, sources: Any, labels: Any, rng: StepRandom
    ) -> DiscriminatorOutput:
        features = gan.discriminated_features(images, sources)
        augmented = discriminators.AugmentedDiscriminator(
            gan.discriminator, recipe, components.augmentation, gan.step
        )
        return augmented(augmented.preprocess(features, rng), labels, rng)

    def prepare(features: Batch) -> Batch:
        batch = gan.to_batch(features)
        # The same each time, so that drift is of the weights.
        rng = StepRandom(gan.seed, tf.constant(0), len(batch["image"]))
        return gan.prepare_batch(batch, rng)

    takes_images = isinstance(gan, TranslationGAN)
    backward = None
    if isinstance(gan, CycleGANModel):
        backward = gan.ema_backward_generator
    return NetworkPair(
        generator=gan.generator,
        sampled=gan.ema_generator,
        discriminator=gan.discriminator,
        loss=components.loss,
        latents=gan.sources_of if takes_images else gan.latents,
        latent_shape=None if takes_images else gan.input_specs[0].shape,
        discriminate=discriminate,
        prepare=prepare if takes_images else None,
        translate_back=backward,
        num_classes=gan.num_classes,
        packing=recipe.packing,
        step=gan.step,
        seed=gan.seed,
    )


def wrap_networks(
    generator: keras.Model,
    discriminator: keras.Model,
    *,
    latent_dim: int,
    loss: str = "non_saturating",
    from_logits: bool = True,
) -> NetworkPair:
    """Returns any two Keras models that train against each other.

    Args:
        generator: latents [N, latent_dim] -> images float32 [N, H, W, C] in
            [-1, 1], or points [N, D]; built.
        discriminator: images -> logits [N] or [N, 1]; built.
        latent_dim: values a latent vector, which are standard normal.
        loss: a name in `losses`, by which both are trained.
        from_logits: False if the discriminator ends in a sigmoid.

    Raises:
        ValueError: no loss has that name.
    """

    def discriminate(
        images: tf.Tensor, _: Any, labels: Any, __: StepRandom
    ) -> DiscriminatorOutput:
        output = discriminators.discriminate(
            discriminator, images, labels, training=True
        )
        return output if from_logits else _logits(output)

    return NetworkPair(
        generator=generator,
        sampled=generator,
        discriminator=discriminator,
        loss=losses.get(loss),
        loss_name=loss,
        latents=tf.identity,
        latent_shape=(latent_dim,),
        discriminate=discriminate,
    )


def _logits(output: DiscriminatorOutput) -> DiscriminatorOutput:
    shares = tf.clip_by_value(output.logits, _SUREST, 1.0 - _SUREST)
    return output._replace(logits=tf.math.log(shares) - tf.math.log1p(-shares))
