"""Levenberg-Marquardt steps on the latents of many images at once."""

from __future__ import annotations

import dataclasses

import numpy as np
import tensorflow as tf

from tfgan_zoo.export import latent_space
from tfgan_zoo.export.sampler import Sampler

# Of a latent value's standard deviation: where generators are smooth it is
# small, and its change is far above rounding.
_DIFFERENCE = 3e-3
# Times the damping of the step before.
_FACTORS = (0.1, 0.3, 1.0, 3.0)
_FIRST_DAMPING = 0.03
_DAMPING_LIMITS = (1e-5, 1e5)


@dataclasses.dataclass(frozen=True)
class State:
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

    def select(self, rows: np.ndarray) -> State:
        arrays = {
            name: values[rows]
            for name, values in vars(self).items()
            if isinstance(values, np.ndarray)
        }
        return dataclasses.replace(self, **arrays)


class Descent:
    """Levenberg-Marquardt steps of many rows at once.

    Nocedal & Wright 2006, Numerical Optimization, section 10.3. The
    derivatives of all pixels are finite differences. Differs from the book:
    each step tries several dampings at once, and takes the best, if it is any
    better. Categories stay what they
    are, and bounded values within their bounds: what is at one and would leave
    it is held.

    Args:
        sampler: of the generator.

    Attributes:
        size: M, how many of the latents move; as many images cost the
            derivatives of one.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        spec = sampler.latents_spec
        variances = latent_space.variances(spec)
        self._movable = np.flatnonzero(variances)
        self.size = len(self._movable)
        self._deviations = np.sqrt(variances[self._movable])
        self._bounds = latent_space.bounds(spec)[self._movable]

    def start(
        self,
        targets: np.ndarray,
        latents: np.ndarray,
        labels: np.ndarray | None,
    ) -> State:
        images = self._sampler.float_images(latents, labels)
        damping = np.full(len(targets), _FIRST_DAMPING)
        return State(targets, latents, labels, images, damping)

    def step(self, state: State) -> State:
        if not self.size:
            return state  # categories alone
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
        better = is_better[:, np.newaxis]
        # Where nothing is better, the steps were too long.
        damping = np.where(
            is_better, dampings[rows], state.damping * _FACTORS[-1] ** 2
        )
        return dataclasses.replace(
            state,
            latents=np.where(better, tried[rows], state.latents),
            images=np.where(
                better[..., np.newaxis, np.newaxis], images[rows], state.images
            ),
            damping=np.clip(damping, *_DAMPING_LIMITS),
        )

    def _try(self, state: State, dampings: np.ndarray) -> np.ndarray:
        """Returns the latents of steps by each damping, float32 [N, D, Z]."""
        slopes = self._slopes(state)
        residuals = (state.targets - state.images).reshape(len(slopes), -1, 1)
        # TensorFlow's products: NumPy's threads wait for each other in these.
        squares = tf.matmul(slopes, slopes, transpose_b=True).numpy()
        pull = tf.matmul(slopes, residuals).numpy()[..., 0]
        values = state.latents[:, self._movable]
        is_held = (np.abs(values) >= self._bounds) & (pull * values > 0.0)
        moves = _solve(squares, pull, dampings, is_held)
        tried = np.repeat(
            state.latents[:, np.newaxis], dampings.shape[1], axis=1
        )
        tried[:, :, self._movable] = np.clip(
            values[:, np.newaxis] + moves * self._deviations,
            -self._bounds,
            self._bounds,
        )
        return tried

    def _slopes(self, state: State) -> np.ndarray:
        """Returns derivatives of pixels by deviations, float32 [N, M, P]."""
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
        return slopes


def _repeat(labels: np.ndarray | None, times: int) -> np.ndarray | None:
    return None if labels is None else np.repeat(labels, times)


def _solve(
    squares: np.ndarray,
    pull: np.ndarray,
    dampings: np.ndarray,
    is_held: np.ndarray,
) -> np.ndarray:
    """Returns damped Gauss-Newton steps, float64 [N, D, M].

    Args:
        squares, pull: J'J [N, M, M] and J'r [N, M].
        dampings: [N, D], in the mean of the diagonal of J'J.
        is_held: [N, M], values that stay what they are.
    """
    size = pull.shape[1]
    free = (~is_held).astype(float)
    matrix = squares * free[:, :, np.newaxis] * free[:, np.newaxis]
    # Where nothing moves, no step is defined and any will do.
    scale = np.trace(squares, axis1=1, axis2=2) / size + 1e-12
    damped = dampings * scale[:, np.newaxis]
    matrix = matrix[:, np.newaxis] + damped[..., np.newaxis, np.newaxis] * (
        np.eye(size)
    )
    right = np.broadcast_to(
        (pull * free)[:, np.newaxis], (*dampings.shape, size)
    )
    factors = tf.linalg.cholesky(matrix)
    return tf.linalg.cholesky_solve(factors, right[..., np.newaxis])[
        ..., 0
    ].numpy()
