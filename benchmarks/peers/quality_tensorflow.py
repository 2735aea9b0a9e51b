"""TensorFlow's tutorial and keras.io on real images, for time_to_quality.py."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from benchmarks.peers import snapshots, tensorflow_loops
from benchmarks.peers.cases import Case
from benchmarks.peers.quality import R1_EVERY, Recipe
from benchmarks.peers.snapshots import BATCH, to_pixels
from tfgan_zoo.backend import keras

layers = keras.layers


def _tutorial() -> tuple[keras.Model, keras.Model]:
    def convolution(kind: type, filters: int, **settings: object):
        return kind(filters, 5, padding="same", **settings)

    transposed = layers.Conv2DTranspose
    generator = keras.Sequential(
        [
            layers.Dense(7 * 7 * 256, use_bias=False, input_shape=[100]),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            layers.Reshape([7, 7, 256]),
            convolution(transposed, 128, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            convolution(transposed, 64, strides=2, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            convolution(
                transposed, 1, strides=2, use_bias=False, activation="tanh"
            ),
        ]
    )
    discriminator = keras.Sequential([keras.Input([28, 28, 1])])
    for filters in (64, 128):
        discriminator.add(convolution(layers.Conv2D, filters, strides=2))
        discriminator.add(layers.LeakyReLU())
        discriminator.add(layers.Dropout(0.3))
    discriminator.add(layers.Flatten())
    discriminator.add(layers.Dense(1))
    return generator, discriminator


def _keras_io() -> tuple[keras.Model, keras.Model]:
    """For 28 pixels a doubling less than the example's 64."""
    generator = keras.Sequential(
        [
            layers.Dense(7 * 7 * 128, input_shape=[128]),
            layers.Reshape([7, 7, 128]),
        ]
    )
    for filters in (128, 256):
        generator.add(
            layers.Conv2DTranspose(filters, 4, strides=2, padding="same")
        )
        generator.add(layers.LeakyReLU(0.2))
    generator.add(layers.Conv2D(1, 5, padding="same", activation="tanh"))
    discriminator = keras.Sequential([keras.Input([28, 28, 1])])
    for filters in (64, 128):
        discriminator.add(layers.Conv2D(filters, 4, strides=2, padding="same"))
        discriminator.add(layers.LeakyReLU(0.2))
    discriminator.add(layers.Flatten())
    discriminator.add(layers.Dropout(0.2))
    discriminator.add(layers.Dense(1))
    return generator, discriminator


class _Training:
    def __init__(self, recipe: Recipe, seed: int, images: np.ndarray) -> None:
        keras.utils.set_random_seed(seed)
        if recipe.is_bfloat16:
            keras.mixed_precision.set_global_policy("mixed_bfloat16")
        if recipe.networks == "dcgan":
            case = Case("dcgan", (28, 28, 1), recipe.width, recipe.batch_size)
            make = tensorflow_loops.dcgan_networks
            self.generator, self.discriminator = make(case, recipe.latent_dim)
        else:
            make = {"tutorial": _tutorial, "keras_io": _keras_io}
            self.generator, self.discriminator = make[recipe.networks]()
        self.average = keras.models.clone_model(self.generator)
        self.average.set_weights(self.generator.get_weights())
        self.recipe = recipe
        self.adams = [
            keras.optimizers.Adam(rate, recipe.beta_1, recipe.beta_2)
            for rate in (recipe.generator_rate, recipe.discriminator_rate)
        ]
        floats = images.astype(np.float32) / 127.5 - 1.0
        batches = tf.data.Dataset.from_tensor_slices(floats)
        batches = batches.shuffle(len(floats), seed=seed).repeat()
        self.batches = iter(batches.batch(recipe.batch_size).prefetch(2))
        self.steps = 0

    def step(self) -> None:
        is_penalised = bool(self.recipe.r1_weight) and (
            self.steps % R1_EVERY == 0
        )
        self._step(next(self.batches), is_penalised)
        self.steps += 1

    @tf.function
    def _step(self, real: tf.Tensor, is_penalised: bool) -> None:
        recipe = self.recipe
        size = recipe.batch_size
        latents = tf.random.normal([size, recipe.latent_dim])
        with tf.GradientTape() as tape, tf.GradientTape() as own_tape:
            fake = self.generator(latents, training=True)
            of_real = self.discriminator(real, training=True)
            of_fake = self.discriminator(fake, training=True)
            loss = tf.reduce_mean(tf.nn.softplus(-of_fake))
            if recipe.loss == "relativistic":
                loss = _loss(
                    of_fake - tf.reduce_mean(of_real),
                    of_real - tf.reduce_mean(of_fake),
                )
                own = _loss(
                    of_real - tf.reduce_mean(of_fake),
                    of_fake - tf.reduce_mean(of_real),
                )
            else:
                own = _bce(of_real, 1.0) + _bce(of_fake, 0.0)
            if is_penalised:
                own += R1_EVERY * recipe.r1_weight * self._r1(real)
        self._apply(tape, loss, self.generator)
        self._apply(own_tape, own, self.discriminator)
        self._average()

    def _apply(
        self, tape: tf.GradientTape, loss: tf.Tensor, network: keras.Model
    ) -> None:
        weights = network.trainable_variables
        adam = self.adams[0 if network is self.generator else 1]
        adam.apply_gradients(zip(tape.gradient(loss, weights), weights))

    def _average(self) -> None:
        decay = self.recipe.ema_decay
        if decay:
            pairs = zip(self.average.variables, self.generator.variables)
            for old, new in pairs:
                old.assign_sub((1.0 - decay) * (old - new))

    def _r1(self, real: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(real)
            logits = self.discriminator(real, training=True)
        slope = tape.gradient(logits, real)
        return tf.reduce_mean(tf.reduce_sum(slope**2, [1, 2, 3])) / 2.0

    def draw(self) -> np.ndarray:
        """Returns samples, uint8 [500, 28, 28, 1]."""
        network = self.average if self.recipe.ema_decay else self.generator
        latents = tf.random.normal([BATCH, self.recipe.latent_dim])
        return to_pixels(network(latents).numpy())


class _KerasIo(_Training):
    """The discriminator first, then the generator, of latents of its own.

    Generated images have the label 1, real ones 0, with noise on both.
    """

    @tf.function
    def _step(self, real: tf.Tensor, is_penalised: bool) -> None:
        del is_penalised
        size, latent_dim = self.recipe.batch_size, self.recipe.latent_dim
        fake = self.generator(tf.random.normal([size, latent_dim]))
        labels = tf.repeat([[1.0], [0.0]], size, axis=0)
        labels += 0.05 * tf.random.uniform([2 * size, 1])
        with tf.GradientTape() as tape:
            logits = self.discriminator(
                tf.concat([fake, real], axis=0), training=True
            )
            own = _bce(logits, labels)
        self._apply(tape, own, self.discriminator)
        with tf.GradientTape() as tape:
            fake = self.generator(
                tf.random.normal([size, latent_dim]), training=True
            )
            loss = _bce(self.discriminator(fake, training=True), 0.0)
        self._apply(tape, loss, self.generator)


def _bce(logits: tf.Tensor, label: tf.Tensor | float) -> tf.Tensor:
    softplus = tf.nn.softplus
    return tf.reduce_mean(
        label * softplus(-logits) + (1.0 - label) * softplus(logits)
    )


def _make(recipe: Recipe, seed: int, images: np.ndarray) -> _Training:
    is_keras_io = recipe.networks == "keras_io"
    return (_KerasIo if is_keras_io else _Training)(recipe, seed, images)


def _loss(raised: tf.Tensor, lowered: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.nn.softplus(-raised)) + tf.reduce_mean(
        tf.nn.softplus(lowered)
    )


if __name__ == "__main__":
    snapshots.train(_make)
