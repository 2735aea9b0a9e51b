"""Each loss, penalty, constraint and trick, in a step of translators."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from zoo_settings import combinations, name_of

from tfgan_zoo import models
from tfgan_zoo.backend import keras

NAMES = ("cut", "cyclegan", "pix2pix")
SHAPE = (32, 32, 3)
BATCH_SIZE = 4


def _settings():
    """Of the optimizers one suffices, and there are no latents."""
    settings = combinations()
    for combination in settings:
        del combination["generator_optimizer"], combination["latents"]
    distinct = {name_of(combination): combination for combination in settings}
    return list(distinct.values())


def _gan(name, **settings):
    keras.utils.set_random_seed(0)
    settings = {
        "generator_optimizer": "sgd",
        "discriminator_optimizer": "sgd",
        "generator_learning_rate": 0.01,
        "discriminator_learning_rate": 0.01,
        **settings,
    }
    recipe = dataclasses.replace(
        models.recipe(name), width=4, batch_size=BATCH_SIZE, **settings
    )
    gan = models.get(name)(SHAPE, recipe=recipe, source_shape=(32, 32, 1))
    gan.compile(run_eagerly=True)
    return gan


def _train(gan, steps=1):
    batch = {
        name: tf.random.stateless_uniform(
            [BATCH_SIZE, *shape], [0, len(name)], -1.0, 1.0
        )
        for name, shape in (("image", SHAPE), ("source", gan.source_shape))
    }
    dataset = tf.data.Dataset.from_tensors(batch).repeat()
    history = gan.fit(dataset, steps_per_epoch=steps, verbose=0).history
    return {name: values[-1] for name, values in history.items()}


def _weights(gan):
    return {
        name: player.network.get_weights()
        for name, player in gan.players.items()
    }


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        pytest.param(NAMES[number % 3], settings, id=name_of(settings))
        for number, settings in enumerate(_settings())
    ],
)
def test_a_step_moves_all_players_and_stays_finite(name, settings):
    gan = _gan(name, **settings)
    before = _weights(gan)
    logs = _train(gan)
    for player, weights in _weights(gan).items():
        assert all(np.isfinite(values).all() for values in weights)
        moved = zip(before[player], weights)
        assert any(not np.array_equal(old, new) for old, new in moved), player
    assert np.isfinite(list(logs.values())).all()


def test_tricks_reach_both_discriminators_of_a_cyclegan():
    gan = _gan(
        "cyclegan",
        penalty="r1",
        feature_matching=1.0,
        constraint="weight_clipping",
        constraint_limit=0.015,
    )
    logs = _train(gan)
    for name in ("penalty", "feature_matching", "discriminator_loss"):
        assert logs[name] > 0.0 and logs[f"backward_{name}"] > 0.0
        assert logs[name] != logs[f"backward_{name}"]
    for network in (gan.discriminator, gan.backward_discriminator):
        largest = max(np.abs(v).max() for v in network.trainable_variables)
        assert largest == pytest.approx(0.015)
    assert max(np.abs(v).max() for v in gan.generator.weights) > 0.015


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_training_goes_on_with_the_same_bits(name, tmp_path):
    gan = _gan(name)
    for pool in ("image_pool", "source_pool"):
        if pool in gan.training_state():
            state = gan.training_state()[pool]
            state.count.assign(50)
            shape = state.images.shape
            state.images.assign(tf.random.stateless_normal(shape, [0, 0]))
    _train(gan)
    gan.save(tmp_path / "saved")
    resumed = models.load(tmp_path / "saved")
    resumed.run_eagerly = True
    assert _train(gan, steps=2) == _train(resumed, steps=2)
    for variables in (lambda g: g.variables, lambda g: g.ema_generator.weights):
        for expected, received in zip(variables(gan), variables(resumed)):
            np.testing.assert_array_equal(expected, received)
    for pool in ("image_pool", "source_pool"):
        if pool in gan.training_state():
            np.testing.assert_array_equal(
                gan.training_state()[pool].images,
                resumed.training_state()[pool].images,
            )


def test_patches_see_what_their_batch_tells():
    """A batch of one image four times has a standard deviation of 0."""
    gan = _gan("cyclegan", batch_feature="minibatch_stddev")
    layer = gan.discriminator.batch_feature
    maps = tf.random.stateless_normal([4, 2, 3, 5], [0, 0])
    extended = gan.discriminator._append_statistics(layer, maps)
    assert extended.shape == [4, 2, 3, 6]
    np.testing.assert_array_equal(extended[..., :5], maps)
    means = maps.numpy().mean((1, 2))
    expected = np.sqrt(means.var(0) + 1e-8).mean()
    np.testing.assert_allclose(extended[..., 5], expected, rtol=1e-5)
    same = gan.discriminator._append_statistics(
        layer, tf.tile(maps[:1], [4, 1, 1, 1])
    )
    np.testing.assert_allclose(same[..., 5], 1e-4, rtol=1e-2)
