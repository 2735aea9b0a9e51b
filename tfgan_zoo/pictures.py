"""Samples as one picture: images in a grid, points in a scatter plot."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from tfgan_zoo import images

_SIDE_PX = 384
_MARGIN_PX = 28
_POINT_PX = 1.5
_MODE_PX = 7.0
# Drawn so much larger, then shrunk: smooth edges.
_ZOOM = 4
# Of Okabe & Ito, "Color Universal Design" (2008); grey stands for the modes.
_COLORS = (
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (230, 159, 0),
    (86, 180, 233),
    (0, 0, 0),
)
_LINE = (190, 190, 190)
_TEXT = (90, 90, 90)
_LIMITS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


def render_samples(samples: np.ndarray) -> np.ndarray:
    """Returns the picture of samples as `GAN.generate` gives them.

    Args:
        samples: images, uint8 [N, H, W, C], or points, float [N, 2].

    Returns:
        uint8 [height, width, channels].
    """
    return images.grid(samples) if samples.ndim == 4 else scatter(samples)


def scatter(
    points: np.ndarray,
    *,
    labels: np.ndarray | None = None,
    modes: np.ndarray | None = None,
) -> np.ndarray:
    """Draws points of the plane; the origin is in the middle.

    Args:
        points: float [N, 2]; those that are not finite are left out.
        labels: integers [N], for a colour each.
        modes: float [K, 2], where circles are to show the points' goals.

    Returns:
        uint8 [384, 384, 3].

    Raises:
        ValueError: `points` has another shape.
    """
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(
            f"`points` must be of shape [N, 2]. Received: {points.shape}."
        )
    if modes is None:
        modes = np.zeros([0, 2])
    labels = np.zeros(len(points), int) if labels is None else labels
    finite = np.isfinite(points).all(1)
    points, labels = points[finite], labels[finite]
    limit = _limit(np.concatenate([points, modes]))
    drawing = Image.new("RGB", (_SIDE_PX * _ZOOM,) * 2, "white")
    draw = ImageDraw.Draw(drawing)
    _draw_axes(draw)
    for center in _places(modes, limit):
        box = _box(center, _MODE_PX)
        draw.ellipse(box, outline=_LINE, width=_ZOOM)
    for center, label in zip(_places(points, limit), labels):
        box = _box(center, _POINT_PX)
        draw.ellipse(box, fill=_COLORS[int(label) % len(_COLORS)])
    picture = drawing.reduce(_ZOOM)
    _write_limits(picture, limit)
    return np.asarray(picture)


def _limit(points: np.ndarray) -> float:
    """The round number that no coordinate exceeds; at least 1e-6."""
    largest = max(float(np.abs(points).max(initial=0.0)), 1e-6)
    power = 10.0 ** math.floor(math.log10(largest))
    return next(limit * power for limit in _LIMITS if largest <= limit * power)


def _places(points: np.ndarray, limit: float) -> np.ndarray:
    """From the data's units to enlarged pixels; the second axis goes up."""
    middle = _SIDE_PX / 2.0
    half = middle - _MARGIN_PX
    return _ZOOM * (middle + points / limit * [half, -half])


def _box(center: np.ndarray, radius_px: float) -> tuple[float, ...]:
    radius = _ZOOM * radius_px
    return (*(center - radius), *(center + radius))


def _draw_axes(draw: ImageDraw.ImageDraw) -> None:
    low, high = _ZOOM * _MARGIN_PX, _ZOOM * (_SIDE_PX - _MARGIN_PX)
    middle = _ZOOM * _SIDE_PX // 2
    faint = (235, 235, 235)
    draw.line((low, middle, high, middle), fill=faint, width=_ZOOM)
    draw.line((middle, low, middle, high), fill=faint, width=_ZOOM)
    draw.rectangle((low, low, high, high), outline=_LINE, width=_ZOOM)


def _write_limits(picture: Image.Image, limit: float) -> None:
    draw = ImageDraw.Draw(picture)
    end = _SIDE_PX - _MARGIN_PX
    below, left = end + 6, 4
    for place, value in ((_MARGIN_PX, -limit), (end, limit)):
        text = f"{value:g}"
        width = draw.textlength(text)
        draw.text((place - width / 2, below), text, fill=_TEXT)
    draw.text((left, _MARGIN_PX - 5), f"{limit:g}", fill=_TEXT)
    draw.text((left, end - 5), f"{-limit:g}", fill=_TEXT)
