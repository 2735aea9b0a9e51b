"""Residual blocks of generators that grow and discriminators that shrink.

Those of Miyato et al. 2018 (arXiv:1802.05957), figure 8 of appendix B.4, after
Gulrajani et al. 2017 (arXiv:1704.00028), appendix F. Two identities make them
cheaper and change no result but by rounding:

- a convolution of 3x3 after a nearest-neighbour doubling is a transposed one
  of 4x4 with a stride of 2, and one before an average pooling is a convolution
  of 4x4 with a stride of 2: 4 products a pixel in place of 9. The kernel stays
  one of 3x3, and is what spectral normalisation sees;
- a convolution of 1x1 may as well come before the doubling or after the
  pooling, where there are a quarter of the pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers.deployment import DeployableLayer
from tfgan_zoo.layers.folding import convolve_by_pixel_shuffle
from tfgan_zoo.layers.normalization import (
    BatchNormalization,
    ConditionalBatchNormalization,
)
from tfgan_zoo.layers.spectral import SpectralConv2D

_KERNEL_SIZE = 3


def widened(kernel: tf.Tensor) -> tf.Tensor:
    """Convolves a kernel, [3, 3, I, O], with 2x2 ones: [4, 4, I, O]."""
    padded = tf.pad(kernel, [[1, 1], [1, 1], [0, 0], [0, 0]])
    rows = padded[1:] + padded[:-1]
    return rows[:, 1:] + rows[:, :-1]


class _Doubling(keras.layers.Layer):
    """Mixed into a convolution, doubles the sides of its inputs first."""

    def compute_output_shape(
        self, input_shape: tf.TensorShape
    ) -> tf.TensorShape:
        batch, *sides, _ = input_shape
        sides = [None if side is None else 2 * side for side in sides]
        return tf.TensorShape([batch, *sides, self.filters])

    transposed_size = 4
    transposed_stride = 2

    @property
    def transposed_kernel(self) -> tf.Tensor:
        """[4, 4, O, I] of the kernel in use."""
        return self._transposed(self.kernel_in_use(training=False))

    def convolution_op(self, inputs: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        batch, *sides, _ = tf.unstack(tf.shape(inputs))
        known = inputs.shape[1:3]
        doubled = [2 * (k or side) for k, side in zip(known, sides)]
        return tf.nn.conv2d_transpose(
            inputs,
            self._transposed(kernel),
            [batch, *doubled, self.filters],
            strides=2,
            padding="SAME",
        )

    def _transposed(self, kernel: tf.Tensor) -> tf.Tensor:
        # A transposed convolution goes through its kernel backwards.
        kernel = widened(tf.reverse(kernel, [0, 1]))
        return tf.transpose(kernel, [0, 1, 3, 2])


class _Halving(keras.layers.Layer):
    """Mixed into a convolution, averages each 2x2 of its outputs."""

    def compute_output_shape(
        self, input_shape: tf.TensorShape
    ) -> tf.TensorShape:
        batch, height, width, _ = input_shape
        return tf.TensorShape([batch, height // 2, width // 2, self.filters])

    def convolution_op(self, inputs: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        return tf.nn.conv2d(
            inputs, 0.25 * widened(kernel), strides=2, padding="SAME"
        )


class DoublingConv2D(_Doubling, keras.layers.Conv2D):
    """`keras.layers.Conv2D` of 3x3 after a nearest-neighbour doubling.

    Called with float [B, H, W, C]; returns [B, 2 H, 2 W, `filters`]. It takes
    `kernel_size=3`, `padding="same"` and no strides. In an `UpsampleBlock` its
    deployed form is a convolution and a pixel shuffle.
    """

    def kernel_in_use(self, training: bool | None) -> tf.Tensor:
        return tf.convert_to_tensor(self.kernel)


class _SpectralDoublingConv2D(_Doubling, SpectralConv2D):
    pass


class _SpectralHalvingConv2D(_Halving, SpectralConv2D):
    pass


def _conv3x3(kind: type, filters: int, **arguments: Any) -> keras.layers.Layer:
    # Glorot's, times the root of 2, as in the authors' code.
    initializer = keras.initializers.VarianceScaling(2.0, "fan_avg", "uniform")
    return kind(
        filters,
        _KERNEL_SIZE,
        padding="same",
        kernel_initializer=initializer,
        **arguments,
    )


class GeneratorBlock(DeployableLayer):
    """Doubles the sides: norm, ReLU, doubling, conv, norm, ReLU, conv.

    In parallel, a shortcut of a doubling and a 1x1 convolution is added. Of the
    convolutions only the last has a bias.

    Called with float [B, H, W, C], H and W known, and for a conditional block
    labels int [B]; returns [B, 2 H, 2 W, `filters`].

    Args:
        filters: channels of the outputs, and within.
        num_classes: above 0, batch norm's scale and offset belong to the
            class (Miyato & Koyama 2018, arXiv:1802.05637, section 4).
        spectral: whether the convolutions are spectrally normalised.
    """

    def __init__(
        self,
        filters: int,
        *,
        num_classes: int = 0,
        spectral: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.num_classes = num_classes
        self.spectral = spectral
        conv = SpectralConv2D if spectral else keras.layers.Conv2D
        doubling = _SpectralDoublingConv2D if spectral else DoublingConv2D
        policy = {"dtype": self.dtype_policy}
        self.norms = [self._norm(), self._norm()]
        self.first = _conv3x3(doubling, filters, use_bias=False, **policy)
        self.second = _conv3x3(conv, filters, **policy)
        self.shortcut = conv(filters, 1, use_bias=False, **policy)
        self.double = keras.layers.UpSampling2D(**policy)

    def _norm(self) -> keras.layers.Layer:
        policy = {"dtype": self.dtype_policy}
        if self.num_classes:
            return ConditionalBatchNormalization(self.num_classes, **policy)
        return BatchNormalization(**policy)

    def call(
        self,
        inputs: tf.Tensor,
        labels: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tf.Tensor:
        given = (labels,) if self.num_classes else ()

        def norm_and_relu(maps: tf.Tensor) -> tf.Tensor:
            return tf.nn.relu(self.norms[1](maps, *given, training=training))

        x = tf.nn.relu(self.norms[0](inputs, *given, training=training))
        if self.is_deployed:
            x = convolve_by_pixel_shuffle(self.first, x, norm_and_relu)
        else:
            x = norm_and_relu(self.first(x, training=training))
        return self.second(x) + self.double(self.shortcut(inputs))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "num_classes": self.num_classes,
            "spectral": self.spectral,
        }


def equalise(
    blocks: Sequence[GeneratorBlock], norm: keras.layers.Layer
) -> None:
    """Scales the channels between blocks to a mean square of 1, in place.

    The maps between blocks are not normalised. In a generator of CIFAR-10 some
    of their channels were 12 times as large as others, which leaves few of 8
    bits to the small ones. Only norms and shortcuts read these maps, so that a
    factor can move from the kernels before into those behind (Nagel et al.
    2019, arXiv:1906.04721, section 4.1); the outputs do not change.

    Args:
        blocks: of a generator, one after the other, not spectral.
        norm: the one after the last of them.
    """
    behind = [
        *((block.norms[0], block.shortcut) for block in blocks[1:]),
        (norm, None),
    ]
    for block, (reader, shortcut) in zip(blocks, behind):
        mean, epsilon = reader.moving_mean, reader.epsilon
        variance = reader.moving_variance + epsilon
        # With the mean: a channel that hardly varies is not to grow large.
        size = tf.sqrt(tf.square(mean) + variance)
        for before in (block.second.kernel, block.second.bias):
            before.assign(before / size)
        block.shortcut.kernel.assign(block.shortcut.kernel / size)
        mean.assign(mean / size)
        reader.moving_variance.assign(variance / tf.square(size) - epsilon)
        if shortcut is not None:
            shortcut.kernel.assign(shortcut.kernel * size[:, tf.newaxis])


class DiscriminatorBlock(keras.layers.Layer):
    """ReLU, conv, ReLU, conv, and average pooling where it is to halve.

    In parallel, a shortcut is added: the pooling, and a 1x1 convolution where
    the shape changes. All convolutions are spectrally normalised; the shortcut
    has no bias. Between the two convolutions there are as many channels as in
    the inputs, in the first block of a network as many as in the outputs.

    Called with float [B, H, W, C]; returns [B, H', W', `filters`], with sides
    H / 2 and W / 2, which must be whole, if it halves.

    Args:
        filters: channels of the outputs.
        halve: whether it halves the sides.
        first: whether its inputs are images, to which no ReLU is applied.
    """

    def __init__(
        self,
        filters: int,
        *,
        halve: bool = True,
        first: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.halve = halve
        self.first = first

    def build(self, input_shape: tf.TensorShape) -> None:
        channels = input_shape[-1]
        policy = {"dtype": self.dtype_policy}
        halving = _SpectralHalvingConv2D if self.halve else SpectralConv2D
        within = self.filters if self.first else channels
        self.convs = [
            _conv3x3(SpectralConv2D, within, **policy),
            _conv3x3(halving, self.filters, **policy),
        ]
        self.shortcut = (
            SpectralConv2D(self.filters, 1, use_bias=False, **policy)
            if self.halve or channels != self.filters
            else None
        )
        self.pool = keras.layers.AveragePooling2D(**policy)
        super().build(input_shape)

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        x = inputs if self.first else tf.nn.relu(inputs)
        x = tf.nn.relu(self.convs[0](x))
        x = self.convs[1](x)
        if self.halve:
            inputs = self.pool(inputs)
        if self.shortcut is not None:
            inputs = self.shortcut(inputs)
        return x + inputs

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "halve": self.halve,
            "first": self.first,
        }
