"""StyleGAN2: channels and parameters by hand, style mixing, statistics."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers.training_pass import training_pass
from tfgan_zoo.models import stylegan2
from tfgan_zoo.models.stylegan2 import Discriminator, Generator, StyleGAN2
from tfgan_zoo.random import StepRandom

# By hand at 32 pixels, of a width of 2: channels 16, 8, 4, 2 for sides of 4,
# 8, 16 and 32, and 8 latents. The constant and two layers of the mapping; then
# kernel, bias, and style of each convolution, the first of each size those that
# double; then those to the image.
_STYLE = {channels: 8 * channels + channels for channels in (2, 4, 8, 16)}
GENERATOR = (
    (4 * 4 * 16 + 2 * (8 * 8 + 8))
    + (9 * 16 * 16 + 16 + _STYLE[16])
    + (9 * 16 * 8 + 8 + _STYLE[16])
    + (9 * 8 * 8 + 8 + _STYLE[8])
    + (9 * 8 * 4 + 4 + _STYLE[8])
    + (9 * 4 * 4 + 4 + _STYLE[4])
    + (9 * 4 * 2 + 2 + _STYLE[4])
    + (9 * 2 * 2 + 2 + _STYLE[2])
    + sum(3 * channels + 3 + _STYLE[channels] for channels in _STYLE)
)
# From the image; blocks of two convolutions and a shortcut; then a plane of
# statistics, a convolution, a dense layer and the logit.
DISCRIMINATOR = (
    (3 * 2 + 2)
    + sum(
        (9 * n * n + n) + (9 * n * 2 * n + 2 * n) + n * 2 * n for n in (2, 4, 8)
    )
    + (9 * 17 * 16 + 16)
    + (4 * 4 * 16 * 16 + 16)
    + (16 + 1)
)


def _random(rows, step=0):
    return StepRandom(seed=0, step=tf.constant(step, tf.int64), rows=rows)


@pytest.fixture
def generator():
    keras.utils.set_random_seed(0)
    network = Generator((32, 32, 3), latent_dim=8, width=2)
    network(tf.zeros([1, 8]))
    return network


def test_parameters_are_those_counted_by_hand(generator):
    discriminator = Discriminator(
        (32, 32, 3), width=2, batch_feature="minibatch_stddev"
    )
    discriminator(tf.zeros([1, 32, 32, 3]))
    for network, expected in (
        (generator, GENERATOR),
        (discriminator, DISCRIMINATOR),
    ):
        variables = network.trainable_variables
        assert sum(int(tf.size(v)) for v in variables) == expected


def test_a_wide_one_has_the_authors_channels_and_mapping():
    """At 128 pixels their code has 128, 256 and then 512 channels."""
    generator = Generator((128, 128, 3), latent_dim=4, width=128)
    channels = [convs[-1].filters for convs in generator.blocks]
    assert channels == [512, 512, 512, 512, 256, 128]
    assert len(generator.mapping.main_layers) == 8
    # Of 2 log2(128) - 2 styles.
    assert generator.num_styles == 12


def test_style_mixing_turns_to_another_w_on_the_way(generator):
    w = tf.random.stateless_normal([200, 8], [1, 0])
    with training_pass(random=_random(200)):
        styles = np.stack(generator.mix(w, None))  # [styles, B, W]
    is_first = (styles == w.numpy()).all(-1)
    assert is_first[0].all()
    # Once turned, an image stays with the other w.
    assert (np.diff(is_first.astype(int), axis=0) <= 0).all()
    assert 0.8 < 1.0 - is_first[-1].mean() < 0.97
    turns = is_first.sum(0)[~is_first[-1]]
    assert set(turns) == set(range(1, generator.num_styles))
    with training_pass(random=_random(200)):
        again = np.stack(generator.mix(w, None))
    np.testing.assert_array_equal(styles, again)


def test_styles_are_not_mixed_outside_of_a_training_step(generator):
    w = tf.random.stateless_normal([2, 8], [1, 0])
    for style in generator.mix(w, None):
        np.testing.assert_array_equal(style, w)


def test_short_latents_make_images_nearer_to_the_average_one(generator):
    z = tf.random.stateless_normal([16, 8], [2, 0])
    generator.mapping.average.assign(
        tf.reduce_mean(generator.mapping(z, training=True), 0)
    )
    spread = [
        float(tf.reduce_mean(tf.math.reduce_std(generator(k * z), 0)))
        for k in (0.0, 0.2, 0.5, 2.0)
    ]
    assert spread == sorted(spread)
    assert spread[0] < 1e-5 < spread[1] < 0.7 * spread[3]


def test_statistics_of_a_group_reach_the_logits():
    keras.utils.set_random_seed(0)
    discriminator = Discriminator(
        (32, 32, 3), width=2, batch_feature="minibatch_stddev"
    )
    images = tf.random.stateless_uniform([8, 32, 32, 3], [3, 0], -1.0, 1.0)
    logits = discriminator(images)
    # The first four are a group of their own.
    same = tf.concat([images[:4], tf.repeat(images[4:5], 4, 0)], 0)
    others = discriminator(same)
    np.testing.assert_allclose(others[:4], logits[:4], rtol=1e-4, atol=1e-5)
    assert abs(float(others[4] - logits[4])) > 1e-4
    np.testing.assert_allclose(others[5:], [others[4]] * 3, atol=1e-5)


@pytest.mark.parametrize("feature", ["none", "batch_similarity_l1"])
def test_other_batch_features_take_their_place(feature):
    recipe = dataclasses.replace(
        stylegan2.RECIPE, width=2, latent_dim=4, batch_feature=feature
    )
    gan = StyleGAN2((32, 32, 1), recipe=recipe)
    assert gan.discriminate(np.zeros([4, 32, 32, 1], np.float32)).shape == [4]
    statistics = gan.discriminator.statistics
    assert (statistics is None) == (feature == "none")
