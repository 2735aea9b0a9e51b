"""Jitter moves all images of an example alike, things on white over white."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.augment.jitter import jitter
from tfgan_zoo.random import StepRandom


def _rng(rows):
    return StepRandom(3, tf.constant(5, tf.int64), rows)


def _images(*shape):
    values = np.random.default_rng(0).uniform(-1, 1, shape)
    return tf.constant(values, tf.float32)


def test_no_jitter_changes_nothing():
    features = {"image": _images(2, 8, 8, 3), "label": tf.constant([1, 2])}
    jittered = jitter(features, _rng(2), 0.0)
    assert jittered == features


@pytest.mark.parametrize("amount", [0.1, 1.0])
def test_source_moves_as_its_image_does(amount):
    grey = _images(4, 16, 24, 1)
    features = {
        "image": tf.repeat(grey, 3, axis=-1),
        "source": grey,
        "label": tf.constant([3, 1, 2, 0]),
    }
    jittered = jitter(features, _rng(4), amount)
    np.testing.assert_allclose(
        jittered["image"][..., :1], jittered["source"], atol=1e-6
    )
    np.testing.assert_array_equal(jittered["label"], features["label"])
    assert np.abs(jittered["source"] - grey).max() > 0.5


def _square(count):
    """Grey squares of 30 pixels on white of 32."""
    images = np.full([count, 32, 32, 3], -0.5, np.float32)
    images[:, [0, -1]] = images[:, :, [0, -1]] = 1.0
    return tf.constant(images)


def test_around_things_on_white_is_white_and_inside_keeps_its_value():
    jittered = jitter({"image": _square(64)}, _rng(64), 1.0)["image"].numpy()
    assert jittered.max() <= 1.0 + 1e-6
    assert jittered.min() == pytest.approx(-0.5, abs=1e-5)
    dark = np.mean(jittered < -0.499, axis=(1, 2, 3))
    white = np.mean(jittered > 0.999, axis=(1, 2, 3))
    assert 0.04 < dark.min() < 0.2
    assert white.max() > 0.5
    assert np.all(dark + white > 0.7)


def test_images_that_are_full_to_their_corners_are_enlarged_and_cropped():
    rows = np.linspace(-0.8, 0.8, 32, dtype=np.float32)
    image = np.broadcast_to(rows[None, :, None, None], (64, 32, 32, 1))
    jittered = jitter({"image": tf.constant(image)}, _rng(64), 1.0)["image"]
    assert np.abs(jittered).max() <= 0.8 + 1e-5  # nothing comes from outside
    span = jittered.numpy()[:, -1, 0, 0] - jittered.numpy()[:, 0, 0, 0]
    enlarged = 1.6 / span
    assert 1.0 <= enlarged.min() < 1.05
    assert 1.12 < enlarged.max() < 1.25
    # One that is not on white, by its source alone, is cropped as well.
    pair = {"image": _square(8), "source": tf.constant(image[:8])}
    assert np.abs(jitter(pair, _rng(8), 1.0)["source"]).max() <= 0.8 + 1e-5


def test_place_scale_and_side_differ_by_example():
    images = np.ones([256, 32, 32, 1], np.float32)
    images[:, 12:20, 14:22] = -1.0
    images[:, 12:20, 8:10] = -1.0  # at the left of what is larger
    ink = 1.0 - jitter({"image": tf.constant(images)}, _rng(256), 0.6)["image"]
    ink = ink.numpy()[..., 0] / 2.0
    mass = ink.sum(axis=(1, 2))
    original = 8 * 8 + 8 * 2
    assert mass.min() < 0.6 * original
    assert mass.max() > 1.1 * original
    places = np.arange(32) - 15.5
    rows = (ink.sum(axis=2) @ places) / mass
    assert rows.min() < -3.0 < 3.0 < rows.max()
    columns = (ink.sum(axis=1) @ places) / mass
    cubes = (places[None] - columns[:, None]) ** 3
    skew = np.sum(ink.sum(axis=1) * cubes, axis=1)
    assert 0.4 < np.mean(skew > 0) < 0.6


def test_jitter_of_two_replicas_is_that_of_one(two_replicas):
    images = _images(8, 8, 8, 3)

    def move():
        context = tf.distribute.get_replica_context()
        rows = 8 // context.num_replicas_in_sync
        first = context.replica_id_in_sync_group * rows
        part = images[first : first + rows]
        return jitter({"image": part}, _rng(rows), 0.5)["image"]

    halves = two_replicas.experimental_local_results(two_replicas.run(move))
    np.testing.assert_allclose(np.concatenate(halves), move(), atol=1e-5)
