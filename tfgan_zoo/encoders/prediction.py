"""What an encoder predicts, and the starts that refinement takes from it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from tfgan_zoo.export import latent_space
from tfgan_zoo.inputs import ONE_HOT, InputSpec

# A class or category is tried if it is at least so probable.
_LEAST_PROBABILITY = 0.02
# Other starts lie so far from the prediction, in standard deviations.
_DISTANCE = 0.5


@dataclasses.dataclass(frozen=True)
class Prediction:
    """What an encoder returns for N images.

    Attributes:
        latents: float32 [N, Z], whose categories are probabilities.
        label_probabilities: float32 [N, K], None without classes.
    """

    latents: np.ndarray
    label_probabilities: np.ndarray | None = None


@dataclasses.dataclass(frozen=True)
class Starts:
    """Where to start the refinement of N images, S places each.

    Attributes:
        latents: float32 [N, S, Z], with hard categories; the first of each
            image are the most probable.
        labels: int32 [N, S], None without classes.
    """

    latents: np.ndarray
    labels: np.ndarray | None

    def select(self, rows: slice) -> Starts:
        """Returns the starts of some of the images."""
        labels = None if self.labels is None else self.labels[rows]
        return Starts(self.latents[rows], labels)


def choose_starts(
    prediction: Prediction,
    spec: InputSpec,
    count: int,
    labels: Sequence[int] | None = None,
) -> Starts:
    """Returns the places to start from, the most probable ones first.

    They have the most probable labels and categories, at the predicted
    latents. Where fewer are probable, the others start half a standard
    deviation away from the first one, in directions that are always the same.

    Args:
        prediction: of N images.
        spec: of the latents.
        count: S, at least 1.
        labels: that may be chosen; None leaves all.
    """
    choices = _choices(prediction, spec, labels)
    some = [_most_probable(row, count) for row in zip(*choices)]
    numbers = np.array([row for row, _ in some])  # [N, S, parts]
    latents = np.repeat(prediction.latents[:, np.newaxis], count, axis=1)
    columns = [*_categories(spec)]
    for place, (start, size) in enumerate(columns):
        hard = np.eye(size, dtype=np.float32)[numbers[..., place]]
        latents[..., start : start + size] = hard
    is_repeated = np.array([repeated for _, repeated in some])
    offsets = _offsets(spec, count) * is_repeated[..., np.newaxis]
    moved = latent_space.move(
        latents.reshape(-1, spec.size), offsets.reshape(-1, spec.size), spec
    )
    has_labels = prediction.label_probabilities is not None
    return Starts(
        moved.reshape(latents.shape),
        numbers[..., -1].astype(np.int32) if has_labels else None,
    )


def _choices(
    prediction: Prediction, spec: InputSpec, labels: Sequence[int] | None
) -> list[np.ndarray]:
    """Returns the probabilities of each category, then of labels, [N, K]."""
    choices = [
        prediction.latents[:, start : start + size]
        for start, size in _categories(spec)
    ]
    probabilities = prediction.label_probabilities
    if probabilities is not None:
        if labels is not None:
            is_allowed = np.isin(np.arange(probabilities.shape[1]), labels)
            probabilities = np.where(is_allowed, probabilities + 1e-9, 0.0)
            probabilities /= probabilities.sum(axis=1, keepdims=True)
        choices.append(probabilities)
    # Without any there is one choice.
    return choices or [np.ones([len(prediction.latents), 1])]


def _categories(spec: InputSpec) -> Iterator[tuple[int, int]]:
    """Yields where each category starts among the latents, and its size."""
    start = 0
    for part in spec.parts:
        if part.distribution == ONE_HOT:
            yield start, part.size
        start += part.size


def _most_probable(
    row: Sequence[np.ndarray], count: int
) -> tuple[list[tuple[int, ...]], list[bool]]:
    """Returns combinations of choices, and which of them repeat the first.

    Args:
        row: the probabilities of each choice.
        count: of the combinations to return.
    """
    likeliest = [np.argsort(-values)[:count].tolist() for values in row]
    combinations = sorted(
        itertools.product(*likeliest),
        key=lambda numbers: -_probability(row, numbers),
    )
    first = combinations[0]
    taken = [
        numbers
        for numbers in combinations[:count]
        if numbers == first or _probability(row, numbers) >= _LEAST_PROBABILITY
    ]
    repeats = count - len(taken)
    is_repeated = [False] * len(taken) + [True] * repeats
    return [*taken, *[first] * repeats], is_repeated


def _probability(row: Sequence[np.ndarray], numbers: Sequence[int]) -> float:
    return float(np.prod([values[n] for values, n in zip(row, numbers)]))


def _offsets(spec: InputSpec, count: int) -> np.ndarray:
    """Returns how far each of the starts is moved, float64 [S, Z]."""
    noise = np.random.default_rng(0).standard_normal([count, spec.size])
    return _DISTANCE * noise * np.sqrt(latent_space.variances(spec))
