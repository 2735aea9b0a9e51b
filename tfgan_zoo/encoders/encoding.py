"""Latents of images: what the encoder predicts, refined on the pixels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tfgan_zoo import images as pixels
from tfgan_zoo.encoders import prediction
from tfgan_zoo.encoders.encoder import Encoder
from tfgan_zoo.encoders.refining import Refiner
from tfgan_zoo.export.sampler import Sampler

STARTS = 3


class Encoded(NamedTuple):
    """Latents of images, and labels, for the generator.

    Attributes:
        latents: float32 [N, Z], whose categories are a 1 among 0s.
        labels: int32 [N], None of an unconditional generator.
    """

    latents: np.ndarray
    labels: np.ndarray | None


class ImageEncoder:
    """Finds the latents of images.

    Args:
        encoder: of the generator.
        sampler: of the generator.
    """

    def __init__(self, encoder: Encoder, sampler: Sampler) -> None:
        self._encoder, self._sampler = encoder, sampler
        self._refiner = Refiner(sampler)

    def __call__(self, images: np.ndarray, *, steps: int = 0) -> Encoded:
        """Returns the latents of images.

        Args:
            images: uint8 [N, H, W, C], of the generator's shape.
            steps: of refinement, from three starts, of which the best is kept.
        """
        targets = pixels.from_uint8(images).numpy()
        predicted = self._encoder(targets)
        if not len(images):
            none = np.empty(0, np.int32) if self._sampler.num_classes else None
            return Encoded(predicted.latents, none)
        starts = prediction.choose_starts(
            predicted, self._sampler.latents_spec, STARTS if steps else 1
        )
        if not steps:
            labels = None if starts.labels is None else starts.labels[:, 0]
            return Encoded(starts.latents[:, 0], labels)
        refined = self._refiner(targets, starts, steps)
        return Encoded(refined.latents, refined.labels)
