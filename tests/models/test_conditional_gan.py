"""The conditional GAN's own: parameters, and where the labels go in."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.models import dcgan
from tfgan_zoo.models.conditional_gan import RECIPE, ConditionalGAN

# Worked by hand from the layers, for 10 classes: (generator, discriminator).
PARAMETERS = {
    (28, 28, 1): (822_401, 148_865),
    (32, 32, 3): (1_109_891, 673_537),
}

CLASSES = 3
LABELS = np.array([0, 2, 1, 2], np.int32)


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


@pytest.fixture(scope="module")
def small():
    recipe = dataclasses.replace(RECIPE, width=4, latent_dim=8)
    return ConditionalGAN((28, 28, 1), num_classes=CLASSES, recipe=recipe)


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = ConditionalGAN(image_shape, num_classes=10)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


def _twin(network, twin, inputs):
    twin(inputs, training=False)
    twin.set_weights(network.get_weights())
    return twin(inputs, training=True)


def test_generator_takes_the_class_beside_the_latents(small):
    latents = tf.random.stateless_normal([4, 8], [0, 0])
    images = small.generator(latents, LABELS, training=True)
    inputs = np.concatenate([latents, np.eye(CLASSES)[LABELS]], axis=1)
    twin = dcgan.Generator((28, 28, 1), latent_dim=8 + CLASSES, width=4)
    expected = _twin(small.generator, twin, inputs.astype(np.float32))
    np.testing.assert_allclose(images, expected, atol=1e-6)
    assert np.std(images) > 1e-3


def test_discriminator_takes_the_class_as_a_plane(small):
    images = tf.random.stateless_uniform([4, 28, 28, 1], [0, 0], -1.0, 1.0)
    logits = small.discriminator(images, LABELS, training=True)
    planes = np.broadcast_to(
        np.eye(CLASSES)[LABELS][:, None, None], (4, 28, 28, CLASSES)
    )
    inputs = np.concatenate([images, planes], axis=-1).astype(np.float32)
    twin = dcgan.Discriminator((28, 28, 1 + CLASSES), width=4)
    expected = _twin(small.discriminator, twin, inputs)
    np.testing.assert_allclose(logits, expected, atol=1e-6)
    assert np.std(logits) > 1e-3


def test_data_without_labels_are_refused():
    with pytest.raises(ValueError, match="needs labels.*Received: 0 classes"):
        ConditionalGAN((28, 28, 1))
