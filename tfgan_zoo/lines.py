"""Line drawings made from images, as if drawn by hand."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from tfgan_zoo.random import StepRandom

_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601

# Of lines, in px of images of 64 pixels; in proportion at other sizes.
_REFERENCE_PX = 64
_MAX_THICKNESS_PX = 3.0
_MAX_DISPLACEMENT_PX = 1.5
_THRESHOLDS = (0.12, 0.7)  # of the difference of neighbours in [-1, 1]
_TREMOR = 0.3  # of fine waves of a line, in proportion to coarse ones
_BACKGROUND = 0.95
# Hands draw outlines of what is hardly darker than the background, too.
_OUTER = 0.4  # of the threshold
_DARK = -0.65


def luma(images: tf.Tensor) -> tf.Tensor:
    """Returns images [B, H, W, 1 or 3] in grey, [B, H, W, 1]."""
    if images.shape[-1] == 1:
        return images
    # Sums over the last axis are slow on a CPU where it is short.
    red, green, blue = tf.split(images, 3, axis=-1)
    return _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue


def draw_lines(images: tf.Tensor, rng: StepRandom) -> tf.Tensor:
    """Returns lines where neighbours differ, [B, H, W, C] -> [B, H, W, 1].

    Each example has a random style, from thin, closed and exact to thick,
    crooked and open lines, so that a generator learns drawings of any hand.

    Args:
        images: float32 [B, H, W, C] in [-1, 1], C 1 or 3.
        rng: with B rows.

    Returns:
        float32 in [-1, 1], black on white.
    """
    height, width = images.shape[1:3]
    scale = min(height, width) / _REFERENCE_PX
    style = _draw_style(rng, scale)
    inner, gaps, uneven, *moves = _smooth_fields(
        rng, (height, width), cells=(6, 9, 6, 5, 5, 16, 16)
    )
    edges = _find_edges(
        images,
        threshold=style.threshold,
        keep_inner=_above_share(inner, style.missing),
    )
    edges *= _above_share(gaps, style.gaps)
    widest = max(1.0, _MAX_THICKNESS_PX * scale)
    thickness = style.thickness * tf.exp(style.unevenness * uneven)
    ink = _thicken(edges, tf.clip_by_value(thickness, 1.0, widest), widest)
    dark = tf.cast(luma(images)[..., 0] < _DARK, tf.float32)
    ink = tf.maximum(ink, dark * style.fill)
    right, down, right_fine, down_fine = moves
    ink = _displace(
        ink,
        style.reach * (right + _TREMOR * right_fine),
        style.reach * (down + _TREMOR * down_fine),
    )
    ink = 0.5 + style.contrast * (ink - 0.5)
    return 1.0 - 2.0 * tf.clip_by_value(ink, 0.0, 1.0)[..., None]


class _Style(NamedTuple):
    """How an example's lines are drawn, [B, 1, 1] each.

    Attributes:
        threshold: of the difference of neighbours.
        missing: share of the inner lines.
        gaps: share of all lines.
        thickness: px.
        unevenness: of the thickness, standard deviation of its logarithm.
        fill: 1 where dark areas are black, 0 where they have outlines alone.
        reach: of the displacement, px.
        contrast: from 1, smooth, to 5, with hardly any grey.
    """

    threshold: tf.Tensor
    missing: tf.Tensor
    gaps: tf.Tensor
    thickness: tf.Tensor
    unevenness: tf.Tensor
    fill: tf.Tensor
    reach: tf.Tensor
    contrast: tf.Tensor


def _draw_style(rng: StepRandom, scale: float) -> _Style:
    uniform = rng.uniform("style", [len(_Style._fields)])
    draw = _Style(*tf.unstack(uniform[:, :, None, None], axis=1))
    low, high = _THRESHOLDS
    widest = max(1.0, _MAX_THICKNESS_PX * scale)
    return _Style(
        threshold=low * (high / low) ** draw.threshold,
        missing=_ramp(draw.missing, start=0.6, highest=0.6),
        gaps=_ramp(draw.gaps, start=0.5, highest=0.15),
        thickness=widest**draw.thickness,
        unevenness=_ramp(draw.unevenness, start=0.5, highest=0.35),
        fill=tf.cast(draw.fill < 0.5, tf.float32),
        reach=_ramp(
            draw.reach, start=0.3, highest=_MAX_DISPLACEMENT_PX * scale
        ),
        contrast=1.0 + 4.0 * draw.contrast,
    )


def _ramp(draw: tf.Tensor, *, start: float, highest: float) -> tf.Tensor:
    """Returns 0 up to `start`, and from there a line to `highest` at 1."""
    return highest / (1.0 - start) * tf.nn.relu(draw - start)


def _smooth_fields(
    rng: StepRandom, size: tuple[int, int], *, cells: Sequence[int]
) -> list[tf.Tensor]:
    """Returns smooth random fields, normal at each pixel, [B, H, W] each.

    Args:
        rng: with B rows.
        size: (H, W).
        cells: of each field, bumps to a side.
    """
    most = max(cells)
    values = rng.normal("fields", [len(cells), most, most])
    return [
        tf.matmul(
            tf.matmul(_bumps(size[0], count), values[:, i, :count, :count]),
            _bumps(size[1], count),
            transpose_b=True,
        )
        for i, count in enumerate(cells)
    ]


def _bumps(size: int, count: int) -> np.ndarray:
    """Returns bumps along a side, float32 [size, count], each row of norm 1."""
    places = (np.arange(size) + 0.5) * count / size - 0.5
    bumps = np.exp(-((places[:, None] - np.arange(count)) ** 2))
    bumps /= np.linalg.norm(bumps, axis=1, keepdims=True)
    return bumps.astype(np.float32)


def _above_share(field: tf.Tensor, share: tf.Tensor) -> tf.Tensor:
    """Returns 0 where a normal field is in its lowest `share`, else 1."""
    return tf.cast(field > tf.math.ndtri(share), tf.float32)


def _find_edges(
    images: tf.Tensor, *, threshold: tf.Tensor, keep_inner: tf.Tensor
) -> tf.Tensor:
    """Returns 1 where a pixel differs from the next one, [B, H, W].

    Args:
        images: [B, H, W, C].
        threshold: [B, 1, 1].
        keep_inner: [B, H, W], 0 where only the outlines against a white
            background are wanted.
    """
    colors = tf.unstack(images, axis=-1)
    darkest = functools.reduce(tf.minimum, colors)
    edges = []
    for right, down in ((1, 0), (0, 1)):
        differences = [
            tf.abs(color - _next_pixels(color, right, down)) for color in colors
        ]
        difference = functools.reduce(tf.maximum, differences)
        brighter = tf.maximum(darkest, _next_pixels(darkest, right, down))
        is_outer = brighter > _BACKGROUND
        edges.append(
            (is_outer & (difference > _OUTER * threshold))
            | ((keep_inner > 0.0) & (difference > threshold))
        )
    return tf.cast(edges[0] | edges[1], tf.float32)


def _next_pixels(values: tf.Tensor, right: int, down: int) -> tf.Tensor:
    """Returns the neighbours of pixels, 0 or 1 px away, [B, H, W].

    The last pixel is its own.
    """
    if right:
        values = tf.concat([values[:, :, 1:], values[:, :, -1:]], axis=2)
    if down:
        values = tf.concat([values[:, 1:], values[:, -1:]], axis=1)
    return values


def _thicken(
    lines: tf.Tensor, thickness: tf.Tensor, widest: float
) -> tf.Tensor:
    """Draws lines of 1 px as thick as wanted, smooth at their sides.

    Args:
        lines: 1 or 0, [B, H, W].
        thickness: px, [B, H, W].
        widest: px.

    Returns:
        The ink in [0, 1], [B, H, W].
    """
    height, width = lines.shape[1:]
    reach = math.ceil((widest + 1.0) / 2.0) - 1
    far = 4.0 * (reach + 1.0) ** 2
    # The square of the distance to a line, exact up to `reach` px.
    square = far * (1.0 - lines)
    rows = tf.pad(square, [[0, 0], [0, 0], [reach, reach]], constant_values=far)
    for step in range(-reach, reach + 1):
        moved = rows[:, :, reach + step : reach + step + width]
        square = tf.minimum(square, moved + float(step**2))
    columns = tf.pad(
        square, [[0, 0], [reach, reach], [0, 0]], constant_values=far
    )
    for step in range(-reach, reach + 1):
        moved = columns[:, reach + step : reach + step + height]
        square = tf.minimum(square, moved + float(step**2))
    return tf.clip_by_value((thickness + 1.0) / 2.0 - tf.sqrt(square), 0.0, 1.0)


def _displace(ink: tf.Tensor, right: tf.Tensor, down: tf.Tensor) -> tf.Tensor:
    """Moves each pixel by so many px, [B, H, W] each, bilinearly."""
    height, width = ink.shape[1:]
    x = np.arange(width, dtype=np.float32) + right
    y = np.arange(height, dtype=np.float32)[:, None] + down
    x = tf.clip_by_value(x, 0.0, width - 1.001)
    y = tf.clip_by_value(y, 0.0, height - 1.001)
    left, top = tf.floor(x), tf.floor(y)
    corners = tf.stack(
        [_next_pixels(ink, *step) for step in ((0, 0), (1, 0), (0, 1), (1, 1))],
        axis=-1,
    )
    corners = tf.gather(
        tf.reshape(corners, [-1, height * width, 4]),
        tf.cast(top * width + left, tf.int32),
        batch_dims=1,
    )
    corners = tf.unstack(corners, axis=-1)  # [B, H, W] each
    upper = corners[0] + (x - left) * (corners[1] - corners[0])
    lower = corners[2] + (x - left) * (corners[3] - corners[2])
    return upper + (y - top) * (lower - upper)
