"""pix2pix: Isola et al. 2017 (arXiv:1611.07004), sections 3.2 and 6.1.

A U-Net translates, a discriminator of patches sees source and image together.
Differs from the paper, so that the generator runs on phones and in browsers,
on their GPUs too:
- nearest-neighbour upsampling and 3x3 convolutions for transposed convolutions;
  ReLU throughout the generator; convolutions of 4 with a stride of 2 downwards,
  as there;
- batch normalisation by moving statistics in inference; the paper takes those
  of the image itself, an instance normalisation, whose sums overflow in 16
  bits;
- the generator has no dropout: it is the same function in training and after;
- down to 8x8 pixels for 1x1, so that it takes images of other sizes too;
- widths are half of the paper's and at most four times the first; the weight of
  the mean absolute difference is 30 for 100, which leaves more to the
  discriminator; batches of 16 for 1, Adam of 4e-4 for 2e-4, samples by an
  average of the weights;
- jitter is larger, as drawings come in all sizes and places;
- of grey sources the luma stays: the generator makes colour alone, as a
  discriminator would otherwise know it at once, by the luma of its images.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.gan.translation import TranslationGAN
from tfgan_zoo.layers import (
    BatchNormalization,
    Colorize,
    PixelTanh,
    leaky_relu,
)
from tfgan_zoo.recipe import Recipe
from tfgan_zoo.sources import GREY

RECIPE = Recipe(
    paper="Isola et al. 2017, arXiv:1611.07004",
    width=32,
    reconstruction_weight=30.0,
    jitter=0.5,
    batch_size=16,
    generator_learning_rate=4e-4,
    discriminator_learning_rate=4e-4,
    ema_decay=0.995,
    steps=6000,
)

SIDE_MULTIPLE, LONGEST_SIDE = 32, 512
SMALLEST_SIDE = 8  # of the maps, for a source of 64 pixels
_MOST_WIDTHS = 4


def _conv(
    channels: int, size: int = 3, strides: int = 1, **settings: Any
) -> Any:
    return keras.layers.Conv2D(
        channels,
        size,
        strides=strides,
        padding="same",
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.02),
        **settings,
    )


class _Block(keras.layers.Layer):
    """Convolution, batch norm, ReLU: [B, H, W, I] -> [B, H / S, W / S, O]."""

    def __init__(self, channels: int, size: int = 3, strides: int = 1) -> None:
        super().__init__()
        self.conv = _conv(channels, size, strides, use_bias=False)
        self.norm = BatchNormalization()

    def call(self, x: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        return tf.nn.relu(self.norm(self.conv(x), training=training))


def upsample(x: tf.Tensor) -> tf.Tensor:
    """Returns [B, H, W, C] at twice the size, by nearest neighbours."""
    _, height, width, _ = x.shape
    if height is None or width is None:
        height, width = tf.shape(x)[1], tf.shape(x)[2]
    return tf.image.resize(x, [2 * height, 2 * width], "nearest")


class Generator(networks.Network):
    """Sources [B, H, W, S] to images [B, H, W, C], both in [-1, 1].

    Args:
        image_shape: (height, width, C), sides of multiples of 8.
        source_channels: S.
        source: the recipe's; of `grey` sources of colour images the luma stays,
            and the network chooses the colour alone.
        width: channels of the first level.
        num_classes: ignored.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        source_channels: int = 1,
        source: str = RECIPE.source,
        width: int = RECIPE.width,
        num_classes: int = 0,
    ) -> None:
        super().__init__()
        levels = _levels(image_shape)
        self.size_multiple = 2**levels
        widths = [
            width * min(2**level, _MOST_WIDTHS) for level in range(levels + 1)
        ]
        self.from_source = _Block(width)
        self.down = [_Block(channels, 4, 2) for channels in widths[1:]]
        self.bottom = _Block(widths[-1])
        self.up = [_Block(channels) for channels in reversed(widths[:-1])]
        self.to_image = _conv(image_shape[-1])
        self.tanh = PixelTanh()
        self.colorize: Colorize | None = None
        if (source, source_channels, image_shape[-1]) == (GREY, 1, 3):
            self.colorize = Colorize(self.to_image)

    def call(
        self,
        sources: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = self.from_source(sources, training=training)  # [B, H, W, width]
        skips = []
        for block in self.down:
            skips.append(x)
            x = block(x, training=training)
        x = self.bottom(x, training=training)  # [B, 8, 8, 4 width] at 64 pixels
        for block, skip in zip(self.up, reversed(skips)):
            x = tf.concat([upsample(x), skip], -1)
            x = block(x, training=training)
        if self.colorize is not None:
            return self.colorize(sources, x, training=training)
        return self.tanh(self.to_image(x))


class Discriminator(networks.Discriminator):
    """Sources above images [B, H, W, S + C] to logits of patches [B, h, w].

    The paper's, section 6.1.2, with as many levels as leave 8x8 patches or
    more; at 256 pixels its patches are 70x70.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        num_classes: int = 0,
        batch_feature: str = "none",
    ) -> None:
        super().__init__(batch_feature=batch_feature)
        levels = min(_levels(image_shape), 3)
        self.first = _conv(width, 4, 2)
        self.convs = [
            _conv(width << level, 4, 2, use_bias=False)
            for level in range(1, levels)
        ]
        self.convs.append(_conv(width << levels, 4, use_bias=False))
        self.norms = [BatchNormalization() for _ in self.convs]
        self.to_logit = _conv(1, 4, dtype="float32")

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = leaky_relu(self.first(images))
        for conv, norm in zip(self.convs, self.norms):
            x = leaky_relu(norm(conv(x), training=training))
        return x

    def logits(
        self,
        features: tf.Tensor,
        labels: tf.Tensor | None,
        training: bool | None,
    ) -> tf.Tensor:
        return self.to_logit(features)[..., 0]


def _levels(image_shape: tuple[int, ...]) -> int:
    """Returns the number of halvings, to 8 pixels of the shorter side."""
    shorter = min(image_shape[:2])
    return max(1, (shorter // SMALLEST_SIDE).bit_length() - 1)


def check_source(recipe: Recipe) -> None:
    """Checks that sources are as large as images.

    Raises:
        ValueError: the recipe makes them small.
    """
    if recipe.source == "small":
        raise ValueError(
            "`source` must be as large as the images. "
            f"Received: {recipe.source}."
        )


def check_shape(image_shape: tuple[int, ...]) -> None:
    """Checks that the networks make such images.

    Raises:
        ValueError: a side is no multiple of 32, or too long.
    """
    *sides, channels = image_shape
    is_divisible = all(side % SIDE_MULTIPLE == 0 for side in sides)
    if not (is_divisible and 0 < min(sides) <= max(sides) <= LONGEST_SIDE):
        size = "x".join(map(str, sides))
        raise ValueError(
            "`image_size`, and `image_width` where it differs, must be "
            f"multiples of {SIDE_MULTIPLE} up to {LONGEST_SIDE}. "
            f"Received: {size}."
        )
    if channels not in (1, 3):
        raise ValueError(f"`channels` must be 1 or 3. Received: {channels}.")


Pix2Pix = Architecture(
    name="pix2pix",
    purpose="translates images, from pairs: lines to pictures, grey to colour",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    model=TranslationGAN,
    image_sizes=(32, 64, 128, 256),
    dataset="emoji_drawings",
    recipe_rule=check_source,
    shape_rule=check_shape,
)
