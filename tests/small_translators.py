"""A translator that is made in a moment: from a grey drawing to colours."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import TranslationGAN
from tfgan_zoo.recipe import Recipe

SHAPE = (8, 12, 3)
MULTIPLE = 4
# Of each colour: how much of the source, and of its mean over 4 x 4 pixels.
_GAINS = np.array([[0.9, 0.1], [0.5, 0.5], [-0.5, 0.0]], np.float32)


class _Colours(networks.Network):
    """Images [B, H, W, 1] to [B, H, W, 3], H and W multiples of 4."""

    def __init__(self):
        super().__init__()
        layers = keras.layers
        self.size_multiple = MULTIPLE
        self.shrink = layers.AveragePooling2D(MULTIPLE)
        self.enlarge = layers.UpSampling2D(MULTIPLE)
        self.to_colours = layers.Conv2D(3, 1, use_bias=False)

    def call(self, images, labels=None, training=None):
        coarse = self.enlarge(self.shrink(images))
        return self.to_colours(tf.concat([images, coarse], -1))


def colourist():
    """Returns the GAN, whose generator's output `expected` is."""
    height, width, channels = SHAPE
    layers = [
        keras.Input([height, width, channels + 1]),
        keras.layers.Flatten(),
        keras.layers.Dense(1),
    ]
    gan = TranslationGAN(
        _Colours(),
        keras.Sequential(layers),
        source_shape=(height, width, 1),
        recipe=Recipe(paper="none", source="grey"),
    )
    gan.ema_generator.set_weights([_GAINS.T[np.newaxis, np.newaxis]])
    return gan


def expected(sources):
    """Returns what it makes of uint8 [N, H, W, 1], in NumPy alone: uint8."""
    values = sources / 127.5 - 1.0
    count, height, width, _ = values.shape
    blocks = values.reshape(count, height // 4, 4, width // 4, 4)
    coarse = blocks.mean((2, 4)).repeat(4, 1).repeat(4, 2)[..., np.newaxis]
    made = np.concatenate([values, coarse], -1) @ _GAINS.T
    return np.round((made + 1.0) * 127.5).astype(np.uint8)
