"""Walks through an export's latents: what lies between its images."""

from __future__ import annotations

import dataclasses

import numpy as np

from tfgan_zoo import checks
from tfgan_zoo.export import latent_space
from tfgan_zoo.export.sampler import Sampler

# Nearer to one line than this, radians: there is no one great circle.
_SMALLEST_ANGLE = 1e-4


@dataclasses.dataclass(frozen=True)
class Walk:
    """Images of latents that move, of one walk or several side by side.

    Attributes:
        images: uint8 [P, F, H, W, C], of P walks of F frames.
        closed: whether the last frame goes on to the first.
        leg: frames from one stop to the next.
    """

    images: np.ndarray
    closed: bool
    leg: int


@dataclasses.dataclass(frozen=True)
class Route:
    """Where a walk goes.

    Attributes:
        seeds: int64 [S], of its stops.
        frames: from one stop to the next, at least 2.
        labels: of the classes; None goes round those that the model has.
        truncation: see `InputSpec.from_normals`.

    Raises:
        ValueError: `frames` is out of its range.
    """

    seeds: np.ndarray
    frames: int
    labels: np.ndarray | None = None
    truncation: float | None = None

    def __post_init__(self) -> None:
        checks.in_range("frames", self.frames, (2, checks.INFINITY))


def slerp(start: np.ndarray, end: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Interpolates on the great circle through two vectors.

    White 2016 (arXiv:1609.04468), section 2: what lies between two vectors of
    many normal values is as long as they are, where a straight line's middle
    is shorter than almost any vector that the generator has seen. Vectors of
    one direction, or of opposite ones, have no one great circle; between them
    the line is straight.

    Args:
        start, end: [..., Z].
        share: [..., 1], 0 for `start` to 1 for `end`.

    Returns:
        float64 [..., Z].
    """
    lengths = np.linalg.norm(start, axis=-1) * np.linalg.norm(end, axis=-1)
    cosine = np.sum(np.multiply(start, end, dtype=float), -1) / lengths
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))[..., np.newaxis]
    sine = np.sin(angle)
    is_line = sine < _SMALLEST_ANGLE
    safe = np.where(is_line, 1.0, sine)
    before = np.where(
        is_line, 1.0 - share, np.sin((1.0 - share) * angle) / safe
    )
    after = np.where(is_line, share, np.sin(share * angle) / safe)
    return before * start + after * end


def through(sampler: Sampler, route: Route) -> Walk:
    """Walks from stop to stop and back to the first.

    The normals that make the latents are interpolated, so that uniform and
    truncated latents stay in their range and a category stays one. A leg is
    of one class; the next leg, of the next class, starts at the same latents.

    Raises:
        ValueError: there are fewer than two stops; see also
            `Sampler.latents` and `labels.broadcast_labels`.
    """
    latents = _closed(sampler, route)
    labels = _classes(sampler, route)
    if labels is not None:
        labels = np.repeat(np.resize(labels, len(route.seeds)), route.frames)
    images = sampler.images(latents, labels)
    return Walk(images[np.newaxis], True, route.frames)


def of_classes(sampler: Sampler, route: Route) -> Walk:
    """Walks as `through`, in all classes at once, of the same latents.

    Raises:
        ValueError: the model has no classes; see also `through`.
    """
    latents = _closed(sampler, route)
    labels = _classes(sampler, route)
    if labels is None:
        raise ValueError(
            "A walk of classes is for a model that is trained with labels. "
            f"Received: a {sampler.metadata.architecture} without."
        )
    images = [sampler.images(latents, label) for label in labels]
    return Walk(np.stack(images), True, route.frames)


def sweep(sampler: Sampler, route: Route, index: int) -> Walk:
    """Moves one latent value of each stop, see `latent_space.sweep`.

    Raises:
        ValueError: see `latent_space.sweep`, `Sampler.latents` and
            `labels.broadcast_labels`.
    """
    latents = latent_space.sweep(
        _latents(sampler, route, sampler.normals(route.seeds)),
        index,
        route.frames,
        sampler.latents_spec,
    )
    count, frames, size = latents.shape
    labels = _classes(sampler, route)
    if labels is not None:
        labels = np.repeat(np.resize(labels, count), frames)
    images = sampler.images(latents.reshape(-1, size), labels)
    shape = (count, frames, *images.shape[1:])
    return Walk(images.reshape(shape), False, frames)


def _closed(sampler: Sampler, route: Route) -> np.ndarray:
    """Returns the latents of a walk that ends where it began, [F, Z]."""
    if len(route.seeds) < 2:
        raise ValueError(
            f"A walk must have at least 2 stops. Received: {len(route.seeds)}."
        )
    stops = sampler.normals(route.seeds)[:, np.newaxis]
    share = np.arange(route.frames)[:, np.newaxis] / route.frames
    normals = slerp(stops, np.roll(stops, -1, axis=0), share)
    return _latents(sampler, route, normals.reshape(-1, stops.shape[-1]))


def _latents(sampler: Sampler, route: Route, normals: np.ndarray) -> np.ndarray:
    return sampler.latents(
        normals.astype(np.float32), truncation=route.truncation
    )


def _classes(sampler: Sampler, route: Route) -> np.ndarray | None:
    if route.labels is None and sampler.num_classes:
        return np.arange(sampler.num_classes, dtype=np.int32)
    return route.labels
