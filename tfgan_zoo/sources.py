"""Makes the images to be translated from the images themselves.

So that any folder of images is a data set of pairs: lines to colour, grey
images to colourise, small ones to enlarge.
"""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from tfgan_zoo.messages import shorten
from tfgan_zoo.random import StepRandom

DATA, EDGES, GREY, SMALL = "data", "edges", "grey", "small"
GREY_ONES = (EDGES, GREY)  # of one channel
FACTOR = 2  # by which images are larger than their `small` ones
# `data` stands for the data set's own sources, which nothing here makes.
NAMES = (DATA, EDGES, GREY, SMALL)

_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601

# Of lines, in px of images of 64 pixels; in proportion at other sizes.
_REFERENCE_PX = 64
_MAX_THICKNESS_PX = 3.0
_MAX_DISPLACEMENT_PX = 1.5
_THRESHOLDS = (0.12, 0.7)  # of the difference of neighbours in [-1, 1]
_BACKGROUND = 0.95
_DARK = -0.65


def channels(name: str, image_channels: int) -> int:
    """Returns the number of channels of the sources that `make` returns.

    Raises:
        ValueError: `name` is no source that is made.
    """
    _require_made(name)
    return image_channels if name == SMALL else 1


def shape(name: str, image_shape: tuple[int, ...]) -> tuple[int, ...]:
    """Returns the shape of the sources of images (height, width, channels).

    Args:
        name: see `NAMES`; the data's own sources may have another one.
        image_shape: of the images.
    """
    height, width, image_channels = image_shape
    if name == DATA:
        return image_shape
    if name == SMALL:
        return (height // FACTOR, width // FACTOR, image_channels)
    return (height, width, channels(name, image_channels))


def make(
    name: str, images: tf.Tensor, rng: StepRandom, *, factor: int = FACTOR
) -> tf.Tensor:
    """Makes the sources of images.

    Args:
        name: `edges`, lines as if drawn by hand; `grey`, the luma; or `small`,
            averages of `factor` x `factor` pixels.
        images: float32 [B, H, W, C] in [-1, 1], C 1 or 3.
        rng: with B rows; only `edges` are random.
        factor: of `small`; H and W must be multiples of it.

    Returns:
        float32 [B, H, W, 1] in [-1, 1], black lines on white of `edges`;
        of `small`, [B, H / factor, W / factor, C].

    Raises:
        ValueError: `name` is no source that is made, or `factor` does not
            divide H and W.
    """
    _require_made(name)
    if name == SMALL:
        return shrink(images, factor)
    if name == GREY:
        return _luma(images)
    return _draw_lines(images, rng.scoped("edges"))


def _require_made(name: str) -> None:
    made = [known for known in NAMES if known != DATA]
    if name not in made:
        raise ValueError(
            f"A source that is made of images must be one of "
            f"{', '.join(made)}. Received: {shorten(name)}."
        )


def shrink(images: tf.Tensor, factor: int = FACTOR) -> tf.Tensor:
    """Returns averages of `factor` x `factor` pixels, [B, H, W, C].

    Raises:
        ValueError: `factor` does not divide H and W.
    """
    if factor < 1 or any(side % factor for side in images.shape[1:3]):
        raise ValueError(
            "`factor` must divide the height and width of the images. "
            f"Received: {factor}, for {images.shape[1:3]}."
        )
    return tf.nn.avg_pool2d(images, factor, factor, "VALID")


def _luma(images: tf.Tensor) -> tf.Tensor:
    if images.shape[-1] == 1:
        return images
    return tf.reduce_sum(images * _LUMA, axis=-1, keepdims=True)


def _draw_lines(images: tf.Tensor, rng: StepRandom) -> tf.Tensor:
    """Returns lines where neighbours differ, [B, H, W, C] -> [B, H, W, 1].

    Each example draws how: from thin, closed and exact to thick, crooked and
    open, so that a generator learns lines of any hand.
    """
    draws = tf.unstack(rng.uniform("style", [8]), axis=1)
    scale = min(images.shape[1:3]) / _REFERENCE_PX
    (
        threshold,
        thickness,
        unevenness,
        gaps,
        missing,
        crookedness,
        contrast,
        fill,
    ) = (draw[:, None, None] for draw in draws)  # [B, 1, 1]
    fields = _Fields(images.shape[1], images.shape[2], rng)
    low, high = _THRESHOLDS
    lines = _find_edges(
        images,
        threshold=low * (high / low) ** threshold,
        keep_inner=fields.covers("inner", 6, 1.5 * missing - 0.9),
    )
    # Open in half of the examples.
    lines *= fields.covers("gaps", 14, 0.4 * gaps - 0.2)
    widest = _MAX_THICKNESS_PX * scale
    spread = 0.5 * tf.nn.relu(2.0 * unevenness - 1.0)
    width = widest**thickness * 2.0 ** (spread * fields.smooth("width", 6))
    ink = _thicken(lines, tf.clip_by_value(width, 1.0, widest), widest)
    dark = tf.cast(_luma(images)[..., 0] < _DARK, tf.float32)
    ink = tf.maximum(ink, dark * tf.cast(fill < 0.5, tf.float32))
    # Exact in a third of the examples.
    reach = _MAX_DISPLACEMENT_PX * scale * tf.nn.relu(1.5 * crookedness - 0.5)
    ink = _displace(ink, reach, fields)
    # From what is smooth to hardly any grey.
    ink = (ink - 0.5) * (1.0 + 4.0 * contrast) + 0.5
    return 1.0 - 2.0 * tf.clip_by_value(ink, 0.0, 1.0)[..., None]


class _Fields:
    """Smooth random fields of a size, standard normal at each pixel."""

    def __init__(self, height: int, width: int, rng: StepRandom) -> None:
        self.height = height
        self.width = width
        self.rng = rng

    def smooth(self, name: str, cells: int) -> tf.Tensor:
        """Returns float32 [B, H, W], of waves `cells` to a side or fewer."""
        values = self.rng.normal(name, [cells, cells])
        columns = _basis(self.width, cells)
        return tf.matmul(
            tf.matmul(_basis(self.height, cells), values),
            columns,
            transpose_b=True,
        )

    def covers(self, name: str, cells: int, left_out: tf.Tensor) -> tf.Tensor:
        """Returns 1, or 0 in patches that are a share `left_out` of all."""
        share = tf.clip_by_value(left_out, 1e-6, 1.0 - 1e-6)
        field = self.smooth(name, cells)
        return tf.cast(field > tf.math.ndtri(share), tf.float32)


def _basis(size: int, cells: int) -> np.ndarray:
    """Returns bumps, float32 [size, cells], each row of norm 1."""
    places = (np.arange(size) + 0.5) * cells / size - 0.5
    distance = places[:, None] - np.arange(cells)
    bumps = np.exp(-(distance**2))
    bumps /= np.linalg.norm(bumps, axis=1, keepdims=True)
    return bumps.astype(np.float32)


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
    darkest = tf.reduce_min(images, axis=-1)
    edges = tf.zeros_like(darkest)
    for right, down in ((1, 0), (0, 1)):
        difference = tf.abs(images - _shift(images, right, down))
        is_edge = tf.reduce_max(difference, axis=-1) > threshold
        brighter = tf.maximum(darkest, _shift(darkest, right, down))
        is_outer = tf.cast(brighter > _BACKGROUND, tf.float32)
        kept = tf.maximum(is_outer, keep_inner)
        edges = tf.maximum(edges, tf.cast(is_edge, tf.float32) * kept)
    return edges


def _shift(values: tf.Tensor, right: int, down: int) -> tf.Tensor:
    """Returns what is so many px to the right and below, [B, H, W, ...].

    Where nothing is, the outermost pixel.
    """
    for axis, distance in ((2, right), (1, down)):
        if distance:
            size = values.shape[axis]
            places = np.clip(np.arange(size) + distance, 0, size - 1)
            values = tf.gather(values, places, axis=axis)
    return values


def _thicken(lines: tf.Tensor, width: tf.Tensor, widest: float) -> tf.Tensor:
    """Draws lines of 1 px as wide as wanted, smooth at their sides.

    Args:
        lines: 1 or 0, [B, H, W].
        width: px, [B, H, W].
        widest: px.

    Returns:
        The ink in [0, 1], [B, H, W].
    """
    reach = math.ceil((widest + 1.0) / 2.0)
    # The square of the distance to a line, exact up to `reach`.
    square = (1.0 - lines) * 4.0 * reach**2
    for right, down in ((1, 0), (0, 1)):
        steps = [step for step in range(-reach, reach + 1) if step]
        square = tf.reduce_min(
            tf.stack(
                [square]
                + [
                    _shift(square, step * right, step * down) + step**2
                    for step in steps
                ]
            ),
            axis=0,
        )
    return tf.clip_by_value((width + 1.0) / 2.0 - tf.sqrt(square), 0.0, 1.0)


def _displace(ink: tf.Tensor, reach: tf.Tensor, fields: _Fields) -> tf.Tensor:
    """Moves each pixel by some `reach` px, [B, H, W], bilinearly."""
    height, width = ink.shape[1:]

    def places(name: str, size: int, axis: int) -> tf.Tensor:
        line = np.arange(size, dtype=np.float32)
        line = np.expand_dims(line, 1 - axis)
        waves = fields.smooth(name, 5) + 0.4 * fields.smooth(f"{name}_fine", 16)
        return tf.clip_by_value(line + reach * waves, 0.0, size - 1.001)

    x, y = places("right", width, 1), places("down", height, 0)
    left, top = tf.floor(x), tf.floor(y)
    to_right, to_bottom = x - left, y - top
    corners = [_shift(ink, right, down) for down in (0, 1) for right in (0, 1)]
    pixels = tf.reshape(tf.stack(corners, axis=-1), [-1, height * width, 4])
    index = tf.cast(top * width + left, tf.int32)
    corners = tf.gather(
        pixels, tf.reshape(index, [-1, height * width]), batch_dims=1
    )
    corners = tf.unstack(tf.reshape(corners, [-1, height, width, 4]), axis=-1)
    upper = corners[0] + to_right * (corners[1] - corners[0])
    lower = corners[2] + to_right * (corners[3] - corners[2])
    return upper + to_bottom * (lower - upper)
