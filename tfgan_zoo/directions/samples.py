"""Samples of a generator, from which directions are found and tried."""

from __future__ import annotations

import dataclasses

import numpy as np

from tfgan_zoo import labels as class_labels
from tfgan_zoo.export import latent_space
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.inputs import ONE_HOT, InputSpec


@dataclasses.dataclass(frozen=True)
class Samples:
    """Latents and their images.

    Attributes:
        latents: float32 [N, Z].
        labels: int32 [N], None of an unconditional generator.
        groups: int [N]: samples of one group have the same label and the same
            categories, which directions do not change.
        images: uint8 [N, H, W, C].
    """

    latents: np.ndarray
    labels: np.ndarray | None
    groups: np.ndarray
    images: np.ndarray


def sample(sampler: Sampler, seeds: np.ndarray) -> Samples:
    """Samples images of seeds, whose labels cycle through the classes.

    Args:
        sampler: of the generator.
        seeds: int64 [N].

    Raises:
        ValueError: the generator makes points, or its latents' distribution
            is not known; see also `Sampler.images`.
    """
    if sampler.metadata.makes_points:
        raise ValueError(
            "Directions are for generators of images. "
            f"Received: a {sampler.metadata.architecture}, of points."
        )
    latents = sampler.latents(sampler.normals(seeds))
    labels = class_labels.broadcast_labels(
        len(seeds), None, sampler.num_classes
    )
    return Samples(
        latents,
        labels,
        _groups(latents, labels, sampler.latents_spec),
        sampler.images(latents, labels),
    )


def _groups(
    latents: np.ndarray, labels: np.ndarray | None, spec: InputSpec
) -> np.ndarray:
    columns = [np.zeros(len(latents), int) if labels is None else labels]
    start = 0
    for part in spec.parts:
        if part.distribution == ONE_HOT:
            columns.append(latents[:, start : start + part.size].argmax(1))
        start += part.size
    _, groups = np.unique(np.stack(columns, 1), axis=0, return_inverse=True)
    return groups.reshape(-1)


def whiten(latents: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Returns the values that can be moved, scaled to a variance of 1.

    Args:
        latents: float32 [N, Z].
        spec: of them.

    Returns:
        float64 [N, M], of M values that can be moved.

    Raises:
        ValueError: there is no such value.
    """
    variances = latent_space.variances(spec)
    is_movable = variances > 0.0
    if not is_movable.any():
        raise ValueError(
            "Directions are of latents that are normal, truncated or uniform. "
            f"Received: {', '.join(part.distribution for part in spec.parts)}."
        )
    return latents[:, is_movable] / np.sqrt(variances[is_movable])


def to_direction(vector: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Returns the direction of a vector of whitened latents.

    Args:
        vector: float [M], see `whiten`; of any length but 0.
        spec: of the latents.

    Returns:
        float32 [Z] of unit length, 0 where nothing can be moved.
    """
    variances = latent_space.variances(spec)
    direction = np.zeros(spec.size)
    is_movable = variances > 0.0
    direction[is_movable] = vector * np.sqrt(variances[is_movable])
    return (direction / np.linalg.norm(direction)).astype(np.float32)
