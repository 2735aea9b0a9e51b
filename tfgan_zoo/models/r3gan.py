"""R3GAN: Huang et al. 2024 (arXiv:2501.05441), sections 3 and 4, config E.

Residual networks without any normalisation, which the objective alone keeps
stable: a relativistic loss of pairs, R1 and R2. Each network is the other one
backwards. The last convolution of a block begins at 0, and the others are
scaled by the number of blocks (Zhang et al. 2019, arXiv:1901.09321).

From a `width` of 512 on, the networks are the paper's: two blocks for each size
of the maps, which double the channels for a 3x3 convolution in groups of 16;
`width` channels up to maps of 32x32, and half as many for each doubling after.
Narrower ones are for few cores: one block for each size, without doubling and
groups, and `width` channels up to maps of 8x8. For CIFAR-10, by class, with
`r3gan_projection`, the authors' settings are

    --width=768 --batch_size=512 --penalty_every=1 --penalty_weight=0.05
    --generator_learning_rate=2e-4 --discriminator_learning_rate=2e-4
    --augmentation=ada --ema_decay=0.99993

and for faces of 64 pixels a batch of 256 and --penalty_weight=2.

Differs from the paper:
- bilinear resampling with the centres of pixels aligned, for a filter of
  [1, 2, 1]; downwards this is the average of four pixels;
- images go through a tanh, which keeps them in [-1, 1];
- rates, beta_2 and the penalty's weight stay; in the authors' code they move,
  by a cosine, to a quarter, from 0.9 to 0.99, and to a tenth; here
  --learning_rate_decay=cosine lets the rates go to 0;
- the recipe is for few cores: a width of 128, batches of 64, rates of 4e-4, and
  a penalty in every fourth step.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    BilinearUpsampling2D,
    DiscriminativeBasis,
    GenerativeBasis,
    GroupedConv2D,
    OneHot,
    PixelTanh,
    Residual,
    leaky_relu,
)
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Huang et al. 2024, arXiv:2501.05441",
    latent_dim=64,
    width=128,
    loss="relativistic_pairing",
    penalty="r1_r2",
    penalty_weight=0.5,
    penalty_every=4,
    generator_learning_rate=4e-4,
    discriminator_learning_rate=4e-4,
    beta_1=0.0,
    beta_2=0.99,
)

PAPER_LEAST_WIDTH = 512

_BASE_SIZE = 4
# Of a block: what keeps the variance of leaky ReLU's inputs.
_LEAKY_GAIN = math.sqrt(2 / (1 + 0.2**2))
_CONVOLUTIONS = 3


class Layout(NamedTuple):
    """How a network is laid out.

    Attributes:
        channels: of the maps of each size, from the smallest on.
        blocks: for each size.
        expansion: within a block, how many times as many channels there are.
        group_width: channels of a group of the 3x3 convolutions; 0 for one
            group.
    """

    channels: tuple[int, ...]
    blocks: int = 1
    expansion: int = 1
    group_width: int = 0


def layout(image_size: int, width: int) -> Layout:
    """Returns the paper's layout, or for smaller widths one for few cores."""
    is_papers = width >= PAPER_LEAST_WIDTH
    widest_side = 32 if is_papers else 8
    sides = [_BASE_SIZE]
    while sides[-1] < image_size:
        sides.append(2 * sides[-1])
    channels = tuple(
        max(width * widest_side // max(side, widest_side), 1) for side in sides
    )
    if is_papers:
        return Layout(channels, blocks=2, expansion=2, group_width=16)
    return Layout(channels)


def _msra(gain: float = 1.0) -> keras.initializers.Initializer:
    """Normal, of a standard deviation of `gain` / sqrt(inputs)."""
    if not gain:
        return keras.initializers.Zeros()
    return keras.initializers.VarianceScaling(
        gain**2, "fan_in", "untruncated_normal"
    )


def _conv(
    channels: int, size: int = 1, *, gain: float = 1.0, **settings: Any
) -> GroupedConv2D:
    return GroupedConv2D(
        channels,
        size,
        padding="same",
        use_bias="activation" in settings,
        kernel_initializer=_msra(gain),
        **settings,
    )


def _dense(units: int, gain: float = 1.0, **policy: str) -> keras.layers.Layer:
    return keras.layers.Dense(
        units, use_bias=False, kernel_initializer=_msra(gain), **policy
    )


def _embedding(
    num_classes: int, size: int, gain: float = 1.0, **policy: str
) -> keras.Sequential | None:
    """Labels [B] to vectors [B, `size`]; None where there are no labels."""
    if not num_classes:
        return None
    return keras.Sequential(
        [OneHot(num_classes, **policy), _dense(size, gain, **policy)]
    )


def _block(channels: int, of: Layout) -> Residual:
    """1x1, 3x3 in groups, 1x1: keeps float [B, H, W, `channels`]."""
    depth = of.blocks * len(of.channels)
    # A convolution's part of 1 / sqrt(depth), by which all blocks of a network
    # add as much variance as one.
    gain = _LEAKY_GAIN * depth ** (-1 / (2 * _CONVOLUTIONS - 2))
    within = of.expansion * channels
    groups = max(within // of.group_width, 1) if of.group_width else 1
    return Residual(
        [
            _conv(within, gain=gain, activation=leaky_relu),
            _conv(within, 3, gain=gain, activation=leaky_relu, groups=groups),
            _conv(channels, gain=0.0),
        ]
    )


def _blocks(channels: int, of: Layout) -> list[Residual]:
    return [_block(channels, of) for _ in range(of.blocks)]


class Generator(networks.Network):
    """Latents [B, Z], and labels [B] if any, to images [B, H, W, C] in [-1, 1].

    Args:
        image_shape: (H, W, C).
        latent_dim: Z; as many values stand for the label.
        width: channels of the smallest maps.
        num_classes: of the labels, 0 for none.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        latent_dim: int = RECIPE.latent_dim,
        width: int = RECIPE.width,
        num_classes: int = 0,
    ) -> None:
        super().__init__()
        self.embed = _embedding(num_classes, latent_dim)
        of = layout(image_shape[0], width)
        before, *others = of.channels
        layers: list[keras.layers.Layer] = [
            GenerativeBasis(_BASE_SIZE, before),
            *_blocks(before, of),
        ]
        for channels in others:
            if channels != before:
                layers.append(_conv(channels))
            layers += [BilinearUpsampling2D(), *_blocks(channels, of)]
            before = channels
        layers += [_conv(image_shape[-1]), PixelTanh()]
        self.main_layers = layers

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        x = latents
        if self.embed is not None:
            embedded = self.embed(labels)
            x = tf.concat([tf.cast(x, embedded.dtype), embedded], -1)
        for layer in self.main_layers:
            x = layer(x)  # Keras hands `training` on
        return x


class Discriminator(networks.Discriminator):
    """Images [B, H, W, C] in [-1, 1], and labels [B] if any, to logits [B].

    With labels, the logit is a product of the projected features and the
    label's embedding, both of as many values as the largest maps' channels.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        num_classes: int = 0,
        batch_feature: str = "none",
    ) -> None:
        super().__init__(batch_feature=batch_feature)
        of = layout(image_shape[0], width)
        before, *others = reversed(of.channels)
        size = before if num_classes else 1
        self.embed = _embedding(
            num_classes, size, gain=size**-0.5, dtype="float32"
        )
        layers: list[keras.layers.Layer] = [
            _conv(before),
            *_blocks(before, of),
        ]
        for channels in others:
            layers.append(keras.layers.AveragePooling2D())
            if channels != before:
                layers.append(_conv(channels))
            layers += _blocks(channels, of)
            before = channels
        self.main_layers = [*layers, DiscriminativeBasis()]
        self.to_logit = _dense(size, dtype="float32")

    @property
    def blocks(self) -> list[Residual]:
        """From the images on, as `--freeze_discriminator` counts them."""
        layers = self.main_layers
        return [layer for layer in layers if isinstance(layer, Residual)]

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = images
        for layer in self.main_layers:
            x = layer(x)
        return x

    def logits(
        self,
        features: tf.Tensor,
        labels: tf.Tensor | None,
        training: bool | None,
    ) -> tf.Tensor:
        if self.embed is None:
            return super().logits(features, labels, training)
        return tf.reduce_sum(self.to_logit(features) * self.embed(labels), -1)


R3GAN = Architecture(
    name="r3gan",
    purpose="modern residual networks without normalisation",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
    image_sizes=(32, 64, 128),
)
