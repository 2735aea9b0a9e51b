"""Those that translate images make rectangles of multiples of 32."""

import dataclasses

import numpy as np
import pytest

from tfgan_zoo import models
from tfgan_zoo.config import TrainConfig


@pytest.mark.parametrize("name", ["pix2pix", "cyclegan", "cut"])
def test_rectangle_is_translated_to_one_of_its_size(name):
    architecture = models.get(name)
    recipe = dataclasses.replace(architecture.recipe, width=4)
    gan = architecture((32, 96, 3), recipe=recipe, source_shape=(32, 96, 3))
    images = np.zeros([2, 32, 96, 3], np.uint8)
    assert gan.translate(images).shape == images.shape


@pytest.mark.parametrize("name", ["pix2pix", "cyclegan", "cut"])
@pytest.mark.parametrize("shape", [(64, 90, 3), (0, 64, 3), (544, 64, 1)])
def test_other_sides_are_refused(name, shape):
    rule = "^`image_size`.* `image_width`.* multiples of 32 up to 512"
    with pytest.raises(ValueError, match=rule):
        models.get(name).check_image_shape(shape)


def test_config_names_the_shape_of_images():
    assert TrainConfig().image_shape == ()
    assert TrainConfig(image_size=64).image_shape == (64, 64, 3)
    config = TrainConfig(image_size=64, image_width=96, channels=1)
    assert config.image_shape == (64, 96, 1)
