"""What is drawn in images, apart from the background, and its moments."""

from __future__ import annotations

import numpy as np

# Below it a sum of the foreground is rounding, in pixels.
LEAST_AREA = 1e-6


def foreground(images: np.ndarray) -> np.ndarray:
    """Returns how much each pixel differs from the background.

    The largest difference of the channels, as a share of the largest
    difference in the image: 0 is background, 1 the colour that is farthest
    from it.

    Args:
        images: uint8 [N, H, W, C].

    Returns:
        float32 [N, H, W] in [0, 1].
    """
    values = to_floats(images)
    border = np.concatenate(
        [
            values[:, 0],
            values[:, -1],
            values[:, 1:-1, 0],
            values[:, 1:-1, -1],
        ],
        axis=1,
    )
    background = np.median(border, axis=1)[:, np.newaxis, np.newaxis]
    differences = np.abs(values - background).max(axis=-1)
    largest = differences.max(axis=(1, 2), keepdims=True)
    return differences / np.where(largest > 0.0, largest, 1.0)


def to_floats(images: np.ndarray) -> np.ndarray:
    """Maps [0, 255] to [0, 1].

    Raises:
        ValueError: `images` are not uint8 [N, H, W, C].
    """
    if images.dtype != np.uint8 or images.ndim != 4 or 0 in images.shape[1:]:
        raise ValueError(
            "`images` must be uint8 [N, H, W, C]. "
            f"Received: {images.dtype} {list(images.shape)}."
        )
    return images / np.float32(255.0)


def centers(
    shares: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the sum, and the mean row and column, each [N]."""
    area = shares.sum(axis=(1, 2))
    safe = np.where(area > LEAST_AREA, area, 1.0)
    rows, columns = (np.arange(side) for side in shares.shape[1:])
    return (
        area,
        (shares.sum(axis=2) @ rows) / safe,
        (shares.sum(axis=1) @ columns) / safe,
    )


def second_moments(
    shares: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the central moments xx, yy and xy, each [N], in pixels^2."""
    area, row, column = centers(shares)
    safe = np.where(area > LEAST_AREA, area, 1.0)
    rows, columns = (np.arange(side) for side in shares.shape[1:])
    y = rows - row[:, np.newaxis]  # [N, H]
    x = columns - column[:, np.newaxis]  # [N, W]
    xx = np.einsum("nhw,nw->n", shares, x**2) / safe
    yy = np.einsum("nhw,nh->n", shares, y**2) / safe
    xy = np.einsum("nhw,nh,nw->n", shares, y, x) / safe
    return xx, yy, xy


def sides(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns height and width [N], in pixels, of boxes of such moments.

    A side of s pixels has the moment (s^2 - 1) / 12.
    """
    xx, yy, _ = second_moments(shares)
    is_there = shares.sum(axis=(1, 2)) > LEAST_AREA
    height, width = (
        np.where(is_there, np.sqrt(12.0 * moment + 1.0), 0.0)
        for moment in (yy, xx)
    )
    return height, width
