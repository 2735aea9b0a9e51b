"""Latents of images: what the encoder predicts, refined on the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tfgan_zoo import images as pixels
from tfgan_zoo.encoders import prediction, refining
from tfgan_zoo.encoders.encoder import Encoder
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


def encode(
    encoder: Encoder,
    sampler: Sampler,
    images: np.ndarray,
    *,
    steps: int = 0,
    labels: Sequence[int] | None = None,
) -> Encoded:
    """Returns the latents of images.

    Args:
        encoder: of the generator.
        sampler: of the generator.
        images: uint8 [N, H, W, C], of the generator's shape.
        steps: of refinement, from three starts, of which the best is kept.
        labels: that may be chosen; None leaves all.
    """
    targets = pixels.from_uint8(images).numpy()
    predicted = encoder(targets)
    count = STARTS if steps else 1
    if not len(images):
        no_labels = None if not sampler.num_classes else np.empty(0, np.int32)
        return Encoded(predicted.latents, no_labels)
    starts = prediction.choose_starts(
        predicted, sampler.latents_spec, count, labels
    )
    best = refining.refine_starts(sampler, targets, starts, steps)
    return Encoded(best.latents, best.labels)
