"""StyleGAN2: Karras et al. 2020 (arXiv:1912.04958).

A mapping network turns latents z into w, of which each convolution of the
generator makes its style (section 2.2). A generator with skips to the image and
a residual discriminator (section 4.1, figure 7), an equalised learning rate, a
minibatch standard deviation in groups of 4, R1 in every 16th step (section
3.1), and style mixing. Convolutions have `width` channels at the size of the
image, twice as many at half of it, and so on, at most 512.

The recipe is for two cores. From a `width` of 128 on the mapping network has
the paper's 8 layers, and below 2. The settings of the authors' later code
(Karras et al. 2020, arXiv:2006.06676) for 128 pixels are

    --width=128 --latent_dim=512 --penalty_weight=0.1 --ema_decay=0.998

and a width of 256 for 64 pixels, of 512 for 32.

Differs from the paper:
- truncation (appendix B of Karras et al. 2019, arXiv:1812.04948): the length
  of z, which the mapping network does not see, says how far an image may be
  from the average one. Latents of the usual length are not truncated;
- maps are doubled by nearest neighbours and halved by averages, with which a
  convolution is as cheap as without, in place of a filter of [1, 3, 3, 1];
  images are doubled by that filter;
- images go through a tanh, which keeps them in [-1, 1];
- no noise is added to the maps, no path length regularised (section 3.2), and
  Adam's rates stay as they are with a lazy penalty.
"""

from __future__ import annotations

import math

import tensorflow as tf

from tfgan_zoo import networks
from tfgan_zoo.architecture import Architecture
from tfgan_zoo.backend import keras
from tfgan_zoo.layers import (
    BilinearUpsampling2D,
    EqualizedConv2D,
    EqualizedDense,
    Mapping,
    MinibatchStandardDeviation,
    ModulatedConv2D,
    OneHot,
    PixelTanh,
    batch,
    training_pass,
)
from tfgan_zoo.models.dcgan import levels
from tfgan_zoo.recipe import Recipe

RECIPE = Recipe(
    paper="Karras et al. 2020, arXiv:1912.04958",
    latent_dim=128,
    width=16,
    batch_feature="minibatch_stddev",
    penalty="r1",
    penalty_weight=0.5,
    penalty_every=16,
    generator_learning_rate=2e-3,
    discriminator_learning_rate=2e-3,
    beta_1=0.0,
    beta_2=0.99,
    batch_size=32,
    ema_decay=0.998,
)

PAPER_LEAST_WIDTH = 128

_MOST_CHANNELS = 512
_MAPPING_LAYERS = 2
_PAPER_MAPPING_LAYERS = 8
_STYLE_MIXING = 0.9
_GROUP_SIZE = 4


def _channels(image_size: int, width: int) -> list[int]:
    """Returns the numbers of channels, from the smallest maps to the image."""
    _, doublings = levels(image_size)
    counts = [width << level for level in range(doublings + 1)]
    return [min(count, _MOST_CHANNELS) for count in reversed(counts)]


class Generator(networks.Network):
    """Latents [B, Z] to images [B, H, W, C] in [-1, 1]."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        latent_dim: int = RECIPE.latent_dim,
        width: int = RECIPE.width,
        num_classes: int = 0,
    ) -> None:
        super().__init__()
        side, _ = levels(image_shape[0])
        first, *channels = _channels(image_shape[0], width)
        is_papers = width >= PAPER_LEAST_WIDTH
        depth = _PAPER_MAPPING_LAYERS if is_papers else _MAPPING_LAYERS
        self.mapping = Mapping(latent_dim, num_classes, depth)
        self.constant = self.add_weight(
            "constant",
            [1, side, side, first],
            initializer=keras.initializers.RandomNormal(stddev=1.0),
        )
        self.blocks = [[ModulatedConv2D(first)]]  # [B, 4, 4, first]
        for count in channels:  # twice the side
            double = ModulatedConv2D(count, double=True)
            self.blocks.append([double, ModulatedConv2D(count)])
        self.to_images = [
            ModulatedConv2D(image_shape[-1], 1, to_image=True)
            for _ in self.blocks
        ]
        self.double = BilinearUpsampling2D(dtype="float32")
        self.tanh = PixelTanh()
        # One for each convolution, and for the last of those to the image.
        self.num_styles = sum(map(len, self.blocks)) + 1

    def call(
        self,
        latents: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        w = self.mapping(latents, labels, training=training)
        styles = [w] * self.num_styles
        if training and training_pass.current().updates_state:
            self.mapping.follow(w)
            styles = self.mix(w, labels)
        return self.synthesize(styles, training)

    def mix(self, w: tf.Tensor, labels: tf.Tensor | None) -> list[tf.Tensor]:
        """Returns w [B, Z] of each style; some turn to another w on the way.

        Karras et al. 2019 (arXiv:1812.04948), section 3.1.
        """
        random = training_pass.current().random
        if random is None:
            return [w] * self.num_styles
        random = random.scoped("style_mixing/")
        latents = random.normal("latents", w.shape[1:])
        other = self.mapping(latents, labels, training=True)
        turn = random.integers("turn", minval=1, maxval=self.num_styles)
        turns = random.uniform("share") < _STYLE_MIXING
        return [
            tf.where((turns & (turn <= i))[:, tf.newaxis], other, w)
            for i in range(self.num_styles)
        ]

    def synthesize(
        self, styles: list[tf.Tensor], training: bool | None
    ) -> tf.Tensor:
        """Returns the images of `num_styles` times w [B, Z]."""
        following = iter(styles)
        w = next(following)
        x, image = tf.convert_to_tensor(self.constant), None
        for convs, to_image in zip(self.blocks, self.to_images):
            for conv in convs:
                x = conv(x, w, training=training)
                w = next(following)
            details = tf.cast(to_image(x, w, training=training), tf.float32)
            image = details if image is None else self.double(image) + details
        return self.tanh(image)


class ResidualBlock(keras.layers.Layer):
    """Halves maps: conv, conv and averages, and beside them averages and conv.

    Args:
        before, after: channels of the inputs, and of the outputs.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = EqualizedConv2D(before)
        self.second = EqualizedConv2D(after, halve=True)
        self.pool = keras.layers.AveragePooling2D()
        self.shortcut = EqualizedConv2D(after, 1, is_activated=False)

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        x = self.second(self.first(inputs, training), training)
        shortcut = self.shortcut(self.pool(inputs), training)
        return (x + shortcut) * math.sqrt(0.5)


class Discriminator(networks.Discriminator):
    """Images [B, H, W, C] in [-1, 1] to logits [B].

    With classes, one of as many logits, that of the label.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        *,
        width: int = RECIPE.width,
        num_classes: int = 0,
        batch_feature: str = "none",
    ) -> None:
        super().__init__()
        channels = _channels(image_shape[0], width)
        self.from_image = EqualizedConv2D(channels[-1], 1)
        # From the largest maps to the smallest.
        self.blocks = [
            ResidualBlock(before, after)
            for before, after in zip(channels[:0:-1], channels[-2::-1])
        ]
        self.statistics = (
            MinibatchStandardDeviation(_GROUP_SIZE)
            if batch_feature == "minibatch_stddev"
            else batch.get(batch_feature)
        )
        self.last_conv = EqualizedConv2D(channels[0])
        self.flatten = keras.layers.Flatten()
        self.hidden = EqualizedDense(channels[0], is_activated=True)
        self.to_logit = EqualizedDense(max(num_classes, 1), dtype="float32")
        self.one_hot = OneHot(max(num_classes, 1), dtype="float32")

    def features(
        self, images: tf.Tensor, labels: tf.Tensor | None, training: bool | None
    ) -> tf.Tensor:
        x = self.from_image(images, training=training)
        for block in self.blocks:
            x = block(x, training=training)
        if self.statistics is not None:
            x = self._append_planes(self.statistics, x)
        x = self.last_conv(x, training=training)
        return self.hidden(self.flatten(x))

    def _append_planes(
        self, statistics: keras.layers.Layer, maps: tf.Tensor
    ) -> tf.Tensor:
        """Appends planes of the batch's statistics to maps [B, 4, 4, C]."""
        flat = self.flatten(maps)
        planes = statistics(flat)[:, flat.shape[-1] :]
        planes = tf.cast(planes[:, tf.newaxis, tf.newaxis], maps.dtype)
        planes *= tf.ones_like(maps[..., :1])
        return tf.concat([maps, planes], -1)

    def logits(
        self,
        features: tf.Tensor,
        labels: tf.Tensor | None,
        training: bool | None,
    ) -> tf.Tensor:
        logits = self.to_logit(features)
        if logits.shape[-1] == 1:
            return logits[:, 0]
        return tf.reduce_sum(logits * self.one_hot(labels), -1)


StyleGAN2 = Architecture(
    name="stylegan2",
    purpose="styles at each resolution: sharp images in colour",
    recipe=RECIPE,
    generator=Generator,
    discriminator=Discriminator,
)
