"""Grids of images and scatter plots of points."""

import numpy as np
import pytest

from tfgan_zoo import images, pictures

BLUE = (0, 114, 178)
ORANGE = (213, 94, 0)
GREY = (190, 190, 190)
# Row and column of the middle; 164 pixels from it to each end of the axes.
MIDDLE, HALF = 192, 164


def _are(picture, color):
    return (picture == color).all(-1)


def test_images_make_a_grid():
    pixels = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4, 1)
    np.testing.assert_array_equal(
        pictures.render_samples(pixels), images.grid(pixels)
    )


def test_points_make_a_square_picture():
    picture = pictures.render_samples(np.zeros([5, 2], np.float32))
    assert (picture.shape, picture.dtype) == ((384, 384, 3), np.uint8)


@pytest.mark.parametrize(
    ("point", "row", "column"),
    [
        # The largest coordinate, 1.2, makes axes that end at 1.5.
        ((1.2, 0.75), MIDDLE - HALF / 2, MIDDLE + 0.8 * HALF),
        ((-1.2, -0.3), MIDDLE + 0.2 * HALF, MIDDLE - 0.8 * HALF),
        # And 0.03 such that end there.
        ((0.03, 0.0), MIDDLE, MIDDLE + HALF),
        ((0.0, -40.0), MIDDLE + 0.8 * HALF, MIDDLE),
    ],
)
def test_a_point_lies_where_its_coordinates_say(point, row, column):
    blue = np.argwhere(_are(pictures.scatter(np.array([point])), BLUE))
    assert 2 <= len(blue) <= 12
    np.testing.assert_allclose(blue.mean(0), [row - 0.5, column - 0.5], atol=1)


def test_labels_make_colours():
    points = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]])
    picture = pictures.scatter(points / 2, labels=np.array([0, 1, 1]))
    assert _are(picture[:192, 192:], BLUE).any()
    assert not _are(picture[:192, 192:], ORANGE).any()
    assert _are(picture[:192, :192], ORANGE).any()
    assert _are(picture[192:, 192:], ORANGE).any()


def test_modes_make_circles_that_the_axes_hold():
    points = np.array([[0.1, 0.1]])
    modes = np.array([[-2.0, 0.5], [1.0, 0.5]])
    plain, circled = (
        pictures.scatter(points, modes=modes[:count]) for count in (1, 2)
    )
    changed = np.argwhere((plain != circled).any(-1))
    center = [MIDDLE - 0.25 * HALF, MIDDLE + 0.5 * HALF]
    np.testing.assert_allclose(changed.mean(0), center, atol=1)
    np.testing.assert_allclose(np.ptp(changed, axis=0), [14, 14], atol=2)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_points_that_are_not_finite_are_left_out(bad):
    good = np.array([[0.5, 0.5]])
    np.testing.assert_array_equal(
        pictures.scatter(np.array([[bad, 0.0], [0.5, 0.5]])),
        pictures.scatter(good),
    )


def test_no_points_at_all_make_empty_axes():
    assert not _are(pictures.scatter(np.zeros([0, 2])), BLUE).any()


@pytest.mark.parametrize("shape", [(3,), (3, 3), (1, 2, 2)])
def test_what_are_no_points_is_refused(shape):
    with pytest.raises(ValueError, match=r"\[N, 2\]. Received: \("):
        pictures.scatter(np.zeros(shape))
