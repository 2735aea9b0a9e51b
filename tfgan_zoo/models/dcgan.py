"""DCGAN: Radford et al. 2015 (arXiv:1511.06434), section 3 and figure 1.

Differs from the paper:
- kernels of 4, a multiple of the stride, for 5: every output pixel is reached
  by as many taps, which leaves no checkerboard, and it costs two thirds;
- the discriminator's first convolution has `width` channels, and each halving
  of the image doubles them; the generator mirrors it, for images of any size.
  The paper gives networks for 64 pixels, of twice this width;
- normal latents for uniform ones; batches of 64 for 128, which learns faster
  on few cores; samples come from an average of the generator's weights.
"""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    PixelTanh,
    ProjectAndReshape,
    UpsampleBlock,
    leaky_relu,
)
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(paper="Radford et al. 2015, arXiv:1511.06434")

# Image size to the side of the smallest feature map.
BASE_SIZES = {28: 7, 32: 4, 64: 4, 128: 4}

_INITIALIZER_STDDEV = 0.02
_KERNEL_SIZE = 4


def levels(image_size: int) -> tuple[int, int]:
    """Returns the smallest feature map's side and the number of doublings."""
    base = BASE_SIZES[image_size]
    return base, (image_size // base).bit_length() - 1


def _normal() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=_INITIALIZER_STDDEV)


def _upsampling_conv(filters: int, use_bias: bool = False) -> Conv2DTranspose:
    return Conv2DTranspose(
        filters,
        _KERNEL_SIZE,
        strides=2,
        padding="same",
        use_bias=use_bias,
        kernel_initializer=_normal(),
    )


def _downsampling_conv(filters: int) -> Conv2D:
    return Conv2D(
        filters,
        _KERNEL_SIZE,
        strides=2,
        padding="same",
        use_bias=False,
        kernel_initializer=_normal(),
    )


class Generator(networks.Network):
    """Latents [B, Z] to images [B, H, W, C] in [-1, 1]."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        latent_dim: int = RECIPE.latent_dim,
        width: int = RECIPE.width,
        num_classes: int = 0,
    ) -> None:
        super().__init__()
        base, doublings = levels(image_shape[0])
        channels = width << (doublings - 1)
        self.project = keras.layers.Dense(
            base * base * channels,
            use_bias=False,
            kernel_initializer=_normal(),
        )
        self.reshape = keras.layers.Reshape((base, base, channels))
        self.norms = [BatchNormalization() for _ in range(doublings)]
        self.convs = [
            _upsampling_conv(channels >> level) for level in range(1, doublings)
        ]
        self.to_image = _upsampling_conv(image_shape[-1], use_bias=True)
        first, *norms = self.norms
        self.main_layers = [
            # [B, 7, 7, 128] at 28 pixels and a width of 64
            ProjectAndReshape(self.project, self.reshape, norm=first),
            # [B, 14, 14, 64]
            *(UpsampleBlock(c, norm=n) for c, n in zip(self.convs, norms)),
            # [B, 28, 28, C]
            UpsampleBlock(self.to_image, activation=PixelTanh()),
        ]

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = latents
        for layer in self.main_layers:
            x = layer(x, training=training)
        return x


class Discriminator(networks.Discriminator):
    """Images [B, H, W, C] in [-1, 1] to logits [B]."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        num_classes: int = 0,
        batch_feature: str = "none",
    ) -> None:
        super().__init__(batch_feature=batch_feature)
        _, halvings = levels(image_shape[0])
        self.convs = [
            _downsampling_conv(width << level) for level in range(halvings)
        ]
        self.norms = [BatchNormalization() for _ in range(halvings - 1)]
        self.flatten = keras.layers.Flatten()
        self.to_logit = keras.layers.Dense(
            1, kernel_initializer=_normal(), dtype="float32"
        )

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        # No norm after the first convolution: the paper, section 3.
        x = leaky_relu(self.convs[0](images, training))  # [B, H/2, W/2, width]
        for conv, norm in zip(self.convs[1:], self.norms):
            x = leaky_relu(norm(conv(x, training), training=training))
        return self.flatten(x)


DCGAN = Architecture(
    name="dcgan",
    purpose="the classic; small, fast, a good first choice",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
)
