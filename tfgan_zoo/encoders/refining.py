"""Refines latents of images: Gauss-Newton steps on the error of pixels."""

from __future__ import annotations

import dataclasses

import numpy as np

from tfgan_zoo.encoders.prediction import Starts
from tfgan_zoo.export import latent_space
from tfgan_zoo.export.sampler import Sampler

# Of a latent value's standard deviation: where generators are smooth it is
# small, and its change is far above rounding.
_DIFFERENCE = 3e-3
# Times the damping of the step before.
_FACTORS = (0.1, 1.0, 10.0)
_FIRST_DAMPING = 0.1
_DAMPING_LIMITS = (1e-6, 1e6)
# After so many steps, the best of the starts goes on alone.
_STEPS_TOGETHER = 4
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
    descent = _Descent(sampler)
    images, count, size = starts.latents.shape
    together = min(steps, _STEPS_TOGETHER) if count > 1 else 0
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


@dataclasses.dataclass(frozen=True)
class _State:
    """Where the refinement of N rows is.

    Attributes:
        targets: float32 [N, H, W, C].
        latents: float32 [N, Z].
        labels: int32 [N], or None.
        images: of the latents, float32 [N, H, W, C].
        damping: float64 [N].
    """

    targets: np.ndarray
    latents: np.ndarray
    labels: np.ndarray | None
    images: np.ndarray
    damping: np.ndarray

    def errors(self) -> np.ndarray:
        return np.square(self.images - self.targets).mean((1, 2, 3))

    def select(self, rows: np.ndarray) -> _State:
        return _State(
            *(
                None if values is None else values[rows]
                for values in vars(self).values()
            )
        )


class _Descent:
    """Levenberg-Marquardt steps of many rows at once.

    Nocedal & Wright 2006, Numerical Optimization, section 10.3. The
    derivatives of all pixels are finite differences; each step tries three
    dampings and takes the best, if it is any better. Categories stay what they
    are, and bounded values within their bounds: what is at one and would leave
    it is held.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        spec = sampler.latents_spec
        variances = latent_space.variances(spec)
        self._movable = np.flatnonzero(variances)
        self._deviations = np.sqrt(variances[self._movable])
        self._bounds = latent_space.bounds(spec)[self._movable]

    def start(
        self,
        targets: np.ndarray,
        latents: np.ndarray,
        labels: np.ndarray | None,
    ) -> _State:
        return _State(
            targets,
            latents,
            labels,
            self._sampler.float_images(latents, labels),
            np.full(len(targets), _FIRST_DAMPING),
        )

    def step(self, state: _State) -> _State:
        dampings = state.damping[:, np.newaxis] * np.array(_FACTORS)
        tried = self._try(state, dampings)
        count, factors, size = tried.shape
        images = self._sampler.float_images(
            tried.reshape(-1, size), _repeat(state.labels, factors)
        ).reshape(count, factors, *state.images.shape[1:])
        apart = images - state.targets[:, np.newaxis]
        errors = np.square(apart).mean((2, 3, 4))
        rows = np.arange(count), errors.argmin(1)
        is_better = errors[rows] < state.errors()
        # Where nothing is better, the steps were too long.
        damping = np.where(
            is_better, dampings[rows], state.damping * _FACTORS[-1] ** 2
        )
        better = is_better[:, np.newaxis]
        return dataclasses.replace(
            state,
            latents=np.where(better, tried[rows], state.latents),
            images=np.where(
                better[..., np.newaxis, np.newaxis], images[rows], state.images
            ),
            damping=np.clip(damping, *_DAMPING_LIMITS),
        )

    def _try(self, state: _State, dampings: np.ndarray) -> np.ndarray:
        """Returns the latents of steps by each damping, float32 [N, D, Z]."""
        slopes = self._slopes(state)
        residuals = (state.targets - state.images).reshape(*slopes.shape[:2], 1)
        transposed = slopes.transpose(0, 2, 1)
        squares, pull = transposed @ slopes, (transposed @ residuals)[..., 0]
        values = state.latents[:, self._movable]
        is_held = (np.abs(values) >= self._bounds) & (pull * values > 0.0)
        tried = np.repeat(
            state.latents[:, np.newaxis], dampings.shape[1], axis=1
        )
        for column, damping in enumerate(dampings.T):
            moves = _solve(squares, pull, damping, is_held)
            tried[:, column, self._movable] = np.clip(
                values + moves * self._deviations, -self._bounds, self._bounds
            )
        return tried

    def _slopes(self, state: _State) -> np.ndarray:
        """Returns derivatives of pixels by deviations, float32 [N, P, M]."""
        count, size = len(state.latents), len(self._movable)
        values = state.latents[:, self._movable]
        # Away from a bound.
        offsets = np.where(values > 0.0, -_DIFFERENCE, _DIFFERENCE)
        near = np.repeat(state.latents[:, np.newaxis], size, axis=1)
        columns = np.arange(size)
        near[:, columns, self._movable] += offsets * self._deviations
        made = self._sampler.float_images(
            near.reshape(count * size, -1), _repeat(state.labels, size)
        ).reshape(count, size, -1)
        slopes = made - state.images.reshape(count, 1, -1)
        slopes /= offsets[..., np.newaxis].astype(np.float32)
        return slopes.transpose(0, 2, 1)


def _repeat(labels: np.ndarray | None, times: int) -> np.ndarray | None:
    return None if labels is None else np.repeat(labels, times)


def _solve(
    squares: np.ndarray,
    pull: np.ndarray,
    damping: np.ndarray,
    is_held: np.ndarray,
) -> np.ndarray:
    """Returns damped Gauss-Newton steps, float64 [N, M].

    Args:
        squares, pull: J'J [N, M, M] and J'r [N, M].
        damping: [N], in the mean of the diagonal of J'J.
        is_held: [N, M], values that would leave their bounds.
    """
    count = pull.shape[1]
    free = (~is_held).astype(float)
    matrix = squares * free[:, :, np.newaxis] * free[:, np.newaxis]
    scale = np.trace(squares, axis1=1, axis2=2) / count + 1e-12
    damped = (damping * scale)[:, np.newaxis] + is_held * scale[:, np.newaxis]
    matrix = matrix + damped[:, :, np.newaxis] * np.eye(count)
    right = (pull * free)[..., np.newaxis].astype(float)
    return np.linalg.solve(matrix.astype(float), right)[..., 0]
