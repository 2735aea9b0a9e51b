"""What users call a trained generator with, checked and as arrays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image, ImageOps

from tfgan_zoo.data import pixels
from tfgan_zoo.messages import shorten, value_text

_RANGE_SLACK = 1e-4


def to_source(source: Any) -> str | Path:
    """Returns a name, a path or an address, with a leading `~` expanded.

    Raises:
        TypeError: it is neither a text nor a path.
    """
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(
            "`source` must be a name, a path or an address. "
            f"Received: {value_text(source)}."
        )
    if not isinstance(source, str):
        return Path(source).expanduser()
    return os.path.expanduser(source) if source.startswith("~") else source


def to_latents(latents: Any, size: int) -> np.ndarray:
    """Returns latents as float32 [N, Z].

    Args:
        latents: of a user: an array, a tensor or lists.
        size: Z.

    Raises:
        ValueError: they are not finite numbers of that shape.
    """
    expected = f"[N, {size}]"
    rows = to_floats(latents, "latents", expected)
    if rows.ndim != 2 or rows.shape[1] != size:
        raise ValueError(
            f"`latents` must be {expected}. Received: {list(rows.shape)}."
        )
    return rows


def to_floats(values: Any, name: str, expected: str) -> np.ndarray:
    """Returns finite float32 numbers.

    Args:
        values: of a user: an array, a tensor or lists.
        name: of the argument.
        expected: its shape, for messages.

    Raises:
        ValueError: they are no numbers, or not finite.
    """
    if isinstance(values, tf.Tensor) and values.dtype.is_floating:
        values = tf.cast(values, tf.float32)  # NumPy knows no bfloat16
    try:
        rows = np.asarray(values)
    except ValueError:  # rows of different lengths
        raise ValueError(
            f"`{name}` must be numbers {expected}. "
            "Received: rows of several lengths."
        ) from None
    if rows.dtype.kind not in "fiu":
        raise ValueError(
            f"`{name}` must be numbers {expected}. "
            f"Received: {rows.dtype} {list(rows.shape)}."
        )
    with np.errstate(over="ignore"):
        floats = rows.astype(np.float32)
    finite = np.isfinite(floats)
    if not finite.all():
        raise ValueError(
            f"`{name}` must be finite numbers. Received: {rows[~finite][0]}."
        )
    return floats


def to_images(values: Any, name: str, channels: int) -> np.ndarray:
    """Returns images in [-1, 1] as float32 [N, H, W, C].

    Args:
        values: of a user: an array, a tensor or lists.
        name: of the argument.
        channels: that they must have.

    Raises:
        ValueError: they are none, or of another shape or range.
    """
    expected = f"[N, H, W, {channels}]"
    rows = to_floats(values, name, expected)
    if rows.ndim != 4 or rows.shape[-1] != channels or 0 in rows.shape[1:]:
        raise ValueError(
            f"`{name}` must be {expected}. Received: {list(rows.shape)}."
        )
    if rows.size and np.abs(rows).max() > 1.0 + _RANGE_SLACK:
        raise ValueError(
            f"`{name}` must lie in [-1, 1]. Received: values "
            f"from {rows.min():.3g} to {rows.max():.3g}."
        )
    return rows


def to_pixels(values: Any, channels: int) -> np.ndarray:
    """Returns images as uint8 [N, H, W, C], or one as [H, W, C].

    Args:
        values: of a user: an array or a tensor of uint8, a PIL image of any
            mode, or a list of either.
        channels: that they must have.

    Raises:
        TypeError: they are no images.
        ValueError: they are of another type or shape, or of several sizes.
    """
    expected = f"`images` must be uint8 [N, H, W, {channels}] or PIL images"
    if isinstance(values, Image.Image):
        if values.mode.startswith(("I", "F")):
            raise ValueError(
                f"{expected}, of 8 bits a sample. Received: {values.mode}."
            )
        try:
            upright = ImageOps.exif_transpose(values)
            return pixels.to_pixels(upright, (*pixels.OWN_SIZE, channels))
        except (OSError, SyntaxError) as error:  # PIL reads late
            raise ValueError(
                f"{expected} that can be read. Received: {value_text(values)} "
                f"({shorten(error)})."
            ) from None
    if isinstance(values, (list, tuple)):
        images = [to_pixels(value, channels) for value in values]
        sizes = {image.shape for image in images}
        if len(sizes) != 1 or images[0].ndim != 3:
            raise ValueError(
                f"{expected}, all of one size. Received: a list of "
                f"{', '.join(map(str, sorted(sizes))) or 'none'}."
            )
        return np.stack(images)
    if not isinstance(values, (np.ndarray, tf.Tensor)):
        raise TypeError(f"{expected}. Received: {value_text(values)}.")
    rows = np.asarray(values)
    if rows.ndim == 2 and channels == 1:
        rows = rows[..., np.newaxis]
    is_images = rows.dtype == np.uint8 and rows.ndim in (3, 4)
    if not is_images or rows.shape[-1] != channels:
        raise ValueError(
            f"{expected}. Received: {rows.dtype} {list(rows.shape)}."
        )
    return rows


def require_numbers(made: np.ndarray, rows: np.ndarray) -> None:
    """Checks that a generator made numbers of what it was given.

    Raises:
        ValueError: some are NaN.
    """
    broken = np.isnan(made).any(axis=tuple(range(1, made.ndim)))
    if broken.any():
        raise ValueError(
            "Images must be numbers, which too large inputs or damaged weights "
            "prevent. Received: NaN, of inputs up to "
            f"{_largest(rows[broken]):.3g}."
        )


def _largest(rows: np.ndarray) -> float:
    """Returns the value that is farthest from 0."""
    return float(rows.flat[np.abs(rows).argmax()])


def require_labels(labels: Any, numbers: Any) -> None:
    """Checks that labels are integers once names have become numbers.

    Args:
        labels: as the user gives them.
        numbers: the same, by number.

    Raises:
        ValueError: they are something else, or one-hot.
    """
    if numbers is None:
        return
    values = np.asarray(numbers)
    listed = labels if isinstance(labels, (list, tuple)) else [labels]
    is_bool = any(isinstance(label, (bool, np.bool_)) for label in listed)
    is_empty = values.ndim == 1 and not values.size
    is_integers = is_empty or values.dtype.kind in "iu"
    if values.ndim > 1 or is_bool or not is_integers:
        example = f", such as {values.ravel()[0]!r}" if values.size else ""
        raise ValueError(
            "`labels` must be integers or names of classes, one or [N]. "
            f"Received: {values.dtype} {list(values.shape)}{example}."
        )
