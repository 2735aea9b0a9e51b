"""Several replicas give the weights that one gives, whatever is trained.

By SGD, whose steps are as large as the gradients: Adam hides one that is twice
too large, and makes of a rounded 0 a whole step.
"""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from small_gan import small_gan, train, values
from zoo_settings import combinations, name_of

from tfgan_zoo import models
from tfgan_zoo.backend import keras

pytestmark = pytest.mark.slow

STEPS = 5
CLASSES = 3
BATCH_SIZE = 8
SETTINGS = combinations()
for one in SETTINGS:
    del one["generator_optimizer"]  # tests/test_optimizers.py
    # Adding adversarial values whose size the steps would magnify.
    one["feature_matching"] /= 10


def _assert_equal(start, one, several):
    # Far more than what is let pass, but not so far that a hinge turns between.
    moved = max(np.abs(new - old).max() for old, new in zip(start, one))
    assert moved > 1e-3
    for a, b in zip(one, several):
        np.testing.assert_allclose(b, a, rtol=0, atol=1e-5)


@pytest.mark.parametrize("settings", SETTINGS, ids=name_of)
def test_every_setting_on_a_small_dcgan(several_replicas, settings):
    settings = {"rates": (0.005, 0.005), **settings}
    one, several = (
        small_gan(**settings),
        small_gan(several_replicas, **settings),
    )
    start = values(one.generator) + values(one.discriminator)
    logs = [train(gan, steps=STEPS) for gan in (one, several)]
    after = [
        values(gan.generator) + values(gan.discriminator)
        for gan in (one, several)
    ]
    _assert_equal(start, *after)
    for name, value in logs[0].items():
        np.testing.assert_allclose(logs[1][name], value, rtol=1e-3, atol=1e-5)


def _trained(architecture, strategy):
    recipe = models.recipe(architecture)
    keras.utils.set_random_seed(0)
    kind = models.get(architecture)
    size = min(kind.image_sizes, default=None)
    with strategy.scope():
        gan = kind(
            (2,) if size is None else (size, size, 1),
            num_classes=CLASSES,
            recipe=dataclasses.replace(
                recipe,
                width=4,
                batch_size=BATCH_SIZE,
                discriminator_steps=min(recipe.discriminator_steps, 2),
            ),
        )
        sgd = keras.optimizers.SGD
        gan.compile(sgd(0.001), sgd(0.001))
    pixels = tf.random.stateless_uniform(
        [BATCH_SIZE, *gan.image_shape], [0, 0], -1.0, 1.0
    )
    batch = pixels, tf.range(BATCH_SIZE) % CLASSES
    start = gan.generator.get_weights() + gan.discriminator.get_weights()
    gan.fit(
        tf.data.Dataset.from_tensors(batch).repeat(),
        steps_per_epoch=STEPS,
        verbose=0,
    )
    return start, gan.generator.get_weights() + gan.discriminator.get_weights()


@pytest.mark.parametrize("architecture", models.names())
def test_every_architecture_by_its_recipe(several_replicas, architecture):
    start, one = _trained(architecture, tf.distribute.get_strategy())
    _, several = _trained(architecture, several_replicas)
    _assert_equal(start, one, several)
