"""SNGAN: Miyato et al. 2018 (arXiv:1802.05957), the ResNets of appendix B.4.

Spectral normalisation in all layers of the discriminator, batch normalisation
in the generator, hinge loss (equations 16 and 17) as in the authors' code for
CIFAR-10.

At 32 pixels the networks are those of table 4, for CIFAR-10, the discriminator
of `width` channels, the generator of twice as many; at 128 those of table 6,
for ImageNet, of half of `width` to 8 times as many; at 64 those of the
authors' code, of the same range. A width of 128 makes the paper's in each size.

Differs from the paper:
- the generator learns from batches as large as the discriminator's, not twice
  as large;
- the learning rate stays; in the authors' code it goes to 0, linearly, as by
  --learning_rate_decay=linear;
- convolutions before a batch normalisation and those of shortcuts have no
  bias, which would be normalised away or stand beside another;
- samples come from an average of the generator's weights.
"""

from __future__ import annotations

from typing import ClassVar

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    BatchNormalization,
    DiscriminatorBlock,
    GeneratorBlock,
    PixelTanh,
    SpectralConv2D,
    SpectralDense,
)
from tfgan_zoo.layers.resnet import equalise
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Miyato et al. 2018, arXiv:1802.05957",
    latent_dim=128,
    width=128,
    loss="hinge",
    discriminator_steps=5,
    generator_learning_rate=2e-4,
    discriminator_learning_rate=2e-4,
    beta_1=0.0,
    beta_2=0.9,
)

BASE_SIZE = 4

# By image size, in halves of `width`: the smallest feature map's channels, and
# those of each block, which doubles the sides.
_GENERATOR = {
    32: (4, 4, 4, 4),
    64: (16, 8, 4, 2, 1),
    128: (16, 16, 8, 4, 2, 1),
}
# Those of each block, and how many of the blocks halve the sides.
_DISCRIMINATOR = {
    32: ((2, 2, 2, 2), 2),
    64: ((1, 2, 4, 8, 16), 5),
    128: ((1, 2, 4, 8, 16, 16), 5),
}


def _scale_widths(halves: tuple[int, ...], width: int) -> list[int]:
    return [max(count * width // 2, 1) for count in halves]


class Generator(networks.Network):
    """Latents [B, Z] to images [B, H, W, C] in [-1, 1].

    Attributes:
        conditional: whether batch normalisation depends on the labels.
        spectral: whether all its layers are spectrally normalised.
    """

    conditional: ClassVar[bool] = False
    spectral: ClassVar[bool] = False

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        latent_dim: int = RECIPE.latent_dim,
        width: int = RECIPE.width,
        num_classes: int = 0,
    ) -> None:
        super().__init__()
        base, *channels = _scale_widths(_GENERATOR[image_shape[0]], width)
        dense = SpectralDense if self.spectral else keras.layers.Dense
        conv = SpectralConv2D if self.spectral else keras.layers.Conv2D
        self.project = dense(BASE_SIZE * BASE_SIZE * base)
        self.reshape = keras.layers.Reshape((BASE_SIZE, BASE_SIZE, base))
        self.blocks = [
            GeneratorBlock(
                filters,
                num_classes=num_classes if self.conditional else 0,
                spectral=self.spectral,
            )
            for filters in channels
        ]
        self.norm = BatchNormalization()
        self.to_image = conv(image_shape[-1], 3, padding="same")
        self.tanh = PixelTanh()

    def after_block(self, x: tf.Tensor, training: bool | None) -> tf.Tensor:
        """Returns the next block's input, of a block's output."""
        return x

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = self.reshape(self.project(latents))
        for block in self.blocks:
            x = block(x, labels, training=training)
            x = self.after_block(x, training)
        x = self.to_image(tf.nn.relu(self.norm(x, training=training)))
        return self.tanh(x)

    def equalise(self) -> None:
        # Spectral normalisation undoes any change of a kernel's scale.
        if not self.spectral:
            equalise(self.blocks, self.norm)


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
        halves, halvings = _DISCRIMINATOR[image_shape[0]]
        self.blocks = [
            DiscriminatorBlock(filters, halve=i < halvings, first=i == 0)
            for i, filters in enumerate(_scale_widths(halves, width))
        ]
        # Without a bias, as in the authors' code for CIFAR-10.
        self.to_logit = SpectralDense(1, use_bias=False, dtype="float32")

    def after_block(self, x: tf.Tensor, training: bool | None) -> tf.Tensor:
        """Returns the next block's input, of a block's output."""
        return x

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = images
        for block in self.blocks:
            x = block(x, training=training)
            x = self.after_block(x, training)
        # A sum over positions, which bfloat16 would round away.
        return tf.reduce_sum(tf.cast(tf.nn.relu(x), tf.float32), [1, 2])

    def logits(
        self,
        features: tf.Tensor,
        labels: tf.Tensor | None,
        training: bool | None,
    ) -> tf.Tensor:
        return self.to_logit(features, training=training)[:, 0]


SNGAN = Architecture(
    name="sngan",
    purpose="residual networks with spectral normalisation",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    image_sizes=(32, 64, 128),
)
