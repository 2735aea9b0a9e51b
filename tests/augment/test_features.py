"""All images of an example are augmented by the same random numbers."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import augment
from tfgan_zoo.random import StepRandom

RANDOM = StepRandom(3, tf.constant(5, tf.int64), 4)


def _images(channels, seed=0):
    values = np.random.default_rng(seed).uniform(-1, 1, [4, 16, 16, channels])
    return tf.constant(values, tf.float32)


def _augmentation(name):
    augmentation = augment.get(name)
    if name == "ada":
        augmentation.probability.assign(0.8)
    return augmentation


@pytest.mark.parametrize("name", ["diffaugment", "ada"])
def test_equal_images_stay_equal_and_change(name):
    images = _images(3)
    features = {"image": images, "source": images}
    augmented = augment.augment_features(_augmentation(name), features, RANDOM)
    np.testing.assert_array_equal(augmented["image"], augmented["source"])
    assert np.abs(augmented["image"] - images).max() > 0.1


def test_grey_source_moves_as_its_image_in_colour_does():
    move = augment.get("diffaugment", policy="translation,cutout")
    grey = _images(1)
    features = {"image": tf.repeat(grey, 3, axis=-1), "source": grey}
    augmented = augment.augment_features(move, features, RANDOM)
    np.testing.assert_array_equal(
        augmented["image"][..., :1], augmented["source"]
    )


def test_single_feature_is_augmented_as_by_itself():
    augmentation = augment.get("diffaugment")
    features = {"image": _images(3)}
    augmented = augment.augment_features(augmentation, features, RANDOM)
    np.testing.assert_array_equal(
        augmented["image"], augmentation(features["image"], RANDOM)
    )


def test_images_of_two_sizes_are_refused():
    features = {"image": _images(3), "source": _images(3)[:, ::2, ::2]}
    with pytest.raises(ValueError, match="one height.*16, 16.*8, 8"):
        augment.augment_features(augment.get("diffaugment"), features, RANDOM)
