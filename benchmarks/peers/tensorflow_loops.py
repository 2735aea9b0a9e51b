"""What TensorFlow's and Keras' own pages teach, on the DCGAN's networks.

`tutorial`: the loop of TensorFlow's DCGAN tutorial, both networks in one
`tf.function`. `keras_io`: the `train_step` of Keras' DCGAN example, which
judges real and generated images in one batch, and draws new ones for the
generator. Keras' own batch normalisation in both.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from benchmarks import measuring
from benchmarks.peers import protocol
from benchmarks.peers.cases import (
    BETA_1,
    BETA_2,
    CASES,
    EXAMPLES,
    LATENT_DIM,
    LEARNING_RATE,
    Case,
)
from tfgan_zoo.backend import keras

_loss = keras.losses.BinaryCrossentropy(from_logits=True)


def dcgan_networks(
    case: Case, latent_dim: int = LATENT_DIM
) -> tuple[keras.Model, keras.Model]:
    """Returns the layers of the zoo's generator and discriminator."""
    layers = keras.layers
    base, doublings = case.base, case.doublings
    channels = case.width << (doublings - 1)
    convolution = {"kernel_size": 4, "strides": 2, "padding": "same"}
    generator = keras.Sequential([keras.Input([latent_dim])])
    generator.add(layers.Dense(base * base * channels, use_bias=False))
    generator.add(layers.Reshape((base, base, channels)))
    generator.add(layers.BatchNormalization())
    generator.add(layers.ReLU())
    for level in range(1, doublings):
        generator.add(
            layers.Conv2DTranspose(
                channels >> level, use_bias=False, **convolution
            )
        )
        generator.add(layers.BatchNormalization())
        generator.add(layers.ReLU())
    generator.add(
        layers.Conv2DTranspose(
            case.image_shape[2],
            activation="tanh",
            dtype="float32",
            **convolution,
        )
    )
    discriminator = keras.Sequential([keras.Input(case.image_shape)])
    for level in range(doublings):
        discriminator.add(
            layers.Conv2D(case.width << level, use_bias=False, **convolution)
        )
        if level:
            discriminator.add(layers.BatchNormalization())
        discriminator.add(layers.LeakyReLU(0.2))
    discriminator.add(layers.Flatten())
    discriminator.add(layers.Dense(1, dtype="float32"))
    return generator, discriminator


def _adam() -> keras.optimizers.Optimizer:
    return keras.optimizers.Adam(LEARNING_RATE, BETA_1, BETA_2)


class _KerasIo(keras.Model):
    def __init__(
        self, generator: keras.Model, discriminator: keras.Model
    ) -> None:
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.optimizers = _adam(), _adam()

    def train_step(self, real: tf.Tensor) -> dict[str, tf.Tensor]:
        count = tf.shape(real)[0]
        latents = tf.random.normal([count, LATENT_DIM])
        both = tf.concat([self.generator(latents), real], axis=0)
        labels = tf.concat([tf.ones([count, 1]), tf.zeros([count, 1])], axis=0)
        labels += 0.05 * tf.random.uniform(tf.shape(labels))
        with tf.GradientTape() as tape:
            logits = self.discriminator(both, training=True)
            own = _loss(labels, logits)
        weights = self.discriminator.trainable_weights
        self.optimizers[1].apply_gradients(
            zip(tape.gradient(own, weights), weights)
        )
        latents = tf.random.normal([count, LATENT_DIM])
        with tf.GradientTape() as tape:
            fake = self.generator(latents, training=True)
            logits = self.discriminator(fake, training=True)
            loss = _loss(tf.zeros([count, 1]), logits)
        weights = self.generator.trainable_weights
        self.optimizers[0].apply_gradients(
            zip(tape.gradient(loss, weights), weights)
        )
        return {"discriminator_loss": own, "generator_loss": loss}


def _tutorial_step(generator: keras.Model, discriminator: keras.Model):
    adams = _adam(), _adam()

    @tf.function
    def step(real: tf.Tensor) -> None:
        latents = tf.random.normal([tf.shape(real)[0], LATENT_DIM])
        with tf.GradientTape() as tape, tf.GradientTape() as own_tape:
            fake = generator(latents, training=True)
            of_real = discriminator(real, training=True)
            of_fake = discriminator(fake, training=True)
            loss = _loss(tf.ones_like(of_fake), of_fake)
            own = _loss(tf.ones_like(of_real), of_real)
            own += _loss(tf.zeros_like(of_fake), of_fake)
        pairs = (tape, loss, generator), (own_tape, own, discriminator)
        for adam, (one, value, network) in zip(adams, pairs):
            weights = network.trainable_variables
            adam.apply_gradients(zip(one.gradient(value, weights), weights))

    return step


def _make(name: str, precision: str, loop: str) -> protocol.Training:
    case = CASES[name]
    if precision == "bfloat16":
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    generator, discriminator = dcgan_networks(case)
    pixels = np.random.default_rng(0).uniform(
        -1, 1, (EXAMPLES, *case.image_shape)
    )
    batches = tf.data.Dataset.from_tensor_slices(pixels.astype(np.float32))
    batches = batches.shuffle(EXAMPLES).repeat().batch(case.batch_size)
    if loop == "tutorial":
        step = _tutorial_step(generator, discriminator)

        iterator = iter(batches)

        def run_steps(steps: int) -> None:
            for _ in range(steps):
                step(next(iterator))
            generator.trainable_variables[-1].numpy()

        def train(steps: int) -> float:
            return protocol.timed(lambda: run_steps(steps))
    else:
        model = _KerasIo(generator, discriminator)
        model.compile()

        def train(steps: int) -> float:
            return measuring.seconds_of_fit(model, batches, steps)

    def sample(count: int, batch: int) -> None:
        for _ in range(0, count, batch):
            images = generator(tf.random.normal([batch, LATENT_DIM]))
            scaled = tf.round((tf.cast(images, tf.float32) + 1.0) * 127.5)
            tf.cast(tf.clip_by_value(scaled, 0.0, 255.0), tf.uint8).numpy()

    networks = generator, discriminator
    parameters = sum(
        int(np.prod(v.shape)) for one in networks for v in one.trainable_weights
    )
    return protocol.Training(
        parameters,
        train,
        lambda *counts: protocol.timed(lambda: sample(*counts)),
    )


if __name__ == "__main__":
    protocol.serve(lambda: _make(*sys.argv[1:4]))
