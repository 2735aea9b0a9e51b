"""`GAN`: the training step, exact on any number of replicas."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import images, losses, random
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.config import Recipe

_EMA_WARM_UP_STEPS = 10


class GAN(keras.Model):
    """A generator and a discriminator that train against each other.

    Goodfellow et al. 2014 (arXiv:1406.2661), Algorithm 1, with one
    discriminator step a generator step, both on the same generated images.

    Args:
        generator: (latents [B, Z], labels [B], training) -> images
            float32 [B, H, W, C] in [-1, 1]. Its `from_config(get_config())`
            must build it again, for the averaged copy.
        discriminator: (images, labels, training) -> float32 logits [B].
        recipe: latent size, averaging, and what `compile` takes for the
            settings that it is not given.
        seed: of the latents; those of a step depend on (seed, step) alone.

    Attributes:
        ema_generator: exponential moving average of the generator, in
            float32; what is sampled and exported.
        step: int64 variable, training steps done.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        recipe: Recipe,
        seed: int = 0,
    ) -> None:
        # Keras casts a call's inputs to the policy's type; latents must not be
        # rounded on their way to the float32 average.
        super().__init__(dtype="float32")
        self.generator = generator
        self.discriminator = discriminator
        self.recipe = recipe
        self.latent_dim = recipe.latent_dim
        self.seed = seed
        with precision_policy("float32"):
            self.ema_generator = type(generator).from_config(
                generator.get_config()
            )
        self.step = tf.Variable(
            0,
            dtype=tf.int64,
            trainable=False,
            name="step",
            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        )
        self._build_networks()

    def _build_networks(self) -> None:
        latents = tf.zeros([1, self.latent_dim])
        labels = tf.zeros([1], tf.int32)
        fake = self.ema_generator(latents, labels, training=False)
        self.generator(latents, labels, training=False)
        self.discriminator(fake, labels, training=False)
        self.ema_generator.set_weights(self.generator.get_weights())
        self.image_shape = tuple(fake.shape[1:])

    @classmethod
    def check_image_shape(cls, image_shape: tuple[int, int, int]) -> None:
        """Checks that the architecture makes such images.

        Raises:
            ValueError: it does not.
        """

    def compile(
        self,
        generator_optimizer: keras.optimizers.Optimizer | None = None,
        discriminator_optimizer: keras.optimizers.Optimizer | None = None,
        *,
        loss: str | losses.Loss | None = None,
        **kwargs: Any,
    ) -> None:
        """Sets optimizers and loss; what is left out comes from the recipe.

        Args:
            generator_optimizer, discriminator_optimizer: two objects, one a
                network.
            loss: a name in `losses.LOSSES`, or a `Loss`.
            **kwargs: of `keras.Model.compile`, such as `steps_per_execution`.

        Raises:
            ValueError: no loss of that name, or one optimizer for both.
        """
        super().compile(**kwargs)
        loss = self.recipe.loss if loss is None else loss
        self.adversarial_loss = (
            losses.get(loss) if isinstance(loss, str) else loss
        )
        self.generator_optimizer = generator_optimizer or self._adam(
            self.recipe.generator_learning_rate
        )
        self.discriminator_optimizer = discriminator_optimizer or self._adam(
            self.recipe.discriminator_learning_rate
        )
        if self.generator_optimizer is self.discriminator_optimizer:
            raise ValueError(
                "The generator and the discriminator need an optimizer each. "
                f"Received: {self.generator_optimizer.name} for both."
            )
        self.generator_loss_metric = keras.metrics.Mean(name="generator_loss")
        self.discriminator_loss_metric = keras.metrics.Mean(
            name="discriminator_loss"
        )
        self._build_optimizers()

    def _adam(self, learning_rate: float) -> keras.optimizers.Optimizer:
        recipe = self.recipe
        return keras.optimizers.Adam(
            learning_rate, beta_1=recipe.beta_1, beta_2=recipe.beta_2
        )

    def _build_optimizers(self) -> None:
        # Slots exist from now on, so a checkpoint restores into them at once.
        with self.distribute_strategy.scope():
            self.generator_optimizer.build(self.generator.trainable_variables)
            self.discriminator_optimizer.build(
                self.discriminator.trainable_variables
            )

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return [self.discriminator_loss_metric, self.generator_loss_metric]

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = False,
    ) -> tf.Tensor:
        return self.ema_generator(latents, labels, training=training)

    @tf.function
    def sample(
        self, seeds: tf.Tensor, labels: tf.Tensor | None = None
    ) -> tf.Tensor:
        """Draws an image for each seed from the averaged generator.

        Args:
            seeds: int64 [N]; an image depends on its seed (and label) alone.
            labels: int32 [N], for a conditional generator.

        Returns:
            uint8 [N, H, W, C].
        """
        latents = random.seeded_normal(seeds, self.latent_dim)
        return images.to_uint8(self(latents, labels, training=False))

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        """Does one step of both networks.

        Args:
            data: images float32 [B, H, W, C] in [-1, 1], or (images, labels).

        Raises:
            ValueError: several replicas, and batches of no static size.
        """
        real, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        latents = random.step_normal(
            self._replica_batch_size(real),
            self.latent_dim,
            seed=self.seed,
            step=self.step,
        )
        variables = self.generator.trainable_variables
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(variables)
            fake = self.generator(latents, labels, training=True)
            with tape.stop_recording():
                discriminator_loss = self._discriminator_step(
                    real, fake, labels
                )
            fake_logits = self.discriminator(fake, labels, training=True)
            generator_loss = self._replica_share(
                self.adversarial_loss.generator(fake_logits)
            )
        gradients = tape.gradient(generator_loss, variables)
        self.generator_optimizer.apply_gradients(zip(gradients, variables))
        self._average_generator()
        self.step.assign_add(1)
        return self._log(discriminator_loss, generator_loss)

    def _replica_batch_size(self, real: tf.Tensor) -> int | tf.Tensor:
        size = real.shape[0]
        if size is None and self._replicas > 1:
            raise ValueError(
                "With several replicas, batches must have a static size; "
                "`batch(..., drop_remainder=True)` gives it. "
                f"Received: shape {real.shape}."
            )
        return tf.shape(real)[0] if size is None else size

    def _discriminator_step(
        self, real: tf.Tensor, fake: tf.Tensor, labels: tf.Tensor
    ) -> tf.Tensor:
        variables = self.discriminator.trainable_variables
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(variables)
            # Two passes: batch norm must not mix real with fake statistics.
            real_logits = self.discriminator(real, labels, training=True)
            fake_logits = self.discriminator(fake, labels, training=True)
            loss = self._replica_share(
                self.adversarial_loss.discriminator(real_logits, fake_logits)
            )
        gradients = tape.gradient(loss, variables)
        self.discriminator_optimizer.apply_gradients(zip(gradients, variables))
        return loss

    def _replica_share(self, values: tf.Tensor) -> tf.Tensor:
        """This replica's part of the mean over the global batch.

        `apply_gradients` sums over replicas, so the parts must sum to the mean.
        """
        return tf.reduce_mean(values) / self._replicas

    @property
    def _replicas(self) -> int:
        return self.distribute_strategy.num_replicas_in_sync

    def _log(
        self, discriminator_loss: tf.Tensor, generator_loss: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        # A metric averages over replicas, so undo the share.
        self.discriminator_loss_metric.update_state(
            discriminator_loss * self._replicas
        )
        self.generator_loss_metric.update_state(generator_loss * self._replicas)
        return {metric.name: metric.result() for metric in self.metrics}

    def _average_generator(self) -> None:
        """Moves the averaged generator towards the generator.

        The decay ramps up from 0.1, so that the first weights, which are
        noise, are soon forgotten.
        """
        step = tf.cast(self.step, tf.float32)
        ramp = (1.0 + step) / (_EMA_WARM_UP_STEPS + step)
        rate = 1.0 - tf.minimum(self.recipe.ema_decay, ramp)
        averages, values = self.ema_generator, self.generator

        def update(strategy: tf.distribute.Strategy, rate: tf.Tensor) -> None:
            for average, value in zip(
                averages.trainable_variables, values.trainable_variables
            ):
                strategy.extended.update(
                    average, _move, args=(value, rate), group=False
                )

        tf.distribute.get_replica_context().merge_call(update, args=(rate,))
        for average, value in zip(
            averages.non_trainable_variables, values.non_trainable_variables
        ):
            _move(average, value, rate)


def _move(average: tf.Variable, value: tf.Tensor, rate: tf.Tensor) -> None:
    average.assign_add(rate * (value - average))
