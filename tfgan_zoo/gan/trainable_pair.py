"""A `Pair` in training: its two players, and what each of them loses."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import augment, optimizers
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import learning_rates
from tfgan_zoo.gan.elements import to_features, to_images, to_labels
from tfgan_zoo.gan.objective import Generated, Objective
from tfgan_zoo.gan.pair import Pair
from tfgan_zoo.gan.players import (
    DISCRIMINATOR,
    GENERATOR,
    Batch,
    Player,
    Terms,
)
from tfgan_zoo.layers.training_pass import training_pass
from tfgan_zoo.networks import call_network
from tfgan_zoo.random import StepRandom


class TrainablePair(Pair):
    """A pair whose `components`, optimizers and recipe `GAN.compile` sets."""

    generator_optimizer: keras.optimizers.Optimizer
    discriminator_optimizer: keras.optimizers.Optimizer

    def _prepare_optimizer(
        self, optimizer: keras.optimizers.Optimizer, network: keras.Model
    ) -> keras.optimizers.Optimizer:
        """Returns the optimizer built, and scaling losses for float16."""
        # Slots exist from now on, so a checkpoint restores into them at once.
        with self.distribute_strategy.scope():
            optimizers.build(optimizer, network.trainable_variables)
            in_float16 = any(
                layer.compute_dtype == "float16"
                for layer in network._flatten_layers()
            )
            if in_float16:
                return optimizers.scaling_losses(optimizer)
            return optimizer

    def _log_names(self) -> list[str]:
        names = ["discriminator_loss", "generator_loss", *self.term_names]
        if self.components.penalty is not None:
            names.append("penalty")
        if self.recipe.feature_matching:
            names.append("feature_matching")
        if isinstance(
            self.components.augmentation, augment.AdaptiveAugmentation
        ):
            names += ["ada_probability", "ada_r_t"]
        return names

    @property
    def players(self) -> dict[str, Player]:
        return {
            "generator": Player(
                self.generator,
                GENERATOR,
                self.generator_optimizer,
                average=self.ema_generator,
            ),
            "discriminator": Player(
                self.discriminator,
                DISCRIMINATOR,
                self.discriminator_optimizer,
                constraint=self.components.constraint,
            ),
        }

    @property
    def update(self) -> str:  # type: ignore[override]
        return self.recipe.update

    @property
    def discriminator_steps(self) -> int:  # type: ignore[override]
        return self.recipe.discriminator_steps

    @property
    def ema_decay(self) -> float:  # type: ignore[override]
        return self.recipe.ema_decay

    def to_batch(self, data: Any) -> Batch:
        """Returns `image` and, for a conditional GAN, `label`.

        Args:
            data: see `to_features`; images [N * B, H, W, C], float in
                [-1, 1] or uint8, N the number of discriminator steps.
        """
        features = to_features(data)
        batch = {"image": to_images(features["image"])}
        if self.num_classes:
            batch["label"] = to_labels(features["label"])
        return batch

    def minibatch_size(self, batch: Batch) -> int | tf.Tensor:
        real = batch["image"]
        size, parts = real.shape[0], self.recipe.discriminator_steps
        if size is not None and size % (parts * self.recipe.packing):
            raise ValueError(
                "A batch must be a multiple of `discriminator_steps` * "
                f"`packing`, {parts * self.recipe.packing}, on each replica. "
                f"Received: {size} images."
            )
        return super().minibatch_size(batch)

    def run_generators(self, batch: Batch, rng: StepRandom) -> Generated:
        latents = self.step_inputs(batch["image"], rng)
        with training_pass(random=rng.scoped("generated")):
            images = call_network(
                self.generator, latents, batch.get("label"), training=True
            )
        return Generated(images, latents)

    def discriminator_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> Terms:
        return Objective(self).discriminator_losses(batch, generated, rng)

    def generator_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> Terms:
        return Objective(self).generator_losses(batch, generated, rng)

    def joint_losses(
        self, batch: Batch, generated: Generated, rng: StepRandom
    ) -> tuple[Terms, Terms]:
        return Objective(self).joint_losses(batch, generated, rng)

    def finish_step(self, logs: Terms) -> None:
        ada = self.components.augmentation
        if isinstance(ada, augment.AdaptiveAugmentation):
            logs["ada_probability"] = ada.probability
            logs["ada_r_t"] = ada.r_t
        if self.recipe.adaptive_learning_rate:
            self._set_rates(logs)

    def _set_rates(self, logs: Terms) -> None:
        recipe = self.recipe
        learning_rates.balance(
            (self.generator_optimizer, self.discriminator_optimizer),
            (
                recipe.generator_learning_rate,
                recipe.discriminator_learning_rate,
            ),
            (logs["generator_loss"], logs["discriminator_loss"]),
        )

    def training_state(self) -> dict[str, Any]:
        """Returns what a checkpoint of a training must hold, by name."""
        state = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "ema_generator": self.ema_generator,
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
            "step": self.step,
        }
        if isinstance(self.components.augmentation, tf.Module):
            state["augmentation"] = self.components.augmentation
        return state
