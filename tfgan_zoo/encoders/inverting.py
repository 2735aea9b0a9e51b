"""Inversion that starts from an encoder's prediction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tfgan_zoo import images as pixels
from tfgan_zoo.encoders import encoding, prediction, refining
from tfgan_zoo.encoders.encoder import Encoder
from tfgan_zoo.export import invert
from tfgan_zoo.export.invert import Inversion
from tfgan_zoo.export.sampler import Sampler


def invert_by_encoder(
    encoder: Encoder,
    sampler: Sampler,
    target: np.ndarray,
    steps: int,
    labels: Sequence[int] | None = None,
) -> Inversion:
    """Finds latents whose image is near to a given one.

    Args:
        encoder: of the generator.
        sampler: of the generator.
        target: uint8 [H, W, C], of the generator's shape.
        steps: of refinement, see `refining.Refiner`.
        labels: of classes, to which those that are tried are restricted; None
            is all. The most probable ones are tried.

    Returns:
        As `invert.invert` does; `start_error` is that of the latents where
        the best search started.

    Raises:
        ValueError: `target` has another shape.
    """
    invert.require_target(sampler, target)
    targets = pixels.from_uint8(target[np.newaxis]).numpy()
    starts = prediction.choose_starts(
        encoder(targets), sampler.latents_spec, encoding.STARTS, labels
    )
    refined = refining.Refiner(sampler)(targets, starts, steps)
    label = None if refined.labels is None else int(refined.labels[0])
    first = refining.measure_errors(
        sampler, targets, refined.path[0], refined.labels
    )
    return Inversion(
        latents=refined.latents[0],
        label=label,
        error=float(refined.errors[0]),
        start_error=float(first[0]),
        path=sampler.images(refined.path[:, 0], label),
    )
