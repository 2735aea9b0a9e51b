"""How the values of an export's latents are moved, by the parts they have."""

from __future__ import annotations

import numpy as np

from tfgan_zoo.inputs import ONE_HOT, InputSpec, LatentPart


def repeat_for_categories(normals: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Returns normals that make each category of the latents in turn.

    No gradient leads from one category to another, so a search must start in
    all of them.

    Args:
        normals: float32 [N, Z].
        spec: of the latents.

    Returns:
        float32 [K * N, Z] of latents with a category among K; of others
        `normals` as they are.
    """
    start = 0
    for part in spec.parts:
        stop = start + part.size
        if part.distribution == ONE_HOT:
            one_hot = np.eye(part.size, dtype=np.float32)
            categories = np.tile(one_hot, (len(normals), 1))
            normals = np.repeat(normals, part.size, axis=0)
            normals[:, start:stop] = categories
        start = stop
    return normals


def sweep(
    latents: np.ndarray, index: int, frames: int, spec: InputSpec
) -> np.ndarray:
    """Moves one latent value from end to end and keeps the others.

    A normal value goes from -2 to 2, a uniform one from -1 to 1. An index of a
    category goes through all categories, as nothing lies between two of them.

    Args:
        latents: float32 [N, Z].
        index: of the value, from 0 or, from the end, from -1.
        frames: how many places.
        spec: of the latents.

    Returns:
        float32 [N, frames, Z].

    Raises:
        ValueError: there is no such value.
    """
    size = spec.size
    if not -size <= index < size:
        raise ValueError(
            f"A latent's index must be between {-size} and {size - 1}. "
            f"Received: {index}."
        )
    place = index % size
    moved = np.repeat(latents[:, np.newaxis], frames, axis=1)
    start, part = _part_at(place, spec)
    if part.distribution == ONE_HOT:
        categories = np.arange(frames) * part.size // frames
        one_hot = np.eye(part.size, dtype=np.float32)[categories]
        moved[..., start : start + part.size] = one_hot
    else:
        end = 1.0 if part.distribution == "uniform" else 2.0
        moved[..., place] = np.linspace(-end, end, frames)
    return moved


def _part_at(place: int, spec: InputSpec) -> tuple[int, LatentPart]:
    """Returns the part that holds a value, and where it starts."""
    start = 0
    for part in spec.parts:
        if place < start + part.size:
            return start, part
        start += part.size
    raise AssertionError("parts add up to the size")


# Variance of one value, and how far from 0 it may lie: of values that can be
# moved. Normals truncated at 2 have the variance 1 - 4 phi(2) / (2 Phi(2) - 1).
_VARIANCES = {"normal": 1.0, "truncated": 0.7737413, "uniform": 1.0 / 3.0}
_BOUNDS = {"normal": np.inf, "truncated": 2.0, "uniform": 1.0}


def variances(spec: InputSpec) -> np.ndarray:
    """Returns the variance of each latent value that can be moved.

    Args:
        spec: of the latents.

    Returns:
        float64 [Z]; 0 for those of a category, which cannot be moved a
        little, and for those whose distribution only the GAN knows.
    """
    return _by_part(_VARIANCES, spec)


def bounds(spec: InputSpec) -> np.ndarray:
    """Returns how far from 0 each latent value may lie.

    Args:
        spec: of the latents.

    Returns:
        float64 [Z]; infinity of normal values, and 0 of those that cannot be
        moved, see `variances`.
    """
    return _by_part(_BOUNDS, spec)


def deviation(direction: np.ndarray, spec: InputSpec) -> float:
    """Returns the latents' standard deviation along a direction.

    Args:
        direction: [Z], of unit length.
        spec: of the latents.
    """
    return float(np.sqrt(np.square(direction, dtype=float) @ variances(spec)))


def move(
    latents: np.ndarray, offsets: np.ndarray, spec: InputSpec
) -> np.ndarray:
    """Adds offsets to latents and keeps to the bounds of their distribution.

    Args:
        latents: float32 [N, Z].
        offsets: [N, Z], or [Z] for all.
        spec: of the latents.

    Returns:
        float32 [N, Z]; what was within (-1, 1) of uniform values, and within
        2 of truncated ones, stays there.
    """
    limits = bounds(spec)
    moved = latents + offsets
    inside = np.clip(moved, -limits, limits)
    return np.where(offsets == 0.0, latents, inside).astype(np.float32)


def _by_part(values: dict[str, float], spec: InputSpec) -> np.ndarray:
    return np.concatenate(
        [
            np.full(part.size, values.get(part.distribution, 0.0))
            for part in spec.parts
        ]
    )
