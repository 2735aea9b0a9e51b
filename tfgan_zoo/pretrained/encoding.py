"""Latents of a user's images, by the encoder beside a generator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import checks
from tfgan_zoo.encoders import encoding
from tfgan_zoo.encoders.encoder import load_encoder
from tfgan_zoo.encoders.encoding import Encoded
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.pretrained import arguments

_MOST_STEPS = 1000


class Encoding:
    """An encoder with its generator.

    Args:
        folder: of the export.
        model: its generator.
        trust: see `tfgan_zoo.load`.

    Raises:
        ValueError: the generator takes images, or see `load_encoder`.
    """

    def __init__(self, folder: Path, model: Any, *, trust: bool) -> None:
        if not isinstance(model, Sampler):
            raise ValueError(
                "Images are encoded for a generator with random latents; this "
                f"one takes images, see `translate`. Received: {folder.name}."
            )
        self._sampler = model
        encoder = load_encoder(folder, model.metadata, trust=trust)
        self._encode = encoding.ImageEncoder(encoder, model)

    def __call__(self, images: Any, steps: int) -> Encoded:
        """Encodes images, see `Generator.encode`."""
        shape = self._sampler.metadata.image_shape
        steps = checks.integer("steps", steps)
        checks.in_range("steps", steps, (0, _MOST_STEPS))
        pixels = arguments.to_pixels(images, shape[-1])
        if pixels.ndim != 4 or pixels.shape[1:] != shape:
            sides = ", ".join(map(str, shape))
            raise ValueError(
                f"`images` must be uint8 [N, {sides}], of the generator's "
                f"size. Received: {list(pixels.shape)}."
            )
        return self._encode(np.asarray(pixels), steps=steps)
