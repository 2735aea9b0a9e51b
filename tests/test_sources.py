"""Sources made of images: shapes, places of lines, and what is random."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import sources
from tfgan_zoo.random import StepRandom

SQUARE = slice(16, 48)


def _rng(rows, step=5):
    return StepRandom(3, tf.cast(step, tf.int64), rows)


def _squares(rows, color=(0.8, -0.6, -0.6)):
    """Squares of a colour on white, float32 [rows, 64, 64, 3]."""
    images = np.ones([rows, 64, 64, 3], np.float32)
    images[:, SQUARE, SQUARE] = color
    return tf.constant(images)


def _images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


@pytest.mark.parametrize("name", ["edges", "grey", "small"])
@pytest.mark.parametrize("shape", [(3, 32, 32, 3), (2, 32, 64, 1)])
def test_sources_are_images_of_the_channels_promised(name, shape):
    made = sources.make(name, _images(*shape), _rng(shape[0]))
    size = (shape[1] // 2, shape[2] // 2) if name == "small" else shape[1:3]
    channels = sources.channels(name, shape[-1])
    assert made.shape == (shape[0], *size, channels)
    assert made.dtype == tf.float32
    assert -1.0 <= np.min(made) < np.max(made) <= 1.0


def test_grey_is_the_luma_and_one_channel_stays():
    images = _images(2, 4, 6, 3)
    grey = sources.make("grey", images, _rng(2))
    expected = images @ np.array([0.299, 0.587, 0.114], np.float32)
    np.testing.assert_allclose(grey[..., 0], expected, atol=1e-6)
    grey = sources.make("grey", images[..., :1], _rng(2))
    np.testing.assert_array_equal(grey, images[..., :1])


@pytest.mark.parametrize("factor", [2, 4])
def test_small_is_the_average(factor):
    images = _images(2, 8, 12, 3)
    small = sources.make("small", images, _rng(2), factor=factor)
    blocks = images.reshape(2, 8 // factor, factor, 12 // factor, factor, 3)
    np.testing.assert_allclose(small, blocks.mean(axis=(2, 4)), atol=1e-6)


def test_lines_are_at_the_outline_and_nowhere_else():
    edges = sources.make("edges", _squares(64), _rng(64))[..., 0]
    ink = np.mean((1.0 - edges) / 2.0, axis=0)
    outline = np.zeros([64, 64], bool)
    outline[13:51, 13:51] = True
    outline[20:44, 20:44] = False
    # Most lines are thin, and some are open.
    assert 0.15 < ink[outline].mean() < 0.5
    assert ink[14:18, 24:40].max(axis=0).mean() > 0.5
    assert ink[~outline].max() < 0.15
    np.testing.assert_array_equal(ink[28:36, 28:36], 0.0)
    np.testing.assert_array_equal(ink[:8], 0.0)


def test_thickness_and_shares_of_grey_differ_by_example():
    edges = sources.make("edges", _squares(64), _rng(64))
    ink = np.sum((1.0 - edges) / 2.0, axis=(1, 2, 3))
    assert np.min(ink) < 0.9 * 4 * 32  # open
    assert np.max(ink) > 2.2 * 4 * 32  # thick
    grey = np.mean(np.abs(edges) < 0.99, axis=(1, 2, 3))
    assert np.min(grey) < 0.005 < 0.04 < np.max(grey)


def test_lines_of_an_example_are_those_of_its_random_numbers():
    images = _squares(4)
    draw = tf.function(
        lambda step: sources.make("edges", images, _rng(4, step))
    )
    first, again, other = (draw(tf.constant(step)) for step in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1.0
    assert np.abs(first[0] - first[1]).max() > 1.0


def test_inner_lines_go_missing_and_outlines_of_pale_things_do_not():
    images = _squares(64, color=(0.7, 0.7, 0.7)).numpy()
    images[:, 26:38, 26:38] = (0.0, -0.2, 0.1)
    edges = sources.make("edges", tf.constant(images), _rng(64))[..., 0]
    ink = np.sum((1.0 - edges) / 2.0, axis=(1, 2))
    inside = np.sum((1.0 - edges[:, 22:42, 22:42]) / 2.0, axis=(1, 2))
    assert 0.05 < np.mean(inside < 0.8 * 48) < 0.6
    assert np.min(ink - inside) > 0.3 * 4 * 32


def test_dark_areas_are_filled_in_half_of_the_examples():
    edges = sources.make("edges", _squares(64, color=(-0.9,) * 3), _rng(64))
    filled = np.mean(edges[:, 30:34, 30:34], axis=(1, 2, 3)) < 0.0
    assert 0.3 < np.mean(filled) < 0.7


def test_lines_of_two_replicas_are_those_of_one(two_replicas):
    def draw():
        context = tf.distribute.get_replica_context()
        rows = 8 // context.num_replicas_in_sync
        return sources.make("edges", _squares(rows), _rng(rows))

    halves = two_replicas.experimental_local_results(two_replicas.run(draw))
    np.testing.assert_allclose(np.concatenate(halves), draw(), atol=1e-5)


def test_lines_need_no_more_than_a_batch_of_unknown_size():
    @tf.function(input_signature=[tf.TensorSpec([None, 32, 32, 3])])
    def draw(images):
        return sources.make("edges", images, _rng(tf.shape(images)[0]))

    assert draw(_squares(3)[:, ::2, ::2]).shape == (3, 32, 32, 1)


@pytest.mark.parametrize("name", ["data", "lines", 3])
def test_source_that_is_not_made_is_named(name):
    message = r"one of edges, grey, small\. Received: .?" + str(name)
    with pytest.raises(ValueError, match=message):
        sources.make(name, _squares(1), _rng(1))
    with pytest.raises(ValueError, match=message):
        sources.channels(name, 3)


@pytest.mark.parametrize("factor", [0, 3])
def test_factor_that_does_not_divide_is_named(factor):
    with pytest.raises(ValueError, match=f"Received: {factor}"):
        sources.make("small", _squares(1), _rng(1), factor=factor)
