"""What every architecture of the folder promises."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import models
from tfgan_zoo.backend import keras

COUNT = 3


@pytest.fixture(params=models.names())
def architecture(request):
    return request.param


def _gan(name, image_shape):
    recipe = dataclasses.replace(models.recipe(name), width=4, latent_dim=8)
    keras.utils.set_random_seed(0)
    return models.get(name)(image_shape, recipe=recipe)


@pytest.mark.parametrize("image_shape", [(28, 28, 1), (32, 32, 3), (64, 64, 3)])
def test_networks_have_the_contracts_shapes_and_ranges(
    architecture, image_shape
):
    gan = _gan(architecture, image_shape)
    # Large latents reach the ends of the range.
    latents = 30.0 * tf.random.stateless_normal([COUNT, 8], [0, 0])
    labels = tf.zeros([COUNT], tf.int32)
    images = gan.generator(latents, labels, training=True)
    assert images.shape == [COUNT, *image_shape]
    assert images.dtype == tf.float32
    assert -1.0 <= np.min(images) and np.max(images) <= 1.0
    logits = gan.discriminator(images, labels, training=True)
    assert logits.shape == [COUNT]
    assert logits.dtype == tf.float32


def test_generator_is_built_again_from_its_config(architecture):
    gan = _gan(architecture, (28, 28, 1))
    generator = gan.generator
    twin = type(generator).from_config(generator.get_config())
    latents = tf.random.stateless_normal([COUNT, 8], [0, 0])
    twin(latents, training=False)
    twin.set_weights(generator.get_weights())
    np.testing.assert_array_equal(
        twin(latents, training=False), generator(latents, training=False)
    )


def test_generator_in_training_differs_from_inference_by_batch_norm(
    architecture,
):
    gan = _gan(architecture, (28, 28, 1))
    latents = tf.random.stateless_normal([COUNT, 8], [0, 0])
    training = gan.generator(latents, training=True)
    assert not np.allclose(training, gan.generator(latents, training=False))


def test_get_names_the_nearest_architecture_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="Received: dcgna. Did you mean dcgan"):
        models.get("dcgna")
