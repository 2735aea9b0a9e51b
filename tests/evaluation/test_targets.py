"""L1, PSNR and SSIM of images and their targets, beside other formulas."""

import math

import numpy as np
import pytest

from tfgan_zoo.evaluation import l1_distance, psnr, ssim

RANDOM = np.random.RandomState(0)
TARGETS = RANDOM.randint(0, 256, (3, 16, 13, 3)).astype(np.uint8)


def test_l1_of_a_known_difference_is_in_grey_levels():
    images = np.full([2, 4, 6, 1], 100, np.uint8)
    targets = images.copy()
    targets[0] += 30
    targets[1, :2] -= 8  # half of the pixels
    np.testing.assert_allclose(l1_distance(images, targets), [30.0, 4.0])


def test_psnr_of_a_known_difference():
    images = np.full([2, 4, 6, 1], 100, np.uint8)
    # 10 log10(65025 / 100), and of rounding alone, 10 log10(65025 * 12).
    values = psnr(
        images, images + np.array([10, 0], np.uint8)[:, None, None, None]
    )
    np.testing.assert_allclose(values, [28.1308, 58.9226], atol=1e-4)


def _ssim_by_hand(first, second):
    """Wang et al. 2004, equation 13, of one channel, window by window."""
    offsets = np.arange(11) - 5
    taps = np.exp(-np.square(offsets) / (2 * 1.5**2))
    window = np.outer(taps, taps) / taps.sum() ** 2
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    values = []
    for top in range(first.shape[0] - 10):
        for left in range(first.shape[1] - 10):
            x, y = (
                image[top : top + 11, left : left + 11].astype(float)
                for image in (first, second)
            )
            mean_x, mean_y = (window * x).sum(), (window * y).sum()
            var_x = (window * (x - mean_x) ** 2).sum()
            var_y = (window * (y - mean_y) ** 2).sum()
            both = (window * (x - mean_x) * (y - mean_y)).sum()
            values.append(
                (2 * mean_x * mean_y + c1)
                * (2 * both + c2)
                / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
            )
    return np.mean(values)


def test_ssim_is_that_of_the_formula():
    noise = RANDOM.randint(-40, 41, TARGETS.shape)
    images = np.clip(TARGETS + noise, 0, 255).astype(np.uint8)
    expected = [
        np.mean([_ssim_by_hand(a[..., c], b[..., c]) for c in range(3)])
        for a, b in zip(images, TARGETS)
    ]
    assert 0.5 < expected[0] < 0.99
    np.testing.assert_allclose(ssim(images, TARGETS), expected, atol=2e-5)


@pytest.mark.parametrize(
    ("measure", "best"), [(l1_distance, 0.0), (psnr, 58.92), (ssim, 1.0)]
)
def test_equal_images_have_the_best_value_of_many_batches(measure, best):
    targets = np.tile(TARGETS, (100, 1, 1, 1))
    values = measure(targets, targets)
    assert values.shape == (300,) and values.dtype == np.float64
    np.testing.assert_allclose(values, best, atol=0.01)
    others = targets.copy()
    others[299] = 255 - others[299]
    changed = measure(others, targets)
    np.testing.assert_array_equal(changed[:299], values[:299])
    assert math.copysign(1.0, changed[299] - best) == (1.0 if best == 0 else -1)


@pytest.mark.parametrize("measure", [l1_distance, psnr, ssim])
def test_images_that_are_no_pairs_are_refused(measure):
    with pytest.raises(ValueError, match="of one shape. Received: shapes"):
        measure(TARGETS[:2], TARGETS)
    with pytest.raises(ValueError, match="`targets` must be uint8"):
        measure(TARGETS, TARGETS.astype(np.float32))
    with pytest.raises(ValueError, match="must be one or more"):
        measure(TARGETS[:0], TARGETS[:0])


def test_ssim_of_images_below_its_window_is_refused():
    small = TARGETS[:, :10]
    with pytest.raises(ValueError, match="11 pixels a side.*Received: shape"):
        ssim(small, small)
