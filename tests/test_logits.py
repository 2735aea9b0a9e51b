"""Logits of patches count as one for each image."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import penalties
from tfgan_zoo.augment.adaptive import AdaptiveAugmentation
from tfgan_zoo.backend import keras
from tfgan_zoo.health.network_pair import wrap_networks
from tfgan_zoo.health.probe import Batch, Examples, Probe
from tfgan_zoo.logits import mean_per_example
from tfgan_zoo.random import StepRandom

PATCHES = [3, 4]


def test_mean_of_each_example_is_over_its_patches():
    values = tf.cast(tf.reshape(tf.range(24), [2, *PATCHES]), tf.float16)
    mean = mean_per_example(values)
    assert mean.dtype == tf.float32
    np.testing.assert_allclose(mean, [5.5, 17.5])
    np.testing.assert_allclose(mean_per_example(tf.ones([2])), [1.0, 1.0])
    assert mean_per_example(tf.constant(3.0)).shape == []


def _as_patches(logits):
    """Returns [B, 3, 4], each patch with the image's logit."""
    return tf.tile(logits[:, None, None], [1, *PATCHES])


@pytest.mark.parametrize(
    "name", [name for name in penalties.names() if name != "none"]
)
def test_penalty_of_equal_patches_is_that_of_the_image(name):
    real = tf.constant([[1.0, 2.0], [0.5, -1.0]])
    rng = StepRandom(0, tf.constant(0, tf.int64), 2)

    def discriminate(images):
        return tf.reduce_sum(images**3, 1)

    expected = penalties.get(name)(discriminate, real, -real, rng)
    values = penalties.get(name)(
        lambda images: _as_patches(discriminate(images)), real, -real, rng
    )
    np.testing.assert_allclose(values, expected, rtol=1e-6)


def test_adaptive_augmentation_counts_images_not_patches():
    ada = AdaptiveAugmentation(target=0.0, ramp_images=1000)
    logits = np.ones([8, *PATCHES], np.float32)
    logits[:, 0] = -1.0
    for _ in range(4):
        ada.update(tf.constant(logits))
    assert ada.r_t.numpy() == pytest.approx(1 / 3)
    assert ada.probability.numpy() == pytest.approx(4 * 8 / 1000)


def test_slope_of_the_loss_is_the_same_for_patches():
    """Of 12 patches it was a twelfth, that of vanishing gradients."""
    points = tf.constant(np.random.default_rng(0).normal(size=[8, 2]))
    points = tf.cast(points, tf.float32)
    batch = Batch(Examples(points, None, None), None, points, None)
    slopes, medians = [], []
    for patches in (False, True):
        keras.utils.set_random_seed(0)
        generator = keras.Sequential([keras.Input([2]), keras.layers.Dense(2)])
        layers = [keras.Input([2]), keras.layers.Dense(1)]
        if patches:
            layers += [
                keras.layers.Flatten(),
                keras.layers.RepeatVector(12),
                keras.layers.Reshape(PATCHES),
            ]
        subject = wrap_networks(
            generator, keras.Sequential(layers), latent_dim=2
        )
        result = Probe(subject)(batch)
        slopes.append(result.logit_gradient)
        medians.append(np.median(result.real_logits))
        assert result.real_logits.shape == (8,)
    assert slopes[0] > 0.1
    assert slopes[1] == pytest.approx(slopes[0], rel=1e-5)
    assert medians[1] == pytest.approx(medians[0], rel=1e-5)
