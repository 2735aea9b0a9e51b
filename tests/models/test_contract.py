"""What every architecture of the folder promises."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import models
from tfgan_zoo.backend import keras
from tfgan_zoo.export.card import Card
from tfgan_zoo.export.exporter import export
from tfgan_zoo.export.sampler import Sampler

COUNT = 3
LATENT_DIM = 16


@pytest.fixture(params=models.names())
def architecture(request):
    return request.param


def _gan(name, image_shape):
    recipe = dataclasses.replace(
        models.recipe(name), width=4, latent_dim=LATENT_DIM, batch_size=8
    )
    keras.utils.set_random_seed(0)
    return models.get(name)(image_shape, num_classes=3, recipe=recipe)


@pytest.mark.parametrize(
    "image_shape", [(28, 28, 1), (32, 32, 3), (64, 64, 3), (128, 128, 3)]
)
def test_networks_have_the_contracts_shapes_and_ranges(
    architecture, image_shape
):
    gan = _gan(architecture, image_shape)
    # Large latents reach the ends of the range.
    latents = 30.0 * tf.random.stateless_normal([COUNT, LATENT_DIM], [0, 0])
    labels = tf.zeros([COUNT], tf.int32)
    images = gan.generator(latents, labels, training=True)
    assert images.shape == [COUNT, *image_shape]
    assert images.dtype == tf.float32
    assert -1.0 <= np.min(images) and np.max(images) <= 1.0
    logits = gan.discriminator(images, labels, training=True)
    assert logits.shape == [COUNT]
    assert logits.dtype == tf.float32


def test_every_variable_of_both_networks_moves_in_a_step(architecture):
    gan = _gan(architecture, (28, 28, 1))
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    variables = gan.generator.variables + gan.discriminator.variables
    before = [variable.numpy() for variable in variables]
    pixels = tf.random.stateless_uniform([4, 28, 28, 1], [0, 0], -1.0, 1.0)
    labels = tf.zeros([4], tf.int32)
    gan.fit(tf.data.Dataset.from_tensors((pixels, labels)), verbose=0)
    still = [
        variable.name
        for variable, old in zip(variables, before)
        if np.array_equal(variable.numpy(), old)
    ]
    assert still == []


def test_export_equals_the_generator(architecture, tmp_path):
    gan = _gan(architecture, (28, 28, 1))
    card = Card(
        architecture=architecture,
        image_shape=(28, 28, 1),
        latent_dim=8,
        latent_distribution="normal",
        conditional=False,
        class_names=(),
        dataset="none",
        training_steps=0,
        recipe={},
        versions={},
        metrics={},
    )
    done = export(gan.ema_generator, card, tmp_path / "export")
    assert 0.0 <= done.max_difference <= 1e-5
    seeds = np.arange(COUNT, dtype=np.int64)
    np.testing.assert_array_equal(
        Sampler(done.folder)(seeds), gan.sample(tf.constant(seeds))
    )


def test_latent_dim_goes_over_the_recipes(architecture):
    gan = models.get(architecture)((28, 28, 1), latent_dim=5)
    assert gan.generator(tf.zeros([1, 5])).shape == [1, 28, 28, 1]
    assert gan.latent_dim == 5


def test_generator_is_built_again_from_its_config(architecture):
    gan = _gan(architecture, (28, 28, 1))
    generator = gan.generator
    twin = type(generator).from_config(generator.get_config())
    latents = tf.random.stateless_normal([COUNT, LATENT_DIM], [0, 0])
    twin(latents, training=False)
    twin.set_weights(generator.get_weights())
    np.testing.assert_array_equal(
        twin(latents, training=False), generator(latents, training=False)
    )


def test_generator_in_training_differs_from_inference_by_batch_norm(
    architecture,
):
    gan = _gan(architecture, (28, 28, 1))
    latents = tf.random.stateless_normal([COUNT, LATENT_DIM], [0, 0])
    training = gan.generator(latents, training=True)
    assert not np.allclose(training, gan.generator(latents, training=False))


def test_get_names_the_nearest_architecture_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="Received: dcgna. Did you mean dcgan"):
        models.get("dcgna")
