"""One training step of both networks: tapes, weights of terms, updates."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from tfgan_zoo import losses, random, replicas
from tfgan_zoo.backend import computing_in_float32, keras
from tfgan_zoo.gan.judging import Judge, Judgement
from tfgan_zoo.random import StepRandom

if TYPE_CHECKING:
    from tfgan_zoo.gan.model import GAN

Logs = dict[str, tf.Tensor]


class TrainStep:
    """The step of a compiled `GAN`, on one replica, at its present step.

    Args:
        gan: compiled.
        rows: images of a minibatch on this replica.
    """

    def __init__(self, gan: GAN, rows: int | tf.Tensor) -> None:
        self._gan = gan
        self._recipe = gan.recipe
        self._training = gan.training
        self._random = StepRandom(gan.seed, gan.step, rows)
        self._judge = Judge(
            gan.discriminator, gan.recipe, self._training.augmentation, gan.step
        )

    def __call__(self, real: tf.Tensor, labels: tf.Tensor | None) -> Logs:
        """Does the discriminator's steps and the generator's.

        Args:
            real: float32 [N * B, ...]; every Nth image makes a minibatch, for
                N discriminator steps.
            labels: int32 [N * B], or None.

        Returns:
            This replica's means over its part of the batch, by name.
        """
        count = self._recipe.discriminator_steps
        for k in range(count - 1):
            self._extra_step(
                real[k::count],
                None if labels is None else labels[k::count],
                self._random.scoped(f"extra_{k}"),
            )
        real = real[count - 1 :: count]
        labels = None if labels is None else labels[count - 1 :: count]
        step = (
            self._joint_step
            if self._recipe.update == "joint"
            else self._alternating_step
        )
        return step(real, labels, self._random)

    def _extra_step(
        self, real: tf.Tensor, labels: tf.Tensor | None, rng: StepRandom
    ) -> None:
        latents = self._latents(rng)
        fake = self._generated(latents, labels, rng)
        self._discriminator_step(real, fake, labels, latents, rng)

    def _alternating_step(
        self, real: tf.Tensor, labels: tf.Tensor | None, rng: StepRandom
    ) -> Logs:
        """The generator learns from the discriminator's newest weights."""
        latents = self._latents(rng)
        variables = self._gan.generator.trainable_variables
        with _watching(variables) as tape:
            fake = self._generated(latents, labels, rng)
            with tape.stop_recording():
                logs = self._discriminator_step(
                    real, fake, labels, latents, rng
                )
            rng = rng.scoped("generator")
            fake_said = self._judged("fake", fake, labels, rng)
            with tape.stop_recording():
                real_said = (
                    self._judged("real", real, labels, rng)
                    if self._generator_needs_real()
                    else None
                )
            loss, own_logs = self._generator_loss(
                real_said, fake_said, labels, latents
            )
        self._gan.generator_optimizer.apply_gradients(
            zip(tape.gradient(loss, variables), variables)
        )
        return {**logs, **own_logs}

    def _discriminator_step(
        self,
        real: tf.Tensor,
        fake: tf.Tensor,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
        rng: StepRandom,
    ) -> Logs:
        variables = self._gan.discriminator.trainable_variables
        with _watching(variables) as tape:
            # Two passes: batch norm must not mix real with fake statistics.
            real_seen = self._judge.shown(real, rng.scoped("real"))
            fake_seen = self._judge.shown(fake, rng.scoped("fake"))
            real_said = self._said("real", real_seen, labels, rng)
            fake_said = self._said("fake", fake_seen, labels, rng)
            loss, logs = self._discriminator_loss(
                real_said, fake_said, labels, latents, rng
            )
            penalty, penalty_logs = self._penalty(
                real_seen, fake_seen, labels, rng
            )
            loss += penalty
        self._update_discriminator(tape.gradient(loss, variables))
        self._adapt_augmentation(real_said)
        return {**logs, **penalty_logs}

    def _joint_step(
        self, real: tf.Tensor, labels: tf.Tensor | None, rng: StepRandom
    ) -> Logs:
        """Both gradients come from one pass, before either network moves."""
        gan, latents = self._gan, self._latents(rng)
        variables = gan.generator.trainable_variables
        own = gan.discriminator.trainable_variables
        with _watching(variables) as tape:
            fake = self._generated(latents, labels, rng)
            with _watching(own) as own_tape:
                real_seen = self._judge.shown(real, rng.scoped("real"))
                fake_seen = self._judge.shown(fake, rng.scoped("fake"))
                real_said = self._said("real", real_seen, labels, rng)
                fake_said = self._said("fake", fake_seen, labels, rng)
                with tape.stop_recording():
                    own_loss, logs = self._discriminator_loss(
                        real_said, fake_said, labels, latents, rng
                    )
                    penalty, penalty_logs = self._penalty(
                        real_seen, fake_seen, labels, rng
                    )
                    own_loss += penalty
            loss, own_logs = self._generator_loss(
                real_said, fake_said, labels, latents
            )
        own_gradients = own_tape.gradient(own_loss, own)
        gradients = tape.gradient(loss, variables)
        self._update_discriminator(own_gradients)
        gan.generator_optimizer.apply_gradients(zip(gradients, variables))
        self._adapt_augmentation(real_said)
        return {**logs, **penalty_logs, **own_logs}

    def _latents(self, rng: StepRandom) -> tf.Tensor:
        normals = rng.normal(random.LATENTS, [self._gan.latent_dim])
        return self._gan.latents(normals)

    def _generated(
        self, latents: tf.Tensor, labels: tf.Tensor | None, rng: StepRandom
    ) -> tf.Tensor:
        with random.drawing(rng.scoped("generated")):
            return self._gan.generator(latents, labels, training=True)

    def _judged(
        self,
        name: str,
        images: tf.Tensor,
        labels: tf.Tensor | None,
        rng: StepRandom,
    ) -> Judgement:
        seen = self._judge.shown(images, rng.scoped(name))
        return self._said(name, seen, labels, rng)

    def _said(
        self,
        name: str,
        seen: tf.Tensor,
        labels: tf.Tensor | None,
        rng: StepRandom,
    ) -> Judgement:
        return self._judge(seen, labels, rng.scoped(name))

    def _generator_needs_real(self) -> bool:
        return (
            self._training.loss.relates_real
            or self._recipe.feature_matching > 0
        )

    def _discriminator_loss(
        self,
        real: Judgement,
        fake: Judgement,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
        rng: StepRandom,
    ) -> tuple[tf.Tensor, Logs]:
        real_logits, fake_logits = self._flipped(real.logits, fake.logits, rng)
        values = self._training.loss.discriminator(
            *self._across_batch(real_logits, fake_logits)
        )
        loss = replicas.share(values)
        logs = {"discriminator_loss": tf.reduce_mean(values)}
        terms = self._gan.discriminator_terms(real, fake, labels, latents)
        return self._with_terms(loss, logs, terms)

    def _generator_loss(
        self,
        real: Judgement | None,
        fake: Judgement,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
    ) -> tuple[tf.Tensor, Logs]:
        real_logits = fake.logits if real is None else real.logits
        values = self._training.loss.generator(
            *self._across_batch(real_logits, fake.logits)
        )
        loss = replicas.share(values)
        logs = {"generator_loss": tf.reduce_mean(values)}
        terms = self._gan.generator_terms(fake, labels, latents)
        if self._recipe.feature_matching:
            distance = losses.feature_matching(real.features, fake.features)
            weighted = self._recipe.feature_matching * distance
            terms = {**terms, "feature_matching": weighted}
        return self._with_terms(loss, logs, terms)

    def _with_terms(
        self, loss: tf.Tensor, logs: Logs, terms: Logs
    ) -> tuple[tf.Tensor, Logs]:
        for name, values in terms.items():
            loss += replicas.share(values)
            logs[name] = tf.reduce_mean(values)
        return loss, logs

    def _across_batch(
        self, real_logits: tf.Tensor, fake_logits: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        if not self._training.loss.across_batch:
            return real_logits, fake_logits
        return replicas.gathered(real_logits), replicas.gathered(fake_logits)

    def _flipped(
        self, real_logits: tf.Tensor, fake_logits: tf.Tensor, rng: StepRandom
    ) -> tuple[tf.Tensor, tf.Tensor]:
        share = self._recipe.label_flipping
        if not share:
            return real_logits, fake_logits
        rows = self._judge.packed_random(rng)
        flip = rows.uniform("label_flipping") < share
        return (
            tf.where(flip, fake_logits, real_logits),
            tf.where(flip, real_logits, fake_logits),
        )

    def _penalty(
        self,
        real_seen: tf.Tensor,
        fake_seen: tf.Tensor,
        labels: tf.Tensor | None,
        rng: StepRandom,
    ) -> tuple[tf.Tensor | float, Logs]:
        """This replica's part of the weighted penalty; 0 in a lazy step."""
        if self._training.penalty is None:
            return 0.0, {}
        rng = self._judge.packed_random(rng.scoped("penalty"))

        def value() -> tf.Tensor:
            def discriminate(images: tf.Tensor) -> tf.Tensor:
                return self._judge(images, labels, rng).logits

            with computing_in_float32(self._gan.discriminator):
                values = self._training.penalty(
                    discriminate,
                    tf.stop_gradient(real_seen),
                    tf.stop_gradient(fake_seen),
                    rng,
                )
            return tf.reduce_mean(values)

        mean, weight = self._lazily(value), self._recipe.penalty_weight
        return weight * mean / replicas.count(), {"penalty": weight * mean}

    def _lazily(self, value: Any) -> tf.Tensor:
        """Every so many steps, and so many times (Karras 2020, appendix B)."""
        every = self._recipe.penalty_every
        if every == 1:
            return value()
        due = self._gan.step % every == 0
        if replicas.count() == 1:
            return every * tf.cond(due, value, lambda: 0.0)
        # Layers may talk to other replicas, which no branch can.
        return every * tf.where(due, value(), 0.0)

    def _update_discriminator(self, gradients: list[tf.Tensor]) -> None:
        gan = self._gan
        variables = gan.discriminator.trainable_variables
        gan.discriminator_optimizer.apply_gradients(zip(gradients, variables))
        if self._training.constraint is not None:
            replicas.assign(variables, self._training.constraint)

    def _adapt_augmentation(self, real: Judgement) -> None:
        update = getattr(self._training.augmentation, "update", None)
        if update is not None:
            update(real.logits)


@contextlib.contextmanager
def _watching(variables: list[tf.Variable]) -> Iterator[tf.GradientTape]:
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(variables)
        yield tape


def balance_learning_rates(
    optimizers: tuple[keras.optimizers.Optimizer, keras.optimizers.Optimizer],
    base_rates: tuple[float, float],
    mean_losses: tuple[tf.Tensor, tf.Tensor],
) -> None:
    """Lets a network learn the faster the larger its share of both losses.

    Args:
        optimizers: of the two networks.
        base_rates: their learning rates at equal shares.
        mean_losses: over this replica's batch.
    """
    sizes = [tf.abs(replicas.mean(loss)) for loss in mean_losses]
    total = sizes[0] + sizes[1]
    rates = [
        rate * tf.math.divide_no_nan(2.0 * size, total)
        for rate, size in zip(base_rates, sizes)
    ]
    replicas.assign(
        [optimizer.learning_rate for optimizer in optimizers],
        lambda _, rate: rate,
        rates,
    )
