"""Projection discriminator: Miyato & Koyama 2018 (arXiv:1802.05637).

The logit is psi(h) + embed(y) . h, h being the features and y the label
(section 3, figure 1d), with a spectrally normalised embedding. In the
generator, batch normalisation's scale and offset belong to the class, but for
the last one (section 4). All else is as in `sngan`, which has the networks of
this paper's appendix A too, and its differences.

Differs from the paper, besides: generated images get the labels of the
batch's real images, not labels drawn uniformly.
"""

from __future__ import annotations

import dataclasses

import tensorflow as tf

from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import SpectralEmbedding
from tfgan_zoo.models import sngan

RECIPE = dataclasses.replace(
    sngan.RECIPE, paper="Miyato & Koyama 2018, arXiv:1802.05637"
)


class Projection(keras.layers.Layer):
    """embed(y) . h, the part of the logit that depends on the label.

    Called with features float32 [B, F] and labels int [B] in
    [0, `num_classes`); returns float32 [B].

    Args:
        num_classes: rows of the embedding.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__(dtype="float32")
        self.num_classes = num_classes

    def build(self, input_shape: tf.TensorShape) -> None:
        self.embed = SpectralEmbedding(
            self.num_classes,
            input_shape[-1],
            embeddings_initializer="glorot_uniform",
            dtype="float32",
        )
        super().build(input_shape)

    def call(
        self,
        features: tf.Tensor,
        labels: tf.Tensor,
        training: bool | None = None,
    ) -> tf.Tensor:
        embedded = self.embed(labels, training=training)
        return tf.reduce_sum(embedded * features, -1)


class Generator(sngan.Generator):
    """Latents [B, Z] and labels [B] to images [B, H, W, C] in [-1, 1]."""

    conditional = True


class Discriminator(sngan.Discriminator):
    """Images [B, H, W, C] in [-1, 1] and labels [B] to logits [B]."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        num_classes: int,
        width: int = RECIPE.width,
        batch_feature: str = "none",
    ) -> None:
        super().__init__(
            image_shape,
            width=width,
            num_classes=num_classes,
            batch_feature=batch_feature,
        )
        self.projection = Projection(num_classes)

    def logits(
        self,
        features: tf.Tensor,
        labels: tf.Tensor | None,
        training: bool | None,
    ) -> tf.Tensor:
        of_all = super().logits(features, labels, training)
        return of_all + self.projection(features, labels, training=training)


SNGANProjection = Architecture(
    name="sngan_projection",
    purpose="class-conditional SNGAN with a projection discriminator",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    image_sizes=sngan.SNGAN.image_sizes,
    conditional=True,
)
