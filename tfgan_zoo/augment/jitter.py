"""Random jitter: mirrors, scales and shifts all images of an example alike."""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo.random import StepRandom

# At an amount of 1.
_SHIFT = 0.15  # of the size, to either side, beyond the edge
_SHRINK = 1.5  # of log2
_ENLARGE = 0.25
_WHITE = 0.9  # from it on, in [-1, 1]


def jitter(
    features: dict[str, tf.Tensor], rng: StepRandom, amount: float
) -> dict[str, tf.Tensor]:
    """Mirrors, scales and shifts the images of examples.

    Isola et al. 2017 (arXiv:1611.07004), section 6.2, where images are enlarged
    to 286/256 of their size and cropped.
    Differs from the paper: by how much they are enlarged is random, and things
    on white, in images whose corners are all white, are shrunk and shifted over
    white as well.

    Args:
        features: by name. Those of rank 4, [B, H, W, C] in [-1, 1], are
            images, and may differ in size and channels.
        rng: with B rows.
        amount: 0 leaves the images as they are; at 1 they are mirrored with
            probability 1/2, enlarged by up to 1.19 and cropped at random; those
            on white are scaled by 0.35 to 1.19 and shifted to anywhere, up to
            15 % of their size over the edge. In between they are mirrored as
            often, and scaled and shifted over the edge in proportion.

    Returns:
        The features, images as float32 of the same shapes.
    """
    if amount == 0.0:
        return dict(features)
    toss, scale, right, down = tf.unstack(
        rng.scoped("jitter").uniform("moves", [4]), axis=1
    )
    mirror = tf.where(toss < 0.5, -1.0, 1.0)
    images = [each for each in features.values() if each.shape.rank == 4]
    on_white = tf.reduce_all([_has_white_corners(each) for each in images], 0)
    # What lies half a pixel from an edge, of the smallest, has its colour.
    inside = 1.0 - 1.0 / min(min(each.shape[1:3]) for each in images)
    least = tf.where(on_white, -_SHRINK, 0.0)
    scale = 2.0 ** (amount * (least + (_ENLARGE - least) * scale))
    room = tf.where(
        on_white,
        _SHIFT * amount + tf.nn.relu(1.0 - scale) / 2.0,
        inside * (scale - 1.0) / 2.0,
    )
    right, down = ((2.0 * draw - 1.0) * room for draw in (right, down))

    def move(images: tf.Tensor) -> tf.Tensor:
        height, width = images.shape[1:3]
        rows = _resampling(height, scale, down)
        columns = _resampling(width, mirror * scale, right)
        # White is 0 here, as what is shifted in is 0.
        ink = tf.cast(images, tf.float32) - 1.0
        ink = tf.einsum("byh,bhwc->bywc", rows, ink)
        return 1.0 + tf.einsum("bxw,bywc->byxc", columns, ink)

    return {
        name: move(feature) if feature.shape.rank == 4 else feature
        for name, feature in features.items()
    }


def _has_white_corners(images: tf.Tensor) -> tf.Tensor:
    """Returns bool [B], of images [B, H, W, C]."""
    height, width = images.shape[1:3]
    corners = images[:, :: max(height - 1, 1), :: max(width - 1, 1)]
    return tf.reduce_min(corners, axis=[1, 2, 3]) > _WHITE


def _resampling(size: int, scale: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Returns the weights of old pixels in new ones, [B, new, old].

    A new pixel is the average of the old ones under it, or under a pixel
    around its centre if it is smaller than they are.

    Args:
        size: px.
        scale: [B], negative where it mirrors.
        shift: [B], of the size.
    """
    pixels = tf.range(size, dtype=tf.float32) - (size - 1) / 2
    scale = scale[:, None, None]
    centre = (pixels[:, None] - shift[:, None, None] * size) / scale
    reach = tf.maximum(1.0, 1.0 / tf.abs(scale)) / 2.0
    overlap = tf.minimum(centre + reach, pixels + 0.5) - tf.maximum(
        centre - reach, pixels - 0.5
    )
    return tf.nn.relu(overlap) / (2.0 * reach)
