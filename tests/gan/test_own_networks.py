"""Keras models of all kinds, plugged into a GAN."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN
from tfgan_zoo.gan.copying import copy_network
from tfgan_zoo.gan.objective import Objective
from tfgan_zoo.networks import Network
from tfgan_zoo.random import StepRandom

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


class Scaled(keras.layers.Layer):
    """Without `get_config`, not registered, with an argument."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return self.factor * x


class Counting(keras.layers.Layer):
    """Counts its training passes in an integer, and has a switch."""

    def build(self, shape):
        del shape
        arguments = {
            "shape": [],
            "trainable": False,
            "initializer": "zeros",
            "aggregation": tf.VariableAggregation.ONLY_FIRST_REPLICA,
        }
        self.passes = self.add_weight("passes", dtype="int64", **arguments)
        self.has_run = self.add_weight("has_run", dtype="bool", **arguments)

    def call(self, x, training=None):
        if training:
            self.passes.assign_add(1)
            self.has_run.assign(True)
        return x


class Forgetful(keras.Model):
    """Whose configuration lacks its width."""

    def __init__(self, width=2, head=None):
        super().__init__()
        self.dense = keras.layers.Dense(width)
        self.head = head

    def call(self, latents):
        return self.dense(latents)

    def get_config(self):
        return {}


class Unknown(keras.Model):
    """Has no configuration: an argument is a layer."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def call(self, latents):
        return self.layer(latents)


class Registered(keras.Sequential):
    """With a constructor of its own."""

    def __init__(self):
        super().__init__([keras.Input([LATENT_DIM]), keras.layers.Dense(2)])


def _cube(x):
    return x**3


def _nested(*layers):
    return _sequential(LATENT_DIM, 2, keras.Sequential([*layers]))


LAYERS = {
    "of no configuration": lambda: _nested(Scaled(3.0)),
    "nested": lambda: _nested(keras.Sequential([Scaled(2.0), Scaled(3.0)])),
    "Lambda": lambda: _nested(keras.layers.Lambda(lambda x: _cube(x) + 1)),
    "own activation": lambda: _nested(keras.layers.Dense(3, _cube)),
    "unnamed activation": lambda: _nested(
        keras.layers.Dense(3, lambda x: _cube(x))
    ),
    "random": lambda: _nested(
        keras.layers.Dropout(0.5), keras.layers.GaussianNoise(0.1)
    ),
    "own Sequential": Registered,
    "unbuilt": lambda: keras.Sequential([keras.layers.Dense(2)]),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_average_of_own_layers_is_the_same_function(kind):
    network = LAYERS[kind]()
    latents = np.random.default_rng(0).normal(size=(4, LATENT_DIM))
    expected = network(latents.astype(np.float32))
    copy = copy_network(network)
    copy(latents.astype(np.float32))
    copy.set_weights(network.get_weights())
    np.testing.assert_allclose(
        copy(latents.astype(np.float32)), expected, rtol=1e-6
    )
    ours = {id(weight) for weight in network.weights}
    assert not ours & {id(weight) for weight in copy.weights}
    assert len(ours) == len(copy.weights) > 0


def test_counters_of_own_layers_are_copied_to_the_average():
    generator = _sequential(LATENT_DIM, 2, Counting())
    gan = _trained(generator, _sequential(2, 1))
    (counting,) = (
        layer
        for layer in gan.ema_generator.layers
        if isinstance(layer, Counting)
    )
    assert counting.passes.numpy() == 1
    assert counting.has_run.numpy()


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        (lambda: Forgetful(width=3), r"same weights.*\[3, 3\].*\[3, 2\]"),
        (lambda: Unknown(keras.layers.Dense(2)), "define `get_config`"),
    ],
)
def test_model_that_cannot_be_built_again_is_refused(generator, message):
    with pytest.raises((TypeError, ValueError), match=message) as error:
        GAN(generator(), _sequential(3, 1), recipe=RECIPE)
    assert "\n" not in str(error.value)


def test_average_of_own_layers_computes_in_float32():
    with precision_policy("mixed_bfloat16"):
        generator, discriminator = _sequential(LATENT_DIM, 2), _sequential(2, 1)
    gan = GAN(generator, discriminator, recipe=RECIPE)
    assert generator.layers[0].compute_dtype == "bfloat16"
    assert {layer.compute_dtype for layer in gan.ema_generator.layers} == {
        "float32"
    }
    latents = np.full([1, LATENT_DIM], 1 / 3, np.float32)
    assert gan(latents).dtype == tf.float32


def test_all_patches_of_an_image_are_flipped_together():
    """Else a mask [B] would flip columns of maps [B, h, B]."""
    patches = keras.Sequential(
        [
            keras.Input([8]),
            keras.layers.Dense(64),
            keras.layers.Reshape([8, 8]),
        ]
    )
    gan = GAN(_sequential(LATENT_DIM, 8), patches, recipe=RECIPE)
    gan.compile(label_flipping=0.5)
    objective = Objective(gan)
    real, fake = tf.ones([8, 8, 8]), tf.zeros([8, 8, 8])
    rng = StepRandom(0, gan.step, 8)
    flipped, others = objective._flipped(real, fake, rng)
    means = tf.reduce_mean(flipped, [1, 2]).numpy()
    assert set(means) == {0.0, 1.0}
    np.testing.assert_array_equal(others, 1.0 - flipped)


class _Branching(Network):
    """A branch by a tensor's value, which AutoGraph alone can trace."""

    def call(self, x):
        if tf.reduce_sum(x) > 0.0:
            return x
        return -x


def test_autograph_converts_own_networks_but_not_the_zoos():
    class OfTheZoo(_Branching):
        __module__ = "tfgan_zoo.models.branching"

    traced = tf.function(lambda network, x: network(x))
    assert traced(_Branching(), tf.constant([-2.0])).numpy() == 2.0
    with pytest.raises(TypeError, match="(?i)autograph|bool"):
        traced(OfTheZoo(), tf.constant([-2.0]))
