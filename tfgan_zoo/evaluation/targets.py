"""How near images are to their targets, one by one: L1, PSNR, SSIM."""

from __future__ import annotations

from typing import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo.evaluation import arrays

# Of SSIM, Wang et al. 2004, section III.B.
SSIM_WINDOW_PX = 11
_GREY_LEVELS = 255.0
# Rounding to a grey level moves a value by up to one half: its mean square.
_ROUNDING = 1.0 / 12.0
_BATCH_SIZE = 250


def l1_distance(images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Returns the mean absolute differences, in grey levels of 255.

    Args:
        images, targets: uint8 [N, H, W, C] each, in the same order.

    Returns:
        float64 [N], 0 for equal images.

    Raises:
        ValueError: they are no such arrays, or differ in shape.
    """

    def measure(images: np.ndarray, targets: np.ndarray) -> np.ndarray:
        return np.abs(_signed(images) - targets).mean(axis=(1, 2, 3))

    return _in_batches(measure, *_pairs(images, targets))


def psnr(images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Returns the peak signal-to-noise ratios, in decibels.

    10 log10(255^2 / mean squared difference). An image that equals its target
    gets 58.9, as of the noise of rounding, and not infinity, of which there is
    no mean.

    Args:
        images, targets: see `l1_distance`.

    Returns:
        float64 [N], at most 58.9.

    Raises:
        ValueError: see `l1_distance`.
    """

    def measure(images: np.ndarray, targets: np.ndarray) -> np.ndarray:
        return np.square(_signed(images) - targets).mean(axis=(1, 2, 3))

    squares = _in_batches(measure, *_pairs(images, targets))
    noise = np.maximum(squares, _ROUNDING)
    return np.asarray(10.0 * np.log10(_GREY_LEVELS**2 / noise))


def ssim(images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Returns the structural similarities (Wang et al. 2004).

    A Gaussian window of 11 pixels and deviation 1.5, K1 of 0.01 and K2 of 0.03;
    the mean over the channels.

    Args:
        images, targets: see `l1_distance`, of 11 pixels a side or more.

    Returns:
        float64 [N], 1 for equal images, at least -1.

    Raises:
        ValueError: see `l1_distance`, or they are too small.
    """
    images, targets = _pairs(images, targets)
    if min(images.shape[1:3]) < SSIM_WINDOW_PX:
        raise ValueError(
            f"Images for SSIM must have {SSIM_WINDOW_PX} pixels a side or "
            f"more. Received: shape {images.shape}."
        )

    def measure(images: np.ndarray, targets: np.ndarray) -> np.ndarray:
        return tf.image.ssim(
            tf.constant(images),
            tf.constant(targets),
            max_val=_GREY_LEVELS,
            filter_size=SSIM_WINDOW_PX,
        ).numpy()

    return _in_batches(measure, images, targets).astype(np.float64)


def _signed(images: np.ndarray) -> np.ndarray:
    return images.astype(np.int32)


def _in_batches(
    measure: Callable[[np.ndarray, np.ndarray], np.ndarray],
    images: np.ndarray,
    targets: np.ndarray,
) -> np.ndarray:
    return np.concatenate(
        [
            measure(
                images[start : start + _BATCH_SIZE],
                targets[start : start + _BATCH_SIZE],
            )
            for start in range(0, len(images), _BATCH_SIZE)
        ]
    )


def _pairs(
    images: np.ndarray, targets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    images = arrays.pixels(images)
    targets = arrays.pixels(targets, "targets")
    if images.shape != targets.shape or not len(images):
        raise ValueError(
            "`images` and `targets` must be one or more, of one shape. "
            f"Received: shapes {images.shape} and {targets.shape}."
        )
    return images, targets
