"""8-bit images, grids and PNG files."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_zoo import images


def test_to_uint8_maps_the_range_and_clips_what_is_outside():
    values = tf.constant([-2.0, -1.0, 0.0, 1.0, 2.0])
    assert images.to_uint8(values).numpy().tolist() == [0, 0, 128, 255, 255]


def test_to_uint8_gives_back_what_the_pipeline_scaled():
    pixels = np.arange(256, dtype=np.uint8)
    scaled = pixels.astype(np.float32) / 127.5 - 1.0
    np.testing.assert_array_equal(images.to_uint8(scaled), pixels)


def test_grid_lays_out_row_by_row():
    pixels = np.arange(5, dtype=np.uint8)[:, None, None, None]
    grid = images.grid(np.tile(pixels, (1, 4, 3, 1)))
    assert grid.shape == (2 * 6 + 2, 3 * 5 + 2, 1)
    # Image 4 is the second of the second row; the place after it is empty.
    assert (grid[8:12, 7:10] == 4).all()
    assert (grid[8:12, 12:] == 255).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_png_holds_the_pixels(tmp_path, channels):
    pixels = np.random.default_rng(0).integers(0, 256, (6, 5, channels))
    pixels = pixels.astype(np.uint8)
    images.write_png(tmp_path / "a.png", pixels)
    loaded = np.asarray(Image.open(tmp_path / "a.png"))
    np.testing.assert_array_equal(loaded.reshape(pixels.shape), pixels)
