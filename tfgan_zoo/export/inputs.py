"""Inputs by which an export is calibrated, proven and timed."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfgan_zoo.gan import GAN

# Sides of the grids of random values that stand for photographs, [px].
_GRAINS = (2, 4, 8, 64)


def drawn(gan: GAN, count: int, *, seed: int) -> dict[str, np.ndarray]:
    """Draws inputs of `serving_default`, as the generator would meet them.

    Args:
        gan: whose inputs they are.
        count: rows.
        seed: of the random numbers.

    Returns:
        Latents of the GAN's distribution, float32, or for one of images random
        soft spots; and labels int32, all classes in turn, where it has any.
    """
    random = np.random.default_rng(seed)
    if gan.from_seeds:
        normals = random.standard_normal((count, *gan.latent_shape))
        latents = gan.latents(tf.constant(normals, tf.float32)).numpy()
    else:
        latents = _spots(random, (count, *gan.latent_shape))
    rows = {gan.latent_name: latents}
    if gan.num_classes:
        rows["labels"] = np.arange(count, dtype=np.int32) % gan.num_classes
    return rows


def _spots(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Images of coarse and fine spots, each with some of the range's ends."""
    count, *size, channels = shape
    images = np.zeros(shape, np.float32)
    for grain in _GRAINS:
        grid = random.standard_normal((count, grain, grain, channels))
        images += tf.image.resize(grid, size).numpy() / np.sqrt(grain)
    return np.clip(1.5 * images, -1.0, 1.0)
