"""An upsampler: SRGAN, Ledig et al. 2017 (arXiv:1609.04802), small.

The generator paints a small image at twice its size. It is convolutional from
end to end, so it takes images of any size, and its own: twice makes four times.
The training images are shrunk for it by half; both losses of the paper, one of
content and the adversarial one, compare what it paints with the originals.

Differs from the paper:
- twice the size for four times, by one pixel shuffle (Shi et al. 2016,
  arXiv:1609.05158) after the last convolution, so that all of them work at the
  small size; 4 residual blocks for 16, kernels of 3 throughout, ReLU for PReLU;
- no batch normalisation, as Lim et al. 2017 (arXiv:1707.02921), section 3.1;
- the network's output is what an enlargement to equal pixels lacks, and each
  2x2 pixels of it sum to 0: the painted image, shrunk, is the small one again,
  but for the clipping to [-1, 1];
- the content is compared by the mean absolute difference of pixels, for that of
  VGG features: its weight is 100, Isola et al. 2017 (arXiv:1611.07004), section
  3.3, where the paper has 1 beside an adversarial weight of 1e-3;
- images are shrunk by averaging 2x2 pixels, for a bicubic kernel;
- the discriminator is that of `dcgan`, and meets the generator untrained, for
  one trained on the content first;
- learning rates of 1e-3 and 2e-4 for 1e-4, batches of 64 for 16.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import images as pixels
from tfgan_zoo import inputs, networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.layers import Residual, deployment
from tfgan_zoo.models import dcgan
from tfgan_zoo.random import StepRandom

RECIPE = Recipe(
    paper="Ledig et al. 2017, arXiv:1609.04802",
    width=32,
    generator_learning_rate=1e-3,
)

RECONSTRUCTION_WEIGHT = 100.0

_BLOCKS = 4
_FACTOR = 2
_PARTS = _FACTOR**2


def shrunk(images: tf.Tensor) -> tf.Tensor:
    """Returns [B, H, W, C] at half the size, [B, H/2, W/2, C], by averages."""
    return tf.nn.avg_pool2d(images, _FACTOR, _FACTOR, "VALID")


def enlarged(images: tf.Tensor) -> tf.Tensor:
    """Returns [B, H, W, C] at twice the size, each pixel as 2x2 equal ones."""
    return tf.nn.depth_to_space(tf.concat([images] * _PARTS, -1), _FACTOR)


def _clip(images: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value(images, -1.0, 1.0)


def _centred(values: tf.Tensor) -> tf.Tensor:
    """Subtracts the mean over the parts from [..., parts * C]."""
    parts = tf.split(values, _PARTS, axis=-1)
    mean = tf.add_n(parts) / _PARTS
    return tf.concat([part - mean for part in parts], -1)


@tf.custom_gradient
def _clipped(images: tf.Tensor) -> tuple[tf.Tensor, Any]:
    """Clips to [-1, 1]; a gradient that leads back from beyond passes.

    Without any, a network that once paints all pixels black stays there.
    """

    def gradient(upstream: tf.Tensor) -> tf.Tensor:
        leads_out = (images > 1.0) & (upstream < 0.0)
        leads_out |= (images < -1.0) & (upstream > 0.0)
        return tf.where(leads_out, 0.0, upstream)

    return _clip(images), gradient


def _conv(channels: int, **settings: Any) -> keras.layers.Conv2D:
    return keras.layers.Conv2D(
        channels,
        3,
        padding="same",
        **{"kernel_initializer": "he_normal", **settings},
    )


class Generator(networks.Network):
    """Images [B, H, W, C] in [-1, 1] to [B, 2H, 2W, C], of any H and W.

    Args:
        image_shape: of the large images of a training.
        latent_dim: not looked at.
        width: channels of all hidden layers.
        num_classes: not looked at.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        latent_dim: int = RECIPE.latent_dim,
        width: int = RECIPE.width,
        num_classes: int = 0,
    ) -> None:
        super().__init__(
            image_shape=image_shape,
            latent_dim=latent_dim,
            width=width,
            num_classes=num_classes,
        )
        self.from_image = _conv(width, activation="relu")
        self.body = Residual(
            [
                Residual([_conv(width, activation="relu"), _conv(width)])
                for _ in range(_BLOCKS)
            ]
        )
        # A training begins with the enlargement, nearly.
        self.to_details = _conv(
            _PARTS * image_shape[-1],
            kernel_initializer=keras.initializers.RandomNormal(stddev=2e-3),
        )

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = self.body(self.from_image(latents))
        if deployment.is_deployed():
            return self._deployed(x, latents)
        details = tf.cast(self.to_details(x), tf.float32)
        # Of each pixel's 2x2: upper left, upper right, lower left, lower right.
        parts = tf.split(details, _PARTS, axis=-1)
        base = tf.cast(latents, tf.float32) - tf.add_n(parts) / _PARTS
        painted = tf.concat([base + part for part in parts], -1)
        painted = tf.nn.depth_to_space(painted, _FACTOR)
        # An export cannot hold a gradient of one's own.
        clip = _clipped if training else _clip
        return clip(painted)

    def _deployed(self, x: tf.Tensor, latents: tf.Tensor) -> tf.Tensor:
        """Paints by a convolution whose details sum to 0 of themselves."""
        kernel, bias = (
            deployment.constant(functools.partial(_centred, weight))
            for weight in self.to_details.weights
        )
        details = tf.nn.conv2d(x, kernel, 1, "SAME") + bias
        painted = _clip(tf.concat([latents] * _PARTS, -1) + details)
        return tf.nn.depth_to_space(painted, _FACTOR)


class Upsampler(Architecture):
    """Paints small images at twice their size, 14 to 64 pixels in training.

    `gan(small)` paints float32 [N, H, W, C] in [-1, 1], of any H and W, and
    `gan(gan(small))` four times as large. Its latents are such images, so that
    a recipe's `latent_dim` and `latents` are not for it.
    """

    purpose = "paints small images at twice their size, and again"
    default_recipe = RECIPE
    generator_class = Generator
    discriminator_class = dcgan.Discriminator
    term_names = ("reconstruction_loss",)
    task = inputs.ENLARGE

    @classmethod
    def check_recipe(cls, recipe: Recipe) -> None:
        super().check_recipe(recipe)
        for name in ("latent_dim", "latents"):
            value = getattr(recipe, name)
            if value != getattr(RECIPE, name):
                raise ValueError(
                    f"`{name}` is not for {cls.architecture_name()}, which "
                    f"takes images. Received: {value}."
                )

    def make_input_spec(self) -> inputs.InputSpec:
        """Returns the input `small_images`, at half the size of its images."""
        height, width, channels = self.generator.get_config()["image_shape"]
        shape = (height // _FACTOR, width // _FACTOR, channels)
        return inputs.InputSpec("small_images", inputs.IMAGE, shape)

    def step_latents(self, real: tf.Tensor, rng: StepRandom) -> tf.Tensor:
        """Returns the real images at half their size."""
        return shrunk(real)

    def image_terms(
        self, real: tf.Tensor, fake: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """Returns 100 times the mean absolute difference, float32 [B]."""
        distance = tf.reduce_mean(tf.abs(real - fake), axis=[1, 2, 3])
        return {"reconstruction_loss": RECONSTRUCTION_WEIGHT * distance}

    def show(self, count: int, real: np.ndarray) -> np.ndarray:
        """Returns strips: a small image, what is painted of it, the original.

        Args:
            count: images in all, at least 3: a third of it strips.
            real: uint8 [M, H, W, C], originals.

        Returns:
            uint8 [min(count // 3, M), H, 3 W, C].
        """
        originals = pixels.from_uint8(real[: count // 3])
        small = shrunk(originals)
        strips = tf.concat([enlarged(small), self(small), originals], axis=2)
        return pixels.to_uint8(strips).numpy()
