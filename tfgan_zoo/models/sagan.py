"""SAGAN: Zhang et al. 2019 (arXiv:1805.08318), section 4.

Self-attention (section 3) in both networks, spectral normalisation in both,
and a discriminator that learns four times as fast, so that one of its steps
is enough for each of the generator's.

Differs from the paper:
- it needs no labels: batch normalisation is the plain one, and the logit has
  no projection; `sngan_projection` has both;
- the networks are those of `sngan`, for images of 32 and 64 pixels too; the
  attention stands at feature maps of 32x32 as in the paper's images of 128
  pixels, and of 16x16 where images have 32;
- batches of 64 for 256; samples come from an average of the generator's
  weights.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.layers import SelfAttention
from tfgan_zoo.models import sngan
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Zhang et al. 2019, arXiv:1805.08318",
    latent_dim=128,
    width=128,
    loss="hinge",
    generator_learning_rate=1e-4,
    discriminator_learning_rate=4e-4,
    beta_1=0.0,
    beta_2=0.9,
)

_LARGEST_SIDE = 32


def attended_side(image_size: int) -> int:
    """Returns the side of the feature map with the attention."""
    return min(image_size // 2, _LARGEST_SIDE)


class _Attentive(networks.Network):
    """Mixed into a network of `sngan`, attends after one of its blocks."""

    def __init__(
        self, image_shape: tuple[int, int, int], **config: Any
    ) -> None:
        # Of `sngan`, which follows in the order of the bases.
        super().__init__(image_shape, **config)  # type: ignore[call-arg]
        self.side = attended_side(image_shape[0])
        self.attention = SelfAttention(spectral=True)

    def after_block(self, x: tf.Tensor, training: bool | None) -> tf.Tensor:
        if x.shape[1] != self.side:
            return x
        return self.attention(x, training=training)


class Generator(_Attentive, sngan.Generator):
    """Latents [B, Z] to images [B, H, W, C] in [-1, 1]."""

    spectral = True


class Discriminator(_Attentive, sngan.Discriminator):
    """Images [B, H, W, C] in [-1, 1] to logits [B]."""


SAGAN = Architecture(
    name="sagan",
    purpose="self-attention, for images with long-range structure",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    image_sizes=sngan.SNGAN.image_sizes,
)
