"""Generators to evaluate: a GAN's, and the sources of one that takes images."""

from __future__ import annotations

from typing import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import images, sources
from tfgan_zoo.backend import keras
from tfgan_zoo.evaluation.samples import Generator, TranslatingGenerator
from tfgan_zoo.gan import GAN, BaseGAN, TranslationGAN
from tfgan_zoo.gan.cycle import CycleGANModel
from tfgan_zoo.networks import call_network
from tfgan_zoo.random import StepRandom

_BATCH_SIZE = 250
_IMAGES_AT_ONCE = 64


def of_gan(
    gan: BaseGAN, class_names: tuple[str, ...] = ()
) -> Generator | TranslatingGenerator:
    """Returns what a GAN's averaged generator makes, of latents or images.

    Raises:
        ValueError: it takes something else.
    """
    if isinstance(gan, TranslationGAN):
        return _of_translation(gan, class_names)
    if not isinstance(gan, GAN):
        raise ValueError(
            "A generator to evaluate must take random latents or images. "
            f"Received: one of {gan.input_specs[0].name}."
        )
    drawing = gan

    def draw(seeds: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        parts = []
        for start in range(0, len(seeds), _BATCH_SIZE):
            rows = slice(start, start + _BATCH_SIZE)
            batch_labels = None if labels is None else tf.constant(labels[rows])
            parts.append(
                drawing.sample(tf.constant(seeds[rows]), batch_labels).numpy()
            )
        return np.concatenate(parts)

    return Generator(draw, gan.image_shape, gan.num_classes, class_names)


def _of_translation(
    gan: TranslationGAN, class_names: tuple[str, ...]
) -> TranslatingGenerator:
    are_made = gan.makes_sources or gan.recipe.source != sources.DATA
    backward = None
    if isinstance(gan, CycleGANModel):
        backward = _in_batches(_in_uint8(gan.ema_backward_generator))
    return TranslatingGenerator(
        gan.translate,
        gan.image_shape,
        gan.source_shape,
        source_maker(gan.make_sources) if are_made else None,
        backward,
        gan.num_classes,
        class_names,
    )


def source_maker(
    make: Callable[[tf.Tensor, StepRandom], tf.Tensor],
) -> Callable[[np.ndarray], np.ndarray]:
    """Returns what makes sources of held-out images, the same each time.

    Args:
        make: images float32 [B, H, W, C] in [-1, 1] and random numbers ->
            float32 [B, h, w, c].

    Returns:
        A function from uint8 [N, H, W, C] to uint8 [N, h, w, c].
    """

    def run(real: np.ndarray) -> np.ndarray:
        rng = StepRandom(0, tf.constant(0), len(real))
        return images.to_uint8(make(images.from_uint8(real), rng)).numpy()

    return _in_batches(run)


def _in_uint8(
    network: keras.Model,
) -> Callable[[np.ndarray], np.ndarray]:
    def translate(batch: np.ndarray) -> np.ndarray:
        output = call_network(network, images.from_uint8(batch))
        return images.to_uint8(output).numpy()

    return translate


def _in_batches(
    function: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray], np.ndarray]:
    """Returns a function of images that takes some of them at a time."""

    def run(rows: np.ndarray) -> np.ndarray:
        parts = range(_IMAGES_AT_ONCE, len(rows), _IMAGES_AT_ONCE)
        return np.concatenate(
            [function(part) for part in np.split(rows, parts)]
        )

    return run
