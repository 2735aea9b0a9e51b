"""One training step of both networks: tapes, weights of terms, updates."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Callable, NamedTuple

import tensorflow as tf

from tfgan_zoo import losses, optimizers, random, replicas
from tfgan_zoo.backend import computing_in_float32
from tfgan_zoo.gan import own_functions
from tfgan_zoo.gan.judging import Judge
from tfgan_zoo.gan.pair import Pair
from tfgan_zoo.layers import state
from tfgan_zoo.networks import Judgement, called
from tfgan_zoo.penalties import Penalty
from tfgan_zoo.random import StepRandom

Logs = dict[str, tf.Tensor]


class Batch(NamedTuple):
    """One minibatch of a step.

    Attributes:
        real: float32 [B, ...].
        fake: the generator's, of the same shape.
        labels: int32 [B], or None.
        latents: what `fake` was made of.
    """

    real: tf.Tensor
    fake: tf.Tensor
    labels: tf.Tensor | None
    latents: tf.Tensor


class _Judged(NamedTuple):
    """Both sides of a batch: what was shown, and what was said of it."""

    real_seen: tf.Tensor
    fake_seen: tf.Tensor
    real: Judgement
    fake: Judgement


class TrainStep:
    """The step of a compiled `GAN`, on one replica, at its present step.

    Args:
        gan: compiled.
        rows: images of a minibatch on this replica.
    """

    def __init__(self, gan: Pair, rows: int | tf.Tensor) -> None:
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
        self._discriminator_step(self._batch(real, labels, rng), rng)

    def _alternating_step(
        self, real: tf.Tensor, labels: tf.Tensor | None, rng: StepRandom
    ) -> Logs:
        """The generator learns from the discriminator's newest weights."""
        variables = self._gan.generator.trainable_variables
        with _watching(variables) as tape:
            batch = self._batch(real, labels, rng)
            with tape.stop_recording():
                logs = self._discriminator_step(batch, rng)
            rng = rng.scoped("generator")
            fake_said = self._judged("fake", batch.fake, labels, rng)
            with tape.stop_recording():
                real_said = (
                    self._judged("real", real, labels, rng)
                    if self._generator_needs_real()
                    else None
                )
            loss, own_logs = self._generator_loss(real_said, fake_said, batch)
        self._update_generator(tape.gradient(loss, variables))
        return {**logs, **own_logs}

    def _discriminator_step(self, batch: Batch, rng: StepRandom) -> Logs:
        variables = self._gan.discriminator.trainable_variables
        with _watching(variables) as tape:
            judged = self._both_judged(batch, rng)
            loss, logs = self._discriminator_loss(judged, batch, rng)
        self._update_discriminator(tape.gradient(loss, variables))
        self._adapt_augmentation(judged.real)
        return logs

    def _joint_step(
        self, real: tf.Tensor, labels: tf.Tensor | None, rng: StepRandom
    ) -> Logs:
        """Both gradients come from one pass, before either network moves."""
        gan = self._gan
        variables = gan.generator.trainable_variables
        own = gan.discriminator.trainable_variables
        with _watching(variables) as tape:
            batch = self._batch(real, labels, rng)
            with _watching(own) as own_tape:
                judged = self._both_judged(batch, rng)
                with tape.stop_recording():
                    own_loss, logs = self._discriminator_loss(
                        judged, batch, rng
                    )
            loss, own_logs = self._generator_loss(
                judged.real, judged.fake, batch
            )
        own_gradients = own_tape.gradient(own_loss, own)
        gradients = tape.gradient(loss, variables)
        self._update_discriminator(own_gradients)
        self._update_generator(gradients)
        self._adapt_augmentation(judged.real)
        return {**logs, **own_logs}

    def _batch(
        self, real: tf.Tensor, labels: tf.Tensor | None, rng: StepRandom
    ) -> Batch:
        latents = self._gan.step_latents(real, rng)
        with random.drawing(rng.scoped("generated")):
            fake = called(self._gan.generator, latents, labels, training=True)
        return Batch(real, fake, labels, latents)

    def _both_judged(self, batch: Batch, rng: StepRandom) -> _Judged:
        # Two passes: batch norm must not mix real with fake statistics.
        real_seen = self._judge.shown(batch.real, rng.scoped("real"))
        fake_seen = self._judge.shown(batch.fake, rng.scoped("fake"))
        return _Judged(
            real_seen,
            fake_seen,
            self._judge(real_seen, batch.labels, rng.scoped("real")),
            self._judge(fake_seen, batch.labels, rng.scoped("fake")),
        )

    def _judged(
        self,
        name: str,
        images: tf.Tensor,
        labels: tf.Tensor | None,
        rng: StepRandom,
    ) -> Judgement:
        rng = rng.scoped(name)
        return self._judge(self._judge.shown(images, rng), labels, rng)

    def _generator_needs_real(self) -> bool:
        return (
            self._training.loss.relates_real
            or self._recipe.feature_matching > 0
        )

    def _discriminator_loss(
        self, judged: _Judged, batch: Batch, rng: StepRandom
    ) -> tuple[tf.Tensor, Logs]:
        real, fake = judged.real, judged.fake
        real_logits, fake_logits = self._flipped(real.logits, fake.logits, rng)
        pair = self._across_batch(real_logits, fake_logits)
        values = own_functions.values_per_example(
            "loss", self._training.loss.discriminator(*pair), pair[1]
        )
        terms = self._gan.discriminator_terms(
            real, fake, batch.labels, batch.latents
        )
        logs = {"discriminator_loss": tf.reduce_mean(values)}
        loss, logs = self._with_terms(replicas.share(values), logs, terms)
        if self._training.penalty is not None:
            penalty = self._penalty(
                self._training.penalty, judged, batch.labels, rng
            )
            loss += penalty / replicas.count()
            logs["penalty"] = penalty
        return optimizers.scaled(self._gan.discriminator_optimizer, loss), logs

    def _generator_loss(
        self, real: Judgement | None, fake: Judgement, batch: Batch
    ) -> tuple[tf.Tensor, Logs]:
        values = self._generator_values(real, fake)
        terms = {
            **self._gan.generator_terms(fake, batch.labels, batch.latents),
            **self._gan.image_terms(batch.real, batch.fake),
        }
        if self._recipe.feature_matching and real is not None:
            distance = losses.feature_matching(real.features, fake.features)
            terms["feature_matching"] = self._recipe.feature_matching * distance
        logs = {"generator_loss": tf.reduce_mean(values)}
        loss, logs = self._with_terms(replicas.share(values), logs, terms)
        return optimizers.scaled(self._gan.generator_optimizer, loss), logs

    def _generator_values(
        self, real: Judgement | None, fake: Judgement
    ) -> tf.Tensor:
        loss = self._training.loss
        real_logits = fake.logits if real is None else real.logits
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            if not loss.relates_real:
                # It gets some, as all losses do, but is not to use them.
                real_logits = tf.identity(real_logits)
                tape.watch(real_logits)
            pair = self._across_batch(real_logits, fake.logits)
            values = own_functions.values_per_example(
                "loss", loss.generator(*pair), pair[1]
            )
        if not loss.relates_real and "loss" in self._gan.own_objects:
            own_functions.require_no_real(values, real_logits, tape)
        return values

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
        judged: _Judged,
        labels: tf.Tensor | None,
        rng: StepRandom,
    ) -> tf.Tensor:
        """Returns the weighted mean over this replica; 0 in a lazy step."""
        rng = rng.scoped("penalty")

        def discriminate(images: tf.Tensor) -> tf.Tensor:
            return self._judge(images, labels, rng).logits

        def value() -> tf.Tensor:
            # The images are counted already; and where there are replicas a
            # lazy step comes here too.
            with computing_in_float32(self._gan.discriminator), state.kept():
                values = own_functions.values_per_example(
                    "penalty",
                    penalty(
                        discriminate,
                        tf.stop_gradient(judged.real_seen),
                        tf.stop_gradient(judged.fake_seen),
                        self._judge.packed_random(rng),
                    ),
                    judged.real.logits,
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

    def _update_generator(self, gradients: list[tf.Tensor]) -> None:
        gan = self._gan
        own_functions.require_gradient("generator's loss", gradients)
        variables = gan.generator.trainable_variables
        optimizers.apply(gan.generator_optimizer, gradients, variables)

    def _update_discriminator(self, gradients: list[tf.Tensor]) -> None:
        gan = self._gan
        own_functions.require_gradient("discriminator's loss", gradients)
        variables = gan.discriminator.trainable_variables
        optimizers.apply(gan.discriminator_optimizer, gradients, variables)
        constraint = self._training.constraint
        if constraint is not None:
            replicas.assign(
                variables,
                lambda v: own_functions.constrained(constraint(v), v),
            )

    def _adapt_augmentation(self, real: Judgement) -> None:
        update = getattr(self._training.augmentation, "update", None)
        if update is not None:
            update(real.logits)


@contextlib.contextmanager
def _watching(variables: list[tf.Variable]) -> Iterator[tf.GradientTape]:
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(variables)
        yield tape
