"""What a GAN makes, to be evaluated."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfgan_zoo import inputs
from tfgan_zoo.evaluation.samples import Generator
from tfgan_zoo.gan import GAN

_BATCH_SIZE = 250


def of_gan(gan: GAN, class_names: tuple[str, ...] = ()) -> Generator:
    """Returns the samples of a GAN's averaged generator.

    Raises:
        ValueError: its latents are not random.
    """
    if gan.input_specs[0].kind != inputs.LATENTS:
        raise ValueError(
            "A generator to evaluate must make samples of random latents. "
            f"Received: one of {gan.input_specs[0].name}."
        )

    def draw(seeds: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        parts = []
        for start in range(0, len(seeds), _BATCH_SIZE):
            rows = slice(start, start + _BATCH_SIZE)
            batch_labels = None if labels is None else tf.constant(labels[rows])
            parts.append(
                gan.sample(tf.constant(seeds[rows]), batch_labels).numpy()
            )
        return np.concatenate(parts)

    return Generator(draw, gan.image_shape, gan.num_classes, class_names)
