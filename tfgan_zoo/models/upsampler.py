"""An upsampler: SRGAN, Ledig et al. 2017 (arXiv:1609.04802), small.

The generator enlarges a small image to twice or four times its size. It is
fully convolutional, so it takes images of any size, its own output too. In
training its inputs are the real images at half or a quarter of their size; both
losses of the paper, that of content and the adversarial one, compare its output
with the originals.

Differs from the paper:
- twice the size, by default, for four times;
- one pixel shuffle (Shi et al. 2016, arXiv:1609.05158), after the last
  convolution, so that all of them work at the small size; 4 residual blocks for
  16, kernels of 3 throughout, ReLU for PReLU;
- no batch normalisation, as Lim et al. 2017 (arXiv:1707.02921), section 3.1;
- the network's output is what an enlargement to equal pixels lacks, and the
  pixels of it that one pixel becomes sum to 0: the large image, shrunk, is the
  small one again, but for the clipping to [-1, 1];
- the content is compared by the mean absolute difference of pixels, for that of
  VGG features: its weight is 100, Isola et al. 2017 (arXiv:1611.07004), section
  3.3, where the paper has 1 beside an adversarial weight of 1e-3;
- images are shrunk by averaging 2x2 or 4x4 pixels, for a bicubic kernel;
- the discriminator is that of `dcgan`, and meets the generator untrained, for
  one trained on the content first;
- learning rates of 1e-3 and 2e-4 for 1e-4, batches of 64 for 16.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import inputs, networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.gan.translation import TranslationGAN
from tfgan_zoo.layers import Residual, SubpixelDetails
from tfgan_zoo.models import dcgan
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Ledig et al. 2017, arXiv:1609.04802",
    width=32,
    generator_learning_rate=1e-3,
    source="small",
    reconstruction_weight=100.0,
)

_BLOCKS = 4


def enlarge(images: tf.Tensor, factor: int = 2) -> tf.Tensor:
    """Returns [B, H, W, C] enlarged, each pixel as equal ones."""
    return tf.nn.depth_to_space(tf.concat([images] * factor**2, -1), factor)


def check_source(recipe: Recipe) -> None:
    """Checks that sources are smaller than the images.

    Raises:
        ValueError: they are as large.
    """
    if recipe.source != "small":
        raise ValueError(
            "`source` of upsampler must be small, the images shrunk. "
            f"Received: {recipe.source}."
        )


def _conv(channels: int, **settings: Any) -> keras.layers.Conv2D:
    return keras.layers.Conv2D(
        channels,
        3,
        padding="same",
        **{"kernel_initializer": "he_normal", **settings},
    )


class Generator(networks.Network):
    """Images [B, H, W, C] in [-1, 1] to [B, R H, R W, C], of any H and W.

    Args:
        image_shape: of the large images of a training.
        width: channels of all hidden layers.
        num_classes: ignored.
        upscale_factor: R.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        num_classes: int = 0,
        upscale_factor: int = RECIPE.upscale_factor,
    ) -> None:
        super().__init__()
        self.from_image = _conv(width, activation="relu")
        self.body = Residual(
            [
                Residual([_conv(width, activation="relu"), _conv(width)])
                for _ in range(_BLOCKS)
            ]
        )
        # A training begins with the enlargement, nearly.
        self.to_details = _conv(
            upscale_factor**2 * image_shape[-1],
            kernel_initializer=keras.initializers.RandomNormal(stddev=2e-3),
        )
        self.enlarge = SubpixelDetails(self.to_details, factor=upscale_factor)

    def call(
        self,
        images: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = self.body(self.from_image(images))  # [B, H, W, width]
        return self.enlarge(images, x, training=training)  # [B, R H, R W, C]


class UpsamplerModel(TranslationGAN):
    """A GAN that enlarges small images, of 7 to 64 pixels in training.

    `gan(small)` makes float32 [N, H, W, C] in [-1, 1], of any H and W, and
    `gan(gan(small))` enlarges these once more. A recipe's `latent_dim` and
    `latents` are not for it.
    """

    task = inputs.ENLARGE
    input_name = "small_images"
    sees_sources = False
    recipe_settings = (*TranslationGAN.recipe_settings, "upscale_factor")


Upsampler = Architecture(
    name="upsampler",
    purpose="enlarges small images to two or four times their size",
    recipe=RECIPE,
    generator=Generator,
    discriminator=dcgan.Discriminator,
    model=UpsamplerModel,
    made_source="small",
    recipe_rule=check_source,
)
