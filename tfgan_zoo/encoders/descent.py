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
_TINY = 1e-12


@dataclasses.dataclass(frozen=True)
class DescentState:
    """Where the refinement of N rows is.

    Attributes:
        targets: float32 [N, H, W, C].
        latents: float32 [N, Z].
        labels: int32 [N]; 0 of an unconditional generator.
        images: of the latents, float32 [N, H, W, C].
        damping: float64 [N].
    """

    targets: tf.Tensor
    latents: tf.Tensor
    labels: tf.Tensor
    images: tf.Tensor
    damping: tf.Tensor

    def errors(self) -> tf.Tensor:
        """Returns the mean squared errors of pixels, float32 [N]."""
        return _errors(self.images, self.targets)

    def select(self, rows: np.ndarray) -> DescentState:
        """Returns some of the rows."""
        return DescentState(
            *(tf.gather(each, rows) for each in vars(self).values())
        )


class Descent:
    """Levenberg-Marquardt steps of many rows at once.

    Nocedal & Wright 2006, Numerical Optimization, section 10.3. The
    derivatives of all pixels are finite differences. Differs from the book:
    each step tries several dampings at once, and takes the best, if it is any
    better. Categories stay what they are, and bounded values within their
    bounds: what is at one and would leave it is held.

    Args:
        sampler: of the generator.
        most_pixels: of how many the derivatives of a row are computed at once.

    Attributes:
        size: M, how many of the latents move; as many images cost the
            derivatives of one.
    """

    def __init__(self, sampler: Sampler, most_pixels: int) -> None:
        self._sampler = sampler
        self._most_pixels = most_pixels
        spec = sampler.latents_spec
        variances = latent_space.variances(spec)
        movable = np.flatnonzero(variances)
        self.size = len(movable)
        # From values that move to latents, [M, Z].
        self._places = np.eye(spec.size, dtype=np.float32)[movable]
        self._deviations = np.sqrt(variances[movable]).astype(np.float32)
        self._bounds = latent_space.bounds(spec)[movable].astype(np.float32)
        images = tf.TensorSpec([None, *sampler.metadata.image_shape])
        self._compiled = tf.function(
            self._step,
            input_signature=[
                images,
                tf.TensorSpec([None, spec.size]),
                tf.TensorSpec([None], tf.int32),
                images,
                tf.TensorSpec([None], tf.float64),
            ],
        )

    def start(
        self,
        targets: np.ndarray,
        latents: np.ndarray,
        labels: np.ndarray | None,
    ) -> DescentState:
        """Returns the state at latents; labels are int32 [N], or None."""
        images = self._sampler.float_images(latents, labels)
        if labels is None:
            labels = np.zeros(len(targets))
        damping = np.full(len(targets), _FIRST_DAMPING)
        return DescentState(
            *map(
                tf.constant,
                (targets, latents, labels.astype(np.int32), images, damping),
            )
        )

    def step(self, state: DescentState) -> DescentState:
        """Returns the state after a step, which is no worse."""
        if not self.size:
            return state  # categories alone
        latents, images, damping = self._compiled(*vars(state).values())
        return dataclasses.replace(
            state, latents=latents, images=images, damping=damping
        )

    def _step(
        self,
        targets: tf.Tensor,
        latents: tf.Tensor,
        labels: tf.Tensor,
        images: tf.Tensor,
        damping: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        state = DescentState(targets, latents, labels, images, damping)
        dampings = damping[:, tf.newaxis] * np.array(_FACTORS)
        tried = self._try(state, dampings)
        made = self._generate(tried, labels)
        errors = _errors(made, targets[:, tf.newaxis])
        best = tf.argmin(errors, axis=1)
        is_better = tf.reduce_min(errors, axis=1) < state.errors()

        def choose(after: tf.Tensor, before: tf.Tensor) -> tf.Tensor:
            row = tf.gather(after, best, batch_dims=1)
            shape = [-1, *[1] * (before.shape.rank - 1)]
            return tf.where(tf.reshape(is_better, shape), row, before)

        # Where nothing is better, the steps were too long.
        damping = choose(dampings, damping * _FACTORS[-1] ** 2)
        return (
            choose(tried, latents),
            choose(made, images),
            tf.clip_by_value(damping, *_DAMPING_LIMITS),
        )

    def _try(self, state: DescentState, dampings: tf.Tensor) -> tf.Tensor:
        """Returns the latents of steps by each damping, float32 [N, D, Z]."""
        values = tf.matmul(state.latents, self._places, transpose_b=True)
        slopes = self._slopes(state, values)
        pixels = slopes.shape[-1]
        residuals = tf.reshape(state.targets - state.images, [-1, pixels, 1])
        # In float32 the sum over pixels may not be positive definite.
        slopes, residuals = (
            tf.cast(each, tf.float64) for each in (slopes, residuals)
        )
        squares = tf.matmul(slopes, slopes, transpose_b=True)
        pull = tf.matmul(slopes, residuals)[..., 0]
        leads_out = pull * tf.cast(values, tf.float64) > 0.0
        is_held = (tf.abs(values) >= self._bounds) & leads_out
        moves = _solve(squares, pull, dampings, is_held)
        moved = tf.clip_by_value(
            values[:, tf.newaxis] + moves * self._deviations,
            -self._bounds,
            self._bounds,
        )
        held = state.latents * (1.0 - self._places.sum(0))
        return held[:, tf.newaxis] + moved @ self._places

    def _slopes(self, state: DescentState, values: tf.Tensor) -> tf.Tensor:
        """Returns derivatives of pixels by deviations, float32 [N, M, P]."""
        # Away from a bound.
        offsets = tf.where(values > 0.0, -_DIFFERENCE, _DIFFERENCE)
        offsets = offsets[..., tf.newaxis]
        units = self._places * self._deviations[:, np.newaxis]
        near = state.latents[:, tf.newaxis] + offsets * units
        pixels = int(np.prod(self._sampler.metadata.image_shape))
        at_once = max(1, self._most_pixels // pixels)
        parts: list[tf.Tensor] = []
        for first in range(0, self.size, at_once):
            # One part after the other, as each takes much memory.
            with tf.control_dependencies(parts[-1:]):
                made = self._generate(
                    near[:, first : first + at_once], state.labels
                )
            parts.append(made - state.images[:, tf.newaxis])
        changes = tf.concat(parts, axis=1)
        return tf.reshape(changes, [-1, self.size, pixels]) / offsets

    def _generate(self, latents: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Returns the images of latents [N, K, Z], [N, K, H, W, C]."""
        _, times, size = latents.shape
        made = self._sampler.generate(
            tf.reshape(latents, [-1, size]),
            tf.repeat(labels, times) if self._sampler.num_classes else None,
        )
        return tf.reshape(
            made, [-1, times, *self._sampler.metadata.image_shape]
        )


def _errors(images: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
    squared = tf.math.squared_difference(images, targets)
    return tf.reduce_mean(squared, axis=[-3, -2, -1])


def _solve(
    squares: tf.Tensor,
    pull: tf.Tensor,
    dampings: tf.Tensor,
    is_held: tf.Tensor,
) -> tf.Tensor:
    """Returns damped Gauss-Newton steps, float32 [N, D, M].

    Args:
        squares, pull: J'J [N, M, M] and J'r [N, M], float64.
        dampings: float64 [N, D], in the mean of the diagonal of J'J.
        is_held: [N, M], values that stay what they are.
    """
    size = pull.shape[1]
    free = tf.cast(~is_held, tf.float64)
    matrix = squares * free[:, :, tf.newaxis] * free[:, tf.newaxis]
    # Where nothing moves the image, no step is defined, and any will do.
    scale = tf.linalg.trace(squares) / size + _TINY
    damped = dampings * scale[:, tf.newaxis]
    matrix = matrix[:, tf.newaxis] + damped[..., tf.newaxis, tf.newaxis] * (
        tf.eye(size, dtype=tf.float64)
    )
    right = (pull * free)[:, tf.newaxis, :, tf.newaxis]
    right = tf.repeat(right, dampings.shape[1], axis=1)
    steps = tf.linalg.cholesky_solve(tf.linalg.cholesky(matrix), right)
    return tf.cast(steps[..., 0], tf.float32)
