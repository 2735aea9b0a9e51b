"""AC-GAN: Odena et al. 2017 (arXiv:1610.09585), section 3 and table 2.

The discriminator does not get the label but classifies real and generated
images; the generator is trained to have its images classified as their labels.

Differs from the paper, for CIFAR-10:
- the generator is that of `conditional_gan`: two thirds of the channels,
  kernels of 4 for 5, batch normalisation in its first layer too;
- no noise on the discriminator's activations, of which the paper tried standard
  deviations of 0, 0.1 and 0.2;
- batches of 64 for 100.
"""

from __future__ import annotations

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import GAN
from tfgan_zoo.layers import (
    BatchNormalization,
    Conv2D,
    StepDropout,
    leaky_relu,
)
from tfgan_zoo.models import conditional_gan
from tfgan_zoo.networks import DiscriminatorOutput
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(paper="Odena et al. 2017, arXiv:1610.09585")

Generator = conditional_gan.Generator

_STRIDES = (2, 1, 2, 1, 2, 1)
_DROPOUT = 0.5


def _normal() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=0.02)


class Discriminator(networks.Discriminator):
    """Images [B, H, W, C] in [-1, 1] to logits [B], and to classes.

    Args:
        image_shape: of the images.
        width: four times the channels of the first layer, the paper's 16.
        num_classes: of the labels.
        batch_feature: see `networks.Discriminator`.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        num_classes: int,
        width: int = RECIPE.width,
        batch_feature: str = "none",
    ) -> None:
        super().__init__(batch_feature=batch_feature)
        first = max(width // 4, 1)
        levels = range(len(_STRIDES))
        self.convs = [
            Conv2D(
                first << level,
                3,
                strides=_STRIDES[level],
                padding="same",
                use_bias=level == 0,
                kernel_initializer=_normal(),
            )
            for level in levels
        ]
        self.norms = [BatchNormalization() for _ in levels[1:]]
        self.dropouts = [
            StepDropout(_DROPOUT, stream=f"level_{level}") for level in levels
        ]
        self.flatten = keras.layers.Flatten()
        # The logit first, then those of the classes.
        self.to_logit = keras.layers.Dense(
            1 + num_classes, kernel_initializer=_normal(), dtype="float32"
        )

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = leaky_relu(self.convs[0](images, training))
        x = self.dropouts[0](x, training=training)
        for conv, norm, dropout in zip(
            self.convs[1:], self.norms, self.dropouts[1:]
        ):
            x = leaky_relu(norm(conv(x, training), training=training))
            x = dropout(x, training=training)
        return self.flatten(x)

    def classify(self, features: tf.Tensor) -> tf.Tensor:
        """Returns the classes' logits, float32 [B, num_classes]."""
        return self.to_logit(features)[:, 1:]


class ACGANModel(GAN):
    """A GAN whose discriminator names the class of its images too."""

    term_names = ("real_class_loss", "fake_class_loss")

    def discriminator_terms(
        self,
        real: DiscriminatorOutput,
        fake: DiscriminatorOutput,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """Returns the two parts of the paper's L_C, equation 3, negated."""
        return {
            "real_class_loss": self._class_loss(real, labels),
            "fake_class_loss": self._class_loss(fake, labels),
        }

    def generator_terms(
        self,
        fake: DiscriminatorOutput,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """Returns the part of L_C that depends on the generator, negated."""
        return {"fake_class_loss": self._class_loss(fake, labels)}

    def _class_loss(
        self, output: DiscriminatorOutput, labels: tf.Tensor | None
    ) -> tf.Tensor:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels, self.discriminator.classify(output.features)
        )


ACGAN = Architecture(
    name="acgan",
    purpose="class-conditional; the discriminator is a classifier too",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    model=ACGANModel,
    conditional=True,
)
