"""A fully connected pair: Goodfellow et al. 2014 (arXiv:1406.2661), section 5.

The smallest of the field, for small images. With `generator_dropout` it is
close to the "lite" networks of codekansas/gandlf's MNIST example, whose sizes
these are.

Differs from the authors' code for MNIST:
- two hidden layers of 512 units in both networks, where its generator has two
  of 1,200 and its discriminator two of maxout, 240 units of 5 pieces;
- batch normalisation in the generator, leaky rectifiers in the discriminator;
- a fifth of the discriminator's hidden units is dropped, as in gandlf, where
  the authors drop half of them and a fifth of the pixels;
- Adam for momentum. At 5e-4 digits are fair after 4,000 steps, at the 2e-4 of
  `dcgan` after far more.
"""

from __future__ import annotations

import math

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    NormalizedDense,
    PermanentDropout,
    PixelTanh,
    ProjectAndReshape,
    StepDropout,
    leaky_relu,
)
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Goodfellow et al. 2014, arXiv:1406.2661",
    width=512,
    generator_learning_rate=5e-4,
    discriminator_learning_rate=5e-4,
)

_HIDDEN_LAYERS = 2
_DISCRIMINATOR_DROPOUT = 0.2


class Generator(networks.Network):
    """Latents [B, Z] to images [B, H, W, C] in [-1, 1].

    Args:
        image_shape: of the images.
        latent_dim: Z.
        width: units of a hidden layer.
        num_classes: ignored.
        dropout: share of the first hidden layer's units that is dropped, in
            training and ever after. Which ones is up to the last `width` of
            the latents, standard normals; the layer gets the others.

    Raises:
        ValueError: `latent_dim` leaves none for the layer.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        latent_dim: int = RECIPE.latent_dim,
        width: int = RECIPE.width,
        num_classes: int = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if dropout and latent_dim <= width:
            raise ValueError(
                "`latent_dim` must be above `width`, as dropout takes so many "
                f"latents. Received: {latent_dim} for a width of {width}."
            )
        self.inputs_dim = latent_dim - width if dropout else latent_dim
        self.hidden = [NormalizedDense(width) for _ in range(_HIDDEN_LAYERS)]
        self.dropout = PermanentDropout(dropout) if dropout else None
        self.to_pixels = keras.layers.Dense(math.prod(image_shape))
        self.reshape = keras.layers.Reshape(image_shape)
        self.to_image = ProjectAndReshape(
            self.to_pixels, self.reshape, activation=PixelTanh()
        )

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = latents
        if self.dropout is not None:
            x = latents[:, : self.inputs_dim]
        for level, hidden in enumerate(self.hidden):
            x = tf.nn.relu(hidden(x, training=training))
            if level == 0 and self.dropout is not None:
                x = self.dropout(x, latents[:, self.inputs_dim :])
        return self.to_image(x)


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
        self.flatten = keras.layers.Flatten()
        self.hidden = [keras.layers.Dense(width) for _ in range(_HIDDEN_LAYERS)]
        self.dropouts = [
            StepDropout(_DISCRIMINATOR_DROPOUT, stream=f"hidden_{level}")
            for level in range(_HIDDEN_LAYERS)
        ]
        self.to_logit = keras.layers.Dense(1, dtype="float32")

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = self.flatten(images)
        for dense, dropout in zip(self.hidden, self.dropouts):
            x = leaky_relu(dense(x))
            x = dropout(x, training=training)
        return x


def _check_recipe(recipe: Recipe) -> None:
    if recipe.generator_dropout and recipe.latents != "normal":
        raise ValueError(
            "`latents` must be normal with `generator_dropout`, which they "
            f"decide. Received: {recipe.latents}."
        )


MLP = Architecture(
    name="mlp",
    purpose="no convolutions: the smallest and fastest, for digits",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    image_sizes=(28, 32, 64),
    recipe_rule=_check_recipe,
)
