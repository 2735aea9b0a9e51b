"""What a GAN makes, to be evaluated."""

from __future__ import annotations

from typing import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import images, sources
from tfgan_zoo.backend import keras
from tfgan_zoo.evaluation.samples import Generator, Translator
from tfgan_zoo.gan import GAN, BaseGAN, TranslationGAN
from tfgan_zoo.networks import call_network

_BATCH_SIZE = 250
_IMAGES_AT_ONCE = 64


def of_gan(
    gan: BaseGAN, class_names: tuple[str, ...] = ()
) -> Generator | Translator:
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
) -> Translator:
    def make_sources(real: np.ndarray) -> np.ndarray:
        return images.to_uint8(gan.sources_of({"image": real})).numpy()

    backward = getattr(gan, "ema_backward_generator", None)
    is_made = gan.recipe.source != sources.DATA
    return Translator(
        gan.translate,
        gan.image_shape,
        gan.source_shape,
        in_batches(make_sources) if is_made else None,
        None if backward is None else in_batches(_in_uint8(backward)),
        gan.num_classes,
        class_names,
    )


def _in_uint8(
    network: keras.Model,
) -> Callable[[np.ndarray], np.ndarray]:
    def translate(batch: np.ndarray) -> np.ndarray:
        output = call_network(network, images.from_uint8(batch))
        return images.to_uint8(output).numpy()

    return translate


def in_batches(
    function: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray], np.ndarray]:
    """Returns a function of images that takes 64 of them at a time.

    What is random about a source depends on its place in a batch, so that all
    who make sources must agree on its size.
    """

    def run(rows: np.ndarray) -> np.ndarray:
        parts = range(_IMAGES_AT_ONCE, len(rows), _IMAGES_AT_ONCE)
        return np.concatenate(
            [function(part) for part in np.split(rows, parts)]
        )

    return run
