"""WGAN-GP's own: parameters, and a discriminator without batch statistics."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.models.wgan_gp import RECIPE, WGANGP

# Worked by hand from the layers: (generator, discriminator), trainable.
PARAMETERS = {
    (28, 28, 1): (935_297, 138_560),
    (32, 32, 3): (1_183_619, 662_976),
}


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


def _small():
    keras.utils.set_random_seed(0)
    recipe = dataclasses.replace(
        RECIPE, width=4, latent_dim=8, discriminator_steps=1
    )
    return WGANGP((28, 28, 1), recipe=recipe)


def _images(count):
    shape = [count, 28, 28, 1]
    return tf.random.stateless_uniform(shape, [0, 0], -1.0, 1.0)


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = WGANGP(image_shape)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


def test_logit_in_training_is_the_images_own():
    discriminator, images = _small().discriminator, _images(3)
    together = discriminator(images, training=True)
    alone = discriminator(images[:1], training=True)
    assert np.abs(alone[0]) > 1e-3
    np.testing.assert_allclose(together[0], alone[0], rtol=1e-5)


def test_mixed_bfloat16_step_has_a_penalty():
    with precision_policy("mixed_bfloat16"):
        gan = _small()
    gan.compile()
    logs = gan.fit(_images(4), batch_size=4, verbose=0).history
    assert 0.0 < logs["penalty"][0] < 10.0


def test_compile_without_arguments_takes_the_authors_betas():
    gan = _small()
    gan.compile()
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        assert optimizer.learning_rate.numpy() == np.float32(1e-4)
        assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.9)
