"""`CycleGANModel`: a translation and one back, trained by cycles."""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.gan.adversarial import AdversarialModel
from tfgan_zoo.gan.copying import copy_network, copy_weights
from tfgan_zoo.gan.image_pool import ImagePool
from tfgan_zoo.gan.objective import Generated, Objective
from tfgan_zoo.gan.players import (
    DISCRIMINATOR,
    GENERATOR,
    Batch,
    PlayerNetwork,
    Terms,
)
from tfgan_zoo.gan.translation import TranslationGAN
from tfgan_zoo.layers.training_pass import training_pass
from tfgan_zoo.networks import call_network
from tfgan_zoo.random import StepRandom
from tfgan_zoo.recipe import Recipe


class _Translations(NamedTuple):
    """What both generators made of a batch: images, and sources."""

    forward: Generated
    backward: Generated


class CycleGANModel(TranslationGAN):
    """A GAN from sources to images, and one back.

    The losses of both directions, with their penalties, are summed; those of
    the direction back are logged with the prefix `backward_`. An adaptive
    augmentation follows both discriminators.

    Args:
        generator, discriminator: networks of the zoo, by whose configurations
            those of the direction back are made.
        source_shape, recipe, num_classes, seed: see `TranslationGAN`.

    Raises:
        TypeError: a network does not say its `image_shape`; see also
            `TranslationGAN`.

    Attributes:
        backward_generator: images to sources.
        ema_backward_generator: its average.
        backward_discriminator: of sources.
    """

    sees_sources = False
    recipe_settings = ("source", "cycle_weight", "identity_weight", "jitter")

    def _build_networks(self) -> None:
        super()._build_networks()
        *size, channels = self.source_shape
        packed = (*size, self.recipe.packing * channels)
        self.backward_generator = _rebuild(self.generator, self.source_shape)
        self.backward_discriminator = _rebuild(self.discriminator, packed)
        self.ema_backward_generator = copy_network(self.backward_generator)
        image = tf.zeros([1, *self.image_shape])
        call_network(self.backward_generator, image)
        call_network(self.ema_backward_generator, image)
        call_network(self.backward_discriminator, tf.zeros([1, *packed]))
        copy_weights(self.backward_generator, self.ema_backward_generator)
        self._image_pool = ImagePool(self.image_shape)
        self._source_pool = ImagePool(self.source_shape)

    def player_networks(self) -> dict[str, PlayerNetwork]:
        return {
            **super().player_networks(),
            "backward_generator": PlayerNetwork(
                self.backward_generator, GENERATOR, self.ema_backward_generator
            ),
            "backward_discriminator": PlayerNetwork(
                self.backward_discriminator, DISCRIMINATOR
            ),
        }

    def training_state(self) -> dict[str, Any]:
        return {
            **super().training_state(),
            "image_pool": self._image_pool,
            "source_pool": self._source_pool,
        }

    @property
    def term_names(self) -> tuple[str, ...]:  # type: ignore[override]
        backward = ["discriminator_loss", "generator_loss"]
        if self.components.penalty is not None:
            backward.append("penalty")
        if self.recipe.feature_matching:
            backward.append("feature_matching")
        identity = ["identity_loss"] if self.recipe.identity_weight else []
        return (
            "cycle_loss",
            *identity,
            *(f"backward_{name}" for name in backward),
        )

    def _compile_recipe(self, recipe: Recipe, *arguments: Any) -> None:
        if recipe.identity_weight and self.source_shape != self.image_shape:
            raise ValueError(
                "`identity_weight` must be 0 where images are no sources, for "
                f"lack of channels. Received: {recipe.identity_weight} for "
                f"sources {self.source_shape} and images {self.image_shape}."
            )
        super()._compile_recipe(recipe, *arguments)

    def run_generators(  # type: ignore[override]
        self, batch: Batch, rng: StepRandom
    ) -> _Translations:
        forward = super().run_generators(batch, rng)
        with training_pass(random=rng.scoped("backward/generated")):
            sources = self.backward_generator(batch["image"], training=True)
        return _Translations(forward, Generated(sources, batch["image"]))

    def discriminator_losses(  # type: ignore[override]
        self, batch: Batch, generated: _Translations, rng: StepRandom
    ) -> Terms:
        """Returns the terms of both, on images of the pools: section 4."""
        forward, backward = generated
        forward = forward._replace(
            images=self._image_pool.exchange(
                forward.images, rng.scoped("image_pool")
            )
        )
        backward = backward._replace(
            images=self._source_pool.exchange(
                backward.images, rng.scoped("source_pool")
            )
        )
        objective, backward_objective = self._objectives()
        return {
            **objective.discriminator_losses(batch, forward, rng),
            **_prefixed(
                backward_objective.discriminator_losses(
                    {"image": batch["source"]}, backward, rng.scoped("backward")
                )
            ),
        }

    def generator_losses(  # type: ignore[override]
        self, batch: Batch, generated: _Translations, rng: StepRandom
    ) -> Terms:
        """Returns the terms of both, and what the cycles lose: equation 3."""
        objective, backward_objective = self._objectives()
        # Moving statistics stay those of what is translated after training.
        with training_pass(random=rng.scoped("cycle"), updates_state=False):
            cycle_terms = self._cycle_terms(batch, generated)
        return {
            **objective.generator_losses(batch, generated.forward, rng),
            **_prefixed(
                backward_objective.generator_losses(
                    {"image": batch["source"]},
                    generated.backward,
                    rng.scoped("backward"),
                )
            ),
            **cycle_terms,
        }

    def joint_losses(  # type: ignore[override]
        self, batch: Batch, generated: _Translations, rng: StepRandom
    ) -> tuple[Terms, Terms]:
        # The discriminators and the generators see different images.
        return AdversarialModel.joint_losses(self, batch, generated, rng)

    def _objectives(self) -> tuple[Objective, Objective]:
        return Objective(self), Objective(self, self.backward_discriminator)

    def _cycle_terms(self, batch: Batch, generated: _Translations) -> Terms:
        """Equation 2; and of section 5.2, L_identity, if it has a weight."""
        image, source = batch["image"], batch["source"]
        translate, translate_back = self.generator, self.backward_generator
        weight = self.recipe.cycle_weight
        terms = {
            "cycle_loss": weight
            * (
                _distance(
                    translate_back(generated.forward.images, training=True),
                    source,
                )
                + _distance(
                    translate(generated.backward.images, training=True), image
                )
            )
        }
        if self.recipe.identity_weight:
            terms["identity_loss"] = self.recipe.identity_weight * (
                _distance(translate(image, training=True), image)
                + _distance(translate_back(source, training=True), source)
            )
        return terms


def _rebuild(network: keras.Model, image_shape: tuple[int, ...]) -> keras.Model:
    """Returns a network like another one, for images of another shape."""
    config = network.get_config()
    if "image_shape" not in config:
        raise TypeError(
            "The networks of a CycleGAN must have an `image_shape` in "
            "`get_config()`, to be built for the direction back. "
            f"Received: {type(network).__name__}."
        )
    return type(network).from_config({**config, "image_shape": image_shape})


def _distance(images: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Returns the mean absolute difference of each example, float32 [B]."""
    return tf.reduce_mean(tf.abs(images - others), axis=[1, 2, 3])


def _prefixed(terms: Terms) -> Terms:
    return {f"backward_{name}": values for name, values in terms.items()}
