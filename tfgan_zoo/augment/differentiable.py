"""DiffAugment: the same augmentation of real and generated images."""

from __future__ import annotations

from typing import Callable

import tensorflow as tf

from tfgan_zoo.augment.rows import float32_images
from tfgan_zoo.random import StepRandom


def diffaugment(
    images: tf.Tensor,
    random: StepRandom,
    *,
    policy: str = "color,translation,cutout",
) -> tf.Tensor:
    """Augments each image by operations that have a gradient.

    Zhao et al. 2020 (arXiv:2006.10738), section 3, whose three parts are the
    default. They are applied in the policy's order.

    Args:
        images: [B, H, W, C] in [-1, 1], C 1 or 3.
        random: with B rows; give real and generated images different scopes,
            as the names of the random numbers are the same.
        policy: a comma-separated list of parts, see `check_policy`.

    Returns:
        float32 [B, H, W, C]; colours may leave [-1, 1].

    Raises:
        ValueError: an unknown policy, or images of another shape.
    """
    images = float32_images(images)
    for part in check_policy(policy):
        images = _PARTS[part](images, random)
    return images


def check_policy(policy: str) -> list[str]:
    """Returns the parts of a policy, in its order.

    Raises:
        ValueError: a part is unknown, or there twice.

    Examples:
        >>> check_policy("color,cutout")
        ['color', 'cutout']
    """
    parts = policy.split(",")
    if len(set(parts)) < len(parts) or not set(parts) <= set(_PARTS):
        known = ", ".join(sorted(_PARTS))
        raise ValueError(
            "`policy` must be a comma-separated list, without repetitions, "
            f"of: {known}. Received: {policy}."
        )
    return parts


def _color(images: tf.Tensor, random: StepRandom) -> tf.Tensor:
    """Shifts brightness, then scales saturation and contrast.

    A pixel's saturation is its distance from the mean of its channels, so grey
    images do not change; an image's contrast is the distance of its pixels from
    its mean. All three are multiplied out, to pass over the pixels once.
    """
    draws = tf.unstack(random.uniform("color", [3, 1, 1, 1]), axis=1)
    brightness = draws[0] - 0.5
    saturation = 2.0 * draws[1]
    contrast = draws[2] + 0.5
    grey = tf.reduce_mean(images, axis=3, keepdims=True)
    mean = tf.reduce_mean(images, axis=[1, 2, 3], keepdims=True)
    return (
        contrast * saturation * images
        + (contrast * (1.0 - saturation) * grey)
        + ((1.0 - contrast) * mean + brightness)
    )


def _translation(images: tf.Tensor, random: StepRandom) -> tf.Tensor:
    """Shifts by up to an eighth of the size on each axis, filling with 0."""
    height, width = images.shape[1:3]
    rows = _moved(random, "translation_y", height)
    columns = _moved(random, "translation_x", width)
    images = tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]])
    images = tf.gather(images, rows, axis=1, batch_dims=1)
    return tf.gather(images, columns, axis=2, batch_dims=1)


def _moved(random: StepRandom, name: str, size: int) -> tf.Tensor:
    """Returns which of [0, size + 2) each position shows, int32 [B, size].

    0 and size + 1 are the zeros around the image.
    """
    most = size // 8
    shift = random.integers(name, [1], minval=-most, maxval=most + 1)
    return tf.clip_by_value(tf.range(1, size + 1) - shift, 0, size + 1)


def _cutout(images: tf.Tensor, random: StepRandom) -> tf.Tensor:
    """Puts zeros, mid-grey, in a rectangle of half the size.

    Its centre is anywhere, so an image may lose less than a quarter.
    """
    height, width = images.shape[1:3]
    rows = _cut(random, "cutout_y", height)
    columns = _cut(random, "cutout_x", width)
    is_kept = ~(rows[:, :, None, None] & columns[:, None, :, None])
    return images * tf.cast(is_kept, tf.float32)


def _cut(random: StepRandom, name: str, size: int) -> tf.Tensor:
    """Returns which positions of an axis are cut out, bool [B, size]."""
    length = size // 2
    # An even length has its centre between two pixels, or at an edge.
    centre = random.integers(name, [1], minval=0, maxval=size + 1 - length % 2)
    offset = tf.range(size) - (centre - length // 2)
    return (offset >= 0) & (offset < length)


_PARTS: dict[str, Callable[[tf.Tensor, StepRandom], tf.Tensor]] = {
    "color": _color,
    "translation": _translation,
    "cutout": _cutout,
}
