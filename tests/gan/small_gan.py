"""A DCGAN small enough to be traced and stepped in a second or two."""

from __future__ import annotations

import dataclasses

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.models.dcgan import DCGAN, RECIPE

IMAGE_SHAPE = (28, 28, 1)
BATCH_SIZE = 8
LATENT_DIM = 8


def batch(count=BATCH_SIZE):
    """Images in [-1, 1] and labels."""
    pixels = np.random.default_rng(0).uniform(-1, 1, (count, *IMAGE_SHAPE))
    return pixels.astype(np.float32), np.zeros(count, np.int32)


def small_gan(strategy=None, rates=(0.05, 0.05), seed=0, **settings):
    """A compiled DCGAN of width 4; settings as of `Recipe`."""
    keras.utils.set_random_seed(seed)
    recipe = dataclasses.replace(
        RECIPE,
        width=4,
        latent_dim=LATENT_DIM,
        batch_size=BATCH_SIZE,
        generator_optimizer="sgd",
        discriminator_optimizer="sgd",
        generator_learning_rate=rates[0],
        discriminator_learning_rate=rates[1],
    )
    recipe = dataclasses.replace(recipe, **settings)
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        gan = DCGAN(IMAGE_SHAPE, recipe=recipe)
        gan.compile()
    return gan


def train(gan, steps=1, count=BATCH_SIZE):
    """Takes steps on one batch again and again; returns the last logs."""
    dataset = tf.data.Dataset.from_tensors(batch(count)).repeat()
    history = gan.fit(dataset, steps_per_epoch=steps, verbose=0).history
    return {name: values[-1] for name, values in history.items()}


def values(network):
    """The trainable variables as arrays."""
    return [variable.numpy() for variable in network.trainable_variables]
