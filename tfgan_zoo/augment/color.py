"""The colour transformations of adaptive augmentation."""

from __future__ import annotations

import math

import tensorflow as tf

from tfgan_zoo.augment.rows import tosses
from tfgan_zoo.random import StepRandom

_BRIGHTNESS_STD = 0.2
_CONTRAST_STD = 0.5  # of log2
_SATURATION_STD = 1.0  # of log2


def transform(
    images: tf.Tensor,
    random: StepRandom,
    *,
    probability: float | tf.Tensor,
) -> tf.Tensor:
    """Changes brightness, contrast, luma's sign, hue and saturation.

    Karras et al. 2020 (arXiv:2006.06676), appendix B, in this order. The
    paper's 4x4 matrices, multiplied out: all but brightness act on luma, the
    grey diagonal of the colour cube, or on the plane across it.

    Args:
        images: float32 [B, H, W, C], C 1 or 3; grey ones have no hue and no
            saturation.
        random: with B rows.
        probability: of each transformation, in [0, 1].

    Returns:
        float32 [B, H, W, C].
    """
    brightness, contrast, saturation, hue, inverted = _draw(random, probability)
    luma_scale = contrast * (1.0 - 2.0 * inverted)
    if images.shape[-1] == 1:
        return luma_scale[..., None] * (images + brightness[..., None])
    along = contrast * saturation * tf.cos(hue)
    across = contrast * saturation * tf.sin(hue) / math.sqrt(3.0)
    # Channel by channel: broadcasting over three channels takes longer.
    red, green, blue = tf.unstack(images, axis=3)
    luma = (red + green + blue) / 3.0
    grey = (luma_scale - along) * luma + luma_scale * brightness
    return tf.stack(
        [
            along * red + across * (blue - green) + grey,
            along * green + across * (red - blue) + grey,
            along * blue + across * (green - red) + grey,
        ],
        axis=3,
    )


def _draw(
    random: StepRandom, probability: float | tf.Tensor
) -> tuple[tf.Tensor, ...]:
    """Returns brightness, contrast, saturation, hue, inversion, [B, 1, 1]."""
    normal = tf.unstack(random.normal("color_normal", [3, 1, 1]), axis=1)
    uniform = tf.unstack(random.uniform("color_uniform", [2, 1, 1]), axis=1)
    won = tosses(random, "color_tosses", [probability] * 5)
    won = [toss[:, None, None] for toss in won]
    return (
        _BRIGHTNESS_STD * normal[0] * won[0],
        2.0 ** (_CONTRAST_STD * normal[1] * won[1]),
        2.0 ** (_SATURATION_STD * normal[2] * won[2]),
        math.pi * (2.0 * uniform[0] - 1.0) * won[3],
        tf.floor(2.0 * uniform[1]) * won[4],
    )
