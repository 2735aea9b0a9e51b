"""CUT's own: features of patches, and what is contrasted with what."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.models import cut, cyclegan
from tfgan_zoo.random import StepRandom

SHAPE = (32, 32, 3)


def _images(*shape, seed=0):
    return tf.random.stateless_uniform(shape, [seed, 0], -1.0, 1.0)


def _random(rows, step=0):
    return StepRandom(0, tf.constant(step, tf.int64), rows)


@pytest.fixture
def generator():
    keras.utils.set_random_seed(0)
    network = cut.Generator((32, 32, 3), width=4)
    network(_images(1, 32, 32, 3))
    return network


def test_encoding_and_decoding_are_the_generator(generator):
    images = _images(2, 32, 32, 3)
    features = generator.encode(images)
    sizes = [(32, 3), (16, 8), (8, 16), (8, 16), (8, 16)]
    assert [maps.shape.as_list() for maps in features] == [
        [2, side, side, channels] for side, channels in sizes
    ]
    np.testing.assert_array_equal(features[0], images)
    np.testing.assert_array_equal(generator.decode(features), generator(images))


def test_projected_patches_are_unit_vectors():
    projection = cut.PatchProjection(2, units=6)
    features = [_images(2, 5, 3), _images(2, 4, 7)]
    outputs = projection(features)
    assert [values.shape.as_list() for values in outputs] == [
        [2, 5, 6],
        [2, 4, 6],
    ]
    for values in outputs:
        np.testing.assert_allclose(
            np.linalg.norm(values, axis=-1), 1.0, rtol=1e-5
        )
    assert len(projection.trainable_variables) == 8


def _gan(source_shape=SHAPE, **settings):
    keras.utils.set_random_seed(0)
    recipe = dataclasses.replace(cut.RECIPE, width=4, **settings)
    gan = cut.CUT(SHAPE, recipe=recipe, source_shape=source_shape)
    gan.compile()
    return gan


def _generator_losses(gan):
    batch = {
        "image": _images(4, *SHAPE),
        "source": _images(4, *gan.source_shape, seed=1),
    }
    generated = gan.run_generators(batch, _random(4))
    return gan.generator_losses(batch, generated, _random(4))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_random_projection_tells_patches_apart_no_better_than_chance(
    channels,
):
    """Equal scores of 64 patches lose log 64, and scattered ones some more."""
    terms = _generator_losses(_gan((32, 32, channels)))
    for name in ("patch_nce_loss", "identity_loss"):
        assert terms[name].shape == [4]
        mean = np.mean(terms[name]) / 0.5
        assert np.log(64.0) < mean < 2.0 * np.log(64.0)


def test_weights_are_the_recipes():
    once, twice = (
        _generator_losses(
            _gan(patch_nce_weight=weight, identity_weight=2.0 * weight)
        )
        for weight in (1.0, 2.0)
    )
    for name in ("patch_nce_loss", "identity_loss"):
        np.testing.assert_allclose(twice[name], 2.0 * once[name], rtol=1e-4)
    assert "identity_loss" not in _generator_losses(_gan(identity_weight=0.0))


def test_keys_have_no_gradient():
    gan = _gan()
    source = gan.generator.encode(_images(1, *SHAPE))
    with tf.GradientTape() as tape:
        tape.watch(source)
        value = gan._contrast(source, _images(1, *SHAPE, seed=1), _random(1))
    assert tape.gradient(value, source[1:]) == [None] * 4


def test_the_projection_learns_with_the_generator():
    gan = _gan()
    assert set(gan.players) == {"generator", "discriminator", "projection"}
    assert gan.players["projection"].role == "generator"
    assert {"projection", "projection_optimizer"} < set(gan.training_state())


def test_a_generator_without_an_encoder_is_refused():
    kind = dataclasses.replace(cut.CUT, generator=cyclegan.Generator)
    with pytest.raises(TypeError, match="cut.Generator.*Received: Generator"):
        kind(SHAPE)


def test_small_sources_are_refused():
    recipe = dataclasses.replace(cut.RECIPE, source="small")
    with pytest.raises(ValueError, match="`source` must be as large as the im"):
        cut.CUT(SHAPE, recipe=recipe)
