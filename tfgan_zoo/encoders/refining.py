"""Refines latents of images: Gauss-Newton steps on the error of pixels."""

from __future__ import annotations

import dataclasses

import numpy as np

from tfgan_zoo.encoders.descent import Descent
from tfgan_zoo.encoders.prediction import Starts
from tfgan_zoo.export.sampler import Sampler

# As many more images the starts of one may cost before the best goes on alone.
_MOST_EXTRA = 256
# Derivatives of so many pixels are held at once: 128 MiB.
_MOST_VALUES = 2**25


@dataclasses.dataclass(frozen=True)
class Refined:
    """Latents of N images, refined.

    Attributes:
        latents: float32 [N, Z].
        labels: int32 [N], None of an unconditional generator.
        errors: float32 [N], mean squared errors of pixels in [-1, 1].
        path: float32 [F, N, Z], the latents at the start and after each step.
    """

    latents: np.ndarray
    labels: np.ndarray | None
    errors: np.ndarray
    path: np.ndarray


def measure_errors(
    sampler: Sampler,
    targets: np.ndarray,
    latents: np.ndarray,
    labels: np.ndarray | None,
) -> np.ndarray:
    """Returns the mean squared errors of the images of latents, float32 [N].

    Args:
        sampler: of the generator.
        targets: float32 [N, H, W, C] in [-1, 1].
        latents: float32 [N, Z].
        labels: int32 [N], None of an unconditional generator.
    """
    apart = sampler.float_images(latents, labels) - targets
    return np.square(apart).mean((1, 2, 3))


def refine_starts(
    sampler: Sampler, targets: np.ndarray, starts: Starts, steps: int
) -> Refined:
    """Refines latents from several starts, and keeps the best of each image.

    Args:
        sampler: of the generator.
        targets: float32 [N, H, W, C] in [-1, 1], N at least 1.
        starts: S of each image; where there is but one, and no step, nothing
            is compared.
        steps: at least 0; after a few of them, the best start goes on alone.
    """
    count, size = starts.latents.shape[1:]
    at_once = max(1, _MOST_VALUES // (targets[0].size * size * count))
    parts = [
        _refine_some(sampler, targets[rows], starts.select(rows), steps)
        for rows in (
            slice(start, start + at_once)
            for start in range(0, len(targets), at_once)
        )
    ]
    labels = [part.labels for part in parts if part.labels is not None]
    return Refined(
        np.concatenate([part.latents for part in parts]),
        np.concatenate(labels) if labels else None,
        np.concatenate([part.errors for part in parts]),
        np.concatenate([part.path for part in parts], axis=1),
    )


def _refine_some(
    sampler: Sampler, targets: np.ndarray, starts: Starts, steps: int
) -> Refined:
    descent = Descent(sampler)
    images, count, size = starts.latents.shape
    extra = max(1, (count - 1) * descent.size)
    together = min(steps, max(1, _MOST_EXTRA // extra))
    state = descent.start(
        np.repeat(targets, count, axis=0),
        starts.latents.reshape(-1, size),
        None if starts.labels is None else starts.labels.reshape(-1),
    )
    path = [state.latents]
    for _ in range(together):
        state = descent.step(state)
        path.append(state.latents)
    errors = state.errors().reshape(images, count)
    rows = errors.argmin(1) + np.arange(images) * count
    state, path = state.select(rows), [latents[rows] for latents in path]
    for _ in range(steps - together):
        state = descent.step(state)
        path.append(state.latents)
    return Refined(state.latents, state.labels, state.errors(), np.stack(path))
