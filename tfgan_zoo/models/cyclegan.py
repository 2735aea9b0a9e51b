"""CycleGAN: Zhu et al. 2017 (arXiv:1703.10593), sections 3 and 4.

One generator translates sources to images, another one images to sources; after
both, an image is to be what it was. So no example needs a partner.

Differs from the paper, so that the generator runs on phones and in browsers, on
their GPUs too:
- batch normalisation for instance normalisation, whose sums overflow in 16
  bits; its moving statistics are those of sources (of images, in the direction
  back), and not of what the other generator makes;
- nearest-neighbour doublings and convolutions of 3x3 for transposed ones; zeros
  around the maps for reflections; convolutions of 4x4 where sides are halved,
  which are centred;
- a discriminator sees patches of 70x70 at 256 pixels, and smaller ones of
  smaller images, with batch normalisation, as in `pix2pix`;
- a width of 24 for 64 and batches of 8 for 1; the learning rate stays; samples
  come from an average of the generator's weights;
- a cycle weighs 5 for 10, as `least_squares` halves the generator's part; the
  paper halves that of the discriminator alone. So `--identity_weight=2.5` is
  what it has for paintings, 5.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.gan.cycle import CycleGANModel
from tfgan_zoo.layers import (
    BatchNormalization,
    Conv2D,
    DoublingConv2D,
    PixelTanh,
    Residual,
    UpsampleBlock,
)
from tfgan_zoo.models import pix2pix
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Zhu et al. 2017, arXiv:1703.10593",
    width=24,
    loss="least_squares",
    cycle_weight=5.0,
    batch_size=8,
    ema_decay=0.995,
)

# The paper, section 7.2: 6 blocks for images of 128 pixels, 9 for larger ones.
_BLOCKS, _MORE_BLOCKS = 6, 9
_LARGEST_OF_FEWER_PX = 128
_KERNEL_SIZE, _HALVING_KERNEL_SIZE, _END_KERNEL_SIZE = 3, 4, 7


def _conv(filters: int, size: int = _KERNEL_SIZE, **settings: Any) -> Conv2D:
    return Conv2D(
        filters,
        size,
        padding="same",
        **{"kernel_initializer": "he_normal", "use_bias": False, **settings},
    )


class _Block(keras.layers.Layer):
    """Convolution, batch norm, ReLU: [B, H, W, I] -> [B, H / S, W / S, O]."""

    def __init__(self, filters: int, size: int, strides: int = 1) -> None:
        super().__init__()
        self.conv = _conv(filters, size, strides=strides)
        self.norm = BatchNormalization()

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        x = self.conv(inputs, training=training)
        return tf.nn.relu(self.norm(x, training=training))


def _residual_block(filters: int) -> Residual:
    return Residual(
        [
            _conv(filters),
            BatchNormalization(),
            keras.layers.ReLU(),
            _conv(filters),
            BatchNormalization(),
        ]
    )


def _upsample_block(filters: int) -> UpsampleBlock:
    conv = DoublingConv2D(
        filters,
        _KERNEL_SIZE,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
    )
    return UpsampleBlock(conv, norm=BatchNormalization())


class Generator(networks.Network):
    """Images [B, H, W, C] to [B, H, W, C'], in [-1, 1], of any H and W.

    H and W are multiples of `size_multiple`.

    Args:
        image_shape: of the images that it makes in a training.
        width: channels at full size; a quarter of the size has four times as
            many.
        num_classes: ignored.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        num_classes: int = 0,
    ) -> None:
        super().__init__()
        self.size_multiple = 4
        *sides, channels = image_shape
        is_large = max(sides) > _LARGEST_OF_FEWER_PX
        blocks = _MORE_BLOCKS if is_large else _BLOCKS
        self.main_layers: list[keras.layers.Layer] = [
            _Block(width, _END_KERNEL_SIZE),
            # [B, H/2, W/2, 2 width] and [B, H/4, W/4, 4 width]
            _Block(2 * width, _HALVING_KERNEL_SIZE, strides=2),
            _Block(4 * width, _HALVING_KERNEL_SIZE, strides=2),
            *(_residual_block(4 * width) for _ in range(blocks)),
            _upsample_block(2 * width),
            _upsample_block(width),
            _conv(
                channels,
                _END_KERNEL_SIZE,
                use_bias=True,
                kernel_initializer="lecun_normal",
            ),
        ]
        self.to_pixels = PixelTanh()

    def call(
        self,
        images: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = images
        for layer in self.main_layers:
            x = layer(x, training=training)
        return self.to_pixels(x)


CycleGAN = Architecture(
    name="cyclegan",
    purpose="translates images both ways, from two folders without pairs",
    recipe=RECIPE,
    generator=Generator,
    discriminator=pix2pix.Discriminator,
    model=CycleGANModel,
    image_sizes=pix2pix.Pix2Pix.image_sizes,
    dataset="emoji_drawings",
    recipe_rule=pix2pix.check_source,
    shape_rule=pix2pix.check_shape,
)
