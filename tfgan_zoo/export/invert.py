"""Finds the latents whose image is nearest to a given one."""

from __future__ import annotations

import dataclasses
from typing import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import checks, images, optimizers
from tfgan_zoo.backend import keras
from tfgan_zoo.export import latent_space
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.labels import broadcast_labels

_LEARNING_RATE = 0.1
_PATH_FRAMES = 48
_BATCH_SIZE = 64


@dataclasses.dataclass(frozen=True)
class Search:
    """How to search.

    Attributes:
        seeds: int64 [S], of the latents to start from.
        labels: of the classes to try; None tries all that the model has.
        steps: of Adam, at least 1.
        truncation: see `InputSpec.from_normals`; the result keeps to it.

    Raises:
        ValueError: there is no seed, no label, or no step.
    """

    seeds: np.ndarray
    labels: np.ndarray | None = None
    steps: int = 300
    truncation: float | None = None

    def __post_init__(self) -> None:
        one_or_more = (1, checks.INFINITY)
        checks.in_range("steps", self.steps, one_or_more)
        checks.in_range("seeds' number", len(self.seeds), one_or_more)
        if self.labels is not None:
            checks.in_range("labels' number", len(self.labels), one_or_more)


@dataclasses.dataclass(frozen=True)
class Inversion:
    """The nearest image, and how it was found.

    Attributes:
        latents: float32 [Z].
        label: its class, None of an unconditional generator.
        error: mean squared difference of its image's values, in [-1, 1].
        start_error: that of the latents where this search started.
        path: uint8 [F, H, W, C], from the start to the image found.
    """

    latents: np.ndarray
    label: int | None
    error: float
    start_error: float
    path: np.ndarray


def invert(sampler: Sampler, target: np.ndarray, search: Search) -> Inversion:
    """Finds latents whose image is nearest to `target`, from several starts.

    Creswell & Bharath 2016 (arXiv:1611.05644): gradient descent on the
    latents. Differs from the paper: it minimises the mean squared error, not
    the cross-entropy of pixels, by Adam with a learning rate that falls to 0
    along a cosine; and it moves the normals that make the latents, so that
    those that are bounded stay so. Categories among the latents are tried
    one by one, as labels are.

    Args:
        sampler: of the model.
        target: uint8 [H, W, C], of the model's shape.
        search: how.

    Raises:
        ValueError: `target` has another shape; see also
            `InputSpec.from_normals` and `labels.broadcast_labels`.
    """
    require_target(sampler, target)
    normals, labels = _starts(sampler, search)
    descent = _Descent(sampler, images.from_uint8(target), search)
    results = []
    for start in range(0, len(normals), _BATCH_SIZE):
        rows = slice(start, start + _BATCH_SIZE)
        some = None if labels is None else labels[rows]
        results.append(descent(normals[rows], some))
    return min(results, key=lambda result: result.error)


def require_target(sampler: Sampler, target: np.ndarray) -> None:
    """Checks that an image can be one of a model's.

    Raises:
        ValueError: it has another shape, or the model makes points.
    """
    shape = sampler.metadata.image_shape
    if target.shape != shape or len(shape) != 3:
        raise ValueError(
            f"The image must be of the model's shape, {shape}. "
            f"Received: {target.shape}."
        )


def _starts(
    sampler: Sampler, search: Search
) -> tuple[np.ndarray, np.ndarray | None]:
    """Returns the seeds' normals [N, Z] and labels [N], each class for each."""
    normals = latent_space.repeat_for_categories(
        sampler.normals(search.seeds), sampler.latents_spec
    )
    classes = search.labels
    if classes is None:
        if not sampler.num_classes:
            return normals, None
        classes = np.arange(sampler.num_classes)
    repeated = np.repeat(normals, len(classes), axis=0)
    labels = np.tile(classes, len(normals))
    return repeated, broadcast_labels(len(labels), labels, sampler.num_classes)


@dataclasses.dataclass(frozen=True)
class _Descent:
    """The search from some starts at once, which do not touch each other.

    Attributes:
        target: float32 [H, W, C] in [-1, 1].
    """

    sampler: Sampler
    target: tf.Tensor
    search: Search

    def __call__(
        self, normals: np.ndarray, labels: np.ndarray | None
    ) -> Inversion:
        moved = tf.Variable(normals)
        classes = None if labels is None else tf.constant(labels)
        step = self._step(moved, classes)
        recorded = _recorded_steps(self.search.steps)
        path = []
        first = self._errors(moved, classes).numpy()
        for number in range(self.search.steps):
            if number in recorded:
                path.append(self._latents(moved).numpy())
            step()
        path.append(self._latents(moved).numpy())
        last = self._errors(moved, classes).numpy()
        row = int(np.argmin(last))
        label = None if labels is None else int(labels[row])
        latents = np.stack(path)[:, row]
        return Inversion(
            latents=latents[-1],
            label=label,
            error=float(last[row]),
            start_error=float(first[row]),
            path=self.sampler.images(latents, label),
        )

    def _step(
        self, moved: tf.Variable, labels: tf.Tensor | None
    ) -> Callable[[], None]:
        optimizer = keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(
                _LEARNING_RATE, self.search.steps
            )
        )
        optimizers.build(optimizer, [moved])

        @tf.function
        def step() -> None:
            with tf.GradientTape() as tape:
                errors = self._errors(moved, labels)
                total = tf.reduce_sum(errors)
            gradient = tape.gradient(total, moved)
            optimizer.apply_gradients([(gradient, moved)])

        return step

    def _latents(self, normals: tf.Variable) -> tf.Tensor:
        return self.sampler.latents_spec.from_normals(
            tf.convert_to_tensor(normals), truncation=self.search.truncation
        )

    def _errors(
        self, normals: tf.Variable, labels: tf.Tensor | None
    ) -> tf.Tensor:
        generated = self.sampler.generate(self._latents(normals), labels)
        return tf.reduce_mean(
            tf.math.squared_difference(generated, self.target), [1, 2, 3]
        )


def _recorded_steps(steps: int) -> set[int]:
    # Most of the way is gone at first.
    shares = np.linspace(0.0, 1.0, _PATH_FRAMES, endpoint=False) ** 2
    return set((shares * steps).astype(int).tolist())
