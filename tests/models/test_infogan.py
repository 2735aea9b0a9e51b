"""InfoGAN's own: parameters, the codes among the latents, and their losses."""

import dataclasses
import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.models.infogan import RECIPE, InfoGAN
from tfgan_zoo.networks import DiscriminatorOutput

# Worked by hand from the layers: (generator, discriminator), trainable.
PARAMETERS = {
    (28, 28, 1): (6_632_833, 6_690_829),
    (32, 32, 3): (4_931_459, 4_989_453),
}


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


def _recipe(**settings):
    return dataclasses.replace(
        RECIPE, **{"width": 4, "latent_dim": 16, **settings}
    )


@pytest.fixture(scope="module")
def small():
    return InfoGAN((28, 28, 1), recipe=_recipe())


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = InfoGAN(image_shape)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


def test_latents_are_noise_category_and_values(small):
    normals = np.random.default_rng(0).normal(size=(50, 16)).astype(np.float32)
    latents = small.latents(tf.constant(normals)).numpy()
    np.testing.assert_array_equal(latents[:, :4], normals[:, :4])
    category = np.eye(10)[normals[:, 4:14].argmax(axis=1)]
    np.testing.assert_array_equal(latents[:, 4:14], category)
    values = np.vectorize(math.erf)(normals[:, 14:] / math.sqrt(2.0))
    np.testing.assert_allclose(latents[:, 14:], values, atol=1e-6)


def test_value_of_a_normals_upper_quartile_is_one_half(small):
    normals = np.full((1, 16), 0.67448975, np.float32)
    values = small.latents(tf.constant(normals))[0, -2:]
    np.testing.assert_allclose(values, [0.5, 0.5], atol=1e-6)


def test_noise_is_drawn_as_the_recipe_says():
    gan = InfoGAN((28, 28, 1), recipe=_recipe(latents="uniform"))
    normals = tf.fill([1, 16], 0.67448975)
    np.testing.assert_allclose(
        gan.latents(normals)[0, :4], [0.5] * 4, atol=1e-6
    )


def test_code_losses_of_both_networks_equal_numpy(small):
    latents = small.latents(tf.random.stateless_normal([5, 16], [0, 0]))
    features = tf.random.stateless_normal([5, 64], [0, 1])
    fake = DiscriminatorOutput(tf.zeros([5]), features)
    logits, expected = small.discriminator.recognize(features, training=True)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    category_loss = -np.log(chances[latents.numpy()[:, 4:14] == 1.0])
    value_loss = 0.5 * np.square(latents[:, 14:] - expected).sum(axis=1)
    assert min(np.std(logits), np.std(expected)) > 1e-2
    for terms in (
        small.discriminator_terms(fake, fake, None, latents),
        small.generator_terms(fake, None, latents),
    ):
        assert set(terms) == set(small.term_names)
        np.testing.assert_allclose(
            terms["category_loss"], category_loss, rtol=1e-5
        )
        np.testing.assert_allclose(terms["value_loss"], value_loss, rtol=1e-5)


def test_code_losses_of_features_that_tell_nothing(small):
    """Equal rows are normalised to 0, and Q's last biases are 0 at first."""
    gan = InfoGAN((28, 28, 1), recipe=_recipe())
    latents = np.zeros((2, 16), np.float32)
    latents[:, 5], latents[:, 14:] = 1.0, [0.6, -0.8]
    fake = DiscriminatorOutput(tf.zeros([2]), tf.ones([2, 64]))
    terms = gan.generator_terms(fake, None, tf.constant(latents))
    np.testing.assert_allclose(terms["category_loss"], [2.3025851] * 2)
    np.testing.assert_allclose(terms["value_loss"], [0.5] * 2, rtol=1e-6)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"latent_dim": 12}, "`latent_dim` .* above 12.* Received: 12"),
        ({"packing": 2}, "`packing` must be 1 .* Received: 2"),
    ],
)
def test_setting_that_leaves_no_codes_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        InfoGAN((28, 28, 1), recipe=_recipe(**settings))
