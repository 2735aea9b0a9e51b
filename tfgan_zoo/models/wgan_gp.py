"""WGAN-GP: Gulrajani et al. 2017 (arXiv:1704.00028), Algorithm 1.

WGAN whose discriminator is held to a slope of 1 by a penalty on its gradient,
not by clipped weights. That gradient belongs to each image alone only without
batch normalisation (section 4); the discriminator has no normalisation at all,
as in the authors' code for CIFAR-10 and MNIST, and beta_1 is that code's 0.5,
where Algorithm 1 has 0.

Differs from the paper:
- the generator is that of `dcgan` and the discriminator has its convolutions,
  with kernels of 4 for 5;
- weights of the discriminator are drawn by He et al. 2015 (arXiv:1502.01852),
  from normals, where the authors' code draws from uniform numbers;
- no bias on the logit, where it would cancel in the loss.
"""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import Conv2D, leaky_relu
from tfgan_zoo.models import dcgan
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Gulrajani et al. 2017, arXiv:1704.00028",
    latent_dim=128,
    loss="wasserstein",
    penalty="gradient_penalty",
    penalty_weight=10.0,
    discriminator_steps=5,
    generator_learning_rate=1e-4,
    discriminator_learning_rate=1e-4,
    beta_1=0.5,
    beta_2=0.9,
)

Generator = dcgan.Generator

_KERNEL_SIZE = 4


class Discriminator(networks.Discriminator):
    """Images [B, H, W, C] in [-1, 1] to logits [B], of any size."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        num_classes: int = 0,
        batch_feature: str = "none",
    ) -> None:
        super().__init__(batch_feature=batch_feature)
        _, halvings = dcgan.levels(image_shape[0])
        self.convs = [
            Conv2D(
                width << level,
                _KERNEL_SIZE,
                strides=2,
                padding="same",
                kernel_initializer="he_normal",
            )
            for level in range(halvings)
        ]
        self.flatten = keras.layers.Flatten()
        self.to_logit = keras.layers.Dense(1, use_bias=False, dtype="float32")

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = images
        for conv in self.convs:
            x = leaky_relu(conv(x, training))
        return self.flatten(x)


WGANGP = Architecture(
    name="wgan_gp",
    purpose="stable, and its loss measures progress; slow",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
)
