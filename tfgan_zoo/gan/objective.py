"""What the two networks of a `GAN` lose in a step, by its recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

import tensorflow as tf

from tfgan_zoo import augment, losses, replicas
from tfgan_zoo.backend import computing_in_float32, keras
from tfgan_zoo.gan import function_checks
from tfgan_zoo.gan.discriminators import AugmentedDiscriminator
from tfgan_zoo.gan.players import Batch, Terms
from tfgan_zoo.layers.training_pass import training_pass
from tfgan_zoo.logits import mean_per_example
from tfgan_zoo.networks import DiscriminatorOutput
from tfgan_zoo.penalties import Penalty
from tfgan_zoo.random import StepRandom

if TYPE_CHECKING:
    from tfgan_zoo.gan.pair import Pair


def logged_names(gan: Pair) -> list[str]:
    """Returns the names of all terms of a compiled GAN, and what it logs."""
    names = ["discriminator_loss", "generator_loss", *gan.term_names]
    if gan.components.penalty is not None:
        names.append("penalty")
    if gan.recipe.feature_matching:
        names.append("feature_matching")
    if isinstance(gan.components.augmentation, augment.AdaptiveAugmentation):
        names += ["ada_probability", "ada_r_t"]
    return names


class Generated(NamedTuple):
    """What the generator made of a batch.

    Attributes:
        images: float [B, ...].
        taken: what they were made of: latents, or images.
    """

    images: tf.Tensor
    taken: tf.Tensor


class _Outputs(NamedTuple):
    """The discriminator's inputs and outputs of both sides of a batch."""

    real_images: tf.Tensor
    fake_images: tf.Tensor
    real: DiscriminatorOutput
    fake: DiscriminatorOutput


class Objective:
    """The losses of a compiled GAN, at its present step.

    Args:
        gan: compiled.
        discriminator: by default the GAN's first one.
    """

    def __init__(
        self, gan: Pair, discriminator: keras.Model | None = None
    ) -> None:
        self._gan = gan
        self._recipe = gan.recipe
        self._components = gan.components
        self._discriminator = AugmentedDiscriminator(
            discriminator or gan.discriminator,
            gan.recipe,
            gan.components.augmentation,
            gan.step,
        )

    def discriminator_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> Terms:
        """Returns the adversarial loss, the architecture's terms, a penalty."""
        outputs = self._discriminate_both(batch, generated, rng)
        terms = self._discriminator_terms(outputs, batch, generated, rng)
        self._adapt_augmentation(outputs.real)
        return terms

    def generator_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> Terms:
        """Returns the adversarial loss and the architecture's terms."""
        labels = batch.get("label")
        taken = generated.taken
        fake = self._discriminate(
            "fake", (generated.images, taken), labels, rng
        )
        real = (
            self._discriminate("real", (batch["image"], taken), labels, rng)
            if self._generator_needs_real()
            else None
        )
        return self._generator_terms(real, fake, batch, generated)

    def joint_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> tuple[Terms, Terms]:
        """Returns both networks' terms, from one pass."""
        outputs = self._discriminate_both(batch, generated, rng)
        terms = (
            self._discriminator_terms(outputs, batch, generated, rng),
            self._generator_terms(outputs.real, outputs.fake, batch, generated),
        )
        self._adapt_augmentation(outputs.real)
        return terms

    def _discriminate_both(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> _Outputs:
        # Two passes: batch norm must not mix real with fake statistics.
        labels = batch.get("label")
        real_images = self._preprocess(
            (batch["image"], generated.taken), rng.scoped("real")
        )
        fake_images = self._preprocess(generated, rng.scoped("fake"))
        return _Outputs(
            real_images,
            fake_images,
            self._discriminator(real_images, labels, rng.scoped("real")),
            self._discriminator(fake_images, labels, rng.scoped("fake")),
        )

    def _discriminate(
        self,
        name: str,
        images: tuple[tf.Tensor, tf.Tensor],
        labels: tf.Tensor | None,
        rng: StepRandom,
    ) -> DiscriminatorOutput:
        rng = rng.scoped(name)
        seen = self._preprocess(images, rng)
        return self._discriminator(seen, labels, rng)

    def _preprocess(
        self, images: tuple[tf.Tensor, tf.Tensor], rng: StepRandom
    ) -> tf.Tensor:
        """Prepares images, and what the generator takes for them."""
        features = self._gan.discriminated_features(*images)
        return self._discriminator.preprocess(features, rng)

    def _generator_needs_real(self) -> bool:
        return (
            self._components.loss.relates_real
            or self._recipe.feature_matching > 0
        )

    def _discriminator_terms(
        self,
        outputs: _Outputs,
        batch: Batch,
        generated: Generated,
        rng: StepRandom,
    ) -> Terms:
        real, fake = outputs.real, outputs.fake
        labels = batch.get("label")
        pair = self._across_batch(*self._flipped(real.logits, fake.logits, rng))
        terms = {
            "discriminator_loss": mean_per_example(
                function_checks.values_per_example(
                    "loss", self._components.loss.discriminator(*pair), pair[1]
                )
            ),
            **self._gan.discriminator_terms(
                real, fake, labels, generated.taken
            ),
        }
        if self._components.penalty is not None:
            terms["penalty"] = self._penalty(
                self._components.penalty, outputs, labels, rng
            )
        return terms

    def _generator_terms(
        self,
        real: DiscriminatorOutput | None,
        fake: DiscriminatorOutput,
        batch: Batch,
        generated: Generated,
    ) -> Terms:
        terms = {
            "generator_loss": mean_per_example(
                self._generator_values(real, fake)
            ),
            **self._gan.generator_terms(
                fake, batch.get("label"), generated.taken
            ),
            **self._gan.image_terms(batch, generated.images),
        }
        if self._recipe.feature_matching and real is not None:
            distance = losses.feature_matching(real.features, fake.features)
            terms["feature_matching"] = self._recipe.feature_matching * distance
        return terms

    def _generator_values(
        self, real: DiscriminatorOutput | None, fake: DiscriminatorOutput
    ) -> tf.Tensor:
        loss = self._components.loss
        real_logits = fake.logits if real is None else real.logits
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            if not loss.relates_real:
                # It gets some, as all losses do, but is not to use them.
                real_logits = tf.identity(real_logits)
                tape.watch(real_logits)
            pair = self._across_batch(real_logits, fake.logits)
            values = function_checks.values_per_example(
                "loss", loss.generator(*pair), pair[1]
            )
        if not loss.relates_real and "loss" in self._gan.own_objects:
            function_checks.require_no_real(values, real_logits, tape)
        return values

    def _across_batch(
        self, real_logits: tf.Tensor, fake_logits: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        if not self._components.loss.across_batch:
            return real_logits, fake_logits
        return replicas.gather(real_logits), replicas.gather(fake_logits)

    def _flipped(
        self, real_logits: tf.Tensor, fake_logits: tf.Tensor, rng: StepRandom
    ) -> tuple[tf.Tensor, tf.Tensor]:
        share = self._recipe.label_flipping
        if not share:
            return real_logits, fake_logits
        rows = self._discriminator.packed_random(rng)
        flip = rows.uniform("label_flipping") < share
        # [B, 1, ...]: all patches of an image are flipped together.
        patches = [1] * (real_logits.shape.rank - 1)
        flip = tf.reshape(flip, [-1, *patches])
        return (
            tf.where(flip, fake_logits, real_logits),
            tf.where(flip, real_logits, fake_logits),
        )

    def _penalty(
        self,
        penalty: Penalty,
        outputs: _Outputs,
        labels: tf.Tensor | None,
        rng: StepRandom,
    ) -> tf.Tensor:
        """Returns the weighted mean over this replica; 0 in a lazy step."""
        rng = rng.scoped("penalty")

        def discriminate(images: tf.Tensor) -> tf.Tensor:
            return self._discriminator(images, labels, rng).logits

        def value() -> tf.Tensor:
            # The images are counted already; and where there are replicas a
            # lazy step comes here too.
            with (
                computing_in_float32(self._discriminator.discriminator),
                training_pass(updates_state=False),
            ):
                values = function_checks.values_per_example(
                    "penalty",
                    penalty(
                        discriminate,
                        tf.stop_gradient(outputs.real_images),
                        tf.stop_gradient(outputs.fake_images),
                        self._discriminator.packed_random(rng),
                    ),
                    outputs.real.logits,
                )
            return tf.reduce_mean(values)

        return self._recipe.penalty_weight * self._lazily(value)

    def _lazily(self, value: Callable[[], tf.Tensor]) -> tf.Tensor:
        """Every so many steps, and so many times (Karras 2020, appendix B)."""
        every = self._recipe.penalty_every
        if every == 1:
            return value()
        due = self._gan.step % every == 0
        if replicas.count() == 1:
            return every * tf.cond(due, value, lambda: 0.0)
        # Layers may talk to other replicas, which no branch can.
        return every * tf.where(due, value(), 0.0)

    def _adapt_augmentation(self, real: DiscriminatorOutput) -> None:
        update = getattr(self._components.augmentation, "update", None)
        if update is not None:
            update(real.logits)
