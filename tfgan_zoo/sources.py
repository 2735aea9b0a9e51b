"""Makes sources, the images to be translated, from the images themselves.

Thus any folder of images is a data set of pairs: lines to colour in, grey
images to colourise, small ones to enlarge.
"""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import lines
from tfgan_zoo.messages import shorten
from tfgan_zoo.random import StepRandom

DATA, EDGES, GREY, SMALL = "data", "edges", "grey", "small"
GREY_ONES = (EDGES, GREY)  # of one channel
# `data` stands for the data set's own sources, which nothing here makes.
NAMES = (DATA, EDGES, GREY, SMALL)


def channels(name: str, image_channels: int) -> int:
    """Returns the number of channels of the sources that `make` returns.

    Raises:
        ValueError: `name` is no source that is made.
    """
    _require_made(name)
    return image_channels if name == SMALL else 1


def shape(
    name: str, image_shape: tuple[int, ...], *, factor: int
) -> tuple[int, ...]:
    """Returns the shape of the sources of images (height, width, channels).

    Args:
        name: see `NAMES`; the data's own sources may have another one.
        image_shape: of the images.
        factor: see `make`.
    """
    height, width, image_channels = image_shape
    if name == DATA:
        return image_shape
    if name == SMALL:
        return (height // factor, width // factor, image_channels)
    return (height, width, channels(name, image_channels))


def make(
    name: str, images: tf.Tensor, rng: StepRandom, *, factor: int = 2
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
        return lines.luma(images)
    return lines.draw_lines(images, rng.scoped("edges"))


def _require_made(name: str) -> None:
    made = [known for known in NAMES if known != DATA]
    if name not in made:
        raise ValueError(
            f"A source that is made of images must be one of "
            f"{', '.join(made)}. Received: {shorten(name)}."
        )


def shrink(images: tf.Tensor, factor: int = 2) -> tf.Tensor:
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
