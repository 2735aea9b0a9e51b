"""Keras models of all kinds, plugged into a GAN."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN

LATENT_DIM = 3
RECIPE = Recipe(
    "",
    latent_dim=LATENT_DIM,
    generator_optimizer="sgd",
    discriminator_optimizer="sgd",
)


def _sequential(inputs, outputs, *after):
    layers = [keras.layers.Dense(4, "tanh"), keras.layers.Dense(outputs)]
    return keras.Sequential([keras.Input([inputs]), *layers, *after])


def _told_labels(inputs, outputs):
    x, label = keras.Input([inputs]), keras.Input([], dtype="int32")
    vector = keras.layers.Embedding(2, 4)(label)
    hidden = keras.layers.Concatenate()([x, vector])
    return keras.Model([x, label], keras.layers.Dense(outputs)(hidden))


class Subclassed(keras.Model):
    """Takes neither labels nor `training`, and makes sequences [B, 5, 1]."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(5)

    def call(self, latents):
        return self.dense(latents)[..., None]

    def get_config(self):
        return {}


def _trained(
    generator, discriminator, *, shape=(2,), num_classes=0, **settings
):
    recipe = dataclasses.replace(RECIPE, **settings)
    gan = GAN(generator, discriminator, recipe=recipe, num_classes=num_classes)
    gan.compile()
    # Of the last bias a relativistic loss takes no notice.
    weights = gan.generator.weights + gan.discriminator.weights
    kernels = [weight for weight in weights if weight.shape.rank > 1]
    before = [kernel.numpy() for kernel in kernels]
    points = np.random.default_rng(0).normal(size=(8, *shape))
    labels = np.arange(8, dtype=np.int32) % 2
    gan.fit(points.astype(np.float32), labels, batch_size=8, verbose=0)
    for kernel, old in zip(kernels, before):
        assert not np.array_equal(kernel, old), kernel.name
    return gan


def test_sequential_models_train_without_labels():
    gan = _trained(_sequential(LATENT_DIM, 2), _sequential(2, 1))
    assert gan.generate(4).shape == (4, 2)
    assert gan.discriminate(np.zeros([4, 2], np.float32)).shape == [4]


def test_functional_models_of_two_inputs_heed_the_labels():
    gan = _trained(
        _told_labels(LATENT_DIM, 2), _told_labels(2, 1), num_classes=2
    )
    first, second = (gan.generate(4, labels=label) for label in (0, 1))
    assert not np.allclose(first, second)
    points = np.zeros([2, 2], np.float32)
    logits = gan.discriminate(points, np.array([0, 1], np.int32))
    assert logits[0] != logits[1]


def test_subclassed_model_makes_sequences():
    flat = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
    gan = _trained(Subclassed(), flat, shape=(5, 1))
    assert gan.generate(4).shape == (4, 5, 1)
    assert gan.image_shape == (5, 1)


@pytest.mark.parametrize("loss", ["non_saturating", "relativistic"])
def test_logits_in_a_column_are_those_in_a_row(loss):
    """Else each would meet all the others, and the step be another."""
    weights = []
    for after in ([], [keras.layers.Reshape([])]):
        keras.utils.set_random_seed(0)
        gan = _trained(
            _sequential(LATENT_DIM, 2),
            _sequential(2, 1, *after),
            loss=loss,
            label_flipping=0.5,
        )
        weights.append(gan.generator.get_weights())
    for column, row in zip(*weights):
        np.testing.assert_array_equal(column, row)
