"""Scores of the pixels themselves, which need no network."""

from __future__ import annotations

import functools
import math
from typing import Any, Callable, NamedTuple

import numpy as np
import tensorflow as tf

from tfgan_zoo.evaluation import arrays

# Of the sliced Wasserstein distance, Karras et al. 2018, section 5.
_PATCH_PX, _PATCHES_AN_IMAGE, _DIRECTIONS = 7, 128, 512
_SMALLEST_LEVEL_PX = 14
_PYRAMID_TAPS = np.array([1.0, 4.0, 6.0, 4.0, 1.0], np.float32) / 16.0
_SWD_UNIT = 1e3
# Of MS-SSIM, Wang et al. 2003; a window of 11 would leave small images one
# scale.
_POWER_FACTORS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_WINDOW_PX = SMALLEST_PX = 7
_BATCH_SIZE = 250


def sliced_wasserstein_distance(
    real: np.ndarray, fake: np.ndarray, *, seed: int = 0
) -> dict[int, float]:
    """Distances of patches at each size of a Laplacian pyramid, times 1,000.

    Karras et al. 2018 (arXiv:1710.10196), section 5: 128 patches of 7 x 7 an
    image, normalised by channel, projected onto 512 directions. Differs from
    the paper: the smallest level has 14 pixels or more, where it has 16, so
    that images of 28 have two.

    Args:
        real, fake: uint8 [N, H, W, C] each; of the longer one the first N are
            taken.
        seed: of patches and directions.

    Returns:
        From the level's height in pixels to its distance, largest first.

    Raises:
        ValueError: they are no such arrays, empty, or of different sizes.
    """
    real, fake = _same_size(real, fake)
    count = min(len(real), len(fake))
    random = np.random.RandomState(seed)
    patches: list[list[np.ndarray]] = []
    for images in (real[:count], fake[:count]):
        chosen = np.random.RandomState(random.randint(2**31))
        patches.append(_patches(images, chosen))
    distances = {}
    for height, *levels in zip(_heights(*real.shape[1:3]), *patches):
        real_patches, fake_patches = map(_normalised, levels)
        distances[height] = _SWD_UNIT * _sliced(
            real_patches, fake_patches, random
        )
    return distances


def _heights(height: int, width: int) -> list[int]:
    """Returns those of the levels: halves, as long as both sides have some."""
    heights = [height]
    while height % 2 == width % 2 == 0:
        height, width = height // 2, width // 2
        if min(height, width) < _SMALLEST_LEVEL_PX:
            break
        heights.append(height)
    return heights


def _patches(
    images: np.ndarray, random: np.random.RandomState
) -> list[np.ndarray]:
    """Returns float32 [N * 128, 7, 7, C] of each level."""
    levels: list[list[np.ndarray]] = [[] for _ in _heights(*images.shape[1:3])]
    for start in range(0, len(images), _BATCH_SIZE):
        batch = tf.cast(images[start : start + _BATCH_SIZE], tf.float32)
        for parts, level in zip(levels, _pyramid(batch, len(levels))):
            parts.append(_cut(level.numpy(), random))
    return [np.concatenate(parts) for parts in levels]


def _pyramid(images: tf.Tensor, levels: int) -> list[tf.Tensor]:
    pyramid = []
    for _ in range(levels - 1):
        smaller = _blurred(images)[:, ::2, ::2]
        height, width = images.shape[1:3]
        spread = tf.repeat(tf.repeat(smaller, 2, axis=1), 2, axis=2)
        # Zeros between the pixels, then a blur of four times the weight.
        on_grid = _grid_mask(height, width) * spread
        pyramid.append(images - 4.0 * _blurred(on_grid))
        images = smaller
    return [*pyramid, images]


def _grid_mask(height: int, width: int) -> np.ndarray:
    mask = np.zeros([1, height, width, 1], np.float32)
    mask[:, ::2, ::2] = 1.0
    return mask


def _blurred(images: tf.Tensor) -> tf.Tensor:
    channels = images.shape[-1]
    padded = tf.pad(images, [[0, 0], [2, 2], [2, 2], [0, 0]], "REFLECT")
    kernel = np.outer(_PYRAMID_TAPS, _PYRAMID_TAPS)[:, :, None, None]
    kernel = tf.constant(np.repeat(kernel, channels, axis=2))
    return tf.nn.depthwise_conv2d(padded, kernel, [1, 1, 1, 1], "VALID")


def _cut(level: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    count, height, width, _ = level.shape
    shape = (count, _PATCHES_AN_IMAGE)
    tops = random.randint(height - _PATCH_PX + 1, size=shape)
    lefts = random.randint(width - _PATCH_PX + 1, size=shape)
    # NumPy's older stubs know no tuple of axes.
    axes: Any = (1, 2)
    windows: np.ndarray = np.lib.stride_tricks.sliding_window_view(
        level, (_PATCH_PX, _PATCH_PX), axis=axes
    )
    rows = np.arange(count)[:, np.newaxis]
    patches = windows[rows, tops, lefts]  # [N, 128, C, 7, 7]
    return np.moveaxis(patches, 2, -1).reshape(
        -1, *[_PATCH_PX] * 2, level.shape[-1]
    )


def _normalised(patches: np.ndarray) -> np.ndarray:
    """float32 [P, 7, 7, C] -> [P, 49 * C], mean 0 and deviation 1 a channel."""
    axes = (0, 1, 2)
    mean = patches.mean(axis=axes, dtype=np.float64)
    stddev = patches.std(axis=axes, dtype=np.float64)
    scaled = (patches - mean) / np.where(stddev > 0.0, stddev, 1.0)
    return scaled.reshape(len(patches), -1).astype(np.float32)


def _sliced(
    real: np.ndarray, fake: np.ndarray, random: np.random.RandomState
) -> float:
    total, step = 0.0, 64
    for _ in range(0, _DIRECTIONS, step):
        directions = random.standard_normal((real.shape[1], step))
        directions /= np.linalg.norm(directions, axis=0)
        directions = directions.astype(np.float32)
        projected = [
            np.sort(points @ directions, axis=0) for points in (real, fake)
        ]
        gaps = np.abs(projected[0] - projected[1])
        total += float(gaps.mean(dtype=np.float64)) * step
    return total / _DIRECTIONS


class Diversity(NamedTuple):
    """How alike pairs of images are.

    Attributes:
        ms_ssim: mean over the pairs: 1 for equal images, less the more they
            differ.
        standard_error: of that mean; NaN of a single pair.
    """

    ms_ssim: float
    standard_error: float


def ms_ssim_diversity(
    images: np.ndarray, labels: np.ndarray | None = None
) -> Diversity:
    """Mean multi-scale structural similarity of pairs of images.

    Odena et al. 2017 (arXiv:1610.09585), section 4.2: samples that are more
    alike than real images have collapsed. Neighbours in the order of the
    array make the pairs; with labels, neighbours of a class.

    Differs from Wang et al. 2003: a window of 7 pixels, and as many of the
    five scales as fit into the image, their exponents scaled up to a sum of 1.

    Args:
        images: uint8 [N, H, W, C], in random order.
        labels: integers [N].

    Raises:
        ValueError: they are no such arrays, or make no pair.
    """
    images = arrays.pixels(images)
    order = np.arange(len(images))
    if labels is not None:
        labels = arrays.labels(labels, len(images))
        order = np.argsort(labels, kind="stable")
    first, second = order[: len(order) // 2 * 2].reshape(-1, 2).T
    if labels is not None:
        same = labels[first] == labels[second]
        first, second = first[same], second[same]
    if not len(first):
        raise ValueError(
            "`images` must hold two images or more, of a class where labels "
            f"are given. Received: {len(images)}."
        )
    similarities = np.concatenate(
        [
            _ms_ssim(images[first[part]], images[second[part]])
            for part in _parts(len(first))
        ]
    )
    error = float("nan")
    if len(similarities) > 1:
        spread = float(np.std(similarities, ddof=1))
        error = spread / math.sqrt(len(similarities))
    return Diversity(float(similarities.mean()), error)


def _parts(count: int) -> list[slice]:
    starts = range(0, count, _BATCH_SIZE)
    return [slice(start, start + _BATCH_SIZE) for start in starts]


def _ms_ssim(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    similarity = _similarity(ms_ssim_scales(min(first.shape[1:3])))
    return similarity(tf.constant(first), tf.constant(second)).numpy()


@functools.cache
def _similarity(scales: int) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Compiled: most of its time is that of a hundred small operations."""
    factors = np.array(_POWER_FACTORS[:scales])

    @tf.function(reduce_retracing=True)
    def similarity(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
        return tf.image.ssim_multiscale(
            first,
            second,
            max_val=255.0,
            power_factors=(factors / factors.sum()).tolist(),
            filter_size=_WINDOW_PX,
        )

    return similarity


def ms_ssim_scales(side_px: int) -> int:
    """Returns how many scales fit into images of a side.

    Raises:
        ValueError: none does.
    """
    if side_px < _WINDOW_PX:
        raise ValueError(
            f"Images for MS-SSIM must have {_WINDOW_PX} pixels a side or "
            f"more. Received: {side_px}."
        )
    fitting = int(math.log2(side_px / _WINDOW_PX)) + 1
    return min(fitting, len(_POWER_FACTORS))


def _same_size(
    real: np.ndarray, fake: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    real, fake = arrays.pixels(real, "real"), arrays.pixels(fake, "fake")
    if real.shape[1:] != fake.shape[1:] or not min(len(real), len(fake)):
        raise ValueError(
            "`real` and `fake` must hold images of one size. "
            f"Received: shapes {real.shape} and {fake.shape}."
        )
    if min(real.shape[1:3]) < _PATCH_PX:
        raise ValueError(
            f"Images must have {_PATCH_PX} pixels a side or more. "
            f"Received: shape {real.shape}."
        )
    return real, fake
