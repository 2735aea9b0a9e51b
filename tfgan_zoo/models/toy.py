"""Networks for points in the plane: Lin et al. 2018 (arXiv:1712.04086).

Section 4.1 and the authors' code, fjxmlzn/PacGAN: a generator of four hidden
layers of 400 units with batch normalisation, a discriminator of three maxout
layers (Goodfellow et al. 2013, arXiv:1302.4389) of 200 units with five pieces,
latents of two normal values, the non-saturating loss, both networks moved at
once, Adam at 1e-4 with beta_1 0.8, batches of 100.

Differs from the paper:
- `width` is the discriminator's units, the generator has twice as many; by
  default 32 for 200;
- no batch normalisation: the sampling error of a batch's statistics would move
  its points by more than the width of a cluster of ring8;
- He et al.'s initial weights (2015, arXiv:1502.01852) for normal ones of
  deviation 0.02, with which so narrow networks learn nothing for long;
- 15,000 steps for 400,000, and so higher learning rates;
- samples come from an average of the generator's weights.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Lin et al. 2018, arXiv:1712.04086",
    latent_dim=2,
    width=32,
    steps=15_000,
    batch_size=100,
    update="joint",
    generator_learning_rate=1e-3,
    discriminator_learning_rate=5e-3,
    beta_1=0.8,
)

_GENERATOR_LAYERS = 4
_DISCRIMINATOR_LAYERS = 3
_PIECES = 5


def _dense(units: int, **settings: Any) -> keras.layers.Dense:
    return keras.layers.Dense(
        units, kernel_initializer="he_uniform", **settings
    )


class Generator(networks.Network):
    """Latents [B, Z] to points [B, 2], of any size."""

    def __init__(
        self,
        image_shape: tuple[int, ...],
        *,
        latent_dim: int = RECIPE.latent_dim,
        width: int = RECIPE.width,
        num_classes: int = 0,
    ) -> None:
        super().__init__()
        self.hidden = [_dense(2 * width) for _ in range(_GENERATOR_LAYERS)]
        self.to_point = _dense(image_shape[0], dtype="float32")

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = latents
        for hidden in self.hidden:
            x = tf.nn.relu(hidden(x))
        return self.to_point(x)


class Discriminator(networks.Discriminator):
    """Points [B, 2], or packs of N of them [B, 2 * N], to logits [B]."""

    def __init__(
        self,
        image_shape: tuple[int, ...],
        *,
        width: int = RECIPE.width,
        num_classes: int = 0,
        batch_feature: str = "none",
    ) -> None:
        super().__init__(batch_feature=batch_feature)
        self.hidden = [
            _dense(_PIECES * width) for _ in range(_DISCRIMINATOR_LAYERS)
        ]
        self.pieces = keras.layers.Reshape((width, _PIECES))
        self.to_logit = _dense(1, dtype="float32")

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = images
        for hidden in self.hidden:
            x = tf.reduce_max(self.pieces(hidden(x)), -1)
        return x


def _check_shape(shape: tuple[int, ...]) -> None:
    if tuple(shape) != (2,):
        raise ValueError(
            "toy makes points of the plane, shape (2,), such as those of "
            f"ring8, grid25 and xor. Received: {tuple(shape)}."
        )


Toy = Architecture(
    name="toy",
    purpose="points in the plane; shows in seconds how a GAN loses modes",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    image_sizes=(),
    shape_rule=_check_shape,
)
