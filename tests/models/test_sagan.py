"""SAGAN's own: where the attention stands, and what is spectral."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    BatchNormalization,
    SelfAttention,
    SpectralConv2D,
    SpectralDense,
)
from tfgan_zoo.models import sagan
from tfgan_zoo.models.sagan import SAGAN, Discriminator, Generator

# Worked by hand from the layers, at a width of 16: those of `sngan`, and of
# the attention 3 C C / 8 for f, g and h, C C / 8 for v and 1 for gamma.
PARAMETERS = {
    (32, 32, 3): (125_827 + 513, 17_008 + 129),
    (64, 64, 1): (422_881 + 129, 158_920 + 33),
}


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


def _networks(image_shape, width):
    keras.utils.set_random_seed(0)
    generator = Generator(image_shape, latent_dim=128, width=width)
    generator(tf.zeros([1, 128]))
    discriminator = Discriminator(image_shape, width=width)
    discriminator(tf.zeros([1, *image_shape]))
    return generator, discriminator


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    counts = tuple(_trainable(one) for one in _networks(image_shape, 16))
    assert counts == PARAMETERS[image_shape]


@pytest.mark.parametrize(
    ("image_size", "side", "channels", "own_channels"),
    [(32, 16, 16, 8), (64, 32, 8, 4), (128, 32, 16, 8)],
)
def test_attention_is_once_at_the_papers_feature_map(
    image_size, side, channels, own_channels, monkeypatch
):
    seen = []
    call = SelfAttention.call

    def watched(self, inputs, training=None):
        seen.append(inputs.shape[1:])
        return call(self, inputs, training)

    monkeypatch.setattr(SelfAttention, "call", watched)
    _networks((image_size, image_size, 1), 8)
    assert seen == [(side, side, channels), (side, side, own_channels)]


def test_all_layers_of_both_networks_are_spectral():
    kinds = (keras.layers.Conv2D, keras.layers.Dense)
    for network in _networks((32, 32, 1), 4):
        layers = [m for m in network.submodules if isinstance(m, kinds)]
        # 11 of sngan's, and four of the attention
        assert len(layers) == 15
        spectral = (SpectralConv2D, SpectralDense)
        assert all(isinstance(layer, spectral) for layer in layers)


def test_attention_lets_far_pixels_matter():
    """Without it, a corner cannot reach the far end of the first features."""
    _, discriminator = _networks((32, 32, 1), 8)
    images = tf.random.stateless_uniform([1, 32, 32, 1], [0, 0], -1.0, 1.0)
    first = discriminator.blocks[0](images)

    def reach():
        with tf.GradientTape() as tape:
            tape.watch(first)
            after = discriminator.after_block(first, False)
            corner = tf.reduce_sum(after[0, 0, 0] ** 2)
        return float(tf.norm(tape.gradient(corner, first)[0, -1, -1]))

    assert reach() == 0.0
    discriminator.attention.gamma.assign(1.0)
    assert reach() > 1e-6


def test_labels_change_nothing_as_it_has_none():
    recipe = dataclasses.replace(sagan.RECIPE, width=4, latent_dim=8)
    gan = SAGAN((32, 32, 1), num_classes=3, recipe=recipe)
    assert gan.num_classes == 0
    latents = tf.random.stateless_normal([2, 8], [0, 0])
    np.testing.assert_array_equal(
        gan.generator(latents, tf.constant([0, 1])), gan.generator(latents)
    )
    norms = [n for block in gan.generator.blocks for n in block.norms]
    assert {type(norm) for norm in norms} == {BatchNormalization}


def test_settings_are_the_papers_two_time_scales():
    recipe = sagan.RECIPE
    assert recipe.generator_learning_rate == 1e-4
    assert recipe.discriminator_learning_rate == 4e-4
    assert (recipe.beta_1, recipe.beta_2) == (0.0, 0.9)
    assert (recipe.loss, recipe.discriminator_steps) == ("hinge", 1)
