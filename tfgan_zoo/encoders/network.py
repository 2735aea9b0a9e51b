"""The network of an encoder: convolutions, and a head for each latent part."""

from __future__ import annotations

import math
from typing import Callable

import tensorflow as tf

from tfgan_zoo.backend import keras, standard_settings
from tfgan_zoo.inputs import ONE_HOT, InputSpec

_KERNEL = 4
_SLOPE = 0.2
# Maps are halved until they are this small, and get no more channels.
_LAST_SIDE, _MOST_CHANNELS = 4, 256
_HIDDEN = 256


def build(
    image_shape: tuple[int, int, int],
    outputs: int,
    *,
    width: int,
    seed: int,
) -> keras.Model:
    """Returns an untrained network, from images to the values of its heads.

    It has no normalisation, so that an image's values are its own, and
    batches of one give what larger ones do.

    Args:
        image_shape: (height, width, channels) of images.
        outputs: values of an image, latents and log-probabilities of labels.
        width: channels of the first convolution; each further one has twice
            as many.
        seed: of the weights.

    Returns:
        float32 [N, H, W, C] in [-1, 1] -> float32 [N, outputs].
    """
    with standard_settings():
        model = keras.Sequential(name="encoder")
        model.add(keras.Input(image_shape, dtype="float32"))
        side, channels = max(image_shape[:2]), width
        for number in range(_halvings(side)):
            model.add(
                keras.layers.Conv2D(
                    channels,
                    _KERNEL,
                    strides=2,
                    padding="same",
                    kernel_initializer=_initializer(seed + number),
                )
            )
            model.add(_leaky_relu())
            channels = min(2 * channels, _MOST_CHANNELS)
        model.add(keras.layers.Flatten())
        model.add(
            keras.layers.Dense(_HIDDEN, kernel_initializer=_initializer(seed))
        )
        model.add(_leaky_relu())
        model.add(
            keras.layers.Dense(
                outputs,
                kernel_initializer=keras.initializers.GlorotUniform(seed),
            )
        )
    return model


def _halvings(side: int) -> int:
    return max(1, math.ceil(math.log2(max(side, 1) / _LAST_SIDE)))


def _initializer(seed: int) -> keras.initializers.Initializer:
    return keras.initializers.HeNormal(seed)


def _leaky_relu() -> keras.layers.Layer:
    return keras.layers.Lambda(lambda x: tf.nn.leaky_relu(x, _SLOPE))


def to_latents(values: tf.Tensor, spec: InputSpec) -> tf.Tensor:
    """Returns latents of the values of the heads, part by part.

    Normal values are as they are, uniform and truncated ones within their
    bounds, and categories are probabilities.

    Args:
        values: float32 [N, Z].
        spec: of the latents.

    Returns:
        float32 [N, Z].
    """
    return _by_part(values, spec, lambda x, name: _HEADS[name](x))


_HEADS = {
    "normal": lambda values: values,
    "truncated": lambda values: 2.0 * tf.tanh(values / 2.0),
    "uniform": tf.tanh,
    ONE_HOT: tf.nn.softmax,
}


def harden(latents: tf.Tensor, spec: InputSpec) -> tf.Tensor:
    """Returns latents with the most probable category of each part.

    Args:
        latents: float32 [N, Z], whose categories are probabilities.
        spec: of the latents.

    Returns:
        float32 [N, Z], whose categories are a 1 among 0s.
    """

    def harden_part(values: tf.Tensor, distribution: str) -> tf.Tensor:
        if distribution != ONE_HOT:
            return values
        return tf.one_hot(tf.argmax(values, axis=1), values.shape[1])

    return _by_part(latents, spec, harden_part)


def _by_part(
    values: tf.Tensor,
    spec: InputSpec,
    function: Callable[[tf.Tensor, str], tf.Tensor],
) -> tf.Tensor:
    start, pieces = 0, []
    for part in spec.parts:
        # GPUs of phones take slices, and no tf.split.
        piece = values[:, start : start + part.size]
        pieces.append(function(piece, part.distribution))
        start += part.size
    return pieces[0] if len(pieces) == 1 else tf.concat(pieces, axis=1)
