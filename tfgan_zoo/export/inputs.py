"""Inputs by which an export is calibrated, proven and timed."""

from __future__ import annotations

import dataclasses

import numpy as np
import tensorflow as tf

from tfgan_zoo import images, latents
from tfgan_zoo.gan import BaseGAN
from tfgan_zoo.inputs import CUSTOM, IMAGE, InputSpec, latents_input

_PROBES = 16
# Sides of the grids of random values that stand for photographs, [px].
_GRAINS = (2, 4, 8, 64)


def sample_inputs(
    gan: BaseGAN, count: int, *, seed: int, sources: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Samples inputs of `serving_default`, as the generator would meet them.

    Args:
        gan: whose inputs they are.
        count: rows.
        seed: of the random numbers.
        sources: uint8 [N, H, W, C], from which images are chosen at random.

    Returns:
        By name: latents of the GAN's distribution, float32, or images, each
        value one of 256: `sources` behind an image of random soft spots, or
        such images alone; and labels int32, all classes in turn, where it has
        any.
    """
    random = np.random.default_rng(seed)
    first, *labels = gan.input_specs
    if first.kind == IMAGE:
        rows = {first.name: _images(random, (count, *first.shape), sources)}
    else:
        normals = random.standard_normal((count, *first.shape))
        made = gan.latents(tf.constant(normals, tf.float32)).numpy()
        rows = {first.name: made}
    for spec in labels:
        rows[spec.name] = np.arange(count, dtype=np.int32) % gan.num_classes
    return rows


def check_sources(gan: BaseGAN, sources: np.ndarray | None) -> None:
    """Checks that a generator takes such images.

    Raises:
        ValueError: it takes none, or images of another shape.
    """
    first = gan.input_specs[0]
    if sources is None:
        return
    if first.kind != IMAGE:
        raise ValueError(
            "`sources` are for a generator that takes images. "
            f"Received: one that takes {first.name}."
        )
    is_images = sources.dtype == np.uint8 and sources.ndim == 4
    if not is_images or not len(sources) or sources.shape[1:] != first.shape:
        sides = ", ".join(map(str, first.shape))
        raise ValueError(
            f"`sources` must be uint8 [N, {sides}]. "
            f"Received: {sources.dtype} {list(sources.shape)}."
        )


def proven_specs(gan: BaseGAN) -> tuple[InputSpec, ...]:
    """Returns a GAN's inputs, with parts that make the latents that it makes.

    A function of the user's that equals one in `latents` gets its name; other
    latents than the GAN declares, as a subclass may make, become "custom".

    Raises:
        ValueError: its latents have another shape than it declares.
    """
    first, *labels = gan.input_specs
    if first.kind == IMAGE:
        return (first, *labels)
    random = np.random.default_rng(0)
    normals = tf.constant(
        random.standard_normal((_PROBES, first.size)), tf.float32
    )
    made = np.asarray(gan.latents(normals))
    if made.shape != (_PROBES, first.size):
        raise ValueError(
            f"Latents must be [N, {first.size}]. Received: "
            f"{list(made.shape)} of {_PROBES} standard normals."
        )
    for spec in _candidates(first):
        if np.allclose(made, spec.from_normals(normals), atol=1e-6):
            return (spec, *labels)
    custom = dataclasses.replace(first.parts[0], distribution=CUSTOM)
    whole = dataclasses.replace(custom, size=first.size)
    return (latents_input([whole]), *labels)


def _candidates(spec: InputSpec) -> list[InputSpec]:
    """Returns specs without "custom", each with another name in its place."""
    return [
        latents_input(
            [
                dataclasses.replace(part, distribution=name)
                if part.distribution == CUSTOM
                else part
                for part in spec.parts
            ]
        )
        for name in latents.names()
    ]


def _images(
    random: np.random.Generator,
    shape: tuple[int, ...],
    sources: np.ndarray | None,
) -> np.ndarray:
    # The first one may be published, which a data set's images may not; and
    # it has black and white, which fix the scale of 8 bits.
    spots = shape if sources is None else (1, *shape[1:])
    pixels = images.to_uint8(_spots(random, spots)).numpy()
    if sources is not None:
        chosen = random.integers(len(sources), size=shape[0] - 1)
        pixels = np.concatenate([pixels, sources[chosen]])
    return images.from_uint8(pixels).numpy()


def _spots(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Images of coarse and fine spots, each with some of the range's ends."""
    count, *size, channels = shape
    images = np.zeros(shape, np.float32)
    for grain in _GRAINS:
        grid = random.standard_normal((count, grain, grain, channels))
        images += tf.image.resize(grid, size).numpy() / np.sqrt(grain)
    return np.clip(1.5 * images, -1.0, 1.0)
