"""Checks of the arrays that the distances take."""

from __future__ import annotations

import numpy as np


def features(
    values: np.ndarray, *, width: int | None = None, name: str = "features"
) -> np.ndarray:
    """Returns features as float64 [N, D].

    Raises:
        ValueError: they are of another shape or not all finite.
    """
    rows = np.asarray(values, np.float64)
    if rows.ndim != 2 or width not in (None, rows.shape[-1]):
        raise ValueError(
            f"`{name}` must be of shape [N, {width or 'D'}]. "
            f"Received: {rows.shape}."
        )
    _require_finite(rows, name)
    return rows


def pair(
    real: np.ndarray, fake: np.ndarray, *, least: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Returns both as float64 [N, D] and [M, D].

    Args:
        real, fake: features.
        least: rows that each must have.

    Raises:
        ValueError: they have too few rows, not the same width, or are not
            finite.
    """
    real = features(real, name="real")
    fake = features(fake, width=real.shape[1], name="fake")
    for name, rows in (("real", real), ("fake", fake)):
        if len(rows) < least:
            raise ValueError(
                f"`{name}` must have at least {least} rows. "
                f"Received: {len(rows)}."
            )
    return real, fake


def pixels(images: np.ndarray, name: str = "images") -> np.ndarray:
    """Returns images, uint8 [N, H, W, C] with C of 1 or 3, as they are.

    Raises:
        ValueError: they are of another shape or type.
    """
    images = np.asarray(images)
    is_image = images.ndim == 4 and images.shape[-1] in (1, 3)
    if not is_image or images.dtype != np.uint8:
        raise ValueError(
            f"`{name}` must be uint8 of shape [N, H, W, C], C 1 or 3. "
            f"Received: {images.dtype} of shape {images.shape}."
        )
    return images


def labels(values: np.ndarray, count: int, name: str = "labels") -> np.ndarray:
    """Returns labels as int64 [count].

    Raises:
        ValueError: they are of another shape, or not all integers from 0 to
            2**31 - 1.
    """
    array = np.asarray(values)
    is_integer = np.issubdtype(array.dtype, np.integer)
    if array.shape != (count,) or not is_integer:
        raise ValueError(
            f"`{name}` must be {count} integers of at least 0. "
            f"Received: {array.dtype} of shape {array.shape}."
        )
    if count and not 0 <= array.min() <= array.max() < 2**31:
        raise ValueError(
            f"`{name}` must be of at least 0 and below {2**31}. "
            f"Received: {array.min()} to {array.max()}."
        )
    return array.astype(np.int64)


def _require_finite(rows: np.ndarray, name: str) -> None:
    finite = np.isfinite(rows).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"`{name}` must be finite. Received: NaN or infinity in "
            f"{np.count_nonzero(~finite):,} of {len(rows):,} rows."
        )
