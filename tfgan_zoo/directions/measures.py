"""What can be measured on images, as functions of their pixels.

Each takes uint8 images [N, H, W, C], C 1 or 3, and returns float [N]. What
is drawn may be light on dark or dark on light: the foreground is what differs
from the background, whose colour is the median of the image's outermost
pixels. An image of one colour has no foreground; of it each measure is the
value that its function names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

import numpy as np

from tfgan_zoo import checks
from tfgan_zoo.directions.foreground import (
    LEAST_AREA,
    centers,
    foreground,
    second_moments,
    sides,
    to_floats,
)

Measure = Callable[[np.ndarray], np.ndarray]

# Rec. ITU-R BT.601, section 2.5.1.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# Images whose values fit into a processor's cache.
_AT_ONCE = 64


def _luma(images: np.ndarray) -> np.ndarray:
    values = to_floats(images)
    return values @ _LUMA if values.shape[-1] == 3 else values[..., 0]


def brightness(images: np.ndarray) -> np.ndarray:
    """Mean luma of all pixels: 0 black, 1 white.

    Rec. ITU-R BT.601, section 2.5.1: 0.299 R + 0.587 G + 0.114 B.
    """
    return _luma(images).mean(axis=(1, 2))


def contrast(images: np.ndarray) -> np.ndarray:
    """Standard deviation of the luma: 0 for one grey, 0.5 the most."""
    return _luma(images).std(axis=(1, 2))


def saturation(images: np.ndarray) -> np.ndarray:
    """Mean difference of the largest and the smallest channel, in [0, 1].

    0 for grey images, 1 if all pixels are of pure colours.
    """
    values = to_floats(images)
    return (values.max(axis=-1) - values.min(axis=-1)).mean(axis=(1, 2))


def warmth(images: np.ndarray) -> np.ndarray:
    """Mean of red minus blue: -1 all blue, 0 grey, 1 all red or yellow."""
    values = to_floats(images)
    return (values[..., 0] - values[..., -1]).mean(axis=(1, 2))


def slant(images: np.ndarray) -> np.ndarray:
    """Angle of the foreground to the vertical, in degrees.

    The shear that makes the foreground upright: atan(-m_xy / m_yy), of its
    second central moments, y downwards. Above 0 the top leans to the right;
    in (-90, 90). A bar that leans by an angle has that angle. 0 without a
    foreground, or for one that is a single row.
    """
    return _slant(foreground(images))


def _slant(shares: np.ndarray) -> np.ndarray:
    _, yy, xy = second_moments(shares)
    safe = np.where(yy > LEAST_AREA, yy, 1.0)
    angles = np.degrees(np.arctan(-xy / safe))
    return np.where(yy > LEAST_AREA, angles, 0.0)


def stroke_width(images: np.ndarray) -> np.ndarray:
    """Mean width of the foreground's strokes, in pixels.

    Twice the area over the length of the outline, where the area is the sum
    of the foreground and the length the sum of its gradient's norms, so that
    greys at the edges count in part. It is the width of a ring; of a straight
    bar of width w and length l it is w l / (w + l). A line of 1.5 pixels
    reads as 1.7, one of three or more within 4 %. 0 without a foreground.
    """
    return _stroke_width(foreground(images))


def _stroke_width(shares: np.ndarray) -> np.ndarray:
    shares = np.pad(shares, [(0, 0), (1, 1), (1, 1)])
    area = shares.sum(axis=(1, 2))
    # Differences across the corners of pixels, whose mean is the gradient at
    # the middle of four.
    right = np.diff(shares, axis=2)
    down = np.diff(shares, axis=1)
    across = (right[:, 1:] + right[:, :-1]) / 2.0
    along = (down[:, :, 1:] + down[:, :, :-1]) / 2.0
    outline = np.hypot(across, along).sum(axis=(1, 2))
    safe = np.where(outline > LEAST_AREA, outline, 1.0)
    return np.where(outline > LEAST_AREA, 2.0 * area / safe, 0.0)


def symmetry(images: np.ndarray) -> np.ndarray:
    """How like its mirror image the foreground is, left for right.

    The share of the foreground that the mirror image covers, where the mirror
    stands upright at the centre of mass, to half a pixel:
    1 - sum |f - mirrored f| / (2 sum f). In [0, 1]; 1 is symmetric, and
    without a foreground it is 1.
    """
    return _symmetry(foreground(images))


def _symmetry(shares: np.ndarray) -> np.ndarray:
    area, _, center = centers(shares)
    width = shares.shape[2]
    columns = np.round(2.0 * center).astype(int)[:, np.newaxis]
    columns = columns - np.arange(width)  # [N, W]
    is_inside = (0 <= columns) & (columns < width)
    mirrored = np.take_along_axis(
        shares, np.clip(columns, 0, width - 1)[:, np.newaxis], axis=2
    )
    mirrored = mirrored * is_inside[:, np.newaxis]
    overlap = np.minimum(shares, mirrored).sum(axis=(1, 2))
    safe = np.where(area > LEAST_AREA, area, 1.0)
    return np.where(area > LEAST_AREA, overlap / safe, 1.0)


def size(images: np.ndarray) -> np.ndarray:
    """Side of what is drawn, as a share of the image's side.

    The geometric mean of height and width, see `aspect_ratio`. A filled box
    of half the image's height and width has 0.5; 0 without a foreground.
    """
    return _size(foreground(images))


def _size(shares: np.ndarray) -> np.ndarray:
    height, width = sides(shares)
    rows, columns = shares.shape[1:]
    return np.sqrt(height * width / (rows * columns))


def aspect_ratio(images: np.ndarray) -> np.ndarray:
    """Height of what is drawn over its width.

    Both are those of the filled box with the foreground's second moments. 1
    for a square, 2 for what is twice as high as wide; 1 without a foreground.
    """
    return _aspect_ratio(foreground(images))


def _aspect_ratio(shares: np.ndarray) -> np.ndarray:
    height, width = sides(shares)
    is_there = width > 0.0
    return np.where(is_there, height / np.where(is_there, width, 1.0), 1.0)


_OF_PIXELS: dict[str, Measure] = {
    "brightness": brightness,
    "contrast": contrast,
}
_OF_COLOURS: dict[str, Measure] = {"saturation": saturation, "warmth": warmth}
_OF_FOREGROUND: dict[str, Measure] = {
    "slant": _slant,
    "stroke_width": _stroke_width,
    "symmetry": _symmetry,
    "size": _size,
    "aspect_ratio": _aspect_ratio,
}


def names(channels: int) -> list[str]:
    """Returns the names of the measures of images with so many channels."""
    colours = _OF_COLOURS if channels == 3 else {}
    return [*_OF_PIXELS, *colours, *_OF_FOREGROUND]


def measure(
    images: np.ndarray,
    names: Sequence[str],
    others: Mapping[str, Measure] | None = None,
) -> dict[str, np.ndarray]:
    """Measures images in several ways, each foreground being found once.

    Args:
        images: uint8 [N, H, W, C].
        names: of measures, some of `names(C)`.
        others: further ones, by name, which are measured as well.

    Returns:
        float64 [N] of each name.

    Raises:
        ValueError: a name is unknown, `images` are none, or a function of
            `others` returns anything but a finite number of each.
    """
    of_pixels = {**_OF_PIXELS, **_OF_COLOURS, **(others or {})}
    for name in names:
        checks.one_of("measures", name, [*of_pixels, *_OF_FOREGROUND])
    chosen = [*dict.fromkeys([*names, *(others or {})])]
    rows: dict[str, list[np.ndarray]] = {name: [] for name in chosen}
    for start in range(0, len(images), _AT_ONCE):
        some = images[start : start + _AT_ONCE]
        shares = foreground(some)
        for name in chosen:
            if name in of_pixels:
                values = of_pixels[name](some)
            else:
                values = _OF_FOREGROUND[name](shares)
            rows[name].append(_require_numbers(name, values, len(some)))
    return {name: np.concatenate(parts) for name, parts in rows.items()}


def _require_numbers(name: str, values: Any, count: int) -> np.ndarray:
    numbers = np.asarray(values)
    is_one_each = numbers.shape == (count,) and numbers.dtype.kind in "fiu"
    if not is_one_each or not np.isfinite(numbers).all():
        raise ValueError(
            f"The measure {name} must return a finite number of each image. "
            f"Received: {numbers.dtype} {list(numbers.shape)} of {count}."
        )
    return numbers.astype(float)
