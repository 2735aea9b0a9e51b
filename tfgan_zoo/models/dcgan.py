"""DCGAN: Radford et al. 2015 (arXiv:1511.06434), section 3 and figure 1.

Differs from the paper:
- kernels of 4, a multiple of the stride, for 5: every output pixel is reached
  by as many taps, which leaves no checkerboard, and it costs two thirds;
- the first width of the discriminator is `width` and doubles with each halving
  of the image, and the generator mirrors it, for images of any size; the paper
  gives one network, of 64 pixels and twice this width;
- normal latents for uniform ones; batches of 64 for 128, which learns faster
  on few cores; samples come from an average of the generator's weights.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN
from tfgan_zoo.layers import BatchNormalization

RECIPE = Recipe(paper="Radford et al. 2015, arXiv:1511.06434")

# Image size to the side of the smallest feature map.
BASE_SIZES = {28: 7, 32: 4, 64: 4, 128: 4}

_INITIALIZER_STDDEV = 0.02
_KERNEL_SIZE = 4


def _levels(image_shape: tuple[int, int, int]) -> tuple[int, int]:
    """Returns the smallest feature map's side and the number of doublings."""
    height, width, channels = image_shape
    if height != width or height not in BASE_SIZES:
        sizes = ", ".join(str(size) for size in BASE_SIZES)
        raise ValueError(
            "`image_size` of a dcgan must be among: "
            f"{sizes}. Received: {height}x{width}."
        )
    if channels not in (1, 3):
        raise ValueError(
            f"`image_shape` must have 1 or 3 channels. Received: {channels}."
        )
    base = BASE_SIZES[height]
    return base, (height // base).bit_length() - 1


def _normal() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=_INITIALIZER_STDDEV)


class Generator(keras.Model):
    """Latents [B, Z] to images [B, H, W, C] in [-1, 1]."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        latent_dim: int = RECIPE.latent_dim,
        width: int = RECIPE.width,
    ) -> None:
        super().__init__()
        self._config = {
            "image_shape": tuple(image_shape),
            "latent_dim": latent_dim,
            "width": width,
        }
        base, levels = _levels(image_shape)
        channels = width << (levels - 1)
        self.project = keras.layers.Dense(
            base * base * channels,
            use_bias=False,
            kernel_initializer=_normal(),
        )
        self.reshape = keras.layers.Reshape((base, base, channels))
        self.norms = [BatchNormalization() for _ in range(levels)]
        self.convs = [
            self._doubling(channels >> level) for level in range(1, levels)
        ]
        self.to_image = self._doubling(image_shape[-1], use_bias=True)

    @staticmethod
    def _doubling(
        channels: int, use_bias: bool = False
    ) -> keras.layers.Conv2DTranspose:
        return keras.layers.Conv2DTranspose(
            channels,
            _KERNEL_SIZE,
            strides=2,
            padding="same",
            use_bias=use_bias,
            kernel_initializer=_normal(),
        )

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = self.reshape(self.project(latents))
        x = tf.nn.relu(self.norms[0](x, training=training))
        for conv, norm in zip(self.convs, self.norms[1:]):
            x = tf.nn.relu(norm(conv(x), training=training))
        return tf.tanh(tf.cast(self.to_image(x), tf.float32))

    def get_config(self) -> dict[str, Any]:
        return dict(self._config)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Generator:
        return cls(**config)


class Discriminator(keras.Model):
    """Images [B, H, W, C] in [-1, 1] to logits [B]."""

    def __init__(
        self, image_shape: tuple[int, int, int], *, width: int = RECIPE.width
    ) -> None:
        super().__init__()
        self._config = {"image_shape": tuple(image_shape), "width": width}
        _, levels = _levels(image_shape)
        self.convs = [
            keras.layers.Conv2D(
                width << level,
                _KERNEL_SIZE,
                strides=2,
                padding="same",
                use_bias=False,
                kernel_initializer=_normal(),
            )
            for level in range(levels)
        ]
        self.norms = [BatchNormalization() for _ in range(levels - 1)]
        self.flatten = keras.layers.Flatten()
        self.to_logit = keras.layers.Dense(
            1, kernel_initializer=_normal(), dtype="float32"
        )

    def call(
        self,
        images: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = tf.nn.leaky_relu(self.convs[0](images), 0.2)
        for conv, norm in zip(self.convs[1:], self.norms):
            x = tf.nn.leaky_relu(norm(conv(x), training=training), 0.2)
        return self.to_logit(self.flatten(x))[:, 0]

    def get_config(self) -> dict[str, Any]:
        return dict(self._config)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Discriminator:
        return cls(**config)


class DCGAN(GAN):
    """DCGAN for square images of 28, 32, 64 or 128 pixels, grey or colour.

    Args:
        image_shape: (height, width, channels).
        latent_dim: values a latent vector; by default the recipe's.
        num_classes: taken as every architecture takes it; labels are ignored.
        recipe: `RECIPE`, or a changed copy of it.
        seed: of the latents of training.

    Raises:
        ValueError: `image_shape` is none of those above.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        latent_dim: int | None = None,
        num_classes: int = 0,
        recipe: Recipe = RECIPE,
        seed: int = 0,
    ) -> None:
        if latent_dim is not None:
            recipe = dataclasses.replace(recipe, latent_dim=latent_dim)
        super().__init__(
            Generator(
                image_shape, latent_dim=recipe.latent_dim, width=recipe.width
            ),
            Discriminator(image_shape, width=recipe.width),
            recipe=recipe,
            seed=seed,
        )

    @classmethod
    def check_image_shape(cls, image_shape: tuple[int, int, int]) -> None:
        _levels(image_shape)
