"""CycleGAN's own: its generator, both directions, and the pools."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment
from tfgan_zoo.models.cyclegan import RECIPE, CycleGAN, Generator
from tfgan_zoo.random import StepRandom

SHAPE, SOURCE_SHAPE = (32, 32, 3), (32, 32, 1)


def _images(*shape, seed=0):
    return tf.random.stateless_uniform(shape, [seed, 0], -1.0, 1.0)


def _conv(size, inputs, filters):
    """Without a bias, and with the norm's two values a channel."""
    return size * size * inputs * filters + 2 * filters


@pytest.mark.parametrize(("side", "blocks"), [(64, 6), (128, 6), (256, 9)])
def test_parameters_are_those_of_six_blocks_or_nine(side, blocks):
    generator = Generator((side, side, 3), width=4)
    generator(_images(1, 16, 16, 1))
    expected = (
        _conv(7, 1, 4)
        + _conv(4, 4, 8)
        + _conv(4, 8, 16)
        + 2 * blocks * _conv(3, 16, 16)
        + _conv(3, 16, 8)
        + _conv(3, 8, 4)
        + 7 * 7 * 4 * 3
        + 3
    )
    variables = generator.trainable_variables
    assert sum(int(tf.size(variable)) for variable in variables) == expected


@pytest.mark.parametrize("size", [(64, 64), (32, 96), (4, 8)])
def test_images_keep_their_size(size):
    keras.utils.set_random_seed(0)
    generator = Generator((64, 64, 3), width=4)
    outputs = generator(_images(2, *size, 1))
    assert outputs.shape == [2, *size, 3] and outputs.dtype == tf.float32
    assert 0.1 < np.abs(outputs).max() <= 1.0


def test_an_image_depends_on_no_other_after_training():
    generator = Generator((64, 64, 3), width=4)
    images = _images(3, 16, 16, 3)
    generator(images, training=True)
    together = generator(images, training=False)
    alone = generator(images[1:2], training=False)
    np.testing.assert_allclose(together[1:2], alone, atol=1e-5)


def test_deployed_it_has_operators_of_phones_alone():
    generator = Generator((64, 64, 3), width=4)
    images = _images(2, 16, 24, 3)
    expected = generator(images)
    with deployment.deployed(generator):
        np.testing.assert_allclose(generator(images), expected, atol=1e-5)
        graph = tf.function(generator).get_concrete_function(images).graph
    types = {operation.type for operation in graph.get_operations()}
    assert not types & {
        "Conv2DBackpropInput",
        "MirrorPad",
        "ResizeNearestNeighbor",
        "Tile",
    }


def _gan(source_shape=SOURCE_SHAPE, **settings):
    keras.utils.set_random_seed(0)
    recipe = dataclasses.replace(RECIPE, width=4, **settings)
    gan = CycleGAN(SHAPE, recipe=recipe, source_shape=source_shape)
    gan.compile()
    return gan


def _batch(gan, count=4):
    return {
        "image": _images(count, *SHAPE),
        "source": _images(count, *gan.source_shape, seed=1),
    }


def _random(count=4):
    return StepRandom(0, tf.constant(0, tf.int64), count)


def test_networks_of_the_direction_back_are_of_the_same_kind():
    gan = _gan(packing=2)
    assert gan.image_shape == SHAPE and gan.source_shape == SOURCE_SHAPE
    images = _images(2, *SHAPE)
    assert gan.backward_generator(images).shape == [2, *SOURCE_SHAPE]
    packs = _images(2, 32, 32, 2)
    assert gan.backward_discriminator(packs).shape[0] == 2
    assert set(gan.players) == {
        "generator",
        "discriminator",
        "backward_generator",
        "backward_discriminator",
    }
    assert gan.players["backward_generator"].average is not None
    np.testing.assert_array_equal(
        gan.ema_backward_generator(images), gan.backward_generator(images)
    )
    optimizers = [player.optimizer for player in gan.players.values()]
    assert len({id(optimizer) for optimizer in optimizers}) == 4


def test_cycle_loss_is_the_weighted_distance_of_both_cycles():
    gan = _gan(cycle_weight=7.0)
    batch = _batch(gan)
    generated = gan.run_generators(batch, _random())
    terms = gan.generator_losses(batch, generated, _random())
    there = gan.generator(generated.backward.images, training=True)
    back = gan.backward_generator(generated.forward.images, training=True)
    expected = 7.0 * (
        np.abs(there - batch["image"]).mean((1, 2, 3))
        + np.abs(back - batch["source"]).mean((1, 2, 3))
    )
    np.testing.assert_allclose(terms["cycle_loss"], expected, rtol=1e-4)
    assert set(terms) == {
        "generator_loss",
        "backward_generator_loss",
        "cycle_loss",
    }


def test_identity_loss_is_the_weighted_distance_of_translated_targets():
    gan = _gan(SHAPE, identity_weight=3.0)
    batch = _batch(gan)
    generated = gan.run_generators(batch, _random())
    terms = gan.generator_losses(batch, generated, _random())
    image, source, back = (
        batch["image"],
        batch["source"],
        gan.backward_generator,
    )
    expected = 3.0 * (
        np.abs(gan.generator(image, training=True) - image).mean((1, 2, 3))
        + np.abs(back(source, training=True) - source).mean((1, 2, 3))
    )
    np.testing.assert_allclose(terms["identity_loss"], expected, rtol=1e-4)


def test_identity_needs_sources_like_images():
    with pytest.raises(ValueError, match="`identity_weight` must be 0 .* 3.0"):
        _gan(identity_weight=3.0)


def test_the_discriminators_see_their_own_domain_from_the_pools():
    gan = _gan()
    batch = _batch(gan, 8)
    generated = gan.run_generators(batch, _random(8))
    first = gan.discriminator_losses(batch, generated, _random(8))
    pools = [
        gan.training_state()[f"{name}_pool"] for name in ("image", "source")
    ]
    for pool, direction in zip(pools, generated):
        assert pool.count.numpy() == 8
        np.testing.assert_array_equal(pool.images[:8], direction.images)
        # From now on it returns white images, about every other time.
        pool.count.assign(50)
        pool.images.assign(tf.ones_like(pool.images))
    second = gan.discriminator_losses(batch, generated, _random(8))
    names = {"discriminator_loss", "backward_discriminator_loss"}
    assert set(first) == set(second) == names
    for name in names:
        assert not np.allclose(first[name], second[name], rtol=1e-3)


def test_moving_statistics_are_those_of_what_is_translated():
    gan = _gan(SHAPE, identity_weight=1.0)
    batch = _batch(gan)
    generated = gan.run_generators(batch, _random())
    networks = gan.generator, gan.backward_generator
    before = [network.get_weights() for network in networks]
    norm = next(iter(gan.generator.main_layers)).norm
    assert np.abs(norm.moving_mean).max() > 0.0
    gan.generator_losses(batch, generated, _random())
    for network, weights in zip(networks, before):
        for old, new in zip(weights, network.get_weights()):
            np.testing.assert_array_equal(old, new)


def test_the_backward_loss_is_that_of_sources():
    gan = _gan()
    batch = _batch(gan)
    generated = gan.run_generators(batch, _random())
    terms = gan.generator_losses(batch, generated, _random())
    logits = gan.backward_discriminator(
        generated.backward.images, training=True
    )
    expected = 0.5 * np.square(logits - 1.0).mean((1, 2))
    np.testing.assert_allclose(
        terms["backward_generator_loss"], expected, rtol=1e-3
    )


def test_networks_without_an_image_shape_are_refused():
    def make_generator(image_shape, **settings):
        return keras.Sequential(
            [
                keras.Input([None, None, 3]),
                keras.layers.Conv2D(3, 1, activation="tanh"),
            ]
        )

    kind = dataclasses.replace(CycleGAN, generator=make_generator)
    with pytest.raises(TypeError, match="`image_shape`.*Received: Sequential"):
        kind(SHAPE)
