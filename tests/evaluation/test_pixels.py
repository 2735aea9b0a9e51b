"""Scores of pixels, against cases worked by hand and on real images."""

import functools

import numpy as np
import pytest
import scipy.ndimage
import tensorflow as tf

from tfgan_zoo.data import DataRequest, load_examples
from tfgan_zoo.evaluation import pixels
from tfgan_zoo.evaluation.pixels import (
    ms_ssim_diversity,
    ms_ssim_scales,
    sliced_wasserstein_distance,
)

refuses_arrays = pytest.mark.parametrize(
    "images",
    [
        np.zeros([4, 28, 28], np.uint8),
        np.zeros([4, 28, 28, 2], np.uint8),
        np.zeros([4, 28, 28, 1], np.float32),
        np.zeros([28, 28, 1], np.uint8),
    ],
)


@functools.cache
def _real():
    examples = load_examples(DataRequest("fashion_mnist_10k"))
    return tuple(examples.read(np.arange(500)).values())


def _noisy(images, stddev):
    noise = stddev * np.random.RandomState(0).standard_normal(images.shape)
    return np.clip(np.round(images + noise), 0, 255).astype(np.uint8)


def _blurred(images, side_px):
    means = scipy.ndimage.uniform_filter(
        images.astype(np.float64), (0, side_px, side_px, 0)
    )
    return np.round(means).astype(np.uint8)


def _random(*shape, below=256, seed=0):
    random = np.random.RandomState(seed)
    return random.randint(below, size=shape).astype(np.uint8)


def _plain(values, side_px):
    """Images of one value each."""
    values = np.array(values, np.uint8)[:, None, None, None]
    return np.tile(values, [1, side_px, side_px, 1])


@pytest.mark.parametrize(
    ("side_px", "heights"),
    [
        (7, [7]),
        (27, [27]),
        (28, [28, 14]),
        (30, [30, 15]),
        (32, [32, 16]),
        (64, [64, 32, 16]),
    ],
)
def test_levels_halve_down_to_fourteen_pixels(side_px, heights):
    real, fake = _random(2, 4, side_px, side_px, 1)
    assert list(sliced_wasserstein_distance(real, fake)) == heights


def test_pyramid_is_that_of_the_authors():
    # As sliced_wasserstein.py of tkarras/progressive_growing_of_gans.
    images = _real()[0][:5].astype(np.float64)
    taps = np.array([1.0, 4.0, 6.0, 4.0, 1.0])
    blur = functools.partial(
        scipy.ndimage.convolve,
        weights=np.outer(taps, taps)[np.newaxis, :, :, np.newaxis] / 256.0,
        mode="mirror",
    )
    smaller = blur(images)[:, ::2, ::2]
    spread = np.zeros_like(images)
    spread[:, ::2, ::2] = smaller
    expected = [images - 4.0 * blur(spread), smaller]
    found = pixels._pyramid(tf.cast(images, tf.float32), 2)
    for level, own in zip(found, expected):
        np.testing.assert_allclose(level, own, atol=1e-3)


@pytest.mark.parametrize(("channels", "expected"), [(1, 632.5), (3, 630.4)])
def test_distance_of_plain_images_is_worked_by_hand(channels, expected):
    # Normalised, halves of -1 and 1 against a quarter of -1.7321 and three of
    # 0.5774: sorted, they are (0.7321 + 1.5774 + 2 * 0.4226) / 4 = 0.7887
    # apart. A direction's sum scales that, in the mean by 0.8019 of 49 values
    # and by 0.7993 of 147.
    real = _plain([0, 0, 100, 100] * 75, 7).repeat(channels, axis=-1)
    fake = _plain([0, 100, 100, 100] * 75, 7).repeat(channels, axis=-1)
    found = sliced_wasserstein_distance(real, fake)
    assert found == {7: pytest.approx(expected, rel=0.12)}


def test_distance_of_the_same_patches_is_zero():
    # A patch is the whole image, whichever is drawn.
    real = _random(60, 7, 7, 3)
    found = sliced_wasserstein_distance(real, real[::-1])
    assert found == {7: pytest.approx(0.0, abs=1e-3)}


def test_brightness_and_contrast_of_a_channel_are_no_distance():
    real = _random(60, 7, 7, 3, below=100)
    fake = real * np.array([1, 2, 2], np.uint8) + np.array([9, 0, 5], np.uint8)
    found = sliced_wasserstein_distance(real, fake)
    assert found == {7: pytest.approx(0.0, abs=1e-3)}
    inverted = sliced_wasserstein_distance(real, 255 - _skewed(real))
    assert inverted[7] > 10.0


def _skewed(images):
    return (images.astype(np.int64) ** 2 // 100).astype(np.uint8)


def test_distance_of_images_without_contrast_is_zero():
    found = sliced_wasserstein_distance(_plain([7] * 3, 28), _plain([9], 28))
    assert found == {28: 0.0, 14: 0.0}


def test_distance_of_real_images_is_small_beside_that_of_noise():
    images, _ = _real()
    real, fake = images[:100], images[100:200]
    noise = sliced_wasserstein_distance(real, _random(100, 28, 28, 1))
    same = sliced_wasserstein_distance(real, real)
    other = sliced_wasserstein_distance(real, fake)
    for height in (28, 14):
        # Of the same images, other patches are drawn.
        assert 0.0 < same[height] < other[height] < 0.3 * noise[height]


@pytest.mark.parametrize(
    ("degraded", "strengths"), [(_noisy, (20, 40, 80)), (_blurred, (2, 3, 5))]
)
def test_distance_grows_with_noise_and_blur(degraded, strengths):
    images, _ = _real()
    real, fake = images[:100], images[100:200]
    sets = [fake, *(degraded(fake, one) for one in strengths)]
    values = [sliced_wasserstein_distance(real, one)[28] for one in sets]
    assert sorted(values) == values
    assert values[-1] > 3.0 * values[0]


def test_distance_is_the_same_of_the_same_seed():
    images, _ = _real()
    found = [
        sliced_wasserstein_distance(images[:20], images[20:40], seed=seed)
        for seed in (0, 0, 1)
    ]
    assert found[0] == found[1] != found[2]
    assert found[2] == pytest.approx(found[0], rel=0.5)


def test_of_the_longer_set_the_first_images_are_taken():
    images, _ = _real()
    few, many = images[:10], images[10:40]
    expected = sliced_wasserstein_distance(few, many[:10])
    assert sliced_wasserstein_distance(few, many) == expected
    assert sliced_wasserstein_distance(few, many[10:]) != expected


@pytest.mark.parametrize(
    ("height", "width", "levels"),
    [(28, 40, [28, 14]), (28, 27, [28]), (28, 10, [28])],
)
def test_oblong_images_have_the_levels_that_both_sides_have(
    height, width, levels
):
    real, fake = _random(2, 4, height, width, 1)
    assert list(sliced_wasserstein_distance(real, fake)) == levels


@refuses_arrays
def test_what_are_no_images_is_refused(images):
    good = np.zeros([4, 28, 28, 1], np.uint8)
    with pytest.raises(ValueError, match="`fake` must be uint8 of shape"):
        sliced_wasserstein_distance(good, images)
    with pytest.raises(ValueError, match="`real` must be uint8 of shape"):
        sliced_wasserstein_distance(images, good)
    with pytest.raises(ValueError, match="`images` must be uint8 of shape"):
        ms_ssim_diversity(images)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((4, 28, 28, 3), "images of one size"),
        ((4, 32, 32, 1), "images of one size"),
        ((0, 28, 28, 1), r"images of one size. Received: .*\(0, 28, 28, 1\)"),
    ],
)
def test_images_of_two_sizes_are_refused(shape, message):
    with pytest.raises(ValueError, match=message):
        sliced_wasserstein_distance(
            np.zeros([4, 28, 28, 1], np.uint8), np.zeros(shape, np.uint8)
        )


def test_images_smaller_than_a_patch_are_refused():
    images = np.zeros([4, 9, 6, 1], np.uint8)
    with pytest.raises(ValueError, match="7 pixels a side"):
        sliced_wasserstein_distance(images, images)
    with pytest.raises(ValueError, match="7 pixels a side .* Received: 6."):
        ms_ssim_diversity(images)


@pytest.mark.parametrize(
    ("side_px", "scales"),
    [(7, 1), (13, 1), (14, 2), (28, 3), (32, 3), (64, 4), (112, 5), (256, 5)],
)
def test_scales_are_as_many_as_fit(side_px, scales):
    assert ms_ssim_scales(side_px) == scales
    assert side_px >> (scales - 1) >= 7
    images = np.repeat(_random(1, side_px, side_px, 1), 2, axis=0)
    assert ms_ssim_diversity(images).ms_ssim == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("side_px", "expected"),
    [
        # (2 * 100 * 50 + 2.55^2) / (100^2 + 50^2 + 2.55^2)
        (7, 0.80010),
        # Of three scales the last alone sees it: to 0.3001 / 0.6305.
        (28, 0.89929),
    ],
)
def test_ms_ssim_of_plain_images_is_worked_by_hand(side_px, expected):
    found = ms_ssim_diversity(_plain([100, 50], side_px))
    assert found.ms_ssim == pytest.approx(expected, abs=1e-4)


def test_ms_ssim_is_the_mean_over_pairs_with_its_error():
    # As many pairs of 1 as of 0.80010.
    images = _plain([100, 50, 30, 30] * 100, 7)
    found = ms_ssim_diversity(images)
    assert found.ms_ssim == pytest.approx(0.90005, abs=1e-4)
    # 0.09995 over the root of 200.
    assert found.standard_error == pytest.approx(0.0070675, rel=0.02)


def test_labels_make_pairs_within_a_class():
    values, labels = [100, 50, 100, 50, 100, 50, 50], [3, 1, 3, 1, 3, 1, 1]
    images = _plain(values, 7)
    assert ms_ssim_diversity(images).ms_ssim < 0.9
    of_classes = ms_ssim_diversity(images, np.array(labels))
    assert of_classes == (pytest.approx(1.0), pytest.approx(0.0, abs=1e-5))


def test_a_class_of_odd_number_pairs_with_no_other():
    # In order of the classes: 9 9 9 | 50 50; 9 with 50 is no pair.
    images = _plain([9, 50, 9, 50, 9], 7)
    found = ms_ssim_diversity(images, np.array([0, 1, 0, 1, 0]))
    assert found.ms_ssim == pytest.approx(1.0)


def test_real_images_of_a_class_are_more_alike():
    images, labels = _real()
    of_all = ms_ssim_diversity(images)
    of_classes = ms_ssim_diversity(images, labels)
    errors = of_all.standard_error + of_classes.standard_error
    assert of_classes.ms_ssim > of_all.ms_ssim + 5.0 * errors


@pytest.mark.parametrize("stddev", [10, 40])
def test_collapsed_images_are_more_alike_than_real_ones(stddev):
    images, labels = _real()
    collapsed = _noisy(np.repeat(images[:1], len(images), axis=0), stddev)
    limit = ms_ssim_diversity(_noisy(images, stddev), labels).ms_ssim
    assert ms_ssim_diversity(collapsed).ms_ssim > limit + 0.1


@pytest.mark.parametrize("count", [0, 1])
def test_images_without_a_pair_are_refused(count):
    images = np.zeros([count, 28, 28, 1], np.uint8)
    with pytest.raises(ValueError, match=f"two images .* Received: {count}."):
        ms_ssim_diversity(images)


def test_classes_without_a_pair_are_refused():
    images = np.zeros([3, 28, 28, 1], np.uint8)
    with pytest.raises(ValueError, match="of a class .* Received: 3."):
        ms_ssim_diversity(images, np.array([0, 1, 2]))
    with pytest.raises(ValueError, match="`labels` must be 3 integers"):
        ms_ssim_diversity(images, np.array([0, 0]))
