"""Conditional GAN: Mirza & Osindero 2014 (arXiv:1411.1784), section 3.2.

Both networks get the label: the generator as a one-hot vector beside the
latents, the discriminator as a plane of ones beside the image's channels.

Differs from the paper: its networks for MNIST (section 4.1) are fully connected
and take the label through a hidden layer of its own; these are those of
`dcgan`, with its recipe.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.architecture import Architecture
from tfgan_zoo.layers import OneHot, label_planes
from tfgan_zoo.models import dcgan
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(paper="Mirza & Osindero 2014, arXiv:1411.1784")


class Generator(dcgan.Generator):
    """Latents [B, Z] and labels [B] to images [B, H, W, C] in [-1, 1]."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        num_classes: int,
        **config: Any,
    ) -> None:
        super().__init__(image_shape, num_classes=num_classes, **config)
        self.one_hot = OneHot(num_classes)

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        latents = tf.concat([latents, self.one_hot(labels)], axis=-1)
        return super().call(latents, labels, training)


class Discriminator(dcgan.Discriminator):
    """Images [B, H, W, C] in [-1, 1] and labels [B] to logits [B]."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        num_classes: int,
        **config: Any,
    ) -> None:
        super().__init__(image_shape, num_classes=num_classes, **config)
        self.num_classes = num_classes

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        planes = label_planes(images, labels, self.num_classes)
        return super().features(planes, labels, training)


ConditionalGAN = Architecture(
    name="conditional_gan",
    purpose="class-conditional, the classic: both networks get the label",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    conditional=True,
)
