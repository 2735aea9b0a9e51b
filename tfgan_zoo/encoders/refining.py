"""Refines latents of images: Gauss-Newton steps on the error of pixels."""

from __future__ import annotations

import dataclasses

import numpy as np

from tfgan_zoo.encoders.descent import Descent
from tfgan_zoo.encoders.prediction import Starts
from tfgan_zoo.export.sampler import Sampler

# Images that further starts may cost before the best goes on alone.
_MOST_EXTRA = 64
# Of so many pixels the derivatives are computed at once: generators hold some
# hundred values for each.
_MOST_PIXELS = 2**20


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


class Refiner:
    """Refines latents of images, of one generator.

    Args:
        sampler: of the generator.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        self._descent = Descent(sampler, _MOST_PIXELS)

    def __call__(
        self, targets: np.ndarray, starts: Starts, steps: int
    ) -> Refined:
        """Refines latents from several starts, and keeps each image's best.

        Args:
            targets: float32 [N, H, W, C] in [-1, 1], N at least 1.
            starts: S of each image.
            steps: at least 0. The more latents, the sooner the best start
                goes on alone: of 16 or more after two steps, or one.
        """
        count, size = starts.latents.shape[1:]
        at_once = max(1, _MOST_PIXELS // (targets[0].size * size * count))
        parts = [
            self._refine(targets[rows], starts.select(rows), steps)
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

    def _refine(
        self, targets: np.ndarray, starts: Starts, steps: int
    ) -> Refined:
        images, count, size = starts.latents.shape
        labels = starts.labels
        state = self._descent.start(
            np.repeat(targets, count, axis=0),
            starts.latents.reshape(-1, size),
            None if labels is None else labels.reshape(-1),
        )
        extra = max(1, (count - 1) * self._descent.size)
        together = min(steps, max(1, _MOST_EXTRA // extra))
        path = [state.latents.numpy()]
        for _ in range(together):
            state = self._descent.step(state)
            path.append(state.latents.numpy())
        errors = state.errors().numpy().reshape(images, count)
        rows = errors.argmin(1) + np.arange(images) * count
        state, path = state.select(rows), [latents[rows] for latents in path]
        for _ in range(steps - together):
            state = self._descent.step(state)
            path.append(state.latents.numpy())
        return Refined(
            state.latents.numpy(),
            None if labels is None else state.labels.numpy(),
            state.errors().numpy(),
            np.stack(path),
        )
