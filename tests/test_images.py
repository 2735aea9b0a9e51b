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


@pytest.mark.parametrize(
    ("shape", "box"),
    [
        ((10, 20, 1), (2, 0, 4, 8)),
        ((20, 10, 3), (0, 2, 8, 4)),
        ((2, 2, 3), (0, 0, 8, 8)),
        ((500, 1, 1), (0, 3, 8, 1)),
    ],
)
def test_letterbox_fits_and_leaves_white(shape, box):
    image = np.full(shape, 100, np.uint8)
    fitted, place = images.letterbox(image, 8, 8)
    assert fitted.shape == (8, 8, shape[-1]) and place == box
    top, left, height, width = box
    inner = fitted[top : top + height, left : left + width]
    assert (inner == 100).all()
    assert (fitted == 255).sum() == fitted.size - inner.size


def test_lines_are_kept_where_an_image_shrinks():
    image = np.full((90, 90, 1), 255, np.uint8)
    image[40] = 0
    for keep_lines, low, high in ((False, 220, 250), (True, 80, 150)):
        fitted, _ = images.letterbox(image, 9, 9, keep_lines=keep_lines)
        assert low < fitted.min() < high
    small = np.full((4, 4, 1), 255, np.uint8)
    small[1] = 0
    np.testing.assert_array_equal(
        images.letterbox(small, 4, 4, keep_lines=True)[0], small
    )


def test_padding_repeats_the_edge():
    image = np.arange(6, dtype=np.uint8).reshape(2, 3, 1)
    padded, box = images.pad_to_multiple(image, 4)
    assert box == (0, 0, 2, 3)
    assert padded[..., 0].tolist() == [[0, 1, 2, 2], *[[3, 4, 5, 5]] * 3]
    same, _ = images.pad_to_multiple(image, 1)
    np.testing.assert_array_equal(same, image)


@pytest.mark.parametrize(
    ("function", "shape", "dtype"),
    [
        (images.grid, (2, 8, 8, 1), "float32"),  # which would be black
        (images.grid, (8, 8, 3), "uint8"),
        (images.grid, (0, 8, 8, 3), "uint8"),
        (images.png, (8, 8, 3), "float32"),
        (images.png, (2, 8, 8, 3), "uint8"),
        (images.png, (8, 8, 4), "uint8"),
    ],
)
def test_other_arrays_are_refused(function, shape, dtype):
    with pytest.raises(ValueError) as error:
        function(np.zeros(shape, dtype))
    rule, _, received = str(error.value).partition(" Received: ")
    assert "must be uint8" in rule and "with C 1 or 3." in rule
    assert received == f"{dtype} {list(shape)}."
