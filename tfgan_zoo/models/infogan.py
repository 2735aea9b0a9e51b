"""InfoGAN: Chen et al. 2016 (arXiv:1606.03657), section 5 and appendix C.1.

Some of the latents are codes. A second head of the discriminator, the paper's
Q, reads them back from the image, and both networks want it to succeed; so each
code comes to mean something visible, such as which digit or its slant.

Differs from the paper, for MNIST:
- the convolutions are those of `dcgan`, with its leak of 0.2 for 0.1, for
  images of any size;
- Q's Gaussian has a standard deviation of 1, as in the authors' code for MNIST,
  where the paper learns it. With it the weight 1 of both terms is theirs;
- the terms leave out the codes' entropy and the Gaussian's, which are constant:
  they are 0 where Q is sure and right;
- normal noise for uniform noise, batches of 64 for 128.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import GAN
from tfgan_zoo.inputs import LatentPart
from tfgan_zoo.layers import NormalizedDense, leaky_relu
from tfgan_zoo.models import dcgan
from tfgan_zoo.networks import DiscriminatorOutput
from tfgan_zoo.recipe import Recipe

CATEGORIES = 10
VALUES = 2
CODES = CATEGORIES + VALUES

RECIPE = Recipe(
    paper="Chen et al. 2016, arXiv:1606.03657",
    latent_dim=62 + CODES,
    generator_learning_rate=1e-3,
    discriminator_learning_rate=2e-4,
)


def _dense(units: int) -> NormalizedDense:
    return NormalizedDense(
        units, kernel_initializer=keras.initializers.RandomNormal(stddev=0.02)
    )


class Generator(dcgan.Generator):
    """Latents [B, Z] to images [B, H, W, C] in [-1, 1]."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        **config: Any,
    ) -> None:
        super().__init__(image_shape, width=width, **config)
        self.hidden = _dense(16 * width)

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = tf.nn.relu(self.hidden(latents, training=training))
        return super().call(x, labels, training)


class Discriminator(dcgan.Discriminator):
    """Images [B, H, W, C] in [-1, 1] to logits [B], and to their codes."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        **config: Any,
    ) -> None:
        super().__init__(image_shape, width=width, **config)
        self.hidden = _dense(16 * width)
        self.code_hidden = _dense(2 * width)
        self.to_codes = keras.layers.Dense(CODES, dtype="float32")

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = super().features(images, labels, training)
        return leaky_relu(self.hidden(x, training=training))

    def recognize(
        self, features: tf.Tensor, training: bool | None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns what the codes of images with such features may have been.

        Args:
            features: float [B, F].
            training: whether batch normalisation takes the batch's statistics.

        Returns:
            The category's logits, float32 [B, 10], and the expected values,
            float32 [B, 2].
        """
        x = self.code_hidden(features, training=training)
        codes = self.to_codes(leaky_relu(x))
        return codes[:, :CATEGORIES], codes[:, CATEGORIES:]

    def call(
        self,
        images: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        output = self.discriminate(images, labels, training)
        self.recognize(output.features, training)  # so that Q is built as well
        return output.logits


class InfoGANModel(GAN):
    """A GAN some of whose latents are codes that the discriminator reads.

    Its latents [N, Z] are, from left to right: Z - 12 values of noise, a
    category as a one-hot vector of 10, and 2 values in (-1, 1). To see what a
    code means, walk it and keep the rest.

    Examples:
        >>> import numpy as np
        >>> gan = InfoGAN((28, 28, 1))
        >>> latents = gan.latents(tf.random.normal([1, gan.latent_dim]))
        >>> walk = np.repeat(latents, 9, axis=0)
        >>> walk[:, -1] = np.linspace(-1, 1, 9)  # the last of the values
        >>> gan(walk).shape  # in [-1, 1]
        TensorShape([9, 28, 28, 1])
    """

    term_names = ("category_loss", "value_loss")
    latent_codes = (
        LatentPart("one_hot", CATEGORIES),
        LatentPart("uniform", VALUES),
    )

    def discriminator_terms(
        self,
        real: DiscriminatorOutput,
        fake: DiscriminatorOutput,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """Returns what both networks get on top, `_code_losses`."""
        return self._code_losses(fake, latents)

    def generator_terms(
        self,
        fake: DiscriminatorOutput,
        labels: tf.Tensor | None,
        latents: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """Returns what both networks get on top, `_code_losses`."""
        return self._code_losses(fake, latents)

    def _code_losses(
        self, fake: DiscriminatorOutput, latents: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """The paper's -L_I, equation 5, but for constants: -log Q(c | x)."""
        _, category, values = tf.split(
            latents, [-1, CATEGORIES, VALUES], axis=1
        )
        logits, expected = self.discriminator.recognize(
            fake.features, training=True
        )
        return {
            "category_loss": tf.nn.softmax_cross_entropy_with_logits(
                category, logits
            ),
            "value_loss": 0.5
            * tf.reduce_sum(tf.math.squared_difference(values, expected), 1),
        }


def _check_recipe(recipe: Recipe) -> None:
    if recipe.latent_dim <= CODES:
        raise ValueError(
            f"`latent_dim` of infogan must be above {CODES}, the "
            f"codes' part of it. Received: {recipe.latent_dim}."
        )
    if recipe.packing > 1:
        raise ValueError(
            "`packing` must be 1 where the images' codes are read one by "
            f"one. Received: {recipe.packing} for infogan."
        )


InfoGAN = Architecture(
    name="infogan",
    purpose="learns interpretable latent codes without labels",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    model=InfoGANModel,
    recipe_rule=_check_recipe,
)
