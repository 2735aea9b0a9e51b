"""Images as 8-bit arrays, grids and PNG files."""

from __future__ import annotations

import io
import math
import os
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from tfgan_zoo import files

GAP_PX = 2


def to_uint8(images: tf.Tensor) -> tf.Tensor:
    """Maps [-1, 1] to [0, 255], to the nearest integer.

    Args:
        images: float32 of any shape; what lies outside [-1, 1] is clipped.

    Returns:
        uint8 of the same shape.
    """
    scaled = tf.round((images + 1.0) * 127.5)
    return tf.cast(tf.clip_by_value(scaled, 0.0, 255.0), tf.uint8)


def from_uint8(images: np.ndarray) -> tf.Tensor:
    """Maps uint8 of any shape to float32 in [-1, 1]."""
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def to_output_dtype(images: tf.Tensor) -> tf.Tensor:
    """Returns images [N, H, W, C] as uint8, and points [N, D] as they are."""
    return to_uint8(images) if images.shape.rank == 4 else images


def grid(images: np.ndarray, *, columns: int | None = None) -> np.ndarray:
    """Lays images out row by row, on white.

    Args:
        images: uint8 [N, H, W, C], N at least 1, C 1 or 3.
        columns: images per row; by default the grid is as square as possible.

    Returns:
        uint8 [rows * (H + 2) + 2, columns * (W + 2) + 2, C].

    Raises:
        ValueError: `images` have another dtype or shape.

    Examples:
        >>> grid(np.zeros([6, 28, 28, 1], np.uint8), columns=3).shape
        (62, 92, 1)
    """
    images = _require_pixels("images", images, "[N, H, W, C]")
    count, height, width, channels = images.shape
    columns = min(columns or math.ceil(math.sqrt(count)), count)
    rows = math.ceil(count / columns)
    cell_height, cell_width = height + GAP_PX, width + GAP_PX
    canvas = np.full(
        (
            rows * cell_height + GAP_PX,
            columns * cell_width + GAP_PX,
            channels,
        ),
        255,
        np.uint8,
    )
    for index, image in enumerate(images):
        top = GAP_PX + index // columns * cell_height
        left = GAP_PX + index % columns * cell_width
        canvas[top : top + height, left : left + width] = image
    return canvas


# Of an image within another: top, left, height, width.
Box = tuple[int, int, int, int]


def letterbox(
    image: np.ndarray, height: int, width: int, *, keep_lines: bool = False
) -> tuple[np.ndarray, Box]:
    """Scales an image to fit into a size, in the middle of white.

    Args:
        image: uint8 [H, W, C], C 1 or 3.
        height, width: of the result, in pixels.
        keep_lines: whether dark lines stay dark that are thinner than a pixel
            of the result.

    Returns:
        uint8 [height, width, C], and where the image is in it.
    """
    scale = min(height / image.shape[0], width / image.shape[1])
    sides = [max(1, round(scale * side)) for side in image.shape[:2]]
    if keep_lines:
        image = _darkest(image, [2 * side for side in sides])
    scaled = _to_pil(image).resize(
        (sides[1], sides[0]), Image.Resampling.LANCZOS
    )
    top, left = (height - sides[0]) // 2, (width - sides[1]) // 2
    canvas = np.full((height, width, image.shape[-1]), 255, np.uint8)
    box = (top, left, sides[0], sides[1])
    canvas[top : top + sides[0], left : left + sides[1]] = np.asarray(
        scaled
    ).reshape(*sides, -1)
    return canvas, box


def _darkest(image: np.ndarray, sides: list[int]) -> np.ndarray:
    """Shrinks an image to the darkest of its pixels, if it is larger."""
    for axis, side in enumerate(sides):
        size = image.shape[axis]
        if side < size:
            starts = np.arange(side) * size // side
            image = np.minimum.reduceat(image, starts, axis)
    return image


def pad_to_multiple(image: np.ndarray, multiple: int) -> tuple[np.ndarray, Box]:
    """Repeats an image's edge until its sides are multiples of a number.

    Args:
        image: uint8 [H, W, C].
        multiple: at least 1.

    Returns:
        uint8 [H', W', C], and where the image is in it.
    """
    height, width = image.shape[:2]
    after = [(0, -height % multiple), (0, -width % multiple), (0, 0)]
    return np.pad(image, after, mode="edge"), (0, 0, height, width)


def png(image: np.ndarray, *, level: int = 6) -> bytes:
    """Encodes an image as PNG.

    Args:
        image: uint8 [H, W, C], C 1 or 3.
        level: of compression, 0 to 9, which is smallest and takes longest.

    Raises:
        ValueError: `image` has another dtype or shape.
    """
    image = _require_pixels("image", image, "[H, W, C]")
    buffer = io.BytesIO()
    _to_pil(image).save(buffer, format="PNG", compress_level=level)
    return buffer.getvalue()


def _to_pil(image: np.ndarray) -> Image.Image:
    """uint8 [H, W, C], C 1 or 3."""
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)


def _require_pixels(name: str, pixels: np.ndarray, expected: str) -> np.ndarray:
    pixels = np.asarray(pixels)
    if (
        pixels.dtype != np.uint8
        or pixels.ndim != len(expected.split(","))
        or pixels.shape[-1] not in (1, 3)
        or 0 in pixels.shape
    ):
        raise ValueError(
            f"`{name}` must be uint8 {expected}, not empty, with C 1 or 3. "
            f"Received: {pixels.dtype.name} {list(pixels.shape)}."
        )
    return pixels


def write_png(path: str | os.PathLike[str], image: np.ndarray) -> None:
    """Writes an image as a PNG file, whole or not at all.

    Args:
        path: of the file.
        image: uint8 [H, W, C], C 1 or 3.

    Raises:
        OSError: the file cannot be written.
        ValueError: `image` has another dtype or shape.
    """
    files.write_bytes(Path(path), png(image))
