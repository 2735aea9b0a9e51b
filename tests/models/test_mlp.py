"""The fully connected pair's own: parameters, and dropout by latents."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.models.mlp import MLP, RECIPE

# Worked by hand from the layers: (generator, discriminator), trainable.
PARAMETERS = {
    (28, 28, 1): (717_584, 665_089),
    (64, 64, 3): (6_619_136, 6_555_137),
}

WIDTH = 16


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


def _recipe(**settings):
    return dataclasses.replace(
        RECIPE, **{"width": WIDTH, "generator_dropout": 0.5, **settings}
    )


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = MLP(image_shape)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


def test_last_latents_decide_which_units_are_dropped():
    """At a rate of one half, by their sign: by it alone, and it does matter."""
    generator = MLP((28, 28, 1), recipe=_recipe(latent_dim=8 + WIDTH)).generator
    assert generator.hidden[0].dense.kernel.shape == [8, WIDTH]
    latents = tf.random.stateless_normal([4, 8], [0, 0])
    noise = tf.random.stateless_normal([4, WIDTH], [0, 1])
    images, larger, other = (
        generator(tf.concat([latents, each], axis=1), training=False)
        for each in (noise, 3.0 * noise, -noise)
    )
    np.testing.assert_array_equal(images, larger)
    assert np.abs(images - other).max() > 0.01


def test_all_latents_reach_the_first_layer_without_dropout():
    gan = MLP((28, 28, 1), recipe=_recipe(generator_dropout=0.0, latent_dim=8))
    assert gan.generator.hidden[0].dense.kernel.shape == [8, WIDTH]


def test_discriminator_drops_a_fifth_of_its_units_in_training():
    gan = MLP((28, 28, 1), recipe=dataclasses.replace(RECIPE, width=512))
    images = tf.random.stateless_uniform([8, 28, 28, 1], [0, 0], -1.0, 1.0)
    features = gan.discriminator.features(images, None, True)
    # Of 4,096 units: 4 standard deviations.
    assert 0.175 < np.mean(features == 0.0) < 0.225
    assert np.all(gan.discriminator.features(images, None, False) != 0.0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"latent_dim": WIDTH},
            "above `width`.*Received: 16 for a width of 16",
        ),
        (
            {"latent_dim": 8 + WIDTH, "latents": "uniform"},
            "`latents` must be normal.*Received: uniform",
        ),
    ],
)
def test_latents_that_cannot_decide_the_dropout_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        MLP((28, 28, 1), recipe=_recipe(**settings))


def test_size_that_it_cannot_make_is_refused_with_those_it_can():
    with pytest.raises(ValueError, match="28, 32, 64. Received: 128x128"):
        MLP((128, 128, 3))
