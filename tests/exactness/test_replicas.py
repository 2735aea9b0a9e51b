"""Several replicas give the weights that one gives, whatever is trained.

By SGD, whose steps are as large as the gradients: Adam hides one that is twice
too large, and makes of a rounded 0 a whole step. The single one runs
eagerly, which takes less time than to trace so few steps; the several are
traced, as in any training.
"""

import dataclasses
import functools

import numpy as np
import pytest
import tensorflow as tf
from small_gan import small_gan, train, values
from zoo_settings import combinations, name_of

from tfgan_zoo import models
from tfgan_zoo.backend import keras

pytestmark = pytest.mark.slow

# What `make test` runs as well as `make cross`.
QUICK = ("conditional_gan", "dcgan", "infogan")
QUICK_SETTINGS = 3
CROSS = pytest.mark.cross

STEPS = 5
CLASSES = 3
BATCH_SIZE = 8
# The first has to agree, or all others: rounding now and then carries an
# activation over the kink of a ReLU, where weights part further.
SEEDS = 3
# Smaller where larger gradients magnify the rounding of every step, larger
# where blocks begin at 0.
RATES = {
    "cut": (0.003, 0.02),
    "cyclegan": (0.003, 0.02),
    "infogan": (0.005, 0.001),
    "pix2pix": (0.0045, 0.03),
    "r3gan": (0.1, 0.02),
    "r3gan_projection": (0.15, 0.03),
    "upsampler": (0.0005, 0.005),
}
# Whose depth magnifies rounding a hundredfold in each.
FEW_STEPS = {"cut": 1, "cyclegan": 1, "pix2pix": 1}
SETTINGS = combinations()
for one in SETTINGS:
    del one["generator_optimizer"]  # tests/test_optimizers.py
    one["constraint_limit"] = 1.0  # A smaller one leaves nothing to compare.
    # Adding adversarial values whose size the steps would magnify.
    one["feature_matching"] /= 10


def _networks(gan):
    return [player.network for player in gan.players.values()]


def _trainable(gan):
    return [values(network) for network in _networks(gan)]


def _largest_difference(one, other):
    return max(np.abs(a - b).max() for a, b in zip(one, other))


def _assert_agrees(trained, strategy):
    """`trained(strategy, seed)`: what the weights were, the GAN, its logs."""
    differences = [_difference(trained, strategy, 0)]
    if differences[0] > 1e-5:
        others = range(1, SEEDS)
        differences += [_difference(trained, strategy, s) for s in others]
        assert max(differences[1:]) <= 1e-5, f"by seed: {differences}"


def _difference(trained, strategy, seed):
    start, one, logs = trained(tf.distribute.get_strategy(), seed)
    _, several, other_logs = trained(strategy, seed)
    for before, after in zip(start, _trainable(one)):
        assert _largest_difference(before, after) > 1e-3
    difference = max(
        _largest_difference(a.get_weights(), b.get_weights())
        for a, b in zip(_networks(one), _networks(several))
    )
    assert logs.keys() == other_logs.keys()
    if difference <= 1e-5:
        for name, value in logs.items():
            np.testing.assert_allclose(
                other_logs[name], value, rtol=1e-3, atol=1e-5
            )
    return difference


@pytest.mark.parametrize(
    "settings",
    SETTINGS[:QUICK_SETTINGS]
    + [pytest.param(one, marks=CROSS) for one in SETTINGS[QUICK_SETTINGS:]],
    ids=name_of,
)
def test_every_setting_on_a_small_dcgan(several_replicas, settings):
    def trained(strategy, seed):
        gan = small_gan(
            strategy, seed=seed, **{"rates": (0.02, 0.005), **settings}
        )
        gan.run_eagerly = strategy.num_replicas_in_sync == 1
        start = _trainable(gan)
        return start, gan, train(gan, steps=STEPS)

    _assert_agrees(trained, several_replicas)


def _trained(architecture, strategy, seed, **settings):
    recipe = models.recipe(architecture)
    keras.utils.set_random_seed(seed)
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
                constraint_limit=1.0,
                **settings,
            ),
        )
        gan.compile(
            *map(keras.optimizers.SGD, RATES.get(architecture, (0.02, 0.005)))
        )
    pixels = tf.random.stateless_uniform(
        [BATCH_SIZE, *gan.image_shape], [0, 0], -1.0, 1.0
    )
    batch = {"image": pixels, "label": tf.range(BATCH_SIZE) % CLASSES}
    if not kind.takes_latents:
        shape = [BATCH_SIZE, *gan.source_shape]
        batch["source"] = tf.random.stateless_uniform(shape, [1, 0], -1.0, 1.0)
    gan.run_eagerly = strategy.num_replicas_in_sync == 1
    start = _trainable(gan)
    history = gan.fit(
        tf.data.Dataset.from_tensors(batch).repeat(),
        steps_per_epoch=FEW_STEPS.get(architecture, STEPS),
        verbose=0,
    ).history
    return start, gan, {name: each[-1] for name, each in history.items()}


@pytest.mark.parametrize(
    "architecture",
    [
        name if name in QUICK else pytest.param(name, marks=CROSS)
        for name in models.names()
    ],
)
def test_every_architecture_by_its_recipe(several_replicas, architecture):
    _assert_agrees(functools.partial(_trained, architecture), several_replicas)


@CROSS
def test_an_upsampler_by_four(several_replicas):
    trained = functools.partial(_trained, "upsampler", upscale_factor=4)
    _assert_agrees(trained, several_replicas)
