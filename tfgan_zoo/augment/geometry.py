"""Geometric augmentation: one matrix per image, and one resampling.

Matrices are homogeneous and map a pixel of the result to its place in the
original: (x, y, 1) in pixels from the image's centre, y downwards. They are
multiplied without `tf.matmul`, which a GPU may round to TF32.
"""

from __future__ import annotations

import functools
import math

import tensorflow as tf

from tfgan_zoo.augment.rows import tosses
from tfgan_zoo.random import StepRandom

_TRANSLATION = 0.125  # of the size
_SCALE_STD = 0.2  # of log2


def draw_matrix(
    random: StepRandom,
    *,
    height: int,
    width: int,
    probability: float | tf.Tensor,
) -> tf.Tensor:
    """Draws the pixel blitting and the general transformations of ADA.

    Karras et al. 2020 (arXiv:2006.06676), appendix B.

    Args:
        random: with B rows.
        height, width: of the images, px.
        probability: of each transformation, in [0, 1].

    Returns:
        float32 [B, 3, 3].
    """
    # Two rotations, so that at least one happens with `probability`.
    p_rotate = 1.0 - tf.sqrt(1.0 - probability)
    won = tosses(random, "geometry_tosses", [probability] * 6 + [p_rotate] * 2)
    uniform = random.uniform("geometry_uniform", [6])
    uniform = tf.unstack(2.0 * uniform - 1.0, axis=1)
    normal = tf.unstack(random.normal("geometry_normal", [4]), axis=1)
    # The inverses of the first to the last transformation, left to right.
    return functools.reduce(
        _product,
        [
            *_blitting(uniform[:4], won[:3], height=height, width=width),
            *_general(uniform[4:], normal, won[3:], height=height, width=width),
        ],
    )


def _blitting(
    uniform: list[tf.Tensor], won: list[tf.Tensor], *, height: int, width: int
) -> list[tf.Tensor]:
    """Maps pixels to pixels, by four numbers in [-1, 1)."""
    flip, turn, right, down = uniform
    is_flipped, is_turned, is_moved = won
    flip = 1.0 - 2.0 * tf.floor(flip + 1.0) * is_flipped
    turn = math.pi / 2.0 * tf.floor(2.0 * turn + 2.0) * is_turned
    reach = _TRANSLATION * is_moved
    return [
        shrinking(flip, tf.ones_like(flip)),
        tf.round(rotation(turn)),  # exactly 0 and 1
        translation(
            tf.round(reach * right * width), tf.round(reach * down * height)
        ),
    ]


def _general(
    uniform: list[tf.Tensor],
    normal: list[tf.Tensor],
    won: list[tf.Tensor],
    *,
    height: int,
    width: int,
) -> list[tf.Tensor]:
    """Maps to points between pixels, by two of [-1, 1) and four normals."""
    before, after = uniform
    scale, stretch, right, down = normal
    is_scaled, is_stretched, is_moved, is_turned_before, is_turned_after = won
    scale = _SCALE_STD * scale * is_scaled
    stretch = _SCALE_STD * stretch * is_stretched
    reach = _TRANSLATION * is_moved
    return [
        shrinking(2.0**-scale, 2.0**-scale),
        rotation(math.pi * before * is_turned_before),
        shrinking(2.0**-stretch, 2.0**stretch),
        rotation(math.pi * after * is_turned_after),
        translation(reach * right * width, reach * down * height),
    ]


def translation(right: tf.Tensor, down: tf.Tensor) -> tf.Tensor:
    """Moves by px, float32 [B] each -> [B, 3, 3]."""
    ones, zeros = tf.ones_like(right), tf.zeros_like(right)
    return _matrix([ones, zeros, -right], [zeros, ones, -down])


def shrinking(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Shrinks `x`-fold and `y`-fold, float32 [B] each -> [B, 3, 3].

    No division: graphs turn `1 / x` into an approximation that is not 1 at 1.
    """
    zero = tf.zeros_like(x)
    return _matrix([x, zero, zero], [zero, y, zero])


def rotation(angle: tf.Tensor) -> tf.Tensor:
    """Turns counter-clockwise by `angle`, float32 [B] -> [B, 3, 3]."""
    sine, cosine = tf.sin(angle), tf.cos(angle)
    zero = tf.zeros_like(angle)
    return _matrix([cosine, -sine, zero], [sine, cosine, zero])


def _matrix(*rows: list[tf.Tensor]) -> tf.Tensor:
    """Returns [B, 3, 3] of two rows of three [B]."""
    zero = tf.zeros_like(rows[0][0])
    last = [zero, zero, tf.ones_like(zero)]
    return tf.stack([tf.stack(row, axis=1) for row in (*rows, last)], axis=1)


def _product(left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(left[:, :, :, None] * right[:, None], axis=2)


def resample(images: tf.Tensor, matrix: tf.Tensor) -> tf.Tensor:
    """Transforms each image by its matrix, bilinearly, reflected at the edges.

    Linear in the images, so that gradient penalties have gradients.

    Args:
        images: float32 [B, H, W, C], H and W at least 2.
        matrix: float32 [B, 3, 3].

    Returns:
        float32 [B, H, W, C]; the images themselves where the matrix is 1.
    """
    height, width, channels = images.shape[1:]
    x, y = tf.meshgrid(_from_centre(width), _from_centre(height))  # [H, W]
    m = matrix[:, :, :, None, None]
    left, right, to_right = _around(
        m[:, 0, 0] * x + m[:, 0, 1] * y + m[:, 0, 2], width
    )
    top, bottom, to_bottom = _around(
        m[:, 1, 0] * x + m[:, 1, 1] * y + m[:, 1, 2], height
    )
    pixels = tf.reshape(images, [-1, height * width, channels])

    def share(row: tf.Tensor, column: tf.Tensor, of: tf.Tensor) -> tf.Tensor:
        values = tf.gather(pixels, row * width + column, batch_dims=1)
        return values * of[..., None]

    return (
        share(top, left, (1.0 - to_bottom) * (1.0 - to_right))
        + share(top, right, (1.0 - to_bottom) * to_right)
        + share(bottom, left, to_bottom * (1.0 - to_right))
        + share(bottom, right, to_bottom * to_right)
    )


def _from_centre(size: int) -> tf.Tensor:
    return tf.range(size, dtype=tf.float32) - (size - 1) / 2


def _around(
    place: tf.Tensor, size: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Returns the pixels of an axis between which a place lies.

    Args:
        place: float32, px from the centre; outside the axis it is reflected at
            the centre of the outermost pixels.
        size: of the axis, px.

    Returns:
        The pixel before and the pixel after, int32 in [0, size), and the
        distance from the pixel before, float32 in [0, 1).
    """
    last = size - 1.0
    place = last - tf.abs((place + last / 2.0) % (2.0 * last) - last)
    before = tf.floor(place)
    after = tf.minimum(before + 1.0, last)
    return tf.cast(before, tf.int32), tf.cast(after, tf.int32), place - before
